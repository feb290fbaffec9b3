"""Anisotropy of every variant: how unevenly its vectors use their space."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from threadpoolctl import threadpool_limits

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.settings import require_threads
from embedsmith.evaluate.vectors import unit_rows
from embedsmith.files import rounded
from embedsmith.metrics.isotropy import eigenvalues, isoscore, mean_cosine, variance_share

SpectrumRow = tuple[str, int, float]
"""Variant, component (from 1, largest first), its share of the variance."""


@dataclass(frozen=True, kw_only=True)
class Anisotropy:
    """Settings of the `anisotropy` stage.

    Attributes
    ----------
    threads
        Of BLAS; fixed, because results change with it.
    """

    threads: int

    def __post_init__(self) -> None:
        require_threads(self.threads)


def evaluate(variants: Mapping[str, Embedding], settings: Anisotropy) -> tuple[dict[str, Any], list[SpectrumRow]]:
    """Measure every variant, exactly and over its whole vocabulary: nothing is sampled, so there are no intervals.

    Returns
    -------
    {variant: {mean_cosine: {score}, isoscore: {score}, top1_variance: {score}}}, and the spectrum as rows
    (`spectrum_csv`).

    Raises
    ------
    InputError
        For a variant with NaN, or with fewer than two words.
    """
    metrics: dict[str, Any] = {}
    spectrum: list[SpectrumRow] = []
    with threadpool_limits(settings.threads):
        for name, embedding in variants.items():
            if len(embedding) < 2:
                raise InputError(f"variant {name!r}: {len(embedding)} words; anisotropy needs at least two")
            matrix = embedding.matrix()
            unit = unit_rows(name, matrix)
            variances = eigenvalues(matrix)
            shares = variance_share(variances)
            metrics[name] = {
                "mean_cosine": {"score": mean_cosine(unit)},
                "isoscore": {"score": isoscore(variances)},
                "top1_variance": {"score": float(shares[0])},
            }
            spectrum += [(name, component, float(part)) for component, part in enumerate(shares, 1)]
    return metrics, spectrum


def spectrum_csv(spectrum: Iterable[SpectrumRow]) -> str:
    """Return the rows of a spectrum as CSV: variant, component, variance_share."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["variant", "component", "variance_share"])
    table.writerows((variant, component, rounded(part)) for variant, component, part in spectrum)
    return text.getvalue()
