import subprocess
import sys

import numpy as np

from embedsmith.embedding import Embedding, save

ONLY_NUMPY_AND_SAFETENSORS = """
import sys
import embedsmith
embedding = embedsmith.load(sys.argv[1])
print(embedding["b"].tolist(), embedding.nearest("a", 1)[0][0], embedding.nbytes)
tops = {name.partition(".")[0] for name in sys.modules}
third = {name for name in tops if "site-packages" in str(getattr(sys.modules[name], "__file__", ""))}
print(*sorted(third - {"embedsmith", "_distutils_hack"}))
"""


def test_reading_needs_numpy_and_safetensors_alone(tmp_path):
    save(Embedding.dense(["a", "b"], np.eye(2)), tmp_path / "e")
    printed = subprocess.run(
        [sys.executable, "-c", ONLY_NUMPY_AND_SAFETENSORS, str(tmp_path / "e")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert printed[0] == "[0.0, 1.0] b 20"
    assert set(printed[1].split()) <= {"numpy", "safetensors"}
