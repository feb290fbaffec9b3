"""Similarity of every variant: word pairs, analogies and the like, and the share of quality that it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.config.nearest import nearest
from embedsmith.embedding import Embedding
from embedsmith.evaluate import frequency
from embedsmith.evaluate.agreement import Sample
from embedsmith.evaluate.analogies import Analogies
from embedsmith.evaluate.bands import Parts, by_frequency, by_section, kept
from embedsmith.evaluate.categories import Categories
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.items import Items
from embedsmith.evaluate.measured import REFUSED, Measured, Resampling, leaf, measure, ratio, scored
from embedsmith.evaluate.outliers import Outliers
from embedsmith.evaluate.paired import Paired
from embedsmith.evaluate.pairs import Pairs, Sentences
from embedsmith.evaluate.settings import require_statistics, require_words
from embedsmith.evaluate.spaces import Answers, answer
from embedsmith.evaluate.terms import Weights
from embedsmith.metrics.share import reference
from embedsmith.tokenizer.words import splitter

PROTOCOLS: dict[str, type[Pairs | Sentences | Analogies | Categories | Outliers]] = {
    "pairs": Pairs,
    "sentences": Sentences,
    "analogies": Analogies,
    "categories": Categories,
    "outliers": Outliers,
}
"""How a kind of data set is read and scored."""
DERIVED = ("mean", "share", "kept")
"""Names of the scores made of others."""
APART = ("agreement", "frequency", "further", "kept_of", "renamed")
"""Names under which results that are not the score of a whole set stand beside the scores."""
UNKNOWN = ("fallback", "skip")
"""What is done with a word outside the vocabulary."""


@dataclass(frozen=True, kw_only=True)
class Similarity:
    """Settings of the `similarity` stage.

    Attributes
    ----------
    sets
        Data sets of pairs, sentences, analogies, categories or outliers, by the name of their score; none for a
        language that has none.
    intrinsic
        Names of the sets whose mean is the quality that `share` is a share of; none only where there are no sets.
    unknown
        What is done with a word outside the vocabulary: `fallback` composes its vector of its parts where the
        embedding can, `skip` leaves its items out. Analogies, whose answers are words of the vocabulary, leave them
        out in any case; but a variant that has lost words answers the questions of those wrongly.
    smoothing
        The a of the weight a / (a + p) that a word of probability p has in the mean that stands for a term of several
        words which is no token of the vocabulary; null: all words weigh the same.
    word_pattern, lowercase
        What a word of a sentence is: as the tokenizer has it.
    bands
        Occurrences at which one band of frequency ends and the next begins: of 20, 100 and 1000 there are four, below
        20, 20 to 99, 100 to 999, 1000 and more. None: no scores by band.
    least
        Known items that a band, or a section of analogies, needs for a score.
    agreement
        What is drawn of the vocabulary, where variants are compared with the untouched model.
    resamples, confidence
        Of the bootstrap intervals.
    permutations
        Of the paired tests against the untouched model.
    seed
        Of the resamples and of what is drawn of the vocabulary.
    threads
        Of BLAS; fixed, because results change with it.
    """

    sets: dict[str, DataSet]
    intrinsic: list[str]
    unknown: str
    smoothing: float | None
    word_pattern: str
    lowercase: bool
    bands: list[int]
    least: int
    agreement: Sample
    resamples: int
    confidence: float
    permutations: int
    seed: int
    threads: int

    def __post_init__(self) -> None:
        for name, dataset in self.sets.items():
            if dataset.kind not in PROTOCOLS:
                raise ValueError(f"sets.{name}.kind: must be one of {', '.join(PROTOCOLS)}, not {dataset.kind}")
            if name in (*DERIVED, *APART):
                raise ValueError(f"sets.{name}: {name!r} is the name of other results; choose another")
        if self.sets and not self.intrinsic:
            raise ValueError("intrinsic: empty; name the sets whose mean is the quality kept")
        for name in self.intrinsic:
            if name not in self.sets:
                raise ValueError(f"intrinsic: there is no set {name!r}{nearest(name, self.sets)}")
        if self.unknown not in UNKNOWN:
            raise ValueError(f"unknown: must be one of {', '.join(UNKNOWN)}, not {self.unknown!r}")
        if self.smoothing is not None and not 0 < self.smoothing < 1:
            raise ValueError(f"smoothing: must be between 0 and 1, or null, not {self.smoothing:g}")
        require_words(self.word_pattern)
        if self.permutations < 1:
            raise ValueError(f"permutations: must be at least 1, not {self.permutations}")
        frequency.require_bands(self.bands, self.least)
        require_statistics(self.resamples, self.confidence, self.seed, self.threads)

    @property
    def resampling(self) -> Resampling:
        """Settings of the bootstrap alone."""
        return Resampling(self.resamples, self.confidence, self.seed)


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
    {variant: {set: {score, low, high, known, items, coverage, composed, averaged}, mean, share, kept, kept_of,
    frequency, further}}. `mean` is over the intrinsic sets. `share` is that mean over the reference's, the better of
    the untouched and the centred model (`reference` says which, `reference_score` its mean); `kept` is the same over
    the untouched model's, by which a loss is judged, and `kept_of` {set: {score, low, high}} that of each set. All have
    paired intervals; without a fair reference (mean below .05) they have no score, and `refused` is true. So has a set
    of which a variant knows too few items to be scored, and with it what is made of the intrinsic sets: a mean over
    fewer of them would be another measure. Each set whose score is a mean over its items, and `mean`, have `p` too, of
    the paired permutation test against the untouched model (`evaluate.paired`), which itself has none.

    `composed` of the known items were scored with the vector of a word outside the vocabulary, `averaged` with the mean
    of the vectors of several words. `frequency` holds {set: {band: the same as of a set}}, over the items whose rarest
    word lies in the band, and `kept`: {band: {score, low, high}} of the intrinsic sets of which the untouched model
    knows enough items of the band. `further` holds {set: {name: the same as of a set}}: what else a set is measured by
    (`mul`, analogies by 3CosMul; `opp`, the position of outliers), and the sections of a set of analogies.

    Raises
    ------
    InputError
        For a data set that cannot be read, or a variant with NaN.
    """
    sets = {name: items_of(dataset, settings) for name, dataset in settings.sets.items()}
    weights = Weights.of(settings.smoothing, counts)
    compose, threads = settings.unknown == "fallback", settings.threads
    answers = answer(variants, sets, compose=compose, weights=weights, threads=threads)
    with threadpool_limits(threads):
        found = [_SetResult.of(name, items, answers[name], settings, counts) for name, items in sets.items()]
    results = {result.name: result for result in found}
    return {variant: _of_variant(results, place, settings) for place, variant in enumerate(variants)}


