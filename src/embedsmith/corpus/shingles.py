"""From words to MinHash signatures of their shingles.

A. Broder, "On the resemblance and containment of documents", 1997; only the lowest 4 bits of each minimum are
kept, after P. Li and C. König, "b-Bit Minwise Hashing", 2010.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import regex
import rensa

_ASCII = re.compile(r"[a-z]+|[0-9]+")
# Scripts written without spaces give one word a character.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_UNICODE = regex.compile(rf"[{_UNSPACED}]|[[\p{{L}}\p{{M}}]--[{_UNSPACED}]]+|\p{{Nd}}+", regex.VERSION1)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, so that multiplying loses nothing
_CACHE = 500_000  # words whose hashes are remembered


def words(text: str) -> list[str]:
    """Return the lower-cased words of `text`: runs of letters and marks, and runs of digits."""
    text = text.lower()
    if text.isascii():
        return _ASCII.findall(text)
    # Line by line, since most lines even of such a text are ASCII, whose pattern is three times as fast.
    return [
        word
        for line in text.split("\n")
        for word in (_ASCII.findall(line) if line.isascii() else _UNICODE.findall(line))
    ]


class _WordHashes(dict[str, int]):
    """A 64-bit hash of each word, the same in every process; computed when first asked for."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _CACHE:
            self.clear()
        value = self[word] = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
        return value


_HASHES = _WordHashes()


def shingles(documents: Sequence[Sequence[str]], length: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Return the hashed shingles of documents, one document after the other.

    Parameters
    ----------
    documents
        The words of each.
    length
        Words in a shingle; a shorter document is filled up to one shingle.

    Returns
    -------
    hashes : uint64 (s,)
    offsets : uint64 (n + 1,)
        Document i has ``hashes[offsets[i]:offsets[i + 1]]``; one without words has none.
    """
    filled = [[*document, *[""] * (length - len(document))] if document else [] for document in documents]
    hashed = np.fromiter(map(_HASHES.__getitem__, itertools.chain.from_iterable(filled)), dtype=np.uint64)
    sizes = np.fromiter(map(len, filled), dtype=np.int64, count=len(filled))
    rolled = np.zeros(len(hashed), dtype=np.uint64)
    for place in range(length):  # Horner's rule, modulo 2^64, over every window at once
        rolled[: len(hashed) - length + 1] *= _MULTIPLIER
        rolled[: len(hashed) - length + 1] += hashed[place : len(hashed) - length + 1 + place]
    inside = np.ones(len(hashed), dtype=bool)
    ends = np.cumsum(sizes)[sizes > 0]
    inside[(ends[:, None] - np.arange(1, length)).ravel()] = False  # windows that reach into the next document
    counts = np.where(sizes > 0, sizes - length + 1, 0)
    return rolled[inside], np.concatenate([[0], np.cumsum(counts)]).astype(np.uint64)


def signatures(
    documents: Sequence[Sequence[str]], *, shingle: int, permutations: int, seed: int
) -> npt.NDArray[np.uint8]:
    """Return the MinHash signatures of documents: uint8 (n, permutations / 2), 4 bits of two minima in a byte."""
    hashes, offsets = shingles(documents, shingle)
    digests = rensa.RMinHash.digest_matrix_from_flat_token_hashes(hashes, offsets, permutations, seed).to_rows()
    minima = np.fromiter(itertools.chain.from_iterable(digests), np.uint32, count=len(documents) * permutations)
    low = (minima & 15).reshape(len(documents), permutations)
    return (low[:, ::2] << 4 | low[:, 1::2]).astype(np.uint8)


_AGREEING = np.array([(x >> 4 == 0) + (x & 15 == 0) for x in range(256)], dtype=np.uint8)  # minima equal, by XOR


def similarity(left: npt.NDArray[np.uint8], right: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return the estimated Jaccard similarity of signatures, float64 (...), from two of shape (..., bytes).

    Two different minima agree in their lowest 4 bits once in 16 times, which the estimate takes off.
    """
    agreement = _AGREEING[left ^ right].sum(axis=-1, dtype=np.int64) / (2 * left.shape[-1])
    return np.asarray((agreement - 1 / 16) / (1 - 1 / 16))
