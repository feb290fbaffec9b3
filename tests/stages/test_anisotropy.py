"""The anisotropy stage on a small model, beside the tokens that it was trained on."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from embedsmith.embedding import Embedding, save
from embedsmith.evaluate.anisotropy import METRICS
from embedsmith.stages.anisotropy import anisotropy

WORDS = [f"w{row}" for row in range(40)]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of one model, one of whose words was never read."""
    monkeypatch.chdir(tmp_path)
    folder = Path("data/tokens")
    folder.mkdir(parents=True)
    (folder / "words.txt").write_text("".join(f"{word}\n" for word in WORDS))
    np.arange(40, 0, -1, dtype="<i8").tofile(folder / "counts.bin")
    for name in ("train.bin", "held_out.bin", "pieces.model"):
        (folder / name).write_bytes(b"")
    settings = {
        **{"components": 2, "neighbours": 3, "sample": 20, "limits": {"isoscore": {"low": 0.1, "high": None}}},
        **{"resamples": 20, "confidence": 0.95, "seed": 1, "threads": 1},
    }
    config = Path("build/config/anisotropy/word2vec/1.yaml")
    config.parent.mkdir(parents=True)
    config.write_text(yaml.safe_dump({"variants": ["untouched"], "anisotropy": settings}))
    matrix = np.random.default_rng(0).normal(size=(41, 4)) * np.linspace(4, 1, 41)[:, None]
    save(Embedding.dense([*WORDS, "unread"], matrix), Path("data/variants/word2vec/1/untouched"))


@pytest.mark.usefixtures("project")
def test_frequency_is_that_of_the_tokens():
    anisotropy("word2vec", "1")
    metrics = json.loads(Path("reports/metrics/word2vec/1/anisotropy.json").read_text())["untouched"]

    assert set(metrics) == set(METRICS)
    assert (metrics["frequency_norm"]["known"], metrics["frequency_norm"]["items"]) == (40, 41)
    assert metrics["frequency_norm"]["score"] > 0.5
    assert {"score", "low", "high"} == set(metrics["hubness"])
    assert pd.read_csv("reports/plots/word2vec/1/spectrum.csv").component.tolist() == [1, 2, 3, 4]
