"""A folder of sentence-transformers whose one module is StaticEmbedding: a text is the mean of its words.

The layout of version 3.2, the first with StaticEmbedding, which later ones read as well.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import numpy as np

from embedsmith.embedding import Embedding
from embedsmith.export import tensors, word_level
from embedsmith.export.blocks import blocks
from embedsmith.files import write_json

OPEN = "sentence_transformers.SentenceTransformer('{path}')"
MODULE = "0_StaticEmbedding"


def write(embedding: Embedding, path: Path) -> None:
    """Make the folder `path`.

    An unknown word has a zero row: it makes the mean of a text shorter, and leaves its direction as it is.

    Raises
    ------
    InputError
        If a word holds white space or a control character.
    """
    folder = path / MODULE
    folder.mkdir(parents=True)
    word_level.write(embedding, folder / "tokenizer.json")
    unknown = np.zeros((1, embedding.dimension), np.float32)
    rows = tensors.Tensor(
        np.dtype(np.float32), (len(embedding) + 1, embedding.dimension), chain(blocks(embedding), [unknown])
    )
    tensors.write(folder / "model.safetensors", {"embedding.weight": rows})
    module = {"idx": 0, "name": "0", "path": MODULE, "type": "sentence_transformers.models.StaticEmbedding"}
    write_json(path / "modules.json", [module])
    write_json(
        path / "config_sentence_transformers.json",
        {
            "model_type": "SentenceTransformer",
            "prompts": {},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )
