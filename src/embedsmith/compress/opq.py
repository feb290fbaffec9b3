"""Product quantisation of rotated rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from embedsmith.compress.directions import directions
from embedsmith.compress.kmeans import Rows, kmeans, nearest
from embedsmith.compress.pq import check, cut, enough, product
from embedsmith.embedding import PQ as PQCodec
from embedsmith.embedding import Embedding


@dataclass(kw_only=True)
class OPQ:
    """A rotation of all rows that is learned so that product quantisation loses less, and then product quantisation.

    Ge, He, Ke & Sun (2013), "Optimized product quantization": the start of section 3.2 (eigenvalue allocation), then
    section 3.1 (centroids and rotation in turn).

    Parameters
    ----------
    parts, bits, iterations, seed
        As for product quantisation.
    rounds
        Times that centroids, by one iteration, and then the rotation are fitted to each other; with 0 the rotation
        is the one that is exact for normally distributed rows.

    Notes
    -----
    Rows stay rotated: lengths, products, cosines and differences are those of the rows before, and turning back would
    store dimension^2 more values and take a product a row. So no coordinate means what it meant before, as after
    principal components. The rotation is learned from the words, and the units of unseen words are turned by the same
    one, so that composed vectors lie in the space of the words; the centroids of units are their own.
    """

    parts: int
    bits: int
    rounds: int
    iterations: int
    seed: int

    last: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check(self.parts, self.bits)
        if self.rounds < 0:
            raise ValueError(f"rounds: must be at least 0, not {self.rounds}")
        if self.iterations < 1:
            raise ValueError(f"iterations: must be at least 1, not {self.iterations}")

    def fit(self, embedding: Embedding) -> Self:
        cuts = cut(embedding.dimension, self.parts, "opq")
        enough(len(embedding), self.bits, "opq")
        with threadpool_limits(1):
            self.rotation_ = self._rotation(directions(embedding.matrix()), cuts)
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        return embedding.converted(self._quantise)

    def _quantise(self, rows: Rows) -> PQCodec:
        with threadpool_limits(1):
            turned = rows @ self.rotation_
        return product(turned, self.parts, self.bits, iterations=self.iterations, seed=self.seed, name="opq")

    def _rotation(self, rows: Rows, cuts: npt.NDArray[np.int32]) -> Rows:
        variances, vectors = np.linalg.eigh(np.cov(rows.T.astype(np.float64)))
        rotation = vectors[:, np.concatenate(allocate(variances, np.diff(cuts)))].astype(np.float32)
        codebooks: list[Rows | None] = [None] * self.parts
        for _ in range(self.rounds):
            turned = rows @ rotation
            decoded = np.empty_like(turned)
            for part, (begin, end) in enumerate(pairwise(cuts.tolist())):
                points = turned[:, begin:end]
                centroids = kmeans(points, 2**self.bits, iterations=1, seed=self.seed, start=codebooks[part])
                codebooks[part] = centroids
                decoded[:, begin:end] = centroids[nearest(points, centroids)]
            rotation = procrustes(rows, decoded)
        return rotation


def allocate(variances: npt.NDArray[np.float64], sizes: npt.NDArray[np.int_]) -> list[list[int]]:
    """Return which of `variances` (d,) each part takes, as many as `sizes` (parts,) says, their products being even.

    From the largest, each goes to the part whose product is the smallest as yet and that is not full.
    """
    least = max(variances.max(initial=0.0) * 1e-12, np.finfo(np.float64).tiny)
    logarithms = np.log(np.maximum(variances, least))
    logarithms -= logarithms.min()  # none below 0, so that a product grows with each
    parts: list[list[int]] = [[] for _ in sizes]
    for column in np.argsort(-variances, kind="stable").tolist():
        open_ = [part for part, size in zip(parts, sizes, strict=True) if len(part) < size]
        min(open_, key=lambda part: float(logarithms[part].sum())).append(column)
    return parts


def procrustes(rows: Rows, target: Rows) -> Rows:
    """Return the rotation (d, d), reflections included, that brings `rows` (n, d) nearest to `target` (n, d)."""
    left, _, right = np.linalg.svd(rows.T.astype(np.float64) @ target)
    return np.asarray(left @ right, dtype=np.float32)
