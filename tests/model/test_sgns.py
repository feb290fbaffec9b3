from __future__ import annotations

import hashlib
import math
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embedsmith.errors import InputError
from embedsmith.model import sgns
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.model.kernel.tile import TILE
from embedsmith.model.matrices import aligned, joined, split, width
from embedsmith.model.visits import Reading
from embedsmith.tokenizer.tokens import Tokens
from model.conftest import TRAINED, contents, model, never, tokens_of, topics, train
from model.kernel.blocks import SHARED, Block

MODELS = pytest.mark.parametrize("name", TRAINED)


def engine(text: list[int], rows: Block, *, parts: int = 2, threads: int = 1, **settings: Any) -> tuple[Block, History]:
    """Train the rows of a block on a text with windows of one word; what became of them, and the course."""
    number, dimension = rows.outputs.shape
    inputs, outputs = (aligned(parts, number, width(dimension, parts)) for _ in range(2))
    split(rows.inputs.astype(np.float32), inputs)
    split(rows.outputs.astype(np.float32), outputs)
    network = sgns.Network(
        inputs=inputs,
        outputs=outputs,
        cbow=rows.cbow,
        noise=rows.noise.astype(np.int32),
        negative=5,
        shared=SHARED,
        units=None,
    )
    reading = Reading(
        keep=np.full(number, 2**32 - 1, np.uint32), window=np.ones(number, np.int32), visits=np.ones(number, np.float32)
    )
    values = {"epochs": 6, "learning_rate": 0.3, "min_learning_rate": 0.06, "block": 10**6, "points": 3, "seed": 4}
    schedule, history = sgns.Schedule(**{**values, **settings}), History()
    ids = np.array(text, np.int32)
    course = {"threads": threads, "history": history, "checkpoint": never()}
    sgns.train(ids, network, reading, schedule, words=int((ids >= 0).sum()), **course)
    return rows.but(inputs=joined(inputs, dimension), outputs=joined(outputs, dimension)), history


@pytest.mark.parametrize("cbow", [False, True], ids=["skip-gram", "cbow"])
def test_rate_loss_and_rows_of_a_tiny_text_are_those_of_a_plain_computation(cbow: bool) -> None:
    """Four sentences of two words: eight visits, a tile, in each of six epochs; the one negative is always word 5."""
    text = [0, 1, -1, 2, 3, -1, 4, 0, -1, 3, 1, -1]
    assert TILE >= 8
    places = [(0, 0, 1), (1, 0, 1), (2, 2, 3), (3, 2, 3), (4, 4, 5), (5, 4, 5), (6, 6, 7), (7, 6, 7)]
    begin = Block.made(cbow=cbow, vocabulary=6, dimension=20).but(
        words=np.array([word for word in text if word >= 0]), windows=np.array(places), noise=np.full(500, 5)
    )
    plain, losses = begin, []
    for epoch in range(6):  # the rate of a block is that of its middle
        trained = plain.but(rate=0.3 - 0.24 * (epoch + 0.5) / 6).plain()
        plain = plain.but(inputs=trained.inputs, outputs=trained.outputs)
        losses.append(trained.loss / trained.pairs)
    found, history = engine(text, begin)
    np.testing.assert_allclose(found.inputs, plain.inputs, rtol=3e-5, atol=1e-5)
    np.testing.assert_allclose(found.outputs, plain.outputs, rtol=3e-5, atol=1e-5)
    assert [words for words, _, _ in history.points] == [16, 32, 48]
    assert [rate for _, rate, _ in history.points] == pytest.approx([0.22, 0.14, 0.06])
    expected = [
        np.mean(losses[epoch : epoch + 2]) for epoch in (0, 2, 4)
    ]  # since the point before, not since the start
    assert [loss for _, _, loss in history.points] == pytest.approx(expected, rel=1e-5)


