"""Vectors that vary as much in every direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.embedding import Dense, Embedding
from embedsmith.errors import InputError
from embedsmith.metrics.components import eigenvectors, scatter
from embedsmith.metrics.similarity import Floats
from embedsmith.mitigate.checked import checked

METHODS = ("pca", "zca")
FLAT = 1e-10
"""A variance so much smaller than the largest is the rounding error of float32, and there is nothing to stretch."""


@dataclass(kw_only=True)
class Whiten:
    """Centred vectors, turned and stretched until their covariance is the identity.

    Directions without variance stay without.

    Parameters
    ----------
    method
        `pca`: along the principal components, largest variance first (Su et al. 2021, "Whitening Sentence
        Representations for Better Semantics and Faster Retrieval"). `zca`: turned back from there, as near to the
        centred vectors as white ones can be (Kessy et al. 2018, "Optimal Whitening and Decorrelation"). Cosines are
        the same.
    shrinkage
        From 0 to 1: how far the covariance is moved towards one that is even, tr(S) / d times the identity (Ledoit and
        Wolf 2004). With 0 the result is white; with 1 it is the centred vectors, scaled.
    dimensions
        How many components are kept, by `pca` alone; null for all.
    """

    method: str
    shrinkage: float
    dimensions: int | None

    last: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"method: must be {' or '.join(METHODS)}, not {self.method!r}")
        if not 0 <= self.shrinkage <= 1:
            raise ValueError(f"shrinkage: must be from 0 to 1, not {self.shrinkage:g}")
        if self.dimensions is not None and self.dimensions < 1:
            raise ValueError(f"dimensions: must be at least 1, not {self.dimensions}")
        if self.dimensions is not None and self.method == "zca":
            raise ValueError("dimensions: zca turns back to all of them; use pca, or null")

    def fit(self, embedding: Embedding) -> Self:
        matrix = checked(embedding, "whiten", least=2)
        if self.dimensions is not None and self.dimensions > embedding.dimension:
            raise InputError(f"whiten: {self.dimensions} dimensions of {embedding.dimension} cannot be kept")
        self.mean_ = matrix.mean(axis=0, dtype=np.float64)
        with threadpool_limits(1):  # how BLAS divides a product among threads shows in the last bits
            variances, axes = eigenvectors(scatter(matrix, self.mean_) / (len(matrix) - 1))
        if variances[0] <= 0:
            raise InputError("whiten: all vectors are the same; there is nothing to stretch")
        stretched = _factors(variances, self.shrinkage)[:, None] * axes
        self.map_ = stretched.T[:, : self.dimensions] if self.method == "pca" else axes.T @ stretched
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        with threadpool_limits(1):
            return embedding.converted(lambda rows: Dense(((rows - self.mean_) @ self.map_).astype(np.float32)))


def _factors(variances: Floats, shrinkage: float) -> Floats:
    """Return by what to multiply each component, (d,), of the `variances` (d,), largest first."""
    shrunk = (1 - shrinkage) * variances + shrinkage * variances.mean()
    flat = shrunk <= FLAT * shrunk[0]
    return np.where(flat, 0, 1 / np.sqrt(np.where(flat, 1, shrunk)))
