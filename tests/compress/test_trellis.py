from itertools import product

import numpy as np
import pytest

from embedsmith.compress.chain import compose
from embedsmith.compress.kernel.viterbi import paths
from embedsmith.compress.trellis import Trellis, allocate, states_of
from embedsmith.embedding import Dense, Embedding, NGrams
from embedsmith.errors import InputError

SETTINGS = {
    "bytes": 4, "memory": 7, "emphasis": 0.0, "mean": 1.0, "lengths": True, "rounds": 2, "sample": 500, "seed": 1,
}  # fmt: skip


def spread(rows, dimension, seed=0):
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(rows, dimension)) * np.linspace(2, 0.2, dimension) + 1
    return (rows * draw.uniform(0.1, 9, size=(len(rows), 1))).astype(np.float32)


def embedding(rows, fallback=None):
    return Embedding.dense([f"w{i}" for i in range(len(rows))], rows, fallback=fallback)


def quantised(rows, **parameters):
    before = embedding(rows)
    return Trellis(**SETTINGS | parameters).fit(before).transform(before)


def cosines(left, right):
    return np.einsum("nd,nd->n", left, right) / np.linalg.norm(left, axis=1) / np.linalg.norm(right, axis=1)


def products_lost(rows, small):
    """Squared difference of the cosines of all pairs, before and after: no rotation shows in it."""
    towards, decoded = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (rows, small.matrix()))
    return float(np.square(towards @ towards.T - decoded @ decoded.T).mean())


def test_the_path_is_the_best_of_all_that_begin_and_end_in_its_state():
    steps = np.array([[3, 1], [1, 2], [2, 1], [4, 1]], dtype=np.uint8)
    draw = np.random.default_rng(0)
    tables = draw.normal(size=5 * 64).astype(np.float16)  # of one, two, three and four bits
    rows, weights = draw.normal(size=(40, 5)).astype(np.float32), np.array([3, 1, 2, 1, 0.5], dtype=np.float32)
    starts = {(1, 2): 0, (2, 1): 128, (3, 1): 192, (4, 1): 256}
    strings, ends = ["".join(bits) for bits in product("01", repeat=10)], np.cumsum(steps[:, 0])
    costs = np.zeros((len(strings), 40))
    for place, string in enumerate(strings):
        column = 0
        for (bits, values), end in zip(steps.tolist(), ends, strict=True):
            state = int((string + string)[10 + end - 6 : 10 + end], 2)
            for value in range(values):
                error = rows[:, column] - tables[starts[bits, values] + value * 64 + state].astype(np.float64)
                costs[place] += weights[column] * error**2
                column += 1
    states = states_of(rows, weights, steps, tables, 6)
    found = [
        "".join(f"{state & ((1 << bits) - 1):0{bits}b}" for state, bits in zip(row, steps[:, 0].tolist(), strict=True))
        for row in states.tolist()
    ]
    reached = np.array([costs[int(string, 2), row] for row, string in enumerate(found)])
    # Of all strings that begin in the same state, which are those that end with the same bits.
    rivals = [[place for place in range(len(strings)) if place % 64 == int(string, 2) % 64] for string in found]
    best = np.array([costs[of_row, row].min() for row, of_row in enumerate(rivals)])
    np.testing.assert_allclose(reached, best, atol=1e-5)
    assert reached.mean() < 0.5 * costs.min(axis=0).mean() + 0.5 * costs.mean()


def test_the_kernel_does_what_its_python_says():
    draw = np.random.default_rng(0)
    rows, weights = draw.normal(size=(2, 6)).astype(np.float32), np.ones(6, dtype=np.float32)
    bits, ones = np.array([2, 1, 3, 2, 2, 2]), np.ones(6, dtype=np.int64)
    table, places = draw.normal(size=64).astype(np.float32), np.zeros(6, dtype=np.int64)
    fast, slow = np.empty((2, 6), np.int32), np.empty((2, 6), np.int32)
    paths(rows, weights, bits, ones, places, table, 6, fast)
    paths.py_func(rows, weights, bits, ones, places, table, 6, slow)
    np.testing.assert_array_equal(fast, slow)


def test_one_bit_a_normal_value_loses_less_than_the_best_scalar_quantiser():
    rows = np.random.default_rng(0).normal(size=(3000, 64)).astype(np.float32)
    before = embedding(rows - rows.mean(axis=0))
    trellis = Trellis(**SETTINGS | {"bytes": 8, "memory": 8}).fit(before)
    found = cosines(before.matrix() @ trellis.components_.T, trellis.transform(before).matrix())
    assert 0.25 < 1 - np.mean(found**2) < 0.31  # the bound of rate-distortion theory, and 1 - 2 / pi = 0.363 of signs


