"""Neighbours over stored rows are those over decoded rows, whatever the codec."""

import numpy as np
import pytest

from embedsmith.embedding import (
    PQ,
    Binary,
    Dense,
    Embedding,
    Hash,
    Int4,
    Int8,
    LowRank,
    Residual,
    Shared,
    Sparse,
    Trellis,
)
from embedsmith.embedding import embedding as module
from embedsmith.embedding.codec.codec import products
from embedsmith.embedding.codec.packing import pack
from embedsmith.embedding.codec.scales import quantise

ROWS = 5_000  # more than two blocks
DRAW = np.random.default_rng(0)
TWINS = np.array([0, 7, 2_047, 2_048, 4_095, 4_998, 4_999])
"""Rows that are stored as equal ones, at places where blocks and what a processor does at once begin and end."""
EMPTY = 100


def stored(array):
    array[TWINS] = array[TWINS[0]]
    return array


def normal(*shape, kind=np.float32):
    return DRAW.normal(size=shape).astype(kind)


def scales():
    factors = stored(DRAW.uniform(0.5, 2, ROWS).astype(np.float32))
    factors[EMPTY] = 0
    codes, span = quantise(factors)
    return {"scales": codes, "span": span}


def pq(parts, bits, dimension=20):
    cuts = (np.arange(parts + 1) * dimension // parts).astype(np.int32)
    codes = pack(stored(DRAW.integers(2**bits, size=(ROWS, parts), dtype=np.uint8)), bits)
    return PQ(codes, normal(2**bits, dimension, kind=np.float16), cuts, **scales())


def residual(stages, bits, dimension=20):
    codes = pack(stored(DRAW.integers(2**bits, size=(ROWS, stages), dtype=np.uint8)), bits)
    codebooks = normal(stages, 2**bits, dimension, kind=np.float16)
    return Residual(codes, codebooks, normal(dimension, kind=np.float16), **scales())


def sparse(dimension):
    kept = DRAW.random((ROWS, dimension)) < 0.3
    kept[EMPTY:2_400] &= DRAW.random((2_300, 1)) < 0.5  # many empty rows
    kept[EMPTY] = False
    return Sparse.pack(stored(normal(ROWS, dimension, kind=np.float16)), stored(kept))


def hashed(functions, weighted):
    weights = stored(normal(ROWS, functions if weighted else 0, kind=np.float16))
    numbers = np.array([[1, 0], [12_345, 678]])[:functions]
    return Hash(normal(900, 20, kind=np.float16), numbers, weights)


def int4(dimension, group):
    codes = stored(DRAW.integers(-8, 8, (ROWS, dimension)))
    codes[EMPTY] = 0
    factors = stored(DRAW.uniform(0.1, 1, (ROWS, -(-dimension // group))).astype(np.float16))
    return Int4.pack(codes, factors, group)


def int8(dimension=20):
    codes = stored(DRAW.integers(-127, 128, (ROWS, dimension), dtype=np.int8))
    codes[EMPTY] = 0
    return Int8(codes, stored(DRAW.uniform(0.1, 1, ROWS).astype(np.float32)))


def binary(dimension):
    factors = stored(DRAW.uniform(0.1, 1, ROWS).astype(np.float16))
    factors[EMPTY] = 0
    return Binary.pack(stored(DRAW.random((ROWS, dimension)) > 0.4), factors)


def low_rank(inner):
    return LowRank(inner, normal(inner.shape[1], 33))


def shared(inner, rows=3_000):
    numbers = stored(DRAW.integers(rows, size=ROWS))
    numbers[EMPTY] = EMPTY
    return Shared(inner, numbers.astype(np.uint16))


def trellis(steps, memory, *, scaled):
    steps = np.array(steps, dtype=np.uint8)
    bits, columns = steps.sum(axis=0, dtype=int)
    of_kinds = np.unique(steps, axis=0)[:, 1].sum(dtype=int)
    factors = scales()
    if not scaled:
        factors["scales"] = factors["scales"][:0]
    return Trellis(
        stored(DRAW.integers(256, size=(ROWS, bits // 8), dtype=np.uint8)),
        steps,
        normal(of_kinds << memory, kind=np.float16),
        np.array([memory], dtype=np.uint8),
        DRAW.uniform(0.5, 2, columns).astype(np.float32),
        normal(columns),
        **factors,
    )


class Plain:
    """A codec that can do no more than a codec must."""

    name = "plain"
    arrays = {}  # noqa: RUF012
    shape = (ROWS, 20)

    def __init__(self):
        self.matrix = stored(normal(*self.shape))

    def rows(self, ids):
        return self.matrix[ids]


CODECS = {
    "float32": Dense(stored(normal(ROWS, 21))),
    "float16": Dense(stored(normal(ROWS, 21, kind=np.float16))),
    "int8": int8(),
    "int4": int4(21, 21),
    "int4 in groups": int4(21, 4),
    "int4 of odd groups": int4(20, 7),
    "binary": binary(24),
    "binary, part of a byte": binary(21),
    "low rank": low_rank(Dense(stored(normal(ROWS, 8)))),
    "low rank of int8": low_rank(int8(8)),
    "low rank of pq": low_rank(pq(3, 8)),
    "low rank of another": low_rank(Plain()),
    "sparse": sparse(30),
    "sparse of a column": sparse(1),
    "pq": pq(6, 8),
    "pq of even parts": pq(5, 8),
    "pq of half bytes": pq(7, 4),
    "pq of bits": pq(11, 1),
    "pq of three bits": pq(6, 3),
    "residual": residual(5, 8),
    "residual of half bytes": residual(5, 4),
    "residual of five bits": residual(5, 5),
    "trellis": trellis([[6, 1]] * 2 + [[5, 1]] * 4 + [[3, 1]] * 6 + [[1, 1]] * 6, 8, scaled=True),
    "trellis of fractions of a bit": trellis([[1, 4], [3, 2]] * 6, 12, scaled=True),
    "trellis of directions": trellis([[3, 1], [1, 3]] * 8, 6, scaled=False),
    "shared": shared(Dense(normal(ROWS, 21))),
    "shared of pq": shared(pq(6, 8)),
    "shared of low rank": shared(low_rank(int8(8))),
    "shared of another": shared(Plain()),
    "hash": hashed(2, weighted=True),
    "modulo": hashed(1, weighted=False),
    "another": Plain(),
}


@pytest.fixture(params=CODECS)
def embedding(request):
    return Embedding([f"w{row}" for row in range(ROWS)], CODECS[request.param])


def decoded_nearest(embedding, query, k, left_out=-1):
    """Rows and cosines by decoding everything, in double precision; equal rows in their order."""
    matrix = embedding.matrix().astype(np.float64)
    lengths = np.linalg.norm(matrix, axis=1) * np.linalg.norm(query.astype(np.float64))
    cosines = np.divide((matrix * query).sum(axis=1), lengths, out=np.zeros(ROWS), where=lengths > 0)
    order = np.argsort(-cosines.astype(np.float32), kind="stable")
    order = order[order != left_out][:k]
    return order, cosines[order]


def assert_same(found, embedding, query, k, left_out=-1):
    """The same cosines in the same order; and the same words, where their cosines are not equal but for rounding."""
    order, cosines = decoded_nearest(embedding, query, k, left_out)
    rows = np.array([embedding.index[word] for word, _ in found])
    np.testing.assert_allclose([cosine for _, cosine in found], cosines, atol=2e-6)
    all_cosines = dict(zip(*decoded_nearest(embedding, query, ROWS), strict=True))
    assert np.abs([all_cosines[row] for row in rows] - cosines).max() < 2e-6
    clear = np.abs(np.diff(cosines)) > 4e-6
    known = np.r_[True, clear] & np.r_[clear, False]
    np.testing.assert_array_equal(rows[known], order[known])


def test_products_are_those_of_decoded_rows(embedding):
    query = normal(embedding.dimension)
    expected = embedding.matrix().astype(np.float64) @ query
    found = products(embedding.codec, query)
    assert (found.dtype, found.shape) == (np.float32, (ROWS,))
    np.testing.assert_allclose(found, expected, atol=2e-6 * np.abs(expected).max() + 1e-6)


def test_the_nearest_of_a_vector_are_those_of_the_decoded_matrix(embedding):
    query = normal(embedding.dimension)
    assert_same(embedding.nearest(query, 10), embedding, query, 10)


def test_a_word_is_left_out_of_its_own_answer(embedding):
    found = embedding.nearest("w17", 10)
    assert "w17" not in dict(found)
    assert_same(found, embedding, embedding["w17"], 10, left_out=17)


def placed(codec):
    """Say whether the place of a row may show in it: Hash makes it of its number, BLAS may round it by its place."""
    return isinstance(codec, Hash | LowRank) or (isinstance(codec, Shared) and placed(codec.inner))


def test_of_equal_rows_the_more_frequent_comes_first(embedding):
    matrix = embedding.matrix()
    same = set(np.flatnonzero((matrix == matrix[0]).all(axis=1)).tolist())
    assert same >= set(TWINS.tolist()) or placed(embedding.codec)
    found = [row for row in (embedding.index[word] for word, _ in embedding.nearest(matrix[0], 50)) if row in same]
    assert found == sorted(found)
    assert len(found) == min(50, len(same)) or embedding.dimension == 1  # where others have the same direction


def test_many_queries_at_once_have_the_answers_of_each(embedding, monkeypatch):
    queries = [f"w{row}" for row in range(0, 90, 9)] + [normal(embedding.dimension)]
    expected = [embedding.nearest(query, 7) for query in queries]
    assert embedding.nearest_many(queries, 7) == expected
    assert embedding.nearest_many(queries[:3], 7) == expected[:3]
    monkeypatch.setattr(module, "SCORES", 9 * ROWS)  # in two parts
    assert embedding.nearest_many(queries, 7) == expected


def test_a_zero_vector_is_as_near_to_all(embedding):
    assert embedding.nearest(np.zeros(embedding.dimension), 3) == [("w0", 0), ("w1", 0), ("w2", 0)]
    assert len(embedding.nearest(normal(embedding.dimension), ROWS + 1)) == ROWS
    assert embedding.nearest("w1", 0) == []


def test_rows_that_are_no_numbers_are_near_to_nothing():
    matrix = normal(300, 5)
    matrix[3], matrix[4, 0] = np.nan, np.inf
    embedding = Embedding.dense([f"w{row}" for row in range(300)], matrix)
    found = embedding.nearest("w5", 299)
    assert dict(found)["w3"] == dict(found)["w4"] == 0
    assert found[:5] == embedding.nearest("w5", 5)


def test_there_may_be_no_words_and_no_queries():
    empty = Embedding.dense([], np.zeros((0, 3)))
    assert empty.nearest(np.ones(3), 5) == []
    assert empty.nearest_many([np.ones(3)] * 9, 5) == [[]] * 9
    assert empty.nearest_many([], 5) == []


def test_a_vector_of_another_dimension_is_refused(embedding):
    for wrong in (normal(embedding.dimension + 1), normal(2, embedding.dimension)):
        with pytest.raises(ValueError, match="must have shape"):
            embedding.nearest(wrong, 3)
    with pytest.raises(KeyError, match="unheard"):
        embedding.nearest_many(["unheard"], 3)