def test_the_loss_of_a_part_of_the_tiles_stands_for_all(toy: Tokens) -> None:
    """With a rate of nearly nothing every pair costs what it costs at the start, in any sample of them."""
    rows = Block.made(vocabulary=48, dimension=20)
    rows = rows.but(noise=np.random.default_rng(0).permutation(np.arange(48).repeat(400)))
    settings = {"learning_rate": 1e-9, "min_learning_rate": 1e-9, "epochs": 1, "points": 1}
    text = toy.train.tolist()
    _, history = engine(text, rows, **settings)
    scores, pairs, loss = rows.inputs @ rows.outputs.T, 0, 0.0
    for before, centre, after in zip([-1, *text], text, [*text[1:], -1], strict=False):
        if centre >= 0:
            near = [word for word in (before, after) if word >= 0]
            others = np.delete(scores[centre], near)  # a positive is no negative
            loss += np.logaddexp(0, -scores[centre, near]).sum()
            loss += len(near) * 5 / 48 * np.logaddexp(0, others).sum()
            pairs += len(near)
    assert history.points[0][2] == pytest.approx(loss / pairs, rel=0.01)


def test_the_rate_falls_linearly_from_block_to_block_and_points_are_spread_evenly(toy: Tokens) -> None:
    history = History()
    settings = model("word2vec", epochs=2, learning_rate=0.5, min_learning_rate=0.1, history_points=10)
    train(settings, toy, history=history)
    total = 2 * toy.counts.sum()
    words, rates = (np.array(column) for column in list(zip(*history.points, strict=True))[:2])
    np.testing.assert_allclose(words / total, np.arange(1, 11) / 10, atol=0.03)
    np.testing.assert_allclose(rates, 0.5 - 0.4 * words / total, rtol=1e-6)
    assert words[-1] == total
    assert rates[-1] == pytest.approx(0.1)


