"""Whole numbers of a few bits each, packed into bytes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


def width(count: int, bits: int) -> int:
    """Return how many bytes `count` numbers of `bits` take."""
    return -(-count * bits // 8)


def pack(codes: Bytes, bits: int) -> Bytes:
    """Pack `codes` (n, count), each below 2^bits, as (n, width(count, bits)).

    The first code has the lowest bits of the first byte, as in faiss; what is left of the last byte is 0.
    """
    if bits == 8:
        return codes
    ones = np.unpackbits(codes[:, :, None], axis=2, count=bits, bitorder="little")
    return np.packbits(ones.reshape(len(codes), codes.shape[1] * bits), axis=1, bitorder="little")


def unpack(packed: Bytes, count: int, bits: int) -> Bytes:
    """Return the `count` codes a row, (n, count), of what `pack` packed with as many `bits`."""
    if bits == 8:
        return packed
    if bits == 4:  # as below, several times faster
        return np.stack([packed & 15, packed >> 4], axis=2).reshape(len(packed), 2 * packed.shape[1])[:, :count]
    ones = np.unpackbits(packed, axis=1, count=count * bits, bitorder="little")
    return np.packbits(ones.reshape(len(packed), count, bits), axis=2, bitorder="little")[:, :, 0]
