"""The hashed character n-grams of a whole vocabulary; `embedsmith.embedding.ngrams` has those of one word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from embedsmith.compiled import compiled
from embedsmith.embedding.ngrams import FNV_OFFSET, FNV_PRIME

Int64s = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]


def hashed_ngrams(words: Sequence[str], *, min_n: int, max_n: int, buckets: int) -> tuple[Int64s, Int32s]:
    """Return the buckets of the n-grams of `min_n` to `max_n` characters of each word, as compressed sparse rows.

    Returns
    -------
    bounds
        Those of word i are `indices[bounds[i] : bounds[i + 1]]`, in order of their places, (V + 1,).
    indices
        Bucket of each n-gram, below `buckets`; repeated where two of a word share one.
    """
    encoded = [f"<{word}>".encode("utf-8", "surrogatepass") for word in words]
    text = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    offsets = _running_sum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
    characters = np.fromiter((len(word) + 2 for word in words), np.int64, len(words))
    ngrams = sum((np.maximum(characters - n + 1, 0) for n in range(min_n, max_n + 1)), np.zeros_like(characters))
    bounds = _running_sum(ngrams - 2 * (min_n == 1))  # without the lone < and >
    indices = np.empty(bounds[-1], dtype=np.int32)
    _fill(text, offsets, min_n, max_n, buckets, bounds, indices)
    return bounds, indices


def _running_sum(lengths: Int64s) -> Int64s:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])


@compiled
def _fill(text: Bytes, offsets: Int64s, min_n: int, max_n: int, buckets: int, bounds: Int64s, indices: Int32s) -> None:
    """Write the buckets of word i, the UTF-8 bytes `text[offsets[i] : offsets[i + 1]]`, from `bounds[i]` on."""
    for word in range(len(offsets) - 1):
        begin, end = offsets[word], offsets[word + 1]
        place = bounds[word]
        for start in range(begin, end):
            if text[start] & 0xC0 == 0x80:  # within a character
                continue
            value = np.int64(FNV_OFFSET)
            position, n = start, 0
            while position < end and n < max_n:
                n += 1
                while True:
                    byte = np.int64(text[position])
                    signed = byte if byte < 0x80 else byte | 0xFFFFFF00
                    value = ((value ^ signed) * FNV_PRIME) & 0xFFFFFFFF
                    position += 1
                    if position == end or text[position] & 0xC0 != 0x80:
                        break
                if n >= min_n and not (n == 1 and (start == begin or position == end)):
                    indices[place] = value % buckets
                    place += 1
