"""The contract of stored rows."""

from __future__ import annotations

from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt

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
