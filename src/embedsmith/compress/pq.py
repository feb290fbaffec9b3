"""Product quantisation: a few bits a sub-vector."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt

from embedsmith.compress.directions import directions, factors
from embedsmith.compress.kmeans import Rows, kmeans, nearest
from embedsmith.embedding import PQ as PQCodec
from embedsmith.embedding import Embedding
from embedsmith.embedding.codec.packing import pack
from embedsmith.embedding.codec.scales import quantise
from embedsmith.errors import InputError


@dataclass(kw_only=True)
class PQ:
    """Each sub-vector of a row's direction as the nearest of 2^bits centroids; the row's scale in one byte.

    Jégou, Douze & Schmid (2011), "Product quantization for nearest neighbor search", section II.

    Parameters
    ----------
    parts
        Sub-vectors, at most as many as there are dimensions. Where they do not divide evenly, some are one longer.
    bits
        Of the number of a centroid, 1 to 8. A row takes parts * bits / 8 bytes, rounded up, and one for its scale; the
        centroids 2^bits * dimension * 2.
    iterations
        Of Lloyd's algorithm.
    seed
        Of the points that centroids start from.

    Notes
    -----
    The units of unseen words have centroids of their own. They are stored beside their rows as the words' are, so that
    it costs nothing, and units, which are shorter sums of other things, need not be near the words.
    """

    parts: int
    bits: int
    iterations: int
    seed: int

    last: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check(self.parts, self.bits)
        if self.iterations < 1:
            raise ValueError(f"iterations: must be at least 1, not {self.iterations}")

    def fit(self, embedding: Embedding) -> Self:
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        return embedding.converted(self._quantise)

    def _quantise(self, rows: Rows) -> PQCodec:
        return product(rows, self.parts, self.bits, iterations=self.iterations, seed=self.seed, name="pq")


def check(parts: int, bits: int) -> None:
    """Refuse what no quantiser of `parts` codes of `bits` can be, by a ValueError that begins with the key."""
    if parts < 1:
        raise ValueError(f"parts: must be at least 1, not {parts}")
    if not 1 <= bits <= 8:
        raise ValueError(f"bits: must be 1 to 8, not {bits}")


def cut(dimension: int, parts: int, name: str) -> npt.NDArray[np.int32]:
    """Return the columns at which each of `parts` begins, and `dimension`; as even as can be.

    Raises
    ------
    InputError
        If there are more parts than dimensions; `name` says whose.
    """
    if parts > dimension:
        raise InputError(f"{name}: {parts} parts are more than the {dimension} dimensions; use at most {dimension}")
    return (np.arange(parts + 1) * dimension // parts).astype(np.int32)


def enough(rows: int, bits: int, name: str) -> None:
    """Refuse fewer `rows` than 2^bits centroids.

    Raises
    ------
    InputError
        `name` says whose.
    """
    if rows < 2**bits:
        raise InputError(f"{name}: {rows} rows are fewer than 2^{bits} centroids; use fewer bits")


def product(rows: Rows, parts: int, bits: int, *, iterations: int, seed: int, name: str) -> PQCodec:
    """Return `rows` (n, dimension), product-quantised.

    Raises
    ------
    InputError
        If there are too few rows or dimensions; `name` says whose.
    """
    cuts = cut(rows.shape[1], parts, name)
    enough(len(rows), bits, name)
    towards = directions(rows)
    codebook = np.empty((2**bits, rows.shape[1]), dtype=np.float16)
    codes = np.empty((len(rows), parts), dtype=np.uint8)
    decoded = np.empty_like(towards)
    for part, (begin, end) in enumerate(pairwise(cuts.tolist())):
        points = towards[:, begin:end]
        codebook[:, begin:end] = kmeans(points, 2**bits, iterations=iterations, seed=seed)
        centroids = codebook[:, begin:end].astype(np.float32)  # as they are stored
        codes[:, part] = nearest(points, centroids)
        decoded[:, begin:end] = centroids[codes[:, part]]
    return PQCodec(pack(codes, bits), codebook, cuts, *quantise(factors(rows, decoded)))