def items_of(dataset: DataSet, settings: Similarity) -> Items:
    """Read the items of a data set, in words as the corpus has them.

    Raises
    ------
    InputError
        If its file is missing or damaged.
    """
    items = PROTOCOLS[dataset.kind].load(dataset)
    if isinstance(items, Sentences):
        return items.split(splitter(settings.word_pattern, settings.lowercase))
    return items


@dataclass(frozen=True)
class _SetResult:
    """What was measured of one set in every space: as a whole by each measure, by band, and by section."""

    name: str
    measures: Mapping[str, Measured]
    answers: Answers
    bands: Parts
    sections: Parts
    paired: Paired | None

    @classmethod
    def of(
        cls, name: str, items: Items, answers: Answers, settings: Similarity, counts: Mapping[str, int]
    ) -> _SetResult:
        resampling, least = settings.resampling, settings.least
        found = measure(name, items, answers.outcomes, resampling)
        sections = items.categories if isinstance(items, Analogies) else {}
        return cls(
            name,
            dict(zip(items.measures, found, strict=False)),
            answers,
            by_frequency(name, items, answers, counts, settings.bands, least=least, resampling=resampling),
            by_section(name, items, answers, sections, least=least, resampling=resampling),
            _paired(items, answers, settings.permutations, resampling.seed_of(name)),
        )

    def leaf(self, place: int, confidence: float) -> dict[str, Any]:
        """Return the score in one space, and the p-value of its difference from the first."""
        found = leaf(self.main, self.answers, place, confidence)
        return found | self.paired.p(place) if self.paired and "score" in found else found

    @property
    def main(self) -> Measured | None:
        """By the measure that makes the score; None if nothing is known."""
        return next(iter(self.measures.values()), None)

    def further(self, place: int, confidence: float) -> dict[str, Any]:
        """Return what stands beside the score in one space."""
        others = list(self.measures.items())[1:]
        return {name: leaf(measured, self.answers, place, confidence) for name, measured in others} | {
            name: part.leaf(place, confidence) for name, part in self.sections.items()
        }


