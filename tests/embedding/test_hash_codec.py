import numpy as np
import pytest

import embedsmith
from embedsmith.embedding import Embedding, FormatError, Hash, save
from embedsmith.embedding.codec.hash import PRIME, buckets

ARRAYS = {
    "pool": np.array([[1, 2], [3, 4], [5, 6]], dtype=np.float16),
    "functions": np.array([[1, 0], [2, 1]], dtype=np.int64),
    "weights": np.array([[1, 0], [0, 1], [2, -1], [0.5, 0.5]], dtype=np.float16),
}
WORDS = ["a", "b", "c", "d"]


@pytest.mark.parametrize("weights", [ARRAYS["weights"], np.zeros((4, 0), np.float16)], ids=["weighted", "plain"])
def test_a_row_is_the_weighted_sum_of_the_rows_of_its_buckets(tmp_path, weights):
    save(Embedding(WORDS, Hash(**ARRAYS | {"weights": weights}), ("hash",)), tmp_path / "small")
    loaded = embedsmith.load(tmp_path / "small")
    pool, given = ARRAYS["pool"], weights if weights.size else np.ones((4, 2))
    expected = [given[i, 0] * pool[i % 3] + given[i, 1] * pool[(2 * i + 1) % 3] for i in range(4)]
    np.testing.assert_array_equal(loaded.matrix(), expected)
    np.testing.assert_array_equal(loaded.codec.rows(slice(1, 3)), expected[1:3])
    np.testing.assert_array_equal(loaded.rows([3, 0, 3]), [expected[3], expected[0], expected[3]])
    np.testing.assert_array_equal(loaded.rows([-1]), [expected[3]])
    with pytest.raises(IndexError):
        loaded.rows([4])
    assert isinstance(loaded.codec.arrays["pool"], np.memmap)


def test_buckets_agree_with_whole_numbers_of_any_size():
    functions = [(1, 0), (PRIME - 1, PRIME - 1), (123456789, 987654321)]
    ids = [0, 1, 5, 45_613, PRIME - 2]
    expected = [[(a * i + b) % PRIME % 1000 for a, b in functions] for i in ids]
    assert buckets(np.array(ids), np.array(functions), 1000).tolist() == expected


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pool": ARRAYS["pool"][:0]}, "at least one row"),
        ({"pool": ARRAYS["pool"].astype(np.float32)}, "float16 pool"),
        ({"functions": ARRAYS["functions"][:, :1]}, "two int64 a function"),
        ({"functions": ARRAYS["functions"].astype(np.int32)}, "two int64 a function"),
        ({"functions": np.array([[1, 0], [PRIME, 0]])}, "not from 0 to"),
        ({"functions": np.array([[1, 0], [1, -1]])}, "not from 0 to"),
        ({"weights": ARRAYS["weights"][:, :1]}, "a float16 weight for each of 2 functions a row, or none"),
        ({"weights": ARRAYS["weights"].astype(np.float32)}, "got float32"),
    ],
)
def test_arrays_that_would_be_read_wrongly_are_refused(change, said):
    with pytest.raises(FormatError, match=said):
        Hash(**ARRAYS | change)
