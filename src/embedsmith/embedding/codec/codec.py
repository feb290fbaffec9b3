"""The contract of stored rows.

A codec may hold another, which stores what it decodes from: as `inner`, a parameter of it. Its name is then
`OUTER:INNER`, and the arrays of the inner one are stored with `inner.` before their names.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64] | slice
"""Rows by number, or a run of them, which needs no copy where it is stored as it is decoded."""
Rows = npt.NDArray[np.float32]
NESTED = ":"
"""Between the name of a codec and that of the one that it holds."""
INNER = "inner."
"""Before the names of the arrays of the codec that is held."""


class Codec(Protocol):
    """Stored rows: named arrays, and the way back to float32."""

    @property
    def name(self) -> str:
        """What it is called in the description of an artifact."""
        ...

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
