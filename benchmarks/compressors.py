"""Other ways to make a matrix of words small: each fitted to a budget of bytes, and decoded again.

What is counted of each is what its decoded rows need: codes and codebooks, and a basis where rows are turned back.
Rows that are as near to each other turned as before stay turned, and no rotation is counted, as it is not of ours.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterator

import faiss
import numpy as np
import numpy.typing as npt
from compress_fasttext.decomposition import DecomposedMatrix
from compress_fasttext.quantization import quantize
from model2vec.quantization import DType, quantize_embeddings
from sklearn.decomposition import PCA

Rows = npt.NDArray[np.float32]
Compressor = Callable[[Rows], tuple[Rows, int]]
"""From rows (V, d) to decoded rows and the bytes of what they are decoded from."""

COMPRESS_FASTTEXT = f"compress-fasttext {importlib.metadata.version('compress-fasttext')}"
MODEL2VEC = f"model2vec {importlib.metadata.version('model2vec')}"
FAISS = f"faiss {faiss.__version__}"
ITERATIONS, ROUNDS, FIRST = 10, 4, 10
"""Of faiss's k-means, which has 25; of its OPQ, which has 50; of the k-means before them, 40: those take minutes."""
MOST = 70
"""Parts of faiss's product quantisers, for the same reason."""
STAGE_BITS = 4
"""Of each stage of the residual quantiser: at 8 its codebooks alone are more than most budgets."""
STAGES, SAMPLE = 24, 8192
"""At most, for more take minutes; and rows that they are trained on."""


def fitting(words: int, dimension: int, budget: int) -> Iterator[tuple[str, Compressor]]:
    """Yield names and compressors of a matrix (words, dimension), each as large as `budget` bytes let it be."""
    kept = min(budget // words, dimension)
    if kept == dimension:  # there is no need to lose more
        yield f"{MODEL2VEC}, int8", _bytes(None)
        return
    yield f"{MODEL2VEC}, PCA to {kept}, int8", _bytes(kept)
    parts, centroids = _parts(words, dimension, budget, (255, 127, 63, 31))
    yield f"{COMPRESS_FASTTEXT}, PQ {parts} parts of {centroids}", _quantised(parts, centroids)
    kept = budget // (2 * words + 4 * dimension)
    yield f"{COMPRESS_FASTTEXT}, SVD to {kept}", _decomposed(kept)
    parts, centroids = _parts(words, dimension, budget, (256, 128, 64, 32))
    bits = centroids.bit_length() - 1
    if parts <= MOST:
        yield f"{FAISS}, PQ {parts} parts of {bits} bits", _product(parts, bits)
    parts, left = _rotated(words, dimension, budget)
    if parts <= MOST:
        yield f"{FAISS}, OPQ to {left}, PQ {parts} parts of 8 bits", _product(parts, 8, left)
    stage = words * STAGE_BITS // 8 + 4 * 2**STAGE_BITS * dimension
    if (stages := 2 * (budget // (2 * stage))) <= STAGES:  # an even number fills whole bytes
        yield f"{FAISS}, residual, {stages} stages of {STAGE_BITS} bits", _residual(stages)
    pool = budget // (2 * dimension)
    yield f"modulo hash, {pool:,} float16 rows", _modulo(pool)


def _parts(words: int, dimension: int, budget: int, sizes: tuple[int, ...]) -> tuple[int, int]:
    """Return the parts, equal ones, and centroids whose bits are most; a code takes whole bytes a row, or a part."""
    found = [
        (parts * np.log2(centroids), parts, centroids)
        for centroids in sizes
        for parts in range(1, dimension + 1)
        if dimension % parts == 0 and words * parts + 4 * centroids * dimension <= budget
    ]
    return max(found)[1:]


def _rotated(words: int, dimension: int, budget: int) -> tuple[int, int]:
    """Return the parts of 8 bits, as many as fit, and the columns that are left for them, the same number each.

    Where parts are few, columns are left out: their centroids would take the place of parts.
    """

    def columns(parts: int) -> int:
        return parts * min(dimension // parts, 14, 2 + dimension // (2 * parts))

    parts = max(n for n in range(1, dimension + 1) if n * words + 4 * 256 * columns(n) <= budget)
    return parts, columns(parts)


def _quantised(parts: int, centroids: int) -> Compressor:
    def compress(rows: Rows) -> tuple[Rows, int]:
        np.random.seed(1)  # noqa: NPY002 (it draws from numpy's own generator)
        found = quantize(rows, parts, centroids)
        return found.unpack(), found.indexes.nbytes + found.codes.nbytes

    return compress


def _decomposed(kept: int) -> Compressor:
    def compress(rows: Rows) -> tuple[Rows, int]:
        np.random.seed(1)  # noqa: NPY002
        found = DecomposedMatrix.compress(rows, n_components=kept)
        return found[:].astype(np.float32), found.compressed.nbytes + found.components.astype(np.float32).nbytes

    return compress


def _bytes(kept: int | None) -> Compressor:
    """Bytes as model2vec makes them; its own components, which are the same, can be had with `transformers` alone."""

    def compress(rows: Rows) -> tuple[Rows, int]:
        small = quantize_embeddings(PCA(kept).fit_transform(rows) if kept else rows, DType.Int8)
        return small.astype(np.float32), small.nbytes

    return compress


def _product(parts: int, bits: int, left: int | None = None) -> Compressor:
    def compress(rows: Rows) -> tuple[Rows, int]:
        if left:
            turn = faiss.OPQMatrix(rows.shape[1], parts, left)
            turn.niter, turn.niter_pq_0 = ROUNDS, FIRST
            turn.train(rows)
            rows = turn.apply(rows)
        quantiser = faiss.ProductQuantizer(rows.shape[1], parts, bits)
        quantiser.cp.niter = ITERATIONS
        quantiser.train(rows)
        codes = quantiser.compute_codes(rows)
        return quantiser.decode(codes), codes.nbytes + 4 * quantiser.centroids.size()

    return compress


def _modulo(pool: int) -> Compressor:
    """Words whose numbers leave the same remainder share a row, their mean: the hashing trick."""

    def compress(rows: Rows) -> tuple[Rows, int]:
        places = np.arange(len(rows)) % pool
        sums = np.zeros((pool, rows.shape[1]))
        np.add.at(sums, places, rows)
        means = (sums / np.bincount(places)[:, None]).astype(np.float16)
        return means[places].astype(np.float32), means.nbytes

    return compress


def _residual(stages: int) -> Compressor:
    def compress(rows: Rows) -> tuple[Rows, int]:
        quantiser = faiss.ResidualQuantizer(rows.shape[1], stages, STAGE_BITS)
        quantiser.train(rows[np.random.default_rng(1).permutation(len(rows))[:SAMPLE]])
        codes = quantiser.compute_codes(rows)
        return quantiser.decode(codes), codes.nbytes + 4 * quantiser.codebooks.size()

    return compress
