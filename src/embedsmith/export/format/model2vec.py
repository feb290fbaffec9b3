"""A folder of model2vec, rows as they are stored: half precision stays so, and bytes with a scale a row too."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import numpy as np

from embedsmith.embedding import Dense, Embedding, Int8
from embedsmith.export import tensors, word_level
from embedsmith.export.blocks import blocks
from embedsmith.export.tensors import Tensor
from embedsmith.files import write_json

OPEN = "model2vec.StaticModel.from_pretrained('{path}')"


def write(embedding: Embedding, path: Path) -> None:
    """Make the folder `path`. A text is the mean of its words, as they are: unknown ones are left out.

    Raises
    ------
    InputError
        If a word holds white space or a control character.
    """
    path.mkdir(parents=True)
    word_level.write(embedding, path / "tokenizer.json")
    stored = _stored(embedding)
    tensors.write(path / "model.safetensors", stored)
    write_json(
        path / "config.json",
        {
            "model_type": "model2vec",
            "architectures": ["StaticModel"],
            "hidden_dim": embedding.dimension,
            "embedding_dtype": stored["embeddings"].dtype.name,
            "normalize": False,
            "max_length": None,
        },
    )
    module = {"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"}
    write_json(path / "modules.json", [module])


def _stored(embedding: Embedding) -> dict[str, Tensor]:
    """Return the rows, one of zeros for unknown words after them, and the scale of each row if they are bytes."""
    shape = (len(embedding) + 1, embedding.dimension)
    rows: Iterable[np.ndarray]
    match embedding.codec:
        case Int8(codes=codes, scales=scales):
            dtype, rows = codes.dtype, [codes]
            weights = {"weights": Tensor(scales.dtype, shape[:1], [scales, np.ones(1, scales.dtype)])}
        case Dense(matrix=matrix):
            dtype, rows, weights = matrix.dtype, [matrix], {}
        case _:
            dtype, rows, weights = np.dtype(np.float32), blocks(embedding), {}
    unknown = np.zeros((1, embedding.dimension), dtype)
    return {"embeddings": Tensor(dtype, shape, chain(rows, [unknown])), **weights}
