"""The train stage on toy tokens: what it leaves behind when it ends, and when it does not."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from embedsmith.embedding import load
from embedsmith.model import sampling, sgns
from embedsmith.model.history import History
from embedsmith.stages import train as stage
from embedsmith.tokenizer.tokens import write_ids, write_vocabulary
from embedsmith.tokenizer.words import Vocabulary
from model.conftest import SMALL, SMALL_TABLE, defaults, tokens_of, topics

OUT = Path("data/models/word2vec/1")
CHECKPOINTS = Path("build/checkpoints")


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """A project with tokens and one model's resolved configuration; a checkpoint is due after every block."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sampling, "TABLE", SMALL_TABLE)
    monkeypatch.setattr(stage, "input_hash", lambda: "these inputs")
    folder = Path("data/tokens")
    folder.mkdir(parents=True)
    tokens = tokens_of(topics(600, seed=3))
    write_vocabulary(Vocabulary(tokens.words, tokens.counts), folder)
    with (folder / "train.bin").open("wb") as file:
        write_ids(file, tokens.train)
    for name in ("held_out.bin", "pieces.model", "tokens.json"):
        (folder / name).write_bytes(b"")
    config = Path("build/config/train/word2vec/1.yaml")
    config.parent.mkdir(parents=True)
    config.write_text(yaml.safe_dump({**defaults("word2vec"), **SMALL, "checkpoint_seconds": 0}))


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_it_leaves_an_embedding_its_history_and_no_checkpoint() -> None:
    facts = stage.train("word2vec", "1")
    embedding = load(OUT)
    assert len(embedding) == 48
    assert embedding.dimension == 20
    history = pd.read_csv("reports/plots/word2vec/1/history.csv")
    assert len(history) == len(facts["times"]) == SMALL["history_points"]
    assert history["words"].iloc[-1] == 3 * 6000
    assert not list(CHECKPOINTS.rglob("*"))


class Interruption(Exception):  # noqa: N818
    """Stands for whatever ends a process."""


def interrupt(monkeypatch: pytest.MonkeyPatch, points: int) -> None:
    """Train until so many points of the history are there."""

    def add(self: History, **point: float) -> None:
        real(self, **point)
        if len(self.points) == points:
            raise Interruption

    real = History.add
    with monkeypatch.context() as patch:
        patch.setattr(History, "add", add)
        with pytest.raises(Interruption):
            stage.train("word2vec", "1")


def test_after_an_interruption_it_goes_on_to_the_same_files(monkeypatch: pytest.MonkeyPatch) -> None:
    stage.train("word2vec", "1")
    expected, history = files(OUT), Path("reports/plots/word2vec/1/history.csv").read_bytes()
    for path in OUT.iterdir():
        path.unlink()
    OUT.rmdir()
    interrupt(monkeypatch, 5)
    assert not OUT.exists()
    blocks: list[int] = []
    real = sgns._Run.train

    def counted(self: sgns._Run, *given: object) -> None:
        real(self, *given)  # type: ignore[arg-type]
        blocks.append(self.done)

    monkeypatch.setattr(sgns._Run, "train", counted)
    stage.train("word2vec", "1")
    assert blocks[0] > 1  # not from the first
    assert files(OUT) == expected
    assert Path("reports/plots/word2vec/1/history.csv").read_bytes() == history
    assert not list(CHECKPOINTS.rglob("*"))


def test_it_does_not_go_on_from_what_other_inputs_left(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt(monkeypatch, 5)
    (left,) = (CHECKPOINTS / "word2vec-1").iterdir()
    monkeypatch.setattr(stage, "input_hash", lambda: "others")
    interrupt(monkeypatch, 2)
    (now,) = (CHECKPOINTS / "word2vec-1").iterdir()
    assert (left.name, now.name) == ("these inputs", "others")


def test_an_artifact_says_what_it_is_made_of() -> None:
    stage.train("word2vec", "1")
    origins = [json.dumps(json.loads(path.read_text())) for path in OUT.glob("*.json")]
    assert any(stage.digest(Path("data/tokens/tokens.json")) in text for text in origins)
    assert np.isfinite(load(OUT).matrix()).all()
