import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from embedsmith.compress.chain import compose
from embedsmith.compress.hash import Hash, fit_pool, fit_weights
from embedsmith.embedding import Dense, Embedding, NGrams
from embedsmith.errors import InputError

SETTINGS = {"functions": 2, "reduction": 4, "weighted": True, "rounds": 5, "iterations": 20, "seed": 1}
BASELINE = {"functions": 1, "weighted": False, "rounds": 1}


def spread(rows, dimension, seed=0):
    draw = np.random.default_rng(seed)
    return (draw.normal(size=(rows, dimension)) * draw.uniform(0.1, 9, size=(rows, 1))).astype(np.float32)


def embedding(rows, fallback=None):
    return Embedding.dense([f"w{i}" for i in range(len(rows))], rows, fallback=fallback)


def shared(rows, **parameters):
    before = embedding(rows)
    return Hash(**SETTINGS | parameters).fit(before).transform(before)


@pytest.mark.parametrize("weighted", [True, False])
def test_one_function_and_as_many_buckets_as_words_give_the_rows_back(weighted):
    rows = spread(200, 6)
    after = shared(rows, functions=1, reduction=1, weighted=weighted).matrix()
    np.testing.assert_allclose(after, rows, rtol=2**-9, atol=1e-3)


def test_plain_remainders_without_weights_share_the_mean():
    rows = spread(103, 6)
    after = shared(rows, **BASELINE, reduction=103 / 25).matrix()
    for word in range(103):
        np.testing.assert_allclose(after[word], rows[word % 25 :: 25].mean(axis=0), rtol=2**-10, atol=1e-5)


def test_at_as_many_bytes_weights_and_two_functions_come_nearer_than_plain_remainders():
    rows = spread(1000, 40)
    weighted = shared(rows, reduction=5)
    plain = shared(rows, **BASELINE, reduction=4.5)
    sizes = [sum(array.nbytes for array in small.codec.arrays.values()) for small in (weighted, plain)]
    assert sizes[0] <= 1.15 * sizes[1]
    errors = [np.square(small.matrix() - rows).sum() for small in (weighted, plain)]
    assert errors[0] < 0.9 * errors[1]


def test_each_round_comes_nearer():
    rows = spread(600, 10)
    errors = [np.square(shared(rows, rounds=rounds, iterations=200).matrix() - rows).sum() for rounds in (1, 2, 5, 20)]
    assert errors == sorted(errors, reverse=True)


def test_the_pool_is_that_of_dense_least_squares():
    draw = np.random.default_rng(0)
    rows, chosen, weights = draw.normal(size=(90, 3)), draw.integers(20, size=(90, 2)), draw.normal(size=(90, 2))
    sums = np.zeros((90, 20))
    np.add.at(sums, (np.arange(90)[:, None], chosen), weights)  # twice in the same bucket counts twice
    expected = np.linalg.lstsq(sums, rows, rcond=None)[0]
    np.testing.assert_allclose(fit_pool(rows, chosen, weights, np.zeros((20, 3)), 100), expected, atol=1e-4)


def test_the_weights_are_those_of_dense_least_squares():
    draw = np.random.default_rng(0)
    rows, pool = draw.normal(size=(50, 6)), draw.normal(size=(20, 6))
    chosen = np.array([draw.choice(20, 3, replace=False) for _ in range(50)])
    expected = [np.linalg.lstsq(pool[own].T, row, rcond=None)[0] for row, own in zip(rows, chosen, strict=True)]
    np.testing.assert_allclose(fit_weights(rows, chosen, pool), expected, atol=1e-4)


def test_two_functions_that_agree_on_a_bucket_still_have_weights():
    pool, rows = np.array([[1.0, 2.0]]), np.array([[2.0, 4.0], [0.0, 0.0]])
    weights = fit_weights(rows, np.zeros((2, 2), dtype=np.int64), pool)
    np.testing.assert_allclose(weights.sum(axis=1), [2, 0], atol=1e-5)


def test_its_size_is_that_of_the_pool_the_weights_and_the_functions():
    codec = shared(spread(100, 6)).codec
    assert sum(array.nbytes for array in codec.arrays.values()) == 25 * 6 * 2 + 100 * 2 * 2 + 2 * 2 * 8
    plain = shared(spread(100, 6), **BASELINE).codec
    assert sum(array.nbytes for array in plain.arrays.values()) == 25 * 6 * 2 + 2 * 8


def test_threads_change_no_bit():
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(shared(spread(2000, 20)).codec.arrays)
    for name, array in found[0].items():
        np.testing.assert_array_equal(array, found[1][name])


def test_another_seed_hashes_otherwise_but_for_the_plain_remainder():
    one, other = (shared(spread(100, 6), seed=seed).codec.functions for seed in (1, 2))
    assert one[0].tolist() == other[0].tolist() == [1, 0]
    assert one[1].tolist() != other[1].tolist()


def test_zero_rows_stay_zero():
    rows = spread(40, 6)
    rows[:30] = 0
    rows[31::5] = 0
    after = shared(rows, rounds=20, iterations=100).matrix()
    assert np.isfinite(after).all()
    np.testing.assert_allclose(after[:30], 0, atol=0.05)


def test_units_of_unseen_words_have_a_pool_of_their_own():
    units = spread(60, 6, seed=1) + 5
    fallback = NGrams(3, 4, 60, np.arange(60, dtype=np.int32), Dense(units))
    small = Hash(**SETTINGS).transform(embedding(spread(300, 6), fallback))
    assert small.fallback.codec.pool.shape == (15, 6)
    np.testing.assert_array_equal(small.fallback.codec.rows(slice(0, 60)), shared(units).matrix())


@pytest.mark.parametrize("name", ["functions", "reduction", "rounds", "iterations"])
def test_impossible_settings_are_refused(name):
    with pytest.raises(InputError, match=f"variant.x.hash.{name}: must be at least 1, not 0"):
        compose({"hash": SETTINGS | {name: 0}}, "variant.x")


def test_what_leaves_nothing_or_does_not_fit_is_refused():
    with pytest.raises(InputError, match="a reduction of 100 leaves nothing of 10 rows; use at most 10"):
        shared(spread(10, 3), reduction=100)
    with pytest.raises(InputError, match="beyond half precision"):
        shared(spread(10, 3) * 1e6)
