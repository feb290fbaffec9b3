"""Bias of every variant: word embedding association tests."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from threadpoolctl import threadpool_limits

from embedsmith.config.nearest import nearest
from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate import word_lists
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.settings import require_statistics
from embedsmith.evaluate.vectors import rows, unit_rows
from embedsmith.metrics.bias import associations, effect_size, effect_size_of_resamples, p_value
from embedsmith.metrics.statistics import interval


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another's mapping.
@dataclass(kw_only=True)
class Association:
    """One test: two lists of target words, two of attribute words, by their names.

    The effect is positive where the first targets go with the first attributes.
    """

    targets: list[str]
    attributes: list[str]

    def __post_init__(self) -> None:
        for key, names in (("targets", self.targets), ("attributes", self.attributes)):
            if len(names) != 2:
                raise ValueError(f"{key}: must name two word lists, not {len(names)}")


@dataclass(frozen=True, kw_only=True)
class Bias:
    """Settings of the `bias` stage.

    Attributes
    ----------
    lists
        Data sets of word lists; the tests name lists of any of them.
    tests
        By the name of their score.
    minimum_known
        A test with fewer known words in any of its four lists is refused.
    permutations
        All divisions of the targets up to this number, else so many random ones.
    resamples, confidence, seed
        Of the bootstrap intervals; `seed` of the random divisions too.
    threads
        Of BLAS; fixed, because results change with it.
    """

    lists: dict[str, DataSet]
    tests: dict[str, Association]
    minimum_known: int
    permutations: int
    resamples: int
    confidence: float
    seed: int
    threads: int

    def __post_init__(self) -> None:
        for name, dataset in self.lists.items():
            if dataset.kind != "word_lists":
                raise ValueError(f"lists.{name}.kind: must be word_lists, not {dataset.kind}")
        if self.minimum_known < 1:
            raise ValueError(f"minimum_known: must be at least 1, not {self.minimum_known}")
        if self.permutations < 1:
            raise ValueError(f"permutations: must be at least 1, not {self.permutations}")
        require_statistics(self.resamples, self.confidence, self.seed, self.threads)


def evaluate(variants: Mapping[str, Embedding], settings: Bias) -> dict[str, Any]:
    """Run every test on every variant.

    Returns
    -------
    {variant: {test: {score, low, high, p, known, items, coverage}}}: `score` is the effect size d, `p` that of
    the one-sided permutation test. Each test has the same p-value whatever other tests there are. A test with
    too few known words has `refused`: true, and neither score nor p.

    Raises
    ------
    InputError
        For a list that cannot be read or is not there, a word on both sides of a test, or a variant with NaN.
    """
    lists = _load(settings.lists)
    words = {name: _words(name, test, lists, settings.lists) for name, test in settings.tests.items()}
    with threadpool_limits(settings.threads):
        return {
            variant: {
                name: _test(variant, embedding, four, [settings.seed, zlib.crc32(name.encode())], settings)
                for name, four in words.items()
            }
            for variant, embedding in variants.items()
        }


def _load(datasets: Mapping[str, DataSet]) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for dataset in datasets.values():
        loaded = word_lists.load(dataset)
        if twice := sorted(lists.keys() & loaded.keys()):
            raise InputError(f"{dataset.location}: list {twice[0]!r} is in another data set too; rename it")
        lists |= loaded
    return lists


def _words(
    name: str, test: Association, lists: Mapping[str, list[str]], datasets: Mapping[str, DataSet]
) -> list[list[str]]:
    """Return the words of the four lists: two of targets, two of attributes."""
    files = ", ".join(dataset.location for dataset in datasets.values())
    where = f"evaluate.bias.tests.{name}"
    for wanted in (*test.targets, *test.attributes):
        if wanted not in lists:
            raise InputError(f"{where}: no list {wanted!r} in {files}{nearest(wanted, lists)}")
    for one, other in (test.targets, test.attributes):
        both = {word.lower() for word in lists[one]} & {word.lower() for word in lists[other]}
        if both:
            raise InputError(f"{where}: {min(both)!r} stands in both {one!r} and {other!r}; take it out of one")
    return [lists[wanted] for wanted in (*test.targets, *test.attributes)]


def _test(
    variant: str, embedding: Embedding, words: Sequence[Sequence[str]], seed: list[int], settings: Bias
) -> dict[str, Any]:
    found = [rows(four, embedding.index) for four in words]
    found = [ids[ids >= 0] for ids in found]
    known, items = sum(ids.size for ids in found), sum(len(four) for four in words)
    coverage = {"known": known, "items": items, "coverage": known / items}
    if min(ids.size for ids in found) < settings.minimum_known:
        return coverage | {"refused": True}
    first, second, a, b = (unit_rows(variant, embedding.rows(ids)) for ids in found)
    x, y = associations(first, a, b), associations(second, a, b)
    low, high = interval(effect_size_of_resamples(x, y, settings.resamples, seed), settings.confidence)
    return coverage | {
        "score": effect_size(x, y),
        "low": low,
        "high": high,
        "p": p_value(x, y, settings.permutations, seed),
    }
