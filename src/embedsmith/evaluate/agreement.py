"""How much of the untouched model's geometry each variant keeps: vectors, cosines and neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.embedding import Embedding
from embedsmith.evaluate.parallel import of_each
from embedsmith.evaluate.vectors import unit_rows
from embedsmith.metrics.agreement import cosine_correlation, reconstruction_error
from embedsmith.metrics.neighbours import nearest, shared
from embedsmith.metrics.similarity import Floats, Ids, Unit
from embedsmith.metrics.statistics import bootstrap, interval


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another.
@dataclass(kw_only=True)
class Sample:
    """What is drawn of the vocabulary, where comparing all of it would take too long.

    Attributes
    ----------
    words
        Whose neighbours are compared.
    neighbours
        Of each word.
    pairs
        Of words whose cosines are compared.
    """

    words: int
    neighbours: int
    pairs: int

    def __post_init__(self) -> None:
        for name, least in (("words", 1), ("neighbours", 1), ("pairs", 2)):
            if getattr(self, name) < least:
                raise ValueError(f"{name}: must be at least {least}, not {getattr(self, name)}")


@dataclass(frozen=True)
class _Drawn:
    """Rows of the untouched model: words whose neighbours are compared, and pairs."""

    words: Ids
    left: Ids
    right: Ids

    @classmethod
    def of(cls, vocabulary: int, sample: Sample, seed: int) -> _Drawn:
        random = np.random.default_rng(seed)
        words = random.choice(vocabulary, size=min(sample.words, vocabulary), replace=False)
        left = random.integers(vocabulary, size=sample.pairs)
        right = (left + random.integers(1, vocabulary, size=sample.pairs)) % vocabulary  # never the word itself
        return cls(words, left, right)


def agree(
    variants: Mapping[str, Embedding], sample: Sample, *, seed: int, resamples: int, confidence: float, threads: int
) -> dict[str, dict[str, Any]]:
    """Compare every variant with the untouched model.

    Parameters
    ----------
    variants
        By name; the first is the untouched model.
    threads
        Of BLAS; fixed, because results change with it.

    Returns
    -------
    {variant: {reconstruction_error: {score}, cosine_correlation: {score}, neighbours_kept: {score, low, high}}}, of
    every variant but the first. The error is over all words, the correlation over random pairs; `neighbours_kept` is
    the mean share of a word's nearest neighbours that are among its nearest in the variant too, over a sample of words
    that the bootstrap interval is over. A word that the variant no longer has keeps none of its neighbours; error and
    correlation are of those that it has.

    Raises
    ------
    InputError
        For a variant with NaN.
    """
    (first, untouched), *others = variants.items()
    if not others or len(untouched) < 2:
        return {}
    drawn = _Drawn.of(len(untouched), sample, seed)
    vectors = untouched.matrix()
    unit = unit_rows(first, vectors)
    with threadpool_limits(threads):
        neighbours = _nearest(unit, drawn.words, sample.neighbours)

    def compared(other: tuple[str, Embedding]) -> dict[str, Any]:
        name, embedding = other
        matrix = embedding.matrix()
        own = unit_rows(name, matrix)
        rows = embedding.find(untouched.words)  # -1 for a word that it has no more
        has = rows >= 0
        pairs = has[drawn.left] & has[drawn.right]
        left, right = drawn.left[pairs], drawn.right[pairs]
        kept = np.zeros(len(drawn.words))
        asked = has[drawn.words]
        of_own = _nearest(own, rows[drawn.words[asked]], sample.neighbours)
        kept[asked] = shared(neighbours[asked], _back(rows, of_own, len(embedding)))
        if not np.array_equal(rows, np.arange(len(embedding))):  # the usual case need not be copied
            matrix, own = matrix[rows[has]], own[rows]
        return {
            "reconstruction_error": {"score": reconstruction_error(vectors if has.all() else vectors[has], matrix)},
            "cosine_correlation": {"score": cosine_correlation(unit, own, left, right)},
            "neighbours_kept": _mean(kept, seed, resamples, confidence),
        }

    found = of_each(compared, others, threads)
    return {name: leaves for (name, _), leaves in zip(others, found, strict=True)}


def _nearest(unit: Unit, words: Ids, k: int) -> Ids:
    return nearest(unit, words, words, k, np.zeros(0, dtype=np.int64))


def _back(rows: Ids, found: Ids, words: int) -> Ids:
    """Return the untouched model's rows of what was `found` in a variant of so many `words`; -1 stays."""
    of_variant = np.full(words + 1, -1)  # the last, which is at -1 too, for a neighbour that is missing
    of_variant[rows[rows >= 0]] = np.flatnonzero(rows >= 0)
    return np.asarray(of_variant[found], dtype=np.int64)


def _mean(values: Floats, seed: int, resamples: int, confidence: float) -> dict[str, float]:
    samples = bootstrap(lambda counts: counts @ values / len(values), len(values), resamples, seed)
    low, high = interval(samples, confidence)
    return {"score": float(values.mean()), "low": low, "high": high}
