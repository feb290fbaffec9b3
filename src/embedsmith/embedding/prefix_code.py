"""Prefix codes: frequent symbols in few bits, many streams decoded side by side."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from embedsmith.embedding.errors import FormatError

LONGEST = 16
"""Bits of a code word; the table that decodes has two to the power of the longest as entries."""
PADDING = 2
"""Bytes of zero after the last stream: a window of 16 bits that begins anywhere in a byte spans three."""
WIDTH = 5
"""Bits of a table entry that hold a length."""

Bytes = npt.NDArray[np.uint8]
Int64s = npt.NDArray[np.int64]


def optimal_lengths(counts: Int64s, longest: int) -> Bytes:
    """Return how many bits each symbol takes, (n,), so that the sum over all its `counts` (n,) is least; 0 for none.

    Huffman (1952), "A method for the construction of minimum-redundancy codes". Where a code word would be longer
    than `longest`, counts are halved until none is. A symbol that is alone takes one bit.
    """
    counts = counts.copy()
    while True:
        lengths = _huffman(counts)
        if lengths.max(initial=0) <= longest:
            return lengths
        counts = (counts + 1) // 2


def _huffman(counts: Int64s) -> Bytes:
    used = np.flatnonzero(counts).tolist()
    lengths = np.zeros(len(counts), dtype=np.uint8)
    if len(used) == 1:
        lengths[used] = 1
    heap = [(int(counts[symbol]), place, [symbol]) for place, symbol in enumerate(used)]
    heapq.heapify(heap)
    for place in range(len(used), 2 * len(used) - 1):
        one, other = heapq.heappop(heap), heapq.heappop(heap)
        lengths[one[2] + other[2]] += 1
        heapq.heappush(heap, (one[0] + other[0], place, one[2] + other[2]))
    return lengths


class PrefixCode:
    """The canonical code of given lengths: code words ascend by length, and by symbol among those of one length.

    Parameters
    ----------
    lengths
        Bits of each symbol, (n,) uint8; 0 for a symbol that does not occur.

    Raises
    ------
    FormatError
        If there is no such code, or it leaves bits that are no code word.
    """

    def __init__(self, lengths: Bytes) -> None:
        used = np.flatnonzero(lengths)
        self._longest = int(lengths.max(initial=1))
        if self._longest > LONGEST:
            raise FormatError(f"a code word of {self._longest} bits; at most {LONGEST} can be")
        self._symbols = used[np.argsort(lengths[used], kind="stable")]
        self._lengths = lengths[self._symbols].astype(np.int64)
        spans = 1 << (self._longest - self._lengths)
        if len(used) > 1 and spans.sum() != 1 << self._longest:
            raise FormatError("the lengths of code words are not those of a code")
        entries = np.resize(np.repeat(self._symbols << WIDTH | self._lengths, spans), 1 << self._longest)
        self._table = entries.astype(np.uint32)
        self._codes = np.cumsum(spans) - spans >> (self._longest - self._lengths)

    def encode(self, symbols: Int64s, bounds: Int64s) -> tuple[Bytes, Int64s]:
        """Return n streams one after another, each from a whole byte on, and how many bytes each takes, (n,).

        Parameters
        ----------
        symbols
            Those of stream i are `symbols[bounds[i] : bounds[i + 1]]`, at least one.
        """
        place = np.zeros(int(symbols.max(initial=0)) + 1, dtype=np.int64)
        inside = self._symbols < len(place)
        place[self._symbols[inside]] = np.flatnonzero(inside)
        codes, lengths = self._codes[place[symbols]], self._lengths[place[symbols]]
        before = np.concatenate([[0], np.cumsum(lengths)])
        sizes = -(-np.diff(before[bounds]) // 8)
        starts = 8 * (np.cumsum(sizes) - sizes)
        places = before[:-1] + np.repeat(starts - before[bounds[:-1]], np.diff(bounds))
        bits = np.zeros(8 * (int(sizes.sum()) + PADDING), dtype=np.uint8)
        for bit in range(self._longest):
            has = lengths > bit
            bits[places[has] + bit] = codes[has] >> (lengths[has] - 1 - bit) & 1
        return np.packbits(bits), sizes

    def decode(self, stream: bytes) -> Iterator[int]:
        """Yield the symbols of one stream; what fills its last byte may show as more of them."""
        position, end = 0, 8 * len(stream)
        stream += bytes(PADDING)
        table, mask, shift = self._table.data, (1 << self._longest) - 1, 24 - self._longest
        while position < end:
            byte = position >> 3
            window = stream[byte] << 16 | stream[byte + 1] << 8 | stream[byte + 2]
            entry = table[window >> (shift - (position & 7)) & mask]
            yield entry >> WIDTH
            position += entry & ((1 << WIDTH) - 1)

    def steps(self, data: Bytes, starts: Int64s) -> Iterator[Int64s]:
        """Yield the first symbol of each of n streams, (n,), then the second ones, and so on without end.

        Parameters
        ----------
        data
            All streams, and the padding.
        starts
            The byte at which each begins.
        """
        positions, last = starts * 8, len(data) - 1 - PADDING
        mask, shift = np.uint32((1 << self._longest) - 1), 24 - self._longest
        while True:
            byte = np.minimum(positions >> 3, last)
            window = data[byte].astype(np.uint32) << 8 | data[byte + 1]
            window = window << 8 | data[byte + 2]
            entries = self._table[window >> (shift - (positions & 7)).astype(np.uint32) & mask]
            yield (entries >> WIDTH).astype(np.int64)
            positions = positions + (entries & ((1 << WIDTH) - 1))
