"""An artifact as a module of PyTorch: the `nn.Embedding` of a network, in the bytes that it was compressed to.

    import embedsmith, embedsmith.torch

    words = embedsmith.load("data/variants/word2vec/1/int8").index   # the number of each word
    module = embedsmith.torch.load("data/variants/word2vec/1/int8")
    module(torch.tensor([words["river"], words["lake"]]))            # (2, dimension)

Words are numbered by the reader; a module knows numbers alone. A word outside the vocabulary is a bag of units with
rows of their own, which are a module too: its vector is the mean of `units(torch.tensor(fallback.units(word)))`.

    fallback = embedsmith.load("data/variants/fasttext/1/int8").fallback
    units = embedsmith.torch.module(fallback.codec)
"""

from __future__ import annotations

from pathlib import Path

try:
    import torch as _torch  # noqa: F401
except ModuleNotFoundError as error:
    raise ImportError(f"{error.name} is missing; pip install 'embedsmith[neural]'") from None

from embedsmith import embedding
from embedsmith.torch.codec import module
from embedsmith.torch.stored import StoredEmbedding

__all__ = ["StoredEmbedding", "load", "module"]


def load(folder: str | Path, *, trainable: bool = False) -> StoredEmbedding:
    """Read the rows of an artifact into a module, on the processor.

    Parameters
    ----------
    trainable
        Whether the numbers that rows are computed from are parameters; see `StoredEmbedding`.

    Raises
    ------
    FormatError
        If there is no artifact, or it is truncated, altered, or of a newer format.
    """
    return module(embedding.load(folder).codec, trainable=trainable)
