"""Hash embeddings: all words share the rows of a pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from embedsmith.compress.kmeans import Rows
from embedsmith.embedding import Embedding
from embedsmith.embedding import Hash as HashCodec
from embedsmith.embedding.codec.hash import PRIME, buckets
from embedsmith.errors import InputError

Weights = npt.NDArray[np.float64]
RIDGE = 1e-6
"""Added to the squares of each system, relative to a weight of 1: an empty bucket, or parallel rows, solve to 0."""


@dataclass(kw_only=True)
class Hash:
    """Each row as a weighted sum of rows of one pool, fitted to the rows as they are.

    Svenstrup, Hansen & Winther (2017), "Hash embeddings for efficient word representations", section 3. The paper
    trains pool and weights for a task; here they are fitted to given vectors by least squares, one and then the other.

    Parameters
    ----------
    functions
        Hash functions, and so rows of the pool that are added for a word. The first is the plain remainder of the
        word's number, which fills the buckets evenly; the others are drawn.
    reduction
        How many times fewer rows the pool has than there are words.
    weighted
        Whether each word weights its rows of the pool, two bytes each. Without, and with one function, a row of the
        pool is the mean of the words that share it: the hashing trick (Weinberger et al. 2009), the baseline.
    rounds
        Times that the pool and then the weights are fitted.
    iterations
        Of conjugate gradients, for the pool, a round.
    seed
        Of the hash functions and the first weights.

    Notes
    -----
    The units of unseen words have a pool of their own, as many times smaller than there are units.
    """

    functions: int
    reduction: float
    weighted: bool
    rounds: int
    iterations: int
    seed: int

    last: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name in ("functions", "reduction", "rounds", "iterations"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: must be at least 1, not {getattr(self, name):g}")

    def fit(self, embedding: Embedding) -> Self:
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        return embedding.converted(self._share)

    def _share(self, rows: Rows) -> HashCodec:
        count = round(len(rows) / self.reduction)
        if count < 1:
            raise InputError(
                f"hash: a reduction of {self.reduction:g} leaves nothing of {len(rows)} rows; use at most {len(rows)}"
            )
        draw = np.random.default_rng(self.seed)
        drawn = draw.integers(1, PRIME, size=(self.functions, 2))
        drawn[0] = 1, 0
        chosen = buckets(np.arange(len(rows)), drawn, count)
        with threadpool_limits(1):  # sums are taken in one order
            pool, weights = self._fitted(rows.astype(np.float64), chosen, count, draw)
        return HashCodec(half(pool), drawn, half(weights))

    def _fitted(
        self, rows: Weights, chosen: npt.NDArray[np.int64], count: int, draw: np.random.Generator
    ) -> tuple[Weights, Weights]:
        """Return the pool (count, d) and the weights (n, k), or (n, 0), for `rows` (n, d) and their buckets (n, k)."""
        pool = np.zeros((count, rows.shape[1]))
        if not self.weighted:
            return fit_pool(rows, chosen, np.ones(chosen.shape), pool, self.iterations), np.zeros((len(rows), 0))
        # Drawn, for equal ones would start near means, where words that share a bucket are told apart by little.
        weights = draw.normal(size=chosen.shape) if self.functions > 1 else np.ones(chosen.shape)
        for _ in range(self.rounds):
            pool = fit_pool(rows, chosen, weights, pool, self.iterations)
            weights = fit_weights(rows, chosen, pool)
            lengths = np.linalg.norm(pool, axis=1)  # to 1, so that halves hold pool and weights alike
            lengths[lengths == 0] = 1
            pool, weights = pool / lengths[:, None], weights * lengths[chosen]
        return pool, weights


def fit_pool(
    rows: Weights, chosen: npt.NDArray[np.int64], weights: Weights, start: Weights, iterations: int
) -> Weights:
    """Return the pool (m, d) whose sums by `weights` (n, k) of the rows `chosen` (n, k) are nearest to `rows` (n, d).

    By conjugate gradients on the normal equations, a column at a time, from `start` (m, d); exact after `iterations`
    if there are no more distinct eigenvalues.
    """
    from scipy.sparse import csr_array, eye_array
    from scipy.sparse.linalg import cg

    places = np.arange(0, chosen.size + 1, chosen.shape[1])
    sums = csr_array((weights.ravel(), chosen.ravel(), places), shape=(len(rows), len(start)))
    squares = (sums.T @ sums + RIDGE * eye_array(len(start))).tocsr()
    scale = 1 / np.sqrt(squares.diagonal())  # Jacobi's preconditioner
    scaled = squares * scale[:, None] * scale[None, :]
    wanted = np.asarray(sums.T @ rows) * scale[:, None]
    pool = np.empty_like(start)
    for column in range(rows.shape[1]):
        found, _ = cg(scaled, wanted[:, column], x0=start[:, column] / scale, rtol=1e-8, maxiter=iterations)
        pool[:, column] = found * scale
    return pool


def fit_weights(rows: Weights, chosen: npt.NDArray[np.int64], pool: Weights) -> Weights:
    """Return the weights (n, k) by which the rows `chosen` (n, k) of `pool` (m, d) come nearest to `rows` (n, d)."""
    functions = chosen.shape[1]
    products = np.empty((len(rows), functions))
    squares = np.empty((len(rows), functions, functions))
    for one in range(functions):
        drawn = pool[chosen[:, one]]
        products[:, one] = np.einsum("nd,nd->n", drawn, rows)
        for other in range(one + 1):
            squares[:, one, other] = np.einsum("nd,nd->n", drawn, pool[chosen[:, other]])
            squares[:, other, one] = squares[:, one, other]
    largest = np.maximum(np.einsum("nkk->nk", squares).max(axis=1), np.finfo(np.float64).tiny)
    squares += (RIDGE * largest)[:, None, None] * np.eye(functions)
    return np.asarray(np.linalg.solve(squares, products[:, :, None])[:, :, 0])


def half(matrix: Weights) -> npt.NDArray[np.float16]:
    """Return `matrix` at half precision.

    Raises
    ------
    InputError
        If a value would become infinite.
    """
    largest = float(np.abs(matrix).max(initial=0.0))
    if largest > float(np.finfo(np.float16).max):
        raise InputError(f"hash: a value of {largest:.3g} is beyond half precision; scale the vectors")
    return matrix.astype(np.float16)
