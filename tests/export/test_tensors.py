import numpy as np
from safetensors.numpy import save_file

from embedsmith.export import tensors


def test_a_file_written_in_blocks_is_the_one_that_the_library_writes(tmp_path):
    codes = np.arange(-10, 11, dtype=np.int8).reshape(7, 3)
    scales = np.linspace(0, 1, 7, dtype=np.float32)
    halves = np.ones((7, 1), np.float16)
    arrays = {"embeddings": codes, "weights": scales, "halves": halves}
    blocks = {
        name: tensors.Tensor(array.dtype, array.shape, [array[:2], array[2:2], array[2:]])
        for name, array in arrays.items()
    }

    tensors.write(tmp_path / "ours", blocks)
    save_file(arrays, tmp_path / "theirs")
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()
