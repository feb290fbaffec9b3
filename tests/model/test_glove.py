from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.model import log_bilinear
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.cooccurrence import cooccurrences
from embedsmith.model.glove import GloVe
from embedsmith.model.history import History
from embedsmith.tokenizer.tokens import Tokens
from model.conftest import contents, defaults, purity, tokens_of, train


def glove(**changes: Any) -> GloVe:
    values = {**defaults("glove"), "vector_size": 20, "epochs": 30, "classes": 4, **changes}
    values.pop("kind")
    return GloVe(**values)


def cosines(matrix: np.ndarray) -> np.ndarray:
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray((unit @ unit.T)[np.triu_indices(len(matrix), 1)])


def test_the_neighbours_of_a_word_are_those_of_its_topic(toy: Tokens) -> None:
    embedding = train(glove(), toy)
    assert embedding.words == toy.words
    assert embedding.dimension == 20
    assert embedding.chain == ()
    assert purity(embedding) == 1


def slow(counts: np.ndarray, settings: GloVe, seed: int) -> np.ndarray:
    """The algorithm of the paper, an entry at a time and all of them in a new order each epoch, in float64."""
    draw = np.random.default_rng(seed)
    size = settings.vector_size
    w, c = draw.uniform(-0.5 / size, 0.5 / size, (2, len(counts), size + 2))
    w[:, -2] = c[:, -1] = 1  # the biases are products with 1
    w_free, c_free = np.ones(size + 2), np.ones(size + 2)
    w_free[-2] = c_free[-1] = 0
    w_sums, c_sums = np.ones_like(w), np.ones_like(c)
    entries = np.argwhere(counts)
    for _ in range(settings.epochs):
        for i, j in draw.permutation(entries):
            weight = min(1, (counts[i, j] / settings.x_max) ** settings.alpha)
            step = settings.learning_rate * weight * (w[i] @ c[j] - np.log(counts[i, j]))
            w_step, c_step = step * c[j] * w_free, step * w[i] * c_free
            w[i] -= w_step / np.sqrt(w_sums[i])
            c[j] -= c_step / np.sqrt(c_sums[j])
            w_sums[i] += w_step**2
            c_sums[j] += c_step**2
    return np.asarray((w + c)[:, :size])


def test_vectors_agree_with_a_slow_reference_from_another_start(short_toy: Tokens) -> None:
    settings = glove(epochs=15, x_max=10.0)
    counts = cooccurrences(short_toy, window=settings.window, weighting="harmonic", threads=1).toarray()
    plain = slow(counts, settings, seed=9)
    ours = train(settings, short_toy).matrix()
    assert purity(Embedding.dense(short_toy.words, plain)) == 1
    assert np.corrcoef(cosines(ours), cosines(plain))[0, 1] > 0.97
    assert np.linalg.norm(ours, axis=1).mean() == pytest.approx(np.linalg.norm(plain, axis=1).mean(), rel=0.05)


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_do_not_change_a_bit(toy: Tokens, threads: int) -> None:
    settings = glove(epochs=3)
    assert contents(train(settings, toy, threads=threads)) == contents(train(settings, toy, threads=2))


def test_more_classes_than_words_are_no_harm() -> None:
    tokens = tokens_of([["a", "b", "c"]] * 9)
    embedding = train(glove(classes=7, window=2), tokens)
    assert np.isfinite(embedding.matrix()).all()


def test_another_seed_gives_other_vectors(toy: Tokens) -> None:
    first, second = (train(glove(epochs=1), toy, seed=seed).matrix() for seed in (1, 2))
    assert not np.allclose(first, second)


class Interrupted(Checkpoint):
    """Due after each epoch; the power fails while so many are being written for the last time."""

    def __init__(self, folder: Path, epochs: int) -> None:
        super().__init__(folder, 0)
        self.epochs = epochs

    def due(self) -> bool:
        return True

    def save(self, arrays: Any, state: Any) -> None:
        if self.epochs == 0:
            raise KeyboardInterrupt
        self.epochs -= 1
        super().save(arrays, state)


@pytest.mark.parametrize("epochs", [0, 2, 4])
def test_a_resumed_run_ends_in_the_same_bytes(toy: Tokens, tmp_path: Path, epochs: int) -> None:
    settings, whole, resumed = glove(epochs=5), History(), History()
    expected = contents(train(settings, toy, history=whole))
    with pytest.raises(KeyboardInterrupt):
        train(settings, toy, checkpoint=Interrupted(tmp_path / "run", epochs))
    later = Checkpoint(tmp_path / "run", 1e9)
    assert contents(train(settings, toy, history=resumed, checkpoint=later)) == expected
    assert resumed.points == whole.points


