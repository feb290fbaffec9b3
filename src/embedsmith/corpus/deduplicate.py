"""Telling documents that copy an earlier one, exactly or nearly, in one pass and little memory.

Near copies are found by locality-sensitive hashing (P. Indyk and R. Motwani, 1998): signatures are cut into bands of
8 minima, and documents that share a band are compared. With 128 permutations a copy of similarity .8 is found with
probability .97, one of .9 with .9999; what is removed is as similar as was asked for, as far as signatures can tell. A
document takes 180 to 260 bytes of memory.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from embedsmith.corpus.settings import Deduplicate
from embedsmith.corpus.shingles import signatures, similarity

Verdict: TypeAlias = Literal["new", "exact", "near"]

_ROWS = 8  # minima in a band: 4 bytes, one uint32
_SEARCHED = 256  # members of a bucket compared, the latest first: bounds the time that crowded buckets take


class Deduplicator:
    """Remembers the documents that it called new, and judges each next one by them."""

    def __init__(self, settings: Deduplicate) -> None:
        self._settings = settings
        self._exact = DigestSet()
        self._index = SignatureIndex(settings.permutations, settings.near)

    def judge(self, texts: Sequence[str], words: Sequence[Sequence[str]]) -> list[Verdict]:
        """Return for each of the next documents whether it is new or a copy of an earlier one that was new.

        Parameters
        ----------
        texts
            Their whole texts; equal ones are exact copies.
        words
            Their words (`embedsmith.corpus.shingles.words`); one without words is never a near copy.
        """
        verdicts: list[Verdict] = []
        for text in texts:
            digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
            verdicts.append("new" if self._exact.add(int.from_bytes(digest, "little")) else "exact")
        first = [row for row, verdict in enumerate(verdicts) if verdict == "new" and words[row]]
        settings = self._settings
        rows = signatures(
            [words[row] for row in first],
            shingle=settings.shingle,
            permutations=settings.permutations,
            seed=settings.seed,
        )
        for row, near in zip(first, self._index.add(rows), strict=True):
            if near:
                verdicts[row] = "near"
        return verdicts


class DigestSet:
    """A set of 64-bit digests that takes 12 to 24 bytes each, where Python's own takes 100."""

    def __init__(self) -> None:
        self._slots = array("Q", [0]) * 1024  # open addressing; 0 is an empty slot
        self._size = 0

    def add(self, digest: int) -> bool:
        """Add a digest; return whether it is new."""
        digest = digest or 1
        slot = self._find(digest)
        if self._slots[slot] == digest:
            return False
        self._slots[slot] = digest
        self._size += 1
        if 3 * self._size > 2 * len(self._slots):
            digests, self._slots = self._slots, array("Q", [0]) * (2 * len(self._slots))
            for other in filter(None, digests):
                self._slots[self._find(other)] = other
        return True

    def _find(self, digest: int) -> int:
        """Return the slot that holds `digest`, or is free for it."""
        slot = digest % len(self._slots)
        while self._slots[slot] not in (0, digest):
            slot = (slot + 1) % len(self._slots)
        return slot


