"""Centroids by Lloyd's algorithm, and the nearest of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

Rows = npt.NDArray[np.float32]


def kmeans(points: Rows, count: int, *, iterations: int, seed: int, start: Rows | None = None) -> Rows:
    """Return `count` centroids (count, d) of `points` (n, d), n at least `count`.

    By faiss, from randomly drawn points, or from the centroids `start`; every point counts. One thread, so that sums
    are taken in one order.
    """
    import faiss

    with threadpool_limits(1):
        clustering = faiss.Kmeans(
            points.shape[1],
            count,
            niter=iterations,
            seed=seed,
            min_points_per_centroid=1,  # no warning: it would go past the one line that a stage says
            max_points_per_centroid=len(points),
        )
        clustering.train(np.ascontiguousarray(points), init_centroids=start)
    return np.asarray(clustering.centroids, dtype=np.float32)


def nearest(points: Rows, centroids: Rows) -> npt.NDArray[np.uint8]:
    """Return the number of the centroid (count, d), at most 256, that is nearest to each of `points` (n, d)."""
    import faiss

    with threadpool_limits(1):
        _, codes = faiss.knn(np.ascontiguousarray(points), np.ascontiguousarray(centroids), 1)
    return np.asarray(codes[:, 0], dtype=np.uint8)
