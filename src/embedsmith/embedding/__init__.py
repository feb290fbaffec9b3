"""The artifact: format, vocabulary, codecs and look-up; needs numpy and safetensors alone."""

from embedsmith.embedding.artifact import describe, load, save, verify
from embedsmith.embedding.codec import Codec, Dense, Int8
from embedsmith.embedding.embedding import Embedding
from embedsmith.embedding.errors import FormatError

__all__ = ["Codec", "Dense", "Embedding", "FormatError", "Int8", "describe", "load", "save", "verify"]