class SignatureIndex:
    """Signatures that are not near each other, found by their bands.

    Each band of each signature is a node in a hash table with chains: `_heads` holds the latest node of each slot,
    `_earlier` the one before each node, both as numbers in flat arrays, since a Python object a node would take
    gigabytes for a million documents.
    """

    def __init__(self, permutations: int, near: float) -> None:
        self._near = near
        self._bands = permutations // _ROWS
        self._size = 0
        self._signatures = np.zeros((0, permutations // 2), dtype=np.uint8)
        self._earlier = np.zeros((0, self._bands), dtype=np.int32)
        self._heads = np.full(1 << 12, -1, dtype=np.int32)

    def add(self, signatures: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
        """Add those of `signatures`, uint8 (n, permutations / 2), that are near none before; return which are near one.

        The result is that of adding them one by one.
        """
        keys = self._keys(signatures)
        near = self._near_indexed(signatures, keys)
        for row, other in self._near_pairs(signatures, keys):
            if not near[other]:
                near[row] = True
        self._insert(signatures[~near])
        return near

    def _keys(self, signatures: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
        """Return the bands of signatures as one number each, uint32 (n, bands)."""
        return np.ascontiguousarray(signatures).view(np.uint32)

    def _slots(self, keys: npt.NDArray[np.uint32]) -> npt.NDArray[np.intp]:
        """Return the slot of each band in the table, by Fibonacci hashing of its number and content."""
        numbered = keys | np.arange(self._bands, dtype=np.uint64) << np.uint64(32)
        shift = np.uint64(64 - (len(self._heads) - 1).bit_length())
        return ((numbered * np.uint64(0x9E3779B97F4A7C15)) >> shift).astype(np.intp)

    def _near_indexed(self, signatures: npt.NDArray[np.uint8], keys: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
        """Say which signatures are near one in the index, walking all chains in step."""
        near = np.zeros(len(signatures), dtype=bool)
        indexed = self._keys(self._signatures)
        nodes = self._heads[self._slots(keys)].ravel()
        rows = np.repeat(np.arange(len(signatures)), self._bands)
        bands = np.tile(np.arange(self._bands), len(signatures))
        for _ in range(_SEARCHED):
            going = (nodes >= 0) & ~near[rows]
            if not going.any():
                break
            nodes, rows, bands = nodes[going], rows[going], bands[going]
            others, node_bands = np.divmod(nodes, self._bands)
            same = (node_bands == bands) & (indexed[others, bands] == keys[rows, bands])
            similar = similarity(signatures[rows[same]], self._signatures[others[same]]) >= self._near
            near[rows[same][similar]] = True
            nodes = self._earlier[others, node_bands]
        return near

    def _near_pairs(self, signatures: npt.NDArray[np.uint8], keys: npt.NDArray[np.uint32]) -> list[tuple[int, int]]:
        """Return the pairs (later, earlier) of near ones among `signatures`, in order."""
        share = np.zeros((len(keys), len(keys)), dtype=bool)
        for band in keys.T:
            share |= band[:, None] == band[None, :]
        later, earlier = np.nonzero(np.tril(share, -1))
        similar = similarity(signatures[later], signatures[earlier]) >= self._near
        return list(zip(later[similar].tolist(), earlier[similar].tolist(), strict=True))

    def _insert(self, signatures: npt.NDArray[np.uint8]) -> None:
        start, self._size = self._size, self._size + len(signatures)
        if self._size > len(self._signatures):  # grows in place where the system can
            room = max(self._size, 1024, len(self._signatures) * 9 // 8)
            self._signatures.resize((room, self._signatures.shape[1]), refcheck=False)
            self._earlier.resize((room, self._bands), refcheck=False)
        self._signatures[start : self._size] = signatures
        if self._size * self._bands > 2 * len(self._heads):
            self._heads = np.full(2 * len(self._heads), -1, dtype=np.int32)
            start = 0
        for first in range(start, self._size, 4096):
            self._link(first, min(first + 4096, self._size))

    def _link(self, start: int, stop: int) -> None:
        """Put the nodes of signatures `start` to `stop` at the heads of their chains, in order."""
        slots = self._slots(self._keys(self._signatures[start:stop])).ravel()
        nodes = np.arange(start * self._bands, stop * self._bands, dtype=np.int32)
        order = np.argsort(slots, kind="stable")
        slots, nodes = slots[order], nodes[order]
        follows = np.concatenate([[False], slots[1:] == slots[:-1]])  # a node of the same slot comes before
        earlier = np.where(follows, np.concatenate([[-1], nodes[:-1]]), self._heads[slots])
        self._earlier.ravel()[nodes] = earlier
        last = np.concatenate([slots[1:] != slots[:-1], [True]])
        self._heads[slots[last]] = nodes[last]