def _of_variant(results: Mapping[str, _SetResult], place: int, settings: Similarity) -> dict[str, Any]:
    confidence = settings.confidence
    scores = {name: result.leaf(place, confidence) for name, result in results.items()}
    intrinsic = [results[name] for name in settings.intrinsic]
    further = {name: leaves for name, result in results.items() if (leaves := result.further(place, confidence))}
    return (
        scores
        | _derived(intrinsic, place, settings)
        | {"kept_of": {name: _kept(result.main, place, confidence) for name, result in results.items()}}
        | ({"frequency": _frequency(results, intrinsic, place, settings)} if settings.bands and results else {})
        | ({"further": further} if further else {})
    )


def _derived(intrinsic: list[_SetResult], place: int, settings: Similarity) -> dict[str, Any]:
    """Mean of the intrinsic scores of one variant, and its ratio to the reference and to the untouched model."""
    sets = [result.main for result in intrinsic if result.main and result.main.scored(0, place)]
    if not sets or len(sets) < len(intrinsic):
        return {name: dict(REFUSED) for name in DERIVED}
    scores = np.stack([each.scores for each in sets], axis=-1)
    samples = np.stack([each.samples for each in sets], axis=-1)
    against = {"untouched": 0, "centred": len(scores) - 1}
    better = reference(scores[against["untouched"]], scores[against["centred"]])
    tests = [result.paired for result in intrinsic if result.paired]
    p = Paired.mean(tests).p(place) if len(tests) == len(intrinsic) else {}
    return {
        "mean": scored(float(scores[place].mean()), samples[:, place].mean(axis=-1), settings.confidence) | p,
        "share": ratio(sets, place, against[better], settings.confidence)
        | {"reference": better, "reference_score": float(scores[against[better]].mean())},
        "kept": ratio(sets, place, against["untouched"], settings.confidence),
    }


def _paired(items: Items, answers: Answers, permutations: int, seed: list[int]) -> Paired | None:
    """Compare every space with the first; None of what has no score of its own for each item."""
    if isinstance(items, Categories):
        return None
    human = items.human if isinstance(items, Pairs | Sentences) else None
    return Paired.of(answers.outcomes[:, :, 0], human, permutations, seed)


def _kept(measured: Measured | None, place: int, confidence: float) -> dict[str, Any]:
    """Return the ratio of a set's score to that of the untouched model."""
    fair = measured is not None and measured.scored(0, place)
    return ratio([measured], place, 0, confidence) if measured and fair else dict(REFUSED)


def _frequency(
    results: Mapping[str, _SetResult], intrinsic: list[_SetResult], place: int, settings: Similarity
) -> dict[str, dict[str, Any]]:
    """Return the scores by band of each set, and what is kept in each band."""
    confidence = settings.confidence
    of_sets = {
        name: {band: part.leaf(place, confidence) for band, part in result.bands.items()}
        for name, result in results.items()
    }
    bands = frequency.names(settings.bands)
    return of_sets | {
        "kept": {band: kept([result.bands[band] for result in intrinsic], place, confidence) for band in bands}
    }
