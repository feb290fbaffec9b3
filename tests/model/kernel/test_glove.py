from __future__ import annotations

import numpy as np
import pytest

from embedsmith.model.kernel.glove import ENTRY, count_cells, fill_cells, make_glove

DIMENSION = 16
RATE = np.float32(0.05)

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]


def drawn(words: int, seed: int) -> Arrays:
    """Vectors, squares and biases of a network that has been trained for a while."""
    draw = np.random.default_rng(seed)
    vectors = draw.normal(size=(2, words, DIMENSION)).astype(np.float32)
    squares = draw.uniform(1, 3, size=(2, words, DIMENSION)).astype(np.float32)
    biases = draw.uniform(1, 3, size=(2, words, 2)).astype(np.float32)
    return vectors, squares, biases


def losses(vectors: np.ndarray, biases: np.ndarray, entries: np.ndarray) -> np.ndarray:
    """f(x) (w . c + b + b' - log x)^2 / 2 of each entry: equation 8 of the paper, halved."""
    products = (vectors[0, entries["row"]] * vectors[1, entries["column"]]).sum(axis=1, dtype=np.float64)
    errors = products + biases[0, entries["row"], 0] + biases[1, entries["column"], 0] - entries["log"]
    return np.asarray(entries["weight"] * errors**2 / 2)


def test_training_agrees_with_plain_numpy() -> None:
    draw = np.random.default_rng(0)
    entries = np.zeros(200, ENTRY)
    entries["row"], entries["column"] = draw.integers(9, size=(2, 200))
    entries["log"], entries["weight"] = draw.normal(size=200), draw.uniform(0, 1, size=200)
    arrays = drawn(9, seed=1)
    (words, contexts), (w_squares, c_squares), (w_biases, c_biases) = (array.astype(np.float64) for array in arrays)
    expected = 0.0
    for row, column, log, weight in entries.tolist():
        error = words[row] @ contexts[column] + w_biases[row, 0] + c_biases[column, 0] - log
        expected += weight * error**2 / 2
        gradient = weight * error
        w_step, c_step = 0.05 * gradient * contexts[column], 0.05 * gradient * words[row]
        words[row] -= w_step / np.sqrt(w_squares[row])
        contexts[column] -= c_step / np.sqrt(c_squares[column])
        w_squares[row] += w_step**2
        c_squares[column] += c_step**2
        for bias in (w_biases[row], c_biases[column]):
            bias[0] -= 0.05 * gradient / np.sqrt(bias[1])
            bias[1] += (0.05 * gradient) ** 2
    loss = make_glove(DIMENSION)(entries, *arrays, RATE)
    assert loss == pytest.approx(expected, rel=1e-4)
    for ours, plain in zip(arrays, ((words, contexts), (w_squares, c_squares), (w_biases, c_biases)), strict=True):
        np.testing.assert_allclose(ours, plain, rtol=2e-4, atol=2e-4)


def test_a_step_follows_the_gradient_of_the_objective() -> None:
    entry = np.array([(1, 2, 0.7, 0.4)], ENTRY)
    vectors, squares, biases = drawn(3, seed=2)
    squares[:] = biases[:, :, 1] = 1  # a step is then the rate times the gradient
    before = vectors.astype(np.float64), biases.astype(np.float64)
    make_glove(DIMENSION)(entry, vectors, squares, biases, RATE)
    for which, after in enumerate((vectors, biases[:, :, :1])):
        step = (after - before[which][:, :, : after.shape[2]]) / -0.05
        gradient = np.zeros_like(step)
        for place in np.ndindex(step.shape):
            change = np.zeros_like(before[which])
            change[place] = 1e-5
            up, down = (
                losses(
                    *(array + sign * change if other == which else array for other, array in enumerate(before)), entry
                )
                for sign in (1, -1)
            )
            gradient[place] = (up - down)[0] / 2e-5
        np.testing.assert_allclose(step, gradient, atol=1e-4)
        assert np.abs(gradient).max() > 0.1


def test_the_padding_of_rows_stays_zero() -> None:
    vectors, squares, biases = drawn(3, seed=3)
    vectors[:, :, 10:] = 0
    make_glove(DIMENSION)(np.array([(0, 1, 3.0, 1.0)] * 9, ENTRY), vectors, squares, biases, RATE)
    assert not vectors[:, :, 10:].any()
    assert vectors[0, 0, :10].all()


def test_every_entry_is_in_the_cell_of_its_classes_with_its_logarithm_and_weight() -> None:
    from scipy.sparse import random_array

    counts = random_array((11, 11), density=0.4, format="csr", rng=np.random.default_rng(4))
    counts.data *= 20
    found = []
    for own in range(3):
        sizes = np.zeros(3, np.int64)
        count_cells(counts.indptr, counts.indices, own, sizes)
        ends = np.cumsum(sizes) - sizes
        entries = np.zeros(sizes.sum(), ENTRY)
        fill_cells(counts.indptr, counts.indices, counts.data, own, 10.0, 0.75, ends, entries)
        assert (entries["row"] % 3 == own).all()
        np.testing.assert_array_equal(entries["column"] % 3, np.repeat(np.arange(3), sizes))
        np.testing.assert_array_equal(ends, np.cumsum(sizes))
        found.append(entries)
    entries = np.sort(np.concatenate(found), order=["row", "column"])
    plain = counts.tocoo()
    np.testing.assert_array_equal(entries["row"], plain.row)
    np.testing.assert_array_equal(entries["column"], plain.col)
    np.testing.assert_allclose(entries["log"], np.log(plain.data), rtol=1e-6)
    np.testing.assert_allclose(entries["weight"], np.where(plain.data < 10, (plain.data / 10) ** 0.75, 1), rtol=1e-6)
    assert 0 < (entries["weight"] == 1).sum() < len(entries)
