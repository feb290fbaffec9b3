"""What vectors are worth in a task: texts classified by the mean vector of their words."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.documents import Documents
from embedsmith.evaluate.measured import Measured, ratio, scored
from embedsmith.evaluate.parallel import of_each
from embedsmith.evaluate.settings import require_statistics, require_words
from embedsmith.metrics.classification import macro_f1, stratified_split
from embedsmith.metrics.similarity import Floats, Ids
from embedsmith.metrics.statistics import bootstrap, mcnemar
from embedsmith.tokenizer.words import splitter

if TYPE_CHECKING:
    from embedsmith.evaluate.classifier import Classifier

APART = ("kept_of", "macro_f1", "words")
"""Names under which results stand beside the scores."""


@dataclass(frozen=True, kw_only=True)
class Downstream:
    """Settings of the `downstream` stage.

    Attributes
    ----------
    sets
        Labelled data sets, by the name of their score.
    word_pattern, lowercase
        What a word of a text is: as the tokenizer has it.
    documents
        Texts that are used at most; of more, so many are drawn.
    test
        Share of the texts of each label that the classifier is tested on.
    inverse_penalty
        C of the logistic regression, by which the squares of its weights weigh 1 / C: smaller is smoother.
    iterations, tolerance
        When its fitting ends.
    resamples, confidence
        Of the bootstrap intervals over the test texts; the training texts stay as they are.
    seed
        Of what is drawn: texts, split and resamples.
    threads
        Of BLAS; fixed, because results change with it.
    """

    sets: dict[str, DataSet]
    word_pattern: str
    lowercase: bool
    documents: int
    test: float
    inverse_penalty: float
    iterations: int
    tolerance: float
    resamples: int
    confidence: float
    seed: int
    threads: int

    def __post_init__(self) -> None:
        for name, dataset in self.sets.items():
            if dataset.kind != "labelled":
                raise ValueError(f"sets.{name}.kind: must be labelled, not {dataset.kind}")
            if name in APART:
                raise ValueError(f"sets.{name}: {name!r} is the name of other results; choose another")
        require_words(self.word_pattern)
        if self.documents < 4:
            raise ValueError(f"documents: must be at least 4, not {self.documents}")
        if not 0 < self.test < 1:
            raise ValueError(f"test: must be between 0 and 1, not {self.test:g}")
        for key in ("inverse_penalty", "iterations", "tolerance"):
            if not getattr(self, key) > 0:
                raise ValueError(f"{key}: must be above 0, not {getattr(self, key):g}")
        require_statistics(self.resamples, self.confidence, self.seed, self.threads)


def evaluate(variants: Mapping[str, Embedding], settings: Downstream) -> dict[str, Any]:
    """Classify the test texts of every set with the vectors of every variant.

    Each text is the mean of the vectors of its known words; the classifier, multinomial logistic regression on these,
    scaled to deviation 1. A corpus may hold the texts that are classified; of their labels the vectors know nothing.

    Parameters
    ----------
    variants
        By name; the first is the untouched model.

    Returns
    -------
    {variant: {set: {score, low, high, p, known, items, coverage}, kept_of, macro_f1, words}}. `score` is the accuracy
    over all test texts, the same for every variant: one without a known word, which is not `known`, is classified by
    the mean vector. `p` is of McNemar's test against the untouched model, which has none. `kept_of` holds {set: {score,
    low, high}} of the accuracy over the untouched model's, `macro_f1` {set: {score, low, high}}, `words` {set: {score,
    known, items}} the share of the words of the test texts that are known.

    Raises
    ------
    InputError
        For a data set that cannot be read, or a variant with NaN.
    """
    from embedsmith.evaluate.classifier import Classifier  # before its libraries' threads are limited

    classifier = Classifier(
        inverse_penalty=settings.inverse_penalty, iterations=settings.iterations, tolerance=settings.tolerance
    )
    results: dict[str, dict[str, Any]] = {variant: {} for variant in variants}
    for name, dataset in settings.sets.items():
        for variant, leaves in _of_set(name, dataset, variants, settings, classifier).items():
            results[variant][name] = leaves.pop("accuracy")
            for apart, leaf in leaves.items():
                results[variant].setdefault(apart, {})[name] = leaf
    return results


def _of_set(
    name: str, dataset: DataSet, variants: Mapping[str, Embedding], settings: Downstream, classifier: Classifier
) -> dict[str, dict[str, Any]]:
    untouched = next(iter(variants.values()))
    split = splitter(settings.word_pattern, settings.lowercase)
    documents = Documents.load(dataset, split, untouched.words, settings.documents, settings.seed)
    seed = [settings.seed, zlib.crc32(name.encode())]  # the same whatever other sets there are
    test = stratified_split(documents.labels, settings.test, seed)

    def classified(variant: str) -> _Classified:
        return _classified(variant, variants[variant], documents, test, classifier)

    found = dict(zip(variants, of_each(classified, variants, settings.threads), strict=True))
    with threadpool_limits(settings.threads):
        return _leaves(documents.labels[test], documents.lengths[test], found, seed, settings)


@dataclass(frozen=True)
class _Classified:
    """Of the T test texts with the vectors of one variant: the answers (T,), and how many words are known (T,)."""

    answers: Ids
    known: Ids


def _classified(
    variant: str, embedding: Embedding, documents: Documents, test: npt.NDArray[np.bool_], classifier: Classifier
) -> _Classified:
    try:
        vectors, known = documents.vectors(embedding)
    except InputError as error:
        raise InputError(f"variant {variant!r}: {error}") from None
    fit = ~test & (known > 0)
    return _Classified(classifier.answers(vectors[fit], documents.labels[fit], vectors[test]), known[test])


def _leaves(
    truth: Ids, lengths: Ids, found: Mapping[str, _Classified], seed: list[int], settings: Downstream
) -> dict[str, dict[str, Any]]:
    """Return accuracy, macro F1, what is kept and coverage of each variant, on resamples that all share."""
    right = np.column_stack([each.answers == truth for each in found.values()]).astype(np.float64)

    def statistic(counts: Floats) -> Floats:
        f1 = [macro_f1(truth, each.answers, counts) for each in found.values()]
        return np.stack([counts @ right / counts.sum(axis=1, keepdims=True), np.column_stack(f1)], axis=-1)

    scores = statistic(np.ones((1, truth.size)))[0]
    samples = bootstrap(statistic, truth.size, settings.resamples, seed)
    accuracy, confidence, words = Measured(scores[:, 0], samples[:, :, 0]), settings.confidence, int(lengths.sum())
    leaves = {}
    for place, (variant, each) in enumerate(found.items()):
        known, in_texts = int(np.count_nonzero(each.known)), int(each.known.sum())
        coverage = {"known": known, "items": truth.size, "coverage": known / truth.size}
        p = {"p": mcnemar(right[:, place], right[:, 0])} if place else {}
        leaves[variant] = {
            "accuracy": scored(float(scores[place, 0]), samples[:, place, 0], confidence) | p | coverage,
            "kept_of": ratio([accuracy], place, 0, confidence),
            "macro_f1": scored(float(scores[place, 1]), samples[:, place, 1], confidence),
            "words": {"score": in_texts / max(words, 1), "known": in_texts, "items": words},
        }
    return leaves
