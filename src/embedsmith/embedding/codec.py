"""How rows are stored, and how the rows that are asked for are decoded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from embedsmith.embedding.errors import FormatError

Ids = npt.NDArray[np.int64] | slice
"""Rows by number, or a run of them, which needs no copy where it is stored as it is decoded."""
Rows = npt.NDArray[np.float32]


class Codec(Protocol):
    """Stored rows: named arrays, and the way back to float32."""

    name: ClassVar[str]

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """What is stored, by name."""
        ...

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, and the dimension of a decoded row."""
        ...

    def rows(self, ids: Ids) -> Rows:
        """Decode n rows: (n, dimension)."""
        ...


class Dense:
    """A plain matrix, float32 or float16."""

    name: ClassVar[str] = "dense"

    def __init__(self, matrix: np.ndarray) -> None:
        if matrix.ndim != 2 or matrix.dtype not in (np.float32, np.float16):
            raise FormatError(f"dense: needs a float32 or float16 matrix, got {matrix.dtype} {matrix.shape}")
        self.matrix = matrix.view()
        self.matrix.flags.writeable = False  # runs of rows are handed out as they lie here

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {"matrix": self.matrix}

    @property
    def shape(self) -> tuple[int, int]:
        return self.matrix.shape[0], self.matrix.shape[1]

    def rows(self, ids: Ids) -> Rows:
        return np.asarray(self.matrix[ids], dtype=np.float32)


class Int8:
    """One signed byte a value and one float32 scale a row: row = codes * scale."""

    name: ClassVar[str] = "int8"

    def __init__(self, codes: np.ndarray, scales: np.ndarray) -> None:
        if codes.ndim != 2 or codes.dtype != np.int8:
            raise FormatError(f"int8: needs a matrix of int8 codes, got {codes.dtype} {codes.shape}")
        if scales.shape != (codes.shape[0],) or scales.dtype != np.float32:
            raise FormatError(f"int8: needs one float32 scale a row, got {scales.dtype} {scales.shape}")
        self.codes = codes
        self.scales = scales

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {"codes": self.codes, "scales": self.scales}

    @property
    def shape(self) -> tuple[int, int]:
        return self.codes.shape[0], self.codes.shape[1]

    def rows(self, ids: Ids) -> Rows:
        rows: Rows = self.codes[ids].astype(np.float32)  # numpy's product of two types is several times slower
        rows *= self.scales[ids][:, None]
        return rows


CODECS: dict[str, type[Dense] | type[Int8]] = {codec.name: codec for codec in (Dense, Int8)}


def decode(name: str, arrays: Mapping[str, np.ndarray]) -> Codec:
    """Return the codec `name` over its stored `arrays`.

    Raises
    ------
    FormatError
        If the codec is unknown, or its arrays are not the ones that it stores.
    """
    if name not in CODECS:
        raise FormatError(f"codec {name!r} is unknown to this version; known: {', '.join(sorted(CODECS))}")
    try:
        return CODECS[name](**arrays)
    except TypeError:
        raise FormatError(f"codec {name!r} does not store {', '.join(sorted(arrays))}") from None
