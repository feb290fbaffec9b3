"""Products by tables: what each code adds is worked out once, and looked up for every row.

Jégou, Douze & Schmid (2011), "Product quantization for nearest neighbor search", section III.A: asymmetric distance
computation, here of inner products.
"""

from __future__ import annotations

import numpy as np

from embedsmith.embedding.codec.codec import Rows, blocks
from embedsmith.embedding.codec.packing import unpack, width

BYTE = 8
ROWS = 8192
"""Rows at a time: few enough that the numbers looked up stay in the processor's cache."""


def look_up(tables: Rows, codes: np.ndarray) -> Rows:
    """Return the sum over the parts of `tables[part, codes[row, part]]`: (V,).

    Parameters
    ----------
    tables
        (parts, 256): what each value of a byte adds.
    codes
        (V, parts) uint8.
    """
    codes = np.asarray(codes)
    values = np.zeros(len(codes), dtype=np.float32)
    for block in blocks(len(codes), ROWS):
        columns, sums = codes[block].T, values[block]
        for table, column in zip(tables, columns, strict=True):
            sums += table.take(column)
    return values


def look_up_packed(tables: Rows, codes: np.ndarray, bits: int) -> Rows:
    """Do as `look_up` with tables (parts, 2^bits) and the codes as `packing.pack` packs them."""
    if BYTE % bits == 0:
        return look_up(_by_byte(tables, bits), codes)
    wide = np.zeros((len(tables), 256), dtype=np.float32)
    wide[:, : tables.shape[1]] = tables
    values = np.empty(len(codes), dtype=np.float32)
    for block in blocks(len(codes), ROWS):
        values[block] = look_up(wide, unpack(np.asarray(codes)[block], len(tables), bits))
    return values


def _by_byte(tables: Rows, bits: int) -> Rows:
    """Return what each byte of packed codes adds, (bytes, 256): the sum of what its codes add."""
    held = BYTE // bits
    padded = np.zeros((width(len(tables), bits) * held, tables.shape[1]), dtype=np.float32)
    padded[: len(tables)] = tables  # the parts that the last byte has room for add 0
    codes = np.arange(256)[:, None] >> bits * np.arange(held) & 2**bits - 1
    added = padded.reshape(-1, held, tables.shape[1])[:, np.arange(held), codes]
    sums: Rows = added.sum(axis=2)
    return sums
