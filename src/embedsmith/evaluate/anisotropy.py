"""Anisotropy of every variant: how unevenly its vectors use their space, and what of that goes with frequency."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.limits import Limit, require_limits
from embedsmith.evaluate.neighbourhood import NEIGHBOURHOOD, neighbourhood
from embedsmith.evaluate.parallel import of_each
from embedsmith.evaluate.settings import require_statistics
from embedsmith.evaluate.vectors import unit_rows
from embedsmith.files import rounded
from embedsmith.metrics.correlation import explained_share, rank_correlations
from embedsmith.metrics.isotropy import mean_cosine, partition_isotropy
from embedsmith.metrics.similarity import Floats, Unit
from embedsmith.metrics.spectrum import covariance, isoscore, participation_ratio, principal, variance_share

SpectrumRow = tuple[str, int, float]
"""Variant, component (from 1, largest first), its share of the variance."""

TOP = (1, 3, 10)
"""First components whose share of the variance is told."""
SPREAD = ("isoscore", "participation_ratio", *(f"top{number}_variance" for number in TOP))
"""Names of what the variances along the components say,"""
WEIGHTED = tuple(f"{name}_weighted" for name in ("mean_cosine", *SPREAD))
"""of what counts every word as often as it was read,"""
FREQUENCY = ("frequency_norm", "frequency_component", "frequency_r2")
"""of what says how far the vectors go with frequency,"""
METRICS = ("mean_cosine", "partition", *SPREAD, *WEIGHTED, *NEIGHBOURHOOD, *FREQUENCY)
"""and of all metrics."""
ROUNDING = 1e-5
"""Share of the mean length below which two lengths differ by rounding alone."""


@dataclass(frozen=True, kw_only=True)
class Anisotropy:
    """Settings of the `anisotropy` stage.

    Attributes
    ----------
    components
        Of the largest variance, in which frequency is looked for.
    neighbours
        Of a word, by which hubs and the intrinsic dimension are measured.
    sample
        Words whose neighbours are looked for, among all.
    limits
        By the name of a metric; what an audit holds each variant to.
    resamples, confidence
        Of the bootstrap intervals of what rests on the sample.
    seed
        Of the sample and of the resamples.
    threads
        Of BLAS; fixed, because results change with it.
    """

    components: int
    neighbours: int
    sample: int
    limits: dict[str, Limit]
    resamples: int
    confidence: float
    seed: int
    threads: int

    def __post_init__(self) -> None:
        for name, least in (("components", 1), ("neighbours", 2), ("sample", 3)):
            if getattr(self, name) < least:
                raise ValueError(f"{name}: must be at least {least}, not {getattr(self, name)}")
        require_limits(self.limits, METRICS)
        require_statistics(self.resamples, self.confidence, self.seed, self.threads)


def evaluate(
    variants: Mapping[str, Embedding], settings: Anisotropy, counts: Mapping[str, int]
) -> tuple[dict[str, Any], list[SpectrumRow]]:
    """Measure every variant: exactly and over its whole vocabulary, but for what neighbours say of a sample.

    Parameters
    ----------
    counts
        How often each word was read. One without a count, of a pretrained model perhaps, has no part in what weighs
        words by frequency or compares with it: those metrics say how many words were `known`.

    Returns
    -------
    {variant: {metric: {score}}} of METRICS, and the spectrum as rows (`spectrum_csv`). What rests on a sample has `low`
    and `high` too; what is about frequency has `known`, `items` and `coverage`. A metric that has no value, such as
    those about frequency where no two words have different counts, has `refused`: true and no score.

    Raises
    ------
    InputError
        For a variant with NaN, or with fewer than two words.
    """
    names = list(variants)

    def measured(name: str) -> tuple[dict[str, Any], Floats]:
        embedding = variants[name]
        if len(embedding) < 2:
            raise InputError(f"variant {name!r}: {len(embedding)} words; anisotropy needs at least two")
        read = np.array([counts.get(word, 0) for word in embedding.words], dtype=np.float64)
        return _measure(name, embedding.matrix(), read, settings)

    metrics, shares = zip(*of_each(measured, names, settings.threads), strict=True)
    spectrum = [
        (name, component, float(part))
        for name, own in zip(names, shares, strict=True)
        for component, part in enumerate(own, 1)
    ]
    return dict(zip(names, metrics, strict=True)), spectrum


def _measure(
    variant: str, vectors: npt.NDArray[np.float32], read: Floats, settings: Anisotropy
) -> tuple[dict[str, Any], Floats]:
    """Return the metrics of one variant, and the share of the variance in each component."""
    unit = unit_rows(variant, vectors)
    mean, spread = covariance(vectors)
    variances, components = principal(spread)
    _, directions = principal(spread + np.outer(mean, mean))  # of the vectors as they are, not centred
    around = neighbourhood(
        unit,
        sample=settings.sample,
        neighbours=settings.neighbours,
        resamples=settings.resamples,
        confidence=settings.confidence,
        seed=settings.seed,
    )
    scores = {
        "mean_cosine": {"score": mean_cosine(unit)},
        "partition": {"score": partition_isotropy(vectors, directions)},
        **{name: {"score": score} for name, score in _spread(variances).items()},
        **_weighted(vectors, unit, read),
        **around,
        **_with_frequency(vectors, components[: settings.components], read),
    }
    return scores, variance_share(variances)


def _spread(variances: Floats) -> dict[str, float]:
    shares = variance_share(variances)
    tops = (float(shares[:number].sum()) for number in TOP)
    return dict(zip(SPREAD, (isoscore(variances), participation_ratio(variances), *tops), strict=True))


def _weighted(vectors: npt.NDArray[np.float32], unit: Unit, read: Floats) -> dict[str, dict[str, Any]]:
    """Return the metrics in which every word counts as often as it was read."""
    coverage = _coverage(read)
    if coverage["known"] < 2:
        return {name: coverage | {"refused": True} for name in WEIGHTED}
    variances, _ = principal(covariance(vectors, read)[1])
    scores = (mean_cosine(unit, read), *_spread(variances).values())
    return {name: coverage | {"score": score} for name, score in zip(WEIGHTED, scores, strict=True)}


def _with_frequency(vectors: npt.NDArray[np.float32], components: Floats, read: Floats) -> dict[str, dict[str, Any]]:
    """Return how far lengths, and places along the first `components` (m, d), go with frequency.

    `frequency_norm` is the rank correlation of a word's length with its count, `frequency_component` the largest, in
    magnitude, of its place along a component with it, and `frequency_r2` the share of the variance of the logarithm of
    the counts that the places along all of them explain.
    """
    coverage = _coverage(read)
    known = read > 0
    counted = read[known]
    if np.unique(counted).size < 2:
        return {name: coverage | {"refused": True} for name in FREQUENCY}
    places = (vectors @ components.T.astype(np.float32))[known]
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))[known]
    # Lengths that are the same but for rounding are the same, in no order.
    lengths = np.rint(lengths / (ROUNDING * (lengths.mean() or 1)))
    norm, *along = rank_correlations(np.column_stack([lengths, places]), counted)
    scores = (float(norm), float(np.abs(along).max()), explained_share(places, np.log(counted)))
    return {name: coverage | {"score": score} for name, score in zip(FREQUENCY, scores, strict=True)}


def _coverage(read: Floats) -> dict[str, Any]:
    known = int(np.count_nonzero(read))
    return {"known": known, "items": len(read), "coverage": known / len(read)}


def spectrum_csv(spectrum: Iterable[SpectrumRow]) -> str:
    """Return the rows of a spectrum as CSV: variant, component, variance_share."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["variant", "component", "variance_share"])
    table.writerows((variant, component, rounded(part)) for variant, component, part in spectrum)
    return text.getvalue()