def test_the_error_is_that_of_what_was_divided():
    """No row is farther from its original than a row of which nothing is known: the mean."""
    rows = spread(800, 12)
    towards = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    before = embedding(rows)
    trellis = Trellis(**SETTINGS | {"lengths": False, "bytes": 6}).fit(before)
    turned = towards @ trellis.components_.T
    errors = np.square(trellis.transform(before).matrix() - turned).sum(axis=1)
    spread_ = np.square(turned - turned.mean(axis=0)).sum(axis=1)
    assert errors.mean() < 0.05 * spread_.mean()
    assert np.all(errors < spread_.max())


def test_the_factor_of_a_row_brings_it_as_near_as_a_factor_can():
    rows = spread(500, 8)
    before = embedding(rows)
    trellis = Trellis(**SETTINGS).fit(before)
    turned, decoded = rows @ trellis.components_.T, trellis.transform(before).matrix().astype(np.float64)
    np.testing.assert_allclose((turned * decoded).sum(axis=1) / (decoded**2).sum(axis=1), 1, atol=0.011)


@pytest.mark.parametrize("better", [{"bytes": 5}, {"memory": 10}, {"rounds": 5}])
def test_more_of_anything_comes_nearer(better):
    rows, least = spread(1000, 16), {"bytes": 4, "memory": 6, "rounds": 0, "sample": 1000}
    assert products_lost(rows, quantised(rows, **least | better)) < products_lost(rows, quantised(rows, **least))


def test_its_size_is_that_of_strings_one_byte_a_row_and_what_all_share():
    codec = quantised(spread(300, 10)).codec
    shared = 2 * len(codec.steps) + 2 * len(codec.tables) + 1 + 2 * 4 * codec.shape[1] + 8
    assert sum(array.nbytes for array in codec.arrays.values()) == 300 * (4 + 1) + shared
    assert len(quantised(spread(300, 10), lengths=False).codec.scales) == 0


def test_bits_go_where_they_count_and_none_is_left():
    steps = allocate(np.array([64, 16, 4, 1, 0.001]), 24)
    assert steps[:, 0].sum() == 24
    rates = [bits / values for bits, values in steps.tolist() for _ in range(values)]
    assert rates == sorted(rates, reverse=True)
    # Reverse water-filling at 6 bits: logarithms of base 4 above a level that they leave.
    assert allocate(np.array([64.0, 16, 4, 1, 1e-9]), 6).tolist() == [[3, 1], [2, 1], [1, 1]]
    with pytest.raises(InputError, match="trellis: 3 bytes are more than 2 dimensions take"):
        allocate(np.ones(2), 24)


def test_without_its_mean_an_embedding_is_centred():
    rows = spread(500, 8)
    centred = quantised(rows, mean=0.0, lengths=False, bytes=5).matrix()
    assert np.abs(centred.mean(axis=0)).max() < 0.02
    assert np.linalg.norm(quantised(rows, lengths=False, bytes=5).matrix().mean(axis=0)) > 0.5


def test_threads_change_no_bit(monkeypatch):
    rows, found = spread(3000, 8), []
    for threads in (1, 3):
        monkeypatch.setattr("os.cpu_count", lambda threads=threads: threads)
        found.append(quantised(rows).codec.arrays)
    for name, array in found[0].items():
        np.testing.assert_array_equal(array, found[1][name])


def test_units_of_unseen_words_share_the_space_and_have_tables_of_their_own():
    units = spread(60, 8, seed=1)
    fallback = NGrams(3, 4, 60, np.arange(60, dtype=np.int32), Dense(units))
    trellis = Trellis(**SETTINGS).fit(embedding(spread(300, 8)))
    small = trellis.transform(embedding(spread(300, 8), fallback))
    decoded = small.fallback.codec.rows(slice(0, 60))
    assert cosines(units @ trellis.components_.T, decoded).mean() > 0.95
    assert not np.array_equal(small.fallback.codec.tables, small.codec.tables)


def test_zero_rows_and_equal_rows_are_quantised_too():
    zeros = np.zeros((20, 8), np.float32)
    assert np.isfinite(quantised(zeros).matrix()).all()
    np.testing.assert_allclose(quantised(zeros).matrix(), 0, atol=1e-6)
    equal = quantised(np.ones((20, 8), np.float32)).matrix()
    assert np.isfinite(equal).all()


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"bytes": 2}, "variant.x.trellis.bytes: must be at least 3"),
        ({"memory": 13}, "variant.x.trellis.memory: must be 6 to 12"),
        ({"mean": 1.5}, "variant.x.trellis.mean: must be 0 to 1"),
        ({"emphasis": -1.0}, "variant.x.trellis.emphasis: must be at least 0"),
        ({"sample": 0}, "variant.x.trellis.sample: must be at least 1"),
        ({"rounds": -1}, "variant.x.trellis.rounds: must be at least 0"),
    ],
)
def test_impossible_settings_are_refused(parameters, said):
    with pytest.raises(InputError, match=said):
        compose({"trellis": SETTINGS | parameters}, "variant.x")
