"""The artifact: format, vocabulary, codecs, look-up, unseen words; needs numpy and safetensors alone."""

from embedsmith.embedding.artifact import describe, load, save, verify
from embedsmith.embedding.codec import (
    PQ,
    Binary,
    Codec,
    Dense,
    Hash,
    Int4,
    Int8,
    LowRank,
    Residual,
    Shared,
    Sparse,
    Trellis,
)
from embedsmith.embedding.embedding import Embedding
from embedsmith.embedding.errors import FormatError
from embedsmith.embedding.fallback import Fallback
from embedsmith.embedding.neighbours import Index, load_index
from embedsmith.embedding.ngrams import NGrams
from embedsmith.embedding.pieces import Pieces

__all__ = [
    "PQ",
    "Binary",
    "Codec",
    "Dense",
    "Embedding",
    "Fallback",
    "FormatError",
    "Hash",
    "Index",
    "Int4",
    "Int8",
    "LowRank",
    "NGrams",
    "Pieces",
    "Residual",
    "Shared",
    "Sparse",
    "Trellis",
    "describe",
    "load",
    "load_index",
    "save",
    "verify",
]
