import numpy as np
import pytest

import embedsmith
from embedsmith.embedding import PQ, Embedding, FormatError, save

ARRAYS = {
    "codes": np.array([[0x10], [0x01], [0x33]], dtype=np.uint8),
    "codebook": np.arange(48, dtype=np.float16).reshape(16, 3),
    "cuts": np.array([0, 1, 3], dtype=np.int32),
    "scales": np.array([1, 255, 0], dtype=np.uint8),
    "span": np.array([0, np.log(2)], dtype=np.float32),
}


def test_a_row_is_the_centroids_of_its_parts_times_its_factor(tmp_path):
    save(Embedding(["a", "b", "c"], PQ(**ARRAYS), ("pq",)), tmp_path / "small")
    loaded = embedsmith.load(tmp_path / "small")
    expected = [[0, 4, 5], [6, 2, 4], [0, 0, 0]]
    np.testing.assert_allclose(loaded.matrix(), expected, rtol=1e-6)
    np.testing.assert_allclose(loaded.rows([2, 0]), [expected[2], expected[0]], rtol=1e-6)
    assert isinstance(loaded.codec.arrays["codes"], np.memmap)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"codebook": ARRAYS["codebook"][:15]}, "a power of 2"),
        ({"codebook": ARRAYS["codebook"].astype(np.float32)}, "needs a float16 codebook"),
        ({"cuts": np.array([0, 1, 4], dtype=np.int32)}, "not ascending from 0 to 3"),
        ({"cuts": np.array([1, 2, 3], dtype=np.int32)}, "not ascending from 0 to 3"),
        ({"cuts": np.array([0, 2, 2, 3], dtype=np.int32)}, "not ascending from 0 to 3"),
        ({"cuts": np.array([0, 1, 3])}, "int32 cuts"),
        ({"cuts": np.array([3], dtype=np.int32)}, "at least one part"),
        ({"codes": np.zeros((3, 2), dtype=np.uint8)}, "2 parts of 4 bits need 1 bytes of codes a row"),
        ({"codes": np.zeros((3, 1), dtype=np.int8)}, "got int8"),
        ({"scales": np.zeros(2, dtype=np.uint8)}, "one uint8 scale a row"),
        ({"span": np.zeros(2)}, "span of two float32"),
    ],
)
def test_arrays_that_would_be_read_wrongly_are_refused(change, said):
    with pytest.raises(FormatError, match=said):
        PQ(**ARRAYS | change)