def test_every_epoch_is_a_point_of_the_history_and_the_loss_falls(toy: Tokens) -> None:
    history = History()
    train(glove(epochs=6), toy, history=history)
    words, rates, losses = zip(*history.points, strict=True)
    assert words == tuple(30_000 * epoch for epoch in range(1, 7))
    assert set(rates) == {0.05}
    assert all(later < earlier for earlier, later in pairwise(losses))


def test_the_loss_is_the_mean_over_the_entries(toy: Tokens) -> None:
    settings, history = glove(epochs=1, learning_rate=1e-12), History()  # nothing moves
    train(settings, toy, history=history)
    start = log_bilinear.Parameters.drawn(len(toy.words), 20, np.random.default_rng([1, 0]))
    counts = cooccurrences(toy, window=settings.window, weighting="harmonic", threads=1).toarray()
    products = start.vectors[0] @ start.vectors[1].T + start.biases[0, :, 0][:, None] + start.biases[1, :, 0]
    errors = (products - np.log(counts, where=counts > 0, out=np.zeros_like(counts)))[counts > 0]
    weights = np.minimum(1, (counts[counts > 0] / settings.x_max) ** settings.alpha)
    assert history.points[0][2] == pytest.approx(np.mean(weights * errors**2 / 2), rel=1e-5)


def test_vectors_and_biases_start_small_and_even() -> None:
    start = log_bilinear.Parameters.drawn(3000, 20, np.random.default_rng(0))
    for values in (start.vectors[0, :, :20], start.vectors[1, :, :20], start.biases[0, :, 0], start.biases[1, :, 0]):
        assert values.min() == pytest.approx(-0.025, abs=1e-4)
        assert values.max() == pytest.approx(0.025, abs=1e-4)
        assert values.mean() == pytest.approx(0, abs=1e-3)
    assert not start.vectors[:, :, 20:].any()
    assert start.vectors.shape[2] == 32
    assert (start.squares == 1).all()
    assert (start.biases[:, :, 1] == 1).all()


def test_cells_hold_every_entry_once_in_an_order_of_the_seed(toy: Tokens) -> None:
    counts = cooccurrences(toy, window=5, weighting="harmonic", threads=1)

    def dealt(seed: int) -> list[np.ndarray]:
        cells = log_bilinear.deal(counts, classes=3, x_max=10, alpha=0.75, seed=seed, threads=2)
        return [cell for row in cells for cell in row]

    first, again, other = dealt(1), dealt(1), dealt(2)
    for one, two, three in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(one, two)
        assert not np.array_equal(one, three)
        np.testing.assert_array_equal(np.sort(one), np.sort(three))
        assert not np.array_equal(one, np.sort(one))
    whole = np.concatenate(first)
    assert sorted(zip(whole["row"], whole["column"], strict=True)) == sorted(zip(*counts.nonzero(), strict=True))


def test_a_learning_rate_that_is_too_high_is_told(toy: Tokens) -> None:
    with pytest.raises(InputError, match=r"^learning_rate: 1e\+20 is too high, epoch 1 diverged; lower it$"):
        train(glove(learning_rate=1e20), toy)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ([["a", "a", "a"]], "the vocabulary holds one word, 'a'"),
        ([["a", "b"]], "the training text has 2 words, no more than a window of 15"),
        ([["a"], ["b"]] * 20, "no sentence has two words of the vocabulary"),
    ],
)
def test_text_that_nothing_can_be_learned_from_is_refused(text: list[list[str]], message: str) -> None:
    with pytest.raises(InputError, match=rf"^{message}[^\n]*; [^\n]*give more text$"):
        train(glove(), tokens_of(text))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vector_size": 0}, "vector_size: must be at least 1, not 0"),
        ({"window": 0}, "window: must be at least 1, not 0"),
        ({"epochs": -1}, "epochs: must be at least 1, not -1"),
        ({"classes": 0}, "classes: must be at least 1, not 0"),
        ({"x_max": 0.0}, "x_max: must be above 0, not 0"),
        ({"learning_rate": -0.5}, "learning_rate: must be above 0, not -0.5"),
        ({"alpha": -1.0}, "alpha: must be at least 0, not -1"),
    ],
)
def test_an_impossible_value_is_refused_by_its_key(change: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        glove(**change)
    assert str(error.value) == message
