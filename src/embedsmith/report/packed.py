"""Neighbourhoods as the page carries them: one list of words, and places in it as arrays of bytes."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.metrics.similarity import Ids
from embedsmith.report.listing import Listed, label
from embedsmith.report.neighbourhoods import Neighbourhoods

STEPS = (1 << 16) - 1
"""How finely a place in the plane is told."""


def packed(found: Neighbourhoods, listing: Sequence[Listed]) -> dict[str, Any]:
    """Return {words, asked, bytes, lists, maps}, all text and numbers.

    `words` is a text of one word a line. `ids`, in base64, are little-endian unsigned integers of so many `bytes`, the
    largest of which says that there is none; in `lists`, so many in a row as `count` says. `places` are two of 16 bits
    for each of the `ids` of a map.
    """
    width = 2 if len(found.words) < STEPS else 4
    return {
        "words": "\n".join(found.words),
        "asked": found.asked,
        "bytes": width,
        "lists": [
            {
                "model": label(each.entry, listing),
                "variant": each.variant,
                "untouched": each.variant == UNTOUCHED,
                "count": each.ids.shape[1],
                "ids": _ids(each.ids, width),
            }
            for each in found.nearest
        ],
        "maps": [
            {
                "model": label(each.entry, listing),
                "ids": _ids(each.ids, width),
                "places": _base64(np.round(each.places * STEPS).astype("<u2")),
            }
            for each in found.maps
        ],
    }


def _ids(ids: Ids, width: int) -> str:
    none = (1 << 8 * width) - 1
    return _base64(np.where(ids < 0, none, ids).astype(f"<u{width}"))


def _base64(array: npt.NDArray[Any]) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")
