"""Rows composed out of a pool that all of them share."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt

from embedsmith.embedding.codec.codec import Ids, Rows, blocks, chosen
from embedsmith.embedding.codec.half import single
from embedsmith.embedding.errors import FormatError

PRIME = 2**31 - 1
"""Above every row number; the product of two numbers below it, plus a third, fits 64 bits."""


def buckets(ids: npt.NDArray[np.int64], functions: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """Return the bucket of each of n `ids` by each of k `functions`, (n, k), each below `count`.

    A function (a, b) is ((a * id + b) mod p) mod count: Carter & Wegman (1979), "Universal classes of hash functions",
    proposition 7. (1, 0) is the plain remainder.
    """
    multipliers, offsets = functions.T
    numbers: npt.NDArray[np.int64] = (ids[:, None] * multipliers + offsets) % PRIME % count
    return numbers


class Hash:
    """Hash embeddings: a row is a weighted sum of rows of a pool; hash functions of its number say which.

    Parameters
    ----------
    pool
        (buckets, dimension) float16.
    functions
        A multiplier and an offset for each hash function, (k, 2) int64.
    weights
        The weight of each function for each row, (V, k) float16; or (V, 0) where each is 1.
    """

    name: ClassVar[str] = "hash"

    def __init__(self, pool: np.ndarray, functions: np.ndarray, weights: np.ndarray) -> None:
        if pool.ndim != 2 or pool.dtype != np.float16 or len(pool) < 1:
            raise FormatError(f"hash: needs a float16 pool of at least one row, got {pool.dtype} {pool.shape}")
        if functions.ndim != 2 or functions.dtype != np.int64 or functions.shape[1] != 2 or len(functions) < 1:
            raise FormatError(f"hash: needs two int64 a function, got {functions.dtype} {functions.shape}")
        if not np.all((functions >= 0) & (functions < PRIME)):
            raise FormatError(f"hash: a function has a number that is not from 0 to {PRIME - 1}")
        if weights.ndim != 2 or weights.dtype != np.float16 or weights.shape[1] not in (0, len(functions)):
            raise FormatError(
                f"hash: needs a float16 weight for each of {len(functions)} functions a row, or none, got"
                f" {weights.dtype} {weights.shape}"
            )
        if len(weights) >= PRIME:
            raise FormatError(f"hash: {len(weights)} rows are more than {PRIME - 1}")
        self.pool, self.functions, self.weights = pool, functions, weights

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {"pool": self.pool, "functions": self.functions, "weights": self.weights}

    @property
    def shape(self) -> tuple[int, int]:
        return self.weights.shape[0], self.pool.shape[1]

    def rows(self, ids: Ids) -> Rows:
        weights = single(chosen(self.weights, ids))
        numbers = self._numbers(ids)
        rows = np.zeros((len(numbers), self.pool.shape[1]), dtype=np.float32)
        for block in blocks(len(numbers)):
            for function, drawn in enumerate(buckets(numbers[block], self.functions, len(self.pool)).T):
                added = single(chosen(self.pool, drawn))
                if weights.shape[1]:
                    added *= weights[block, function, None]
                rows[block] += added
        return rows

    def products(self, query: Rows) -> Rows:
        of_pool = np.concatenate([single(np.asarray(self.pool)[block]) @ query for block in blocks(len(self.pool))])
        values = np.empty(len(self.weights), dtype=np.float32)
        for block in blocks(len(values)):
            added = of_pool.take(buckets(self._numbers(block), self.functions, len(self.pool)))
            if self.weights.shape[1]:
                added *= single(chosen(self.weights, block))
            values[block] = added.sum(axis=1)
        return values

    def _numbers(self, ids: Ids) -> npt.NDArray[np.int64]:
        """Return `ids` as row numbers from 0, as numpy reads them: from the end too."""
        known = len(self.weights)
        return np.arange(*ids.indices(known)) if isinstance(ids, slice) else ids % known
