import numpy as np
import pytest

import embedsmith
from embedsmith.embedding import Dense, Embedding, FormatError, Int8, LowRank, Shared, save
from embedsmith.embedding.codec import decode

ROWS = np.arange(6, dtype=np.float32).reshape(2, 3)
NUMBERS = np.array([0, 1, 1, 0], dtype=np.uint16)


def test_a_row_is_the_one_that_its_number_says():
    shared = Shared(Dense(ROWS), NUMBERS)
    assert shared.shape == (4, 3)
    np.testing.assert_array_equal(shared.rows(np.array([3, 2, -1])), ROWS[[0, 1, 0]])
    np.testing.assert_array_equal(shared.rows(slice(1, 9)), ROWS[[1, 1, 0]])


def test_rows_are_stored_in_any_way_and_the_numbers_beside_them(tmp_path):
    codes = Int8(np.array([[1, 2], [3, 4]], np.int8), np.ones(2, np.float32))
    for inner in (codes, LowRank(codes, np.eye(2, dtype=np.float32))):
        embedding = Embedding(list("abcd"), Shared(inner, NUMBERS))
        save(embedding, tmp_path / "e")
        loaded = embedsmith.load(tmp_path / "e")
        assert loaded.codec.name == f"shared:{inner.name}"
        assert loaded["c"].tolist() == [3, 4]
        assert loaded.nbytes == embedding.nbytes
        assert isinstance(loaded.codec.inner.arrays.get("codes", loaded.codec.arrays["numbers"]), np.memmap)


@pytest.mark.parametrize(
    ("name", "arrays", "said"),
    [
        ("shared:dense", {"numbers": NUMBERS + 1, "inner.matrix": ROWS}, "number 2 is beyond the 2 rows"),
        ("shared:dense", {"numbers": NUMBERS.astype(np.int64), "inner.matrix": ROWS}, "uint16 or uint32"),
        ("shared:dense", {"numbers": NUMBERS[None], "inner.matrix": ROWS}, "uint16 or uint32"),
        ("shared", {"numbers": NUMBERS}, "does not store numbers"),
        ("shared:shared:dense", {"numbers": NUMBERS}, "nested too deep"),
        ("shared:low_rank:low_rank:dense", {"numbers": NUMBERS}, "nested too deep"),
        ("low_rank:shared:dense", {"numbers": NUMBERS}, "nested too deep"),
    ],
)
def test_what_is_not_stored_so_is_refused(name, arrays, said):
    with pytest.raises(FormatError, match=said):
        decode(name, arrays)
