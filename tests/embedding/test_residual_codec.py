import numpy as np
import pytest

import embedsmith
from embedsmith.embedding import Embedding, FormatError, Residual, save

ARRAYS = {
    "codes": np.array([[0b0100], [0b0011], [0]], dtype=np.uint8),
    "codebooks": np.arange(16, dtype=np.float16).reshape(2, 4, 2),
    "mean": np.array([100, 200], dtype=np.float16),
    "scales": np.array([1, 255, 0], dtype=np.uint8),
    "span": np.array([0, np.log(2)], dtype=np.float32),
}


def test_a_row_is_the_mean_and_a_row_of_each_codebook_times_its_factor(tmp_path):
    save(Embedding(["a", "b", "c"], Residual(**ARRAYS), ("residual",)), tmp_path / "small")
    loaded = embedsmith.load(tmp_path / "small")
    expected = [[110, 212], [2 * 114, 2 * 216], [0, 0]]
    np.testing.assert_allclose(loaded.matrix(), expected, rtol=1e-6)
    np.testing.assert_allclose(loaded.rows([2, 0]), [expected[2], expected[0]], rtol=1e-6)
    assert isinstance(loaded.codec.arrays["codes"], np.memmap)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"codebooks": ARRAYS["codebooks"][:, :3]}, "a power of 2"),
        ({"codebooks": ARRAYS["codebooks"][0]}, "needs float16 codebooks"),
        ({"codebooks": ARRAYS["codebooks"].astype(np.float32)}, "needs float16 codebooks"),
        ({"mean": np.zeros(3, np.float16)}, "float16 mean of a row"),
        ({"mean": np.zeros(2, np.float32)}, "float16 mean of a row"),
        ({"codes": np.zeros((3, 2), dtype=np.uint8)}, "2 codebooks of 2 bits need 1 bytes of codes a row"),
        ({"codes": np.zeros((3, 1), dtype=np.int8)}, "got int8"),
        ({"scales": np.zeros(2, dtype=np.uint8)}, "one uint8 scale a row"),
        ({"span": np.zeros(2)}, "span of two float32"),
    ],
)
def test_arrays_that_would_be_read_wrongly_are_refused(change, said):
    with pytest.raises(FormatError, match=said):
        Residual(**ARRAYS | change)
