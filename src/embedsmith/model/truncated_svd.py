"""The largest singular values of a sparse matrix, and their left vectors.

Halko, Martinsson & Tropp (2011), "Finding structure with randomness", algorithms 4.4 and 5.1: the matrix, applied a few
times to random columns, turns them towards its largest singular vectors; within the space that they then span the
problem is small and dense.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from embedsmith.model.kernel.arithmetic import LINE
from embedsmith.model.kernel.sparse import multiply_rows
from embedsmith.model.matrices import aligned
from embedsmith.model.ppmi import Sparse
from embedsmith.progress import progress

Rows = npt.NDArray[np.float32]

EXTRA = LINE
"""Columns beside those asked for: the last ones asked for converge the faster."""

ZERO = 1e-6
"""A singular value of a smaller share of the largest is what rounding in float32 leaves of 0."""

BLOCK = 8192
"""Rows whose products are summed at a time in float64."""


def truncated_svd(
    matrix: Sparse, rank: int, *, iterations: int, seed: int, threads: int
) -> tuple[Rows, npt.NDArray[np.float64]]:
    """Return the left singular vectors (n, rank) and singular values (rank,) of `matrix` (n, m), the largest first.

    Parameters
    ----------
    rank
        At most n and m. Beyond the rank of the matrix, vectors and values are 0.
    iterations
        Times that the matrix and its transpose are applied: the more, the nearer to the true vectors.
    seed
        Of the random columns.
    threads
        They change no bit of the result: each row of a sparse product is one thread's, and BLAS has one.

    Returns
    -------
    Vectors whose largest value, by amount, is positive.

    Notes
    -----
    Memory, in bytes, for z entries: 8 z for the transpose and 12 k (n + m) for dense blocks, where k is
    `rank`, rounded up to 16, + EXTRA.
    """
    transposed = matrix.T.tocsr()
    width = min(math.ceil(rank / LINE) * LINE + EXTRA, *matrix.shape)
    drawn = np.random.default_rng(seed).standard_normal((matrix.shape[1], width), dtype=np.float32)
    with (
        ThreadPoolExecutor(threads) as pool,
        threadpool_limits(1),
        progress("factorising", "products", 2 * iterations + 2) as report,
    ):
        basis = orthonormal(product(matrix, drawn, pool))
        for done in range(iterations):
            report(2 * done + 1)
            basis = orthonormal(product(transposed, basis, pool))
            report(2 * done + 2)
            basis = orthonormal(product(matrix, basis, pool))
        squares, turn = np.linalg.eigh(gram(product(transposed, basis, pool)))
        values = np.sqrt(np.maximum(squares[::-1][:rank], 0))
        vectors = basis @ turn[:, ::-1][:, :rank].astype(np.float32)
    found = values > ZERO * values[0]
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(rank)]
    return np.where(found, vectors * np.sign(largest), np.float32(0)), np.where(found, values, 0.0)


def product(matrix: Sparse, dense: Rows, pool: ThreadPoolExecutor) -> Rows:
    """Return `matrix` (n, m) times `dense` (m, k)."""
    result = aligned(matrix.shape[0], dense.shape[1])
    # As many entries for each piece of work, and more pieces than threads: they do not take equally long.
    shares = np.linspace(0, matrix.nnz, 65)[1:-1]
    cuts = [0, *np.searchsorted(matrix.indptr, shares).tolist(), matrix.shape[0]]

    def part(rows: tuple[int, int]) -> None:
        first, last = rows
        multiply_rows(matrix.indptr, matrix.indices, matrix.data, dense, first, result[first:last])

    list(pool.map(part, pairwise(cuts)))
    return result


def gram(block: Rows) -> npt.NDArray[np.float64]:
    """Return the products of the columns of `block` (n, k) with each other, (k, k), summed in float64."""
    total = np.zeros((block.shape[1], block.shape[1]))
    for start in range(0, len(block), BLOCK):
        part = block[start : start + BLOCK].astype(np.float64)
        total += part.T @ part
    return total


def orthonormal(block: Rows) -> Rows:
    """Return orthonormal columns that span those of `block` (n, k); where those are dependent, some columns are 0."""
    squares, turn = np.linalg.eigh(gram(block))
    found = squares > ZERO**2 * squares[-1]
    turn *= np.divide(1, np.sqrt(np.maximum(squares, 0)), where=found, out=np.zeros_like(squares))
    return block @ turn.astype(np.float32)
