"""All measures of bias of every variant."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from threadpoolctl import threadpool_limits

from embedsmith.embedding import Embedding
from embedsmith.evaluate.bias.analogies import Answered, ask
from embedsmith.evaluate.bias.associations import associate
from embedsmith.evaluate.bias.lists import Lists
from embedsmith.evaluate.bias.measures import MEASURES, Subject
from embedsmith.evaluate.bias.remains import Leaning, leaning, remaining
from embedsmith.evaluate.bias.settings import Bias
from embedsmith.evaluate.bias.space import Space
from embedsmith.evaluate.parallel import of_each


def evaluate(variants: Mapping[str, Embedding], settings: Bias) -> tuple[dict[str, Any], list[Answered]]:
    """Run every test, audit and question on every variant; the first is the untouched model.

    Returns
    -------
    {variant: {measure: {score, low, high, known, items, coverage}}}, of an association test with `p`, that of the
    one-sided permutation test; and the answers to the analogies. Each has the same values whatever others there
    are. What has too few known words has `refused`: true, and neither score nor p.

    Raises
    ------
    InputError
        For a list that cannot be read or is not there, a word on both sides of a measure, or a variant with NaN.
    """
    lists = Lists(settings)
    tests = {name: lists.of_test(name, test) for name, test in settings.tests.items()}
    subjects = {name: lists.subject(name, audit) for name, audit in settings.audits.items()}
    _import_learners(settings)
    leans: Leaning | None = None
    if settings.remains is not None:
        first, untouched = next(iter(variants.items()))
        with threadpool_limits(settings.threads):
            words = settings.words[settings.remains.words]
            leans = leaning(Space.of(first, untouched), words, settings.remains, settings.minimum_known)

    def measured(variant: str) -> tuple[dict[str, Any], list[Answered]]:
        space = Space.of(variant, variants[variant])
        found = {name: associate(space, words, settings, _seed(settings, name)) for name, words in tests.items()}
        for name, subject in subjects.items():
            found |= _audit(space, name, subject, settings)
        answers: list[Answered] = []
        if settings.analogies is not None:
            shares, answers = ask(variant, space, settings.analogies.asked, settings, _seed(settings, "analogies"))
            found |= shares
        if leans is not None:
            found |= remaining(space, leans, settings, _seed(settings, "remains"))
        return found, answers

    every = of_each(measured, variants, settings.threads)
    metrics = {variant: found for variant, (found, _) in zip(variants, every, strict=True)}
    return metrics, [answer for _, answers in every for answer in answers]


def _import_learners(settings: Bias) -> None:
    """Import what probes and `rnsb` learn with, which takes a second: imported later, its threads were not limited."""
    if settings.remains is not None or settings.sentiment:
        import sklearn.cluster
        import sklearn.linear_model
        import sklearn.svm  # noqa: F401


def _audit(space: Space, name: str, subject: Subject, settings: Bias) -> dict[str, Any]:
    leaves = {}
    for measure in settings.audits[name].measures:
        found, estimate = MEASURES[measure](space, subject)
        few = found.fewest < settings.minimum_known
        own = {"refused": True} if few else estimate().leaf(settings, _seed(settings, f"{measure}_{name}"))
        leaves[f"{measure}_{name}"] = found.coverage | own
    return leaves


def _seed(settings: Bias, name: str) -> list[int]:
    """Seed of one measure's draws, whatever other measures there are."""
    return [settings.seed, zlib.crc32(name.encode())]
