import numpy as np
import pytest

from embedsmith.compress.fp16 import FP16
from embedsmith.compress.int8 import Int8
from embedsmith.embedding import Embedding, save

WORDS = ["the", "river", "naïve", "日本", "हिन्दी", "lake", "nothing", *(f"word{chr(97 + n)}" for n in range(26))]
"""Most frequent first; the row of `nothing` is zero."""


@pytest.fixture(params=["untouched", "fp16", "int8"])
def artifact(request, tmp_path):
    """A folder for each way in which rows are stored."""
    matrix = np.random.default_rng(3).normal(size=(len(WORDS), 12)).astype(np.float32)
    matrix[WORDS.index("nothing")] = 0
    embedding = Embedding.dense(WORDS, matrix)
    transforms = {"untouched": embedding, "fp16": FP16().transform(embedding), "int8": Int8().transform(embedding)}
    save(transforms[request.param], tmp_path / request.param)
    return tmp_path / request.param
