import subprocess
import sys

import numpy as np
import pytest

from embedsmith.embedding import Binary, Dense, Embedding, Int4, LowRank, NGrams, Pieces, Sparse, save

ONLY_NUMPY_AND_SAFETENSORS = """
import sys
import embedsmith
embedding = embedsmith.load(sys.argv[1])
print(embedding["b"].tolist(), embedding.nearest("a", 1)[0][0], embedding.composes("ab") and embedding["ab"].tolist())
tops = {name.partition(".")[0] for name in sys.modules}
third = {name for name in tops if "site-packages" in str(getattr(sys.modules[name], "__file__", ""))}
print(*sorted(third - {"embedsmith", "_distutils_hack"}))
"""


ROWS = Dense(np.full((2, 2), 0.5, np.float32))
FALLBACKS = [
    (None, False),
    (NGrams(3, 3, 2, np.arange(2, dtype=np.int32), ROWS), [0.5, 0.5]),
    (Pieces(["▁", "ab"], np.zeros(2, np.float32), "unigram", ROWS), [0.5, 0.5]),
]


@pytest.mark.parametrize(("fallback", "composed"), FALLBACKS, ids=["no fallback", "n-grams", "pieces"])
def test_reading_needs_numpy_and_safetensors_alone(tmp_path, fallback, composed):
    save(Embedding.dense(["a", "b"], np.eye(2), fallback=fallback), tmp_path / "e")
    assert read_in_another_process(tmp_path / "e") == f"[0.0, 1.0] b {composed}"


STORED = [
    Binary.pack(np.array([[1, 0], [1, 1]], bool), np.ones(2, np.float16)),
    Int4.pack(np.array([[2, -2], [2, 2]]), np.full((2, 1), 0.5, np.float16), 2),
    Sparse.pack(np.array([[1, -1], [1, 1]], np.float16), np.ones((2, 2), bool)),
    LowRank(Binary.pack(np.array([[1, 0], [1, 1]], bool), np.ones(2, np.float16)), np.eye(2, dtype=np.float32)),
]


@pytest.mark.parametrize("codec", STORED, ids=lambda codec: codec.name)
def test_reading_compressed_rows_needs_no_more(tmp_path, codec):
    save(Embedding(["a", "b"], codec), tmp_path / "e")
    assert read_in_another_process(tmp_path / "e") == "[1.0, 1.0] b False"


def read_in_another_process(folder):
    """What the script prints of the artifact in `folder`, once it is sure of what it imported."""
    printed = subprocess.run(
        [sys.executable, "-c", ONLY_NUMPY_AND_SAFETENSORS, str(folder)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert set(printed[1].split()) <= {"numpy", "safetensors"}
    return printed[0]
