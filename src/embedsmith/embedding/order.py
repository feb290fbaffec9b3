"""A permutation, packed: each number in as few bits as the largest needs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.embedding.errors import FormatError

CHUNK = 1 << 16
"""Numbers unpacked at a time."""

Bytes = npt.NDArray[np.uint8]
Int64s = npt.NDArray[np.int64]


def bits(count: int) -> int:
    """Return how many bits a number below `count` takes."""
    return max(count - 1, 0).bit_length()


def width(count: int) -> int:
    """Return how many bytes a permutation of `count` takes."""
    return -(-count * bits(count) // 8)


def pack_order(order: Int64s) -> Bytes:
    """Pack `order` (n,), a permutation of 0 to n - 1; the lowest bits of the first number come first."""
    places = np.arange(bits(len(order)))
    return np.packbits((order[:, None] >> places & 1).astype(np.uint8), bitorder="little")


def unpack_order(packed: Bytes, count: int, places: Int64s) -> Int64s:
    """Return the numbers at `places` (n,) of a permutation of `count`; below 2^bits, whatever was stored."""
    size = bits(count)
    if not size:
        return np.zeros(len(places), dtype=np.int64)
    starts = places * size
    first = starts >> 3
    values = np.zeros(len(places), dtype=np.int64)
    for byte in range(-(-(size + 7) // 8)):
        values |= packed[np.minimum(first + byte, len(packed) - 1)].astype(np.int64) << 8 * byte
    return values >> (starts & 7) & ((1 << size) - 1)


def inverse(packed: Bytes, count: int) -> npt.NDArray[np.uint32]:
    """Return the place of each number, (n,).

    Raises
    ------
    FormatError
        If what is packed is no permutation.
    """
    found = np.full(count, count, dtype=np.uint32)
    for start in range(0, count, CHUNK):
        places = np.arange(start, min(start + CHUNK, count))
        numbers = unpack_order(packed, count, places)
        if np.any(numbers >= count):
            break
        found[numbers] = places
    if np.any(found == count):
        raise FormatError("the rows of the words are not each of them once; restore the file")
    return found
