"""Similarity of every variant: word pairs, analogies, and the share of quality that it keeps."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.config.nearest import nearest
from embedsmith.embedding import Embedding
from embedsmith.evaluate import frequency
from embedsmith.evaluate.agreement import Sample
from embedsmith.evaluate.analogies import Analogies
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.pairs import Pairs
from embedsmith.evaluate.settings import require_statistics
from embedsmith.evaluate.spaces import Answers, answer
from embedsmith.metrics.share import reference, share
from embedsmith.metrics.similarity import Floats
from embedsmith.metrics.statistics import bootstrap, interval

PROTOCOLS: dict[str, type[Pairs] | type[Analogies]] = {"pairs": Pairs, "analogies": Analogies}
"""How a kind of data set is read and scored."""
DERIVED = ("mean", "share", "kept")
"""Names of the scores made of others."""
APART = ("agreement", "frequency", "kept_of", "renamed")
"""Names under which results that are not of a whole set stand beside the scores."""
UNKNOWN = ("fallback", "skip")
"""What is done with a word outside the vocabulary."""


@dataclass(frozen=True, kw_only=True)
class Similarity:
    """Settings of the `similarity` stage.

    Attributes
    ----------
    sets
        Data sets of pairs or analogies, by the name of their score.
    intrinsic
        Names of the sets whose mean is the quality that `share` is a share of.
    unknown
        What is done with a word outside the vocabulary: `fallback` composes its vector of its parts where the
        embedding can, `skip` leaves its items out. Analogies, whose answers are words of the vocabulary, leave them
        out in any case; but a variant that has lost words answers the questions of those wrongly.
    bands
        Occurrences at which one band of frequency ends and the next begins: of 20, 100 and 1000 there are four, below
        20, 20 to 99, 100 to 999, 1000 and more. None: no scores by band.
    least
        Known items that a band needs for a score.
    agreement
        What is drawn of the vocabulary, where variants are compared with the untouched model.
    resamples, confidence
        Of the bootstrap intervals.
    seed
        Of the resamples and of what is drawn of the vocabulary.
    threads
        Of BLAS; fixed, because results change with it.
    """

    sets: dict[str, DataSet]
    intrinsic: list[str]
    unknown: str
    bands: list[int]
    least: int
    agreement: Sample
    resamples: int
    confidence: float
    seed: int
    threads: int

    def __post_init__(self) -> None:
        for name, dataset in self.sets.items():
            if dataset.kind not in PROTOCOLS:
                raise ValueError(f"sets.{name}.kind: must be one of {', '.join(PROTOCOLS)}, not {dataset.kind}")
            if name in (*DERIVED, *APART):
                raise ValueError(f"sets.{name}: {name!r} is the name of other results; choose another")
        if not self.intrinsic:
            raise ValueError("intrinsic: empty; name the sets whose mean is the quality kept")
        for name in self.intrinsic:
            if name not in self.sets:
                raise ValueError(f"intrinsic: there is no set {name!r}{nearest(name, self.sets)}")
        if self.unknown not in UNKNOWN:
            raise ValueError(f"unknown: must be one of {', '.join(UNKNOWN)}, not {self.unknown!r}")
        frequency.require_bands(self.bands, self.least)
        require_statistics(self.resamples, self.confidence, self.seed, self.threads)


def evaluate(variants: Mapping[str, Embedding], settings: Similarity, counts: Mapping[str, int]) -> dict[str, Any]:
    """Score every variant on every set, with coverage and bootstrap intervals.

    Parameters
    ----------
    variants
        By name; the first is the untouched model.
    counts
        How often each word of the vocabulary was read.

    Returns
    -------
    {variant: {set: {score, low, high, known, items, coverage, composed}, mean, share, kept, kept_of, frequency}}.
    `mean` is over the intrinsic sets. `share` is that mean over the reference's, the better of the untouched and the
    centred model (`reference` says which, `reference_score` its mean); `kept` is the same over the untouched model's,
    by which a loss is judged, and `kept_of` {set: {score, low, high}} that of each set. All have paired intervals;
    without a fair reference (mean below .05) they have no score, and `refused` is true. So has a set of which a variant
    knows too few items to be scored, and with it what is made of the intrinsic sets: a mean over fewer of them would be
    another measure.

    `composed` of the known items were scored with the vector of a word outside the vocabulary. `frequency` holds
    {set: {band: the same as of a set}}, over the items whose rarest word lies in the band, and `kept`: {band: {score,
    low, high}} of the intrinsic sets of which the untouched model knows enough items of the band.

    Raises
    ------
    InputError
        For a data set that cannot be read, or a variant with NaN.
    """
    sets = {name: PROTOCOLS[dataset.kind].load(dataset) for name, dataset in settings.sets.items()}
    with threadpool_limits(settings.threads):
        answers = answer(variants, sets, compose=settings.unknown == "fallback")
        measured = {name: _measure(name, sets[name], answers[name].outcomes, settings) for name in sets}
        bands = {name: dict(_bands(name, sets[name], answers[name], settings, counts)) for name in sets}
    return {
        variant: {name: _leaf(measured[name], answers[name], place, settings) for name in sets}
        | _derived(measured, place, settings)
        | {"kept_of": _kept_of(measured, place, settings)}
        | ({"frequency": _frequency(bands, place, settings)} if settings.bands else {})
        for place, variant in enumerate(variants)
    }


@dataclass(frozen=True)
class _Measured:
    """Scores (spaces,) and resampled scores (R, spaces) of one set; NaN in a space that knows too few of its items."""

    scores: Floats
    samples: Floats

    def scored(self, *places: int) -> bool:
        """Say whether there is a score in each of these spaces."""
        return not bool(np.isnan(self.scores[[*places]]).any())


def _measure(name: str, items: Pairs | Analogies, outcomes: Floats, settings: Similarity) -> _Measured | None:
    """Score one set in every space, all on the same resamples of the items that any of them knows.

    None if no space knows any.
    """
    known = ~np.isnan(outcomes).all(axis=1)
    if not known.any():
        return None

    def statistic(counts: Floats) -> Floats:
        whole = np.zeros((len(counts), len(items)))
        whole[:, known] = counts
        return items.scores(outcomes, whole)

    scores = statistic(np.ones((1, int(known.sum()))))[0]
    # A set's resamples depend on its name, not on which other sets there are.
    seed = [settings.seed, zlib.crc32(name.encode())]
    return _Measured(scores, bootstrap(statistic, int(known.sum()), settings.resamples, seed))


def _bands(
    name: str, items: Pairs | Analogies, answers: Answers, settings: Similarity, counts: Mapping[str, int]
) -> Iterator[tuple[str, tuple[_Measured | None, Answers]]]:
    """Yield the name of each band, and what was measured over its items alone."""
    places = frequency.places(frequency.rarest(items.items, counts), settings.bands)
    for place, band in enumerate(frequency.names(settings.bands)):
        inside = places == place
        only = np.where(inside[:, None], answers.outcomes, np.nan)
        found = _measure(f"{name}.{band}", items, only, settings)
        yield band, (found, answers.of(inside))


Bands = Mapping[str, tuple[_Measured | None, Answers]]
"""By the name of a band, what was measured of one set over its items in the band."""


def _frequency(bands: Mapping[str, Bands], place: int, settings: Similarity) -> dict[str, dict[str, Any]]:
    of_sets = {name: _by_band(of_set, place, settings) for name, of_set in bands.items()}
    return of_sets | {"kept": _kept_by_band(bands, place, settings)}


def _by_band(bands: Bands, place: int, settings: Similarity) -> dict[str, dict[str, Any]]:
    leaves = {}
    for band, (measured, answers) in bands.items():
        enough = answers.known(place) >= settings.least
        leaves[band] = _leaf(measured if enough else None, answers, place, settings)
    return leaves


def _kept_by_band(bands: Mapping[str, Bands], place: int, settings: Similarity) -> dict[str, dict[str, Any]]:
    leaves = {}
    for band in frequency.names(settings.bands):
        of_band = [bands[name][band] for name in settings.intrinsic]
        sets = [each for each in of_band if each[0] and each[0].scored(0) and each[1].known(0) >= settings.least]
        found = [
            measured
            for measured, answers in sets
            if measured and measured.scored(place) and answers.known(place) >= settings.least
        ]
        fair = found and len(found) == len(sets)  # a mean over fewer sets would be another measure
        leaves[band] = _ratio(found, place, 0, settings) if fair else {"refused": True}
    return leaves


def _leaf(measured: _Measured | None, answers: Answers, place: int, settings: Similarity) -> dict[str, Any]:
    known, items = answers.known(place), len(answers.outcomes)
    coverage = {
        "known": known,
        "items": items,
        "coverage": known / items if items else 0.0,
        "composed": int(answers.composed[:, place].sum()),
    }
    if measured is None or not measured.scored(place):
        return coverage | {"refused": True}
    low, high = interval(measured.samples[:, place], settings.confidence)
    return coverage | {"score": float(measured.scores[place]), **_bounds(low, high)}


def _derived(measured: Mapping[str, _Measured | None], place: int, settings: Similarity) -> dict[str, Any]:
    """Mean of the intrinsic scores of one variant, and its ratio to the reference and to the untouched model."""
    intrinsic = [found for name in settings.intrinsic if (found := measured[name]) and found.scored(0, place)]
    if len(intrinsic) < len(settings.intrinsic):
        return {name: {"refused": True} for name in DERIVED}
    scores = np.stack([each.scores for each in intrinsic], axis=-1)
    samples = np.stack([each.samples for each in intrinsic], axis=-1)
    against = {"untouched": 0, "centred": len(scores) - 1}
    better = reference(scores[against["untouched"]], scores[against["centred"]])

    low, high = interval(samples[:, place].mean(axis=-1), settings.confidence)
    return {
        "mean": {"score": float(scores[place].mean()), **_bounds(low, high)},
        "share": _ratio(intrinsic, place, against[better], settings)
        | {"reference": better, "reference_score": float(scores[against[better]].mean())},
        "kept": _ratio(intrinsic, place, against["untouched"], settings),
    }


def _kept_of(measured: Mapping[str, _Measured | None], place: int, settings: Similarity) -> dict[str, dict[str, Any]]:
    """Return the ratio of each set's score to that of the untouched model."""
    return {
        name: _ratio([found], place, 0, settings) if found and found.scored(0, place) else {"refused": True}
        for name, found in measured.items()
    }


def _ratio(sets: Sequence[_Measured], place: int, base: int, settings: Similarity) -> dict[str, Any]:
    """Mean score over the `sets` in the space at `place`, divided by that in the space at `base`."""
    scores = np.stack([each.scores for each in sets], axis=-1)
    samples = np.stack([each.samples for each in sets], axis=-1)
    found = share(scores[place], scores[base], samples[:, place], samples[:, base], settings.confidence)
    return {"refused": True} if found is None else {"score": found[0], **_bounds(*found[1:])}


def _bounds(low: float, high: float) -> dict[str, float]:
    """Return an interval's keys; none where no resample gave a value."""
    return {} if np.isnan(low) else {"low": low, "high": high}
