"""Residual quantisation: codebooks of whole rows, each for what the ones before it left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.compress.directions import directions, factors
from embedsmith.compress.kmeans import Rows
from embedsmith.embedding import Embedding
from embedsmith.embedding import Residual as ResidualCodec
from embedsmith.embedding.codec.scales import quantise
from embedsmith.errors import InputError


@dataclass(kw_only=True)
class Residual:
    """Each row's direction as a mean and a row of each of several codebooks, added; the row's scale in one byte.

    Chen, Guan & Wang (2010), "Approximate nearest neighbor search by residual vector quantization", for the
    codebooks; Babenko & Lempitsky (2014), "Additive quantization for extreme vector compression", for the search of
    codes by beam and for the codebooks that are fitted to all codes at once by least squares. By faiss.

    Parameters
    ----------
    stages
        Codebooks.
    bits
        Of a code, 1 to 8. A row takes stages * bits / 8 bytes, rounded up, and one for its scale; the codebooks
        stages * 2^bits * dimension * 2, which is much where there are few words.
    beam
        How many sums are followed at a time when codes are searched.
    refinements
        Times that codes are searched anew and then all codebooks fitted to them.
    iterations
        Of Lloyd's algorithm, for each codebook.
    seed
        Of the points that centroids start from.

    Notes
    -----
    The units of unseen words have codebooks of their own, as in product quantisation.
    """

    stages: int
    bits: int
    beam: int
    refinements: int
    iterations: int
    seed: int

    last: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not 1 <= self.bits <= 8:
            raise ValueError(f"bits: must be 1 to 8, not {self.bits}")
        for name in ("stages", "beam", "iterations"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: must be at least 1, not {getattr(self, name)}")
        if self.refinements < 0:
            raise ValueError(f"refinements: must be at least 0, not {self.refinements}")

    def fit(self, embedding: Embedding) -> Self:
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        return embedding.converted(self._quantise)

    def _quantise(self, rows: Rows) -> ResidualCodec:
        needed = self.stages * 2**self.bits
        if len(rows) < needed:
            raise InputError(
                f"residual: {len(rows)} rows are fewer than the {needed} of all codebooks; use fewer stages or bits"
            )
        towards = directions(rows)
        mean = towards.mean(axis=0, dtype=np.float64).astype(np.float16)
        with threadpool_limits(1):  # sums are taken in one order
            codes, codebooks = self._codes(towards - mean.astype(np.float32))
        ones = np.ones(len(rows), dtype=np.float32)
        unscaled = ResidualCodec(codes, codebooks, mean, *quantise(ones))
        return ResidualCodec(codes, codebooks, mean, *quantise(factors(rows, unscaled.rows(slice(0, len(rows))))))

    def _codes(self, points: Rows) -> tuple[np.ndarray, np.ndarray]:
        """Return the packed codes of `points` (n, d), and their codebooks (stages, 2^bits, d) as float16."""
        import faiss

        quantiser: Any = faiss.ResidualQuantizer(points.shape[1], self.stages, self.bits)
        quantiser.max_beam_size = self.beam
        quantiser.cp.niter, quantiser.cp.seed = self.iterations, self.seed
        quantiser.cp.min_points_per_centroid = 1
        quantiser.train_type |= faiss.ResidualQuantizer.Train_top_beam  # on what the best sum leaves, not on every sum
        if self.refinements:
            quantiser.train_type |= faiss.ResidualQuantizer.Train_refine_codebook
            quantiser.niter_codebook_refine = self.refinements
        quantiser.train(points)
        codebooks = faiss.vector_to_array(quantiser.codebooks).astype(np.float16)
        faiss.copy_array_to_vector(codebooks.astype(np.float32), quantiser.codebooks)  # as they are stored
        quantiser.compute_codebook_tables()
        return quantiser.compute_codes(points), codebooks.reshape(self.stages, 2**self.bits, points.shape[1])
