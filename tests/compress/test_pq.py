import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from embedsmith.compress.chain import apply, compose
from embedsmith.compress.pq import PQ
from embedsmith.embedding import Dense, Embedding, NGrams
from embedsmith.embedding.codec.packing import unpack
from embedsmith.embedding.codec.scales import factors
from embedsmith.errors import InputError


def spread(rows, dimension, seed=0):
    """Rows of lengths from short to long, some directions more frequent than others."""
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(rows, dimension)) * np.linspace(2, 0.2, dimension) * draw.uniform(0.1, 9, size=(rows, 1))
    return rows.astype(np.float32)


def embedding(rows, fallback=None):
    return Embedding.dense([f"w{i}" for i in range(len(rows))], rows, fallback=fallback)


def quantised(rows, **parameters):
    before = embedding(rows)
    return PQ(**{"iterations": 5, "seed": 1} | parameters).fit(before).transform(before)


@pytest.mark.parametrize(("parts", "bits"), [(6, 4), (4, 8), (3, 5), (12, 1)])
def test_rows_are_decoded_as_faiss_decodes_them(parts, bits):
    import faiss

    codec = quantised(spread(400, 12), parts=parts, bits=bits).codec
    reference = faiss.ProductQuantizer(12, parts, bits)
    centroids = codec.codebook.astype(np.float32).reshape(2**bits, parts, 12 // parts).transpose(1, 0, 2)
    faiss.copy_array_to_vector(np.ascontiguousarray(centroids).ravel(), reference.centroids)
    expected = reference.decode(codec.codes) * factors(codec.scales, codec.span)[:, None]
    np.testing.assert_array_equal(codec.rows(slice(0, 400)), expected)


@pytest.mark.parametrize("parts", [1, 3, 5, 7])
def test_each_part_is_the_nearest_of_its_centroids_however_the_cuts_fall(parts):
    rows = spread(300, 7)
    codec = quantised(rows, parts=parts, bits=4).codec
    assert sorted(set(np.diff(codec.cuts))) in ([7 // parts], [7 // parts, 7 // parts + 1])
    codes = unpack(codec.codes, parts, 4)
    directions = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    for part in range(parts):
        columns = slice(codec.cuts[part], codec.cuts[part + 1])
        gaps = directions[:, None, columns] - codec.codebook[None, :, columns].astype(np.float32)
        distances = np.linalg.norm(gaps, axis=2)
        chosen = distances[np.arange(300), codes[:, part]]
        np.testing.assert_allclose(chosen, distances.min(axis=1), atol=1e-4)


def test_as_many_centroids_as_rows_give_the_rows_back():
    rows = spread(16, 6)
    np.testing.assert_allclose(quantised(rows, parts=2, bits=4).matrix(), rows, rtol=0.02, atol=0.02)


def test_the_factor_of_a_row_brings_it_as_near_as_a_factor_can():
    rows = spread(500, 8)
    decoded = quantised(rows, parts=2, bits=4).matrix().astype(np.float64)
    best = (rows * decoded).sum(axis=1) / (decoded**2).sum(axis=1)
    np.testing.assert_allclose(best, 1, atol=0.011)


def test_more_bits_and_more_parts_come_nearer():
    rows = spread(600, 12)
    settings = [{"parts": 2, "bits": 2}, {"parts": 4, "bits": 2}, {"parts": 4, "bits": 4}, {"parts": 12, "bits": 8}]
    errors = [np.square(quantised(rows, **setting).matrix() - rows).sum() for setting in settings]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.01 * np.square(rows).sum()


def test_its_size_is_that_of_the_codes_one_byte_a_row_and_the_centroids():
    codec = quantised(spread(300, 10), parts=5, bits=4).codec
    assert sum(array.nbytes for array in codec.arrays.values()) == 300 * (3 + 1) + 16 * 10 * 2 + 6 * 4 + 8


def test_a_zero_row_stays_zero():
    rows = spread(40, 6)
    rows[3] = 0
    np.testing.assert_array_equal(quantised(rows, parts=3, bits=4).matrix()[3], np.zeros(6))


def test_threads_change_no_bit():
    rows = spread(3000, 8)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(quantised(rows, parts=2, bits=6).codec.arrays)
    for name, array in found[0].items():
        np.testing.assert_array_equal(array, found[1][name])


def test_another_seed_starts_elsewhere():
    rows = spread(300, 6)
    one, other = (quantised(rows, parts=2, bits=4, seed=seed).codec.codebook for seed in (1, 2))
    assert not np.array_equal(one, other)


def test_units_of_unseen_words_have_centroids_of_their_own():
    units = spread(40, 6, seed=1) + 5
    fallback = NGrams(3, 4, 40, np.arange(40, dtype=np.int32), Dense(units))
    small = PQ(parts=3, bits=4, iterations=5, seed=1).transform(embedding(spread(300, 6), fallback))
    alone = quantised(units, parts=3, bits=4)
    np.testing.assert_array_equal(small.fallback.codec.rows(slice(0, 40)), alone.matrix())
    np.testing.assert_allclose(small["unseen"], small.fallback.codec.rows(fallback.units("unseen")).mean(axis=0))


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"parts": 0}, "variant.x.pq.parts: must be at least 1"),
        ({"bits": 9}, "variant.x.pq.bits: must be 1 to 8"),
        ({"bits": 0}, "variant.x.pq.bits: must be 1 to 8"),
        ({"iterations": 0}, "variant.x.pq.iterations: must be at least 1"),
    ],
)
def test_impossible_settings_are_refused(parameters, said):
    with pytest.raises(InputError, match=said):
        compose({"pq": {"parts": 2, "bits": 4, "iterations": 5, "seed": 1} | parameters}, "variant.x")


def test_too_few_dimensions_or_rows_are_refused():
    with pytest.raises(InputError, match="pq: 7 parts are more than the 6 dimensions; use at most 6"):
        quantised(spread(300, 6), parts=7, bits=4)
    with pytest.raises(InputError, match="pq: 15 rows are fewer than 2\\^4 centroids; use fewer bits"):
        quantised(spread(15, 6), parts=2, bits=4)


def test_it_ends_a_chain():
    chain = {"pca": {"reduction": 2}, "pq": {"parts": 2, "bits": 4, "iterations": 5, "seed": 1}}
    small = apply(compose(chain, "variant.x"), embedding(spread(300, 8)))
    assert (small.chain, small.codec.name, small.dimension) == (("pca", "pq"), "pq", 4)
