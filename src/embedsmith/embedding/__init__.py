"""The artifact: format, vocabulary, codecs, look-up, unseen words; needs numpy and safetensors alone."""

from embedsmith.embedding.artifact import describe, load, save, verify
from embedsmith.embedding.codec import PQ, Codec, Dense, Hash, Int8, Residual
from embedsmith.embedding.embedding import Embedding
from embedsmith.embedding.errors import FormatError
from embedsmith.embedding.fallback import Fallback
from embedsmith.embedding.ngrams import NGrams
from embedsmith.embedding.pieces import Pieces

__all__ = [
    "PQ",
    "Codec",
    "Dense",
    "Embedding",
    "Fallback",
    "FormatError",
    "Hash",
    "Int8",
    "NGrams",
    "Pieces",
    "Residual",
    "describe",
    "load",
    "save",
    "verify",
]
