"""The artifact: format, vocabulary, codecs, look-up, unseen words; needs numpy and safetensors alone."""

from embedsmith.embedding.artifact import describe, load, save, verify
from embedsmith.embedding.codec import PQ, Binary, Codec, Dense, Hash, Int4, Int8, LowRank, Residual, Sparse, Trellis
from embedsmith.embedding.embedding import Embedding
from embedsmith.embedding.errors import FormatError
from embedsmith.embedding.fallback import Fallback
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
    "Int4",
    "Int8",
    "LowRank",
    "NGrams",
    "Pieces",
    "Residual",
    "Sparse",
    "Trellis",
    "describe",
    "load",
    "save",
    "verify",
]