def test_each_epoch_reads_every_block_once_in_an_order_of_its_own(toy: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[tuple[int, int]] = []
    real = sgns._Run._block

    def recorded(self: sgns._Run, job: tuple[int, int]) -> Any:
        taken.append(job)
        return real(self, job)

    monkeypatch.setattr(sgns._Run, "_block", recorded)
    orders = {}
    for seed in (1, 2):
        taken.clear()
        train(model("word2vec", epochs=3), toy, seed=seed)
        blocks = len(taken) // 3
        assert blocks > 20
        assert sorted(taken) == [(epoch, number) for epoch in range(3) for number in range(blocks)]
        for epoch in range(3):  # two are read at a time, in any order
            orders[seed, epoch] = tuple(number for own, number in taken if own == epoch)
    assert len(set(orders.values())) == 6


def test_negatives_begin_where_the_table_has_enough_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel looks no further than its array: what it would read beyond is whatever lies there."""
    places = []
    monkeypatch.setattr(sgns.negative_sampling, "train", lambda *given: places.append((given[9], len(given[8]))))
    for number in (0, 1, 467, 468, 469, 498, 499, 500, 2**64 - 1):
        monkeypatch.setattr(sgns, "seed_of", lambda *_, number=number: np.uint64(number))
        with pytest.raises(InputError):  # nothing is trained
            engine([0, 1, -1], Block.made(vocabulary=6, dimension=20).but(noise=np.zeros(500)), epochs=1)
    assert {length for _, length in places} == {500}
    assert all(0 <= place <= 500 - 2 * SHARED for place, _ in places)


def test_more_points_than_blocks_are_no_harm() -> None:
    tokens = tokens_of([["a", "b", "a"], ["b", "a", "c"]])
    history = History()
    train(model("word2vec", epochs=4, history_points=100), tokens, history=history)
    assert [words for words, _, _ in history.points] == [6, 12, 18, 24]


def test_a_text_without_two_words_in_any_sentence_is_refused_after_an_epoch() -> None:
    rows = Block.made(vocabulary=6, dimension=20)
    with pytest.raises(InputError, match=r"^no sentence has two words of the vocabulary; [^\n]+ give more text$"):
        engine([0, -1, 1, -1, 2, -1], rows)


@pytest.mark.parametrize("parts", [2, 3])
@MODELS
def test_any_number_of_threads_gives_the_same_bytes(short_toy: Tokens, name: str, parts: int) -> None:
    settings = model(name, parts=parts, vector_size=16 * parts - 3, epochs=1)
    courses = [History() for _ in range(3)]
    found = [
        contents(train(settings, short_toy, threads=threads, history=history))
        for threads, history in zip((1, 2, 3), courses, strict=True)
    ]
    assert found[0] == found[1] == found[2]
    assert courses[0].points == courses[1].points == courses[2].points


class Interrupted(Exception):  # noqa: N818
    """Stands for whatever ends a process."""


class Fragile(Checkpoint):
    """Always due; training ends with the one after so many."""

    def __init__(self, folder: Path, lasts: int) -> None:
        super().__init__(folder, 0)
        self._lasts = [lasts]

    def part(self, name: str) -> Checkpoint:
        other = Fragile(self._folder / name, 0)
        other._lasts = self._lasts
        return other

    def due(self) -> bool:
        return True

    def save(self, arrays: Any, state: Any) -> None:
        super().save(arrays, state)
        self._lasts[0] -= 1
        if self._lasts[0] <= 0:
            raise Interrupted


class ShortHistory(History):
    """Training ends with the point after so many."""

    def add(self, **point: Any) -> None:
        super().add(**point)
        if len(self.points) == 6:
            raise Interrupted


@MODELS
def test_a_run_that_is_interrupted_goes_on_to_the_same_bytes(short_toy: Tokens, name: str, tmp_path: Path) -> None:
    settings, whole = model(name), History()
    expected = contents(train(settings, short_toy, history=whole))
    for lasts in (1, 4):
        with pytest.raises(Interrupted):
            train(settings, short_toy, checkpoint=Fragile(tmp_path, lasts), threads=2)
    if name != "hybrid":  # which gives each half a history of its own
        with pytest.raises(Interrupted):  # in the middle of the blocks that are read together
            train(settings, short_toy, checkpoint=Fragile(tmp_path, 10**6), history=ShortHistory())
    folder = tmp_path / "words" if name == "hybrid" else tmp_path
    assert 0 < reached(folder) < 3 * 7
    history = History()
    assert contents(train(settings, short_toy, checkpoint=Checkpoint(tmp_path, 0), history=history)) == expected
    assert history.points == whole.points


def reached(folder: Path) -> int:
    """Blocks that are done in the checkpoint that training will go on from."""
    loaded = Checkpoint(folder, 0).load()
    assert loaded is not None
    return int(loaded[1]["done"])


def test_a_run_that_is_interrupted_after_every_checkpoint_ends_as_well(short_toy: Tokens, tmp_path: Path) -> None:
    settings, whole = model("word2vec"), History()
    expected = contents(train(settings, short_toy, history=whole))
    history = History()
    for runs in range(1, 14):
        history = History()
        try:
            found = train(settings, short_toy, checkpoint=Fragile(tmp_path, 1), history=history)
            break
        except Interrupted:
            assert reached(tmp_path) >= runs
    assert runs > 8
    assert contents(found) == expected
    assert history.points == whole.points
    assert history.times == sorted(history.times)


def test_vectors_on_a_tether_are_as_near_after_an_interruption(
    short_toy: Tokens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from embedsmith.model.kernel import tether as module
    from embedsmith.model.pretrained import Pretrained

    rows = np.random.default_rng(0).normal(size=(3, 20))
    lines = [f"{word} {' '.join(map(str, row))}\n" for word, row in zip(short_toy.words, rows, strict=False)]
    (tmp_path / "v").write_text("".join(lines))
    digest = hashlib.sha256((tmp_path / "v").read_bytes()).hexdigest()
    none = dict.fromkeys(("package", "version", "platform", "member", "words", "format"))
    settings = model("word2vec", pretrained=Pretrained(**none, path=str(tmp_path / "v"), sha256=digest, max_move=0.1))
    expected = contents(train(settings, short_toy))
    calls, real = [0], module.tether

    def breaking(*arguments: Any) -> None:
        calls[0] += 1
        if calls[0] == 12:
            raise Interrupted
        real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(module, "tether", breaking)
        with pytest.raises(Interrupted):
            train(settings, short_toy, checkpoint=Fragile(tmp_path / "c", 10**6))
    assert contents(train(settings, short_toy, checkpoint=Checkpoint(tmp_path / "c", 0))) == expected


KILLED = """
import sys, time
from pathlib import Path
from embedsmith.model import sampling
from embedsmith.model.checkpoint import Checkpoint
from model.conftest import SMALL_TABLE, model, tokens_of, topics, train

sampling.TABLE = SMALL_TABLE

class Slow(Checkpoint):
    def due(self):
        time.sleep(0.02)
        return super().due()

    def save(self, arrays, state):
        super().save(arrays, state)
        print("saved", flush=True)

train(model("fasttext", epochs=12), tokens_of(topics(900, seed=4)), checkpoint=Slow(Path(sys.argv[1]), 0.001))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9")
def test_a_run_that_was_killed_goes_on_to_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    settings, tokens = model("fasttext", epochs=12), tokens_of(topics(900, seed=4))
    whole = History()
    expected = hashlib.sha256(contents(train(settings, tokens, history=whole))).hexdigest()
    environment = {**os.environ, "PYTHONHASHSEED": "5", "PYTHONPATH": os.pathsep.join(sys.path)}
    done: list[int] = []
    for _ in range(2):
        command = [sys.executable, "-c", KILLED, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            for _ in range(3):
                assert process.stdout.readline() == "saved\n"
            process.kill()
        assert process.returncode == -signal.SIGKILL
        done.append(reached(tmp_path))
    assert 0 < done[0] < done[1] < 12 * 9
    history = History()
    found = train(settings, tokens, checkpoint=Checkpoint(tmp_path, math.inf), history=history)
    assert hashlib.sha256(contents(found)).hexdigest() == expected
    assert history.points == whole.points


def test_a_damaged_checkpoint_is_passed_over(short_toy: Tokens, tmp_path: Path) -> None:
    settings = model("word2vec")
    expected = contents(train(settings, short_toy))
    for damaged in ("state.json", "*-arrays.safetensors"):
        with pytest.raises(Interrupted):
            train(settings, short_toy, checkpoint=Fragile(tmp_path, 3))
        file = next(tmp_path.glob(damaged))
        file.write_bytes(file.read_bytes()[:-20])
        assert Checkpoint(tmp_path, 0).load() is None
        assert contents(train(settings, short_toy, checkpoint=Checkpoint(tmp_path, math.inf))) == expected


def test_a_finished_checkpoint_trains_no_more(short_toy: Tokens, tmp_path: Path) -> None:
    """A process that ended between the last checkpoint and the end of the stage."""
    settings = model("word2vec")
    always = Fragile(tmp_path, 10**6)
    expected = contents(train(settings, short_toy, checkpoint=always))
    assert reached(tmp_path) == 3 * 7
    history = History()
    assert contents(train(settings, short_toy, checkpoint=Checkpoint(tmp_path, math.inf), history=history)) == expected
    assert len(history.points) == 8


MEMORY = """
import sys
from pathlib import Path
import numpy as np
from embedsmith.tokenizer.tokens import Tokens
from model.conftest import model, tokens_of, topics, train

def kilobytes(name):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name))

settings = model("word2vec", vector_size=100, epochs=1, block=100_000)
train(settings, tokens_of(topics(50, seed=1)))  # compiles, loads libraries
size = int(sys.argv[1])
ids = np.random.default_rng(0).integers(size, size=300_000).astype(np.int32)
ids[19::20] = -1
words = [f"w{place}" for place in range(size)]
counts = np.maximum(np.bincount(ids[ids >= 0], minlength=size), 1)
tokens = Tokens(words, counts, ids, ids[:0], words, Path())
Path("/proc/self/clear_refs").write_text("5")
before = kilobytes("VmRSS")
embedding = train(settings, tokens)
print(1024 * (kilobytes("VmHWM") - before))
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux to tell the peak")
def test_memory_is_what_is_stated() -> None:
    """Measured above the interpreter, its libraries and the text; 24 MB of allowance for what allocators keep."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    peaks, stated = {}, {}
    for size in (20_000, 200_000):
        command = [sys.executable, "-c", MEMORY, str(size)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        peaks[size], block = int(done.stdout), 6000  # a fiftieth of the text
        training = 4 * 112 * 2 * size + 4 * max(1 << 22, 16 * size) + 2 * (4 + 32 + 8 * 5) * block
        stated[size] = max(training, 4 * 112 * size + 4 * 100 * 2 * size)
        assert peaks[size] < stated[size] + 24 * 2**20
    measured, expected = peaks[200_000] - peaks[20_000], stated[200_000] - stated[20_000]
    assert measured == pytest.approx(expected, rel=0.25)
