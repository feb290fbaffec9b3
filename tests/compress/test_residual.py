import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from embedsmith.compress.chain import compose
from embedsmith.compress.residual import Residual
from embedsmith.embedding import Dense, Embedding, NGrams
from embedsmith.embedding.codec.packing import unpack
from embedsmith.embedding.codec.scales import factors
from embedsmith.errors import InputError

SETTINGS = {"stages": 3, "bits": 4, "beam": 5, "refinements": 2, "iterations": 5, "seed": 1}


def spread(rows, dimension, seed=0):
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(rows, dimension)) * np.linspace(2, 0.2, dimension) + 1
    return (rows * draw.uniform(0.1, 9, size=(len(rows), 1))).astype(np.float32)


def embedding(rows, fallback=None):
    return Embedding.dense([f"w{i}" for i in range(len(rows))], rows, fallback=fallback)


def quantised(rows, **parameters):
    before = embedding(rows)
    return Residual(**SETTINGS | parameters).fit(before).transform(before)


def towards(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize(("stages", "bits"), [(3, 4), (2, 8), (5, 3), (1, 1)])
def test_rows_are_decoded_as_faiss_decodes_them(stages, bits):
    import faiss

    codec = quantised(spread(600, 9), stages=stages, bits=bits).codec
    reference = faiss.ResidualQuantizer(9, stages, bits)
    faiss.copy_array_to_vector(codec.codebooks.astype(np.float32).ravel(), reference.codebooks)
    reference.is_trained = True
    expected = reference.decode(codec.codes) + codec.mean.astype(np.float32)
    expected *= factors(codec.scales, codec.span)[:, None]
    np.testing.assert_allclose(codec.rows(slice(0, 600)), expected, rtol=1e-4, atol=1e-5)


def test_a_single_codebook_gives_the_nearest_of_its_rows():
    rows = spread(300, 6)
    codec = quantised(rows, stages=1).codec
    codes = unpack(codec.codes, 1, 4)[:, 0]
    candidates = codec.codebooks[0].astype(np.float32) + codec.mean.astype(np.float32)
    distances = np.linalg.norm(towards(rows)[:, None] - candidates, axis=2)
    np.testing.assert_allclose(distances[np.arange(300), codes], distances.min(axis=1), atol=1e-4)


def test_a_beam_that_follows_every_sum_finds_the_best_of_all():
    rows = spread(200, 6)
    codec = quantised(rows, stages=2, bits=3, beam=64).codec
    books = codec.codebooks.astype(np.float32)
    sums = (books[0][:, None] + books[1][None]).reshape(64, 6) + codec.mean.astype(np.float32)
    best = np.linalg.norm(towards(rows)[:, None] - sums, axis=2).min(axis=1)
    codes = unpack(codec.codes, 2, 3)
    found = np.linalg.norm(towards(rows) - sums.reshape(8, 8, 6)[codes[:, 0], codes[:, 1]], axis=1)
    np.testing.assert_allclose(found, best, atol=1e-4)


def test_the_factor_of_a_row_brings_it_as_near_as_a_factor_can():
    rows = spread(500, 8)
    decoded = quantised(rows).matrix().astype(np.float64)
    best = (rows * decoded).sum(axis=1) / (decoded**2).sum(axis=1)
    np.testing.assert_allclose(best, 1, atol=0.011)


@pytest.mark.parametrize("better", [{"stages": 6}, {"bits": 6}, {"beam": 16}, {"refinements": 10}])
def test_more_of_anything_comes_nearer(better):
    rows = spread(1000, 12)
    least = {"beam": 1, "refinements": 0}
    errors = [
        np.square(towards(quantised(rows, **settings).matrix()) - towards(rows)).sum()
        for settings in (least, least | better)
    ]
    assert errors[1] < errors[0]


def test_its_size_is_that_of_the_codes_one_byte_a_row_the_codebooks_and_the_mean():
    codec = quantised(spread(300, 10)).codec
    assert sum(array.nbytes for array in codec.arrays.values()) == 300 * (2 + 1) + 3 * 16 * 10 * 2 + 10 * 2 + 8


def test_threads_change_no_bit():
    rows = spread(3000, 8)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(quantised(rows, bits=6).codec.arrays)
    for name, array in found[0].items():
        np.testing.assert_array_equal(array, found[1][name])


def test_another_seed_starts_elsewhere():
    one, other = (quantised(spread(300, 6), seed=seed).codec.codebooks for seed in (1, 2))
    assert not np.array_equal(one, other)


def test_units_of_unseen_words_have_codebooks_of_their_own():
    units = spread(60, 6, seed=1) + 5
    fallback = NGrams(3, 4, 60, np.arange(60, dtype=np.int32), Dense(units))
    small = Residual(**SETTINGS).transform(embedding(spread(300, 6), fallback))
    np.testing.assert_array_equal(small.fallback.codec.rows(slice(0, 60)), quantised(units).matrix())


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"stages": 0}, "variant.x.residual.stages: must be at least 1"),
        ({"beam": 0}, "variant.x.residual.beam: must be at least 1"),
        ({"iterations": 0}, "variant.x.residual.iterations: must be at least 1"),
        ({"bits": 9}, "variant.x.residual.bits: must be 1 to 8"),
        ({"refinements": -1}, "variant.x.residual.refinements: must be at least 0"),
    ],
)
def test_impossible_settings_are_refused(parameters, said):
    with pytest.raises(InputError, match=said):
        compose({"residual": SETTINGS | parameters}, "variant.x")


def test_fewer_rows_than_the_codebooks_have_are_refused():
    with pytest.raises(InputError, match="residual: 47 rows are fewer than the 48 of all codebooks; use fewer stages"):
        quantised(spread(47, 6))
