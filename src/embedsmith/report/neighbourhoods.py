"""Neighbourhoods of frequent words: the nearest of each in every variant, and a map of each model."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.embedding import Embedding, load
from embedsmith.evaluate.vectors import unit_rows
from embedsmith.metrics.neighbours import k_nearest
from embedsmith.metrics.similarity import Ids
from embedsmith.report.layout import Layout, Places, lay_out
from embedsmith.report.listing import Listed

VARIANTS = Path("data/variants")
T = TypeVar("T")


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another.
@dataclass(kw_only=True)
class NeighbourhoodSettings:
    """Settings of what the page shows of neighbours.

    Attributes
    ----------
    words
        The most frequent words, whose neighbours are shown; 0: no neighbours.
    neighbours
        Of each word, among the whole vocabulary.
    models
        Whose words they are, of those that are listed, each with its first seed; null: all but baselines.
    left_out
        Variants that are not shown.
    map
        How the frequent words are laid out in the plane.
    """

    words: int
    neighbours: int
    models: list[str] | None
    left_out: list[str]
    map: Layout

    def __post_init__(self) -> None:
        if self.words < 0:
            raise ValueError(f"words: must be at least 0, not {self.words}")
        if self.neighbours < 1:
            raise ValueError(f"neighbours: must be at least 1, not {self.neighbours}")

    def shown(self, listing: Iterable[Listed]) -> list[Listed]:
        """Return the entries whose neighbours are shown, each with the variants that are."""
        first = {entry.model: entry for entry in reversed(list(listing)) if not entry.baseline}
        return [
            entry.of(variant for variant in entry.variants if variant not in self.left_out)
            for entry in reversed(first.values())
            if self.models is None or entry.model in self.models
        ]


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """The nearest neighbours of n asked words in one variant.

    Attributes
    ----------
    ids
        (n, k) places in a list of words, nearest first; -1 where there is none.
    """

    entry: Listed
    variant: str
    ids: Ids


@dataclass(frozen=True, kw_only=True)
class Map:
    """The untouched words of one model in the plane.

    Attributes
    ----------
    ids
        (m,) places of its words in a list.
    places
        (m, 2) between 0 and 1.
    """

    entry: Listed
    ids: Ids
    places: Places


@dataclass(frozen=True, kw_only=True)
class Neighbourhoods:
    """Neighbours and maps, by places in one list of words.

    Attributes
    ----------
    words
        The asked words, most frequent first, then all others that are a neighbour of one.
    asked
        How many words were asked for.
    """

    words: Sequence[str]
    asked: int
    nearest: Sequence[Nearest]
    maps: Sequence[Map]


def neighbourhoods(root: Path, listing: Sequence[Listed], settings: NeighbourhoodSettings) -> Neighbourhoods | None:
    """Find the neighbours of the most frequent words in the artifacts of the project in `root`.

    Variants whose artifact does not lie there are left out, as in a clone without data; None if none does. Each is
    worked on by one thread, so that the number of threads changes nothing.

    Raises
    ------
    InputError
        For a variant with NaN.
    """
    shown = [
        (entry, variant)
        for entry in settings.shown(listing)
        for variant in entry.variants
        if (root / VARIANTS / entry.folder / variant).is_dir()
    ]
    if not shown or not settings.words:
        return None
    opened = {each: load(root / VARIANTS / each[0].folder / each[1]) for each in shown}
    asked = [str(word) for word in opened[shown[0]].words[: settings.words]]
    mapped = [(entry, embedding) for (entry, variant), embedding in opened.items() if variant == UNTOUCHED]
    maps = [partial(_map, entry, embedding, asked, settings.map) for entry, embedding in mapped]
    found = [partial(nearest, variant, opened[entry, variant], asked, settings.neighbours) for entry, variant in shown]
    with threadpool_limits(1), ThreadPoolExecutor(os.cpu_count(), initializer=_one_thread) as pool:
        drawn = [pool.submit(each) for each in maps]  # first, for they take longest
        neighbours = list(pool.map(_call, found))
        numbers = {word: place for place, word in enumerate(asked)}
        lists = [
            Nearest(entry=entry, variant=variant, ids=_numbered(words, numbers))
            for (entry, variant), words in zip(shown, neighbours, strict=True)
        ]
        return Neighbourhoods(
            words=list(numbers),
            asked=len(asked),
            nearest=lists,
            maps=[each for future in drawn if (each := future.result()) is not None],
        )


def nearest(variant: str, embedding: Embedding, asked: Sequence[str], k: int) -> list[list[str]]:
    """Return the `k` nearest words of each of n `asked` words, nearest first.

    The line of a word that the variant does not have, or has a zero vector of, is empty.
    """
    unit = unit_rows(variant, embedding.matrix())
    rows = embedding.find(asked)
    pointing = np.asarray(unit.any(axis=1), dtype=np.bool_)
    known = np.flatnonzero((rows >= 0) & pointing[rows])
    kept = np.flatnonzero(pointing)  # a zero vector is nobody's neighbour
    k = min(k, len(kept) - 1)
    found: list[list[str]] = [[] for _ in asked]
    if k < 1:
        return found
    words = list(embedding.words)
    queries = np.searchsorted(kept, rows[known])
    for place, line in zip(known.tolist(), kept[k_nearest(unit[kept], queries, k)].tolist(), strict=True):
        found[place] = [words[row] for row in line]
    return found


def _map(entry: Listed, embedding: Embedding, asked: Sequence[str], layout: Layout) -> Map | None:
    rows = embedding.find(asked[: layout.words])
    ids = np.flatnonzero(rows >= 0)
    if len(ids) < 2:
        return None
    return Map(entry=entry, ids=ids, places=lay_out(unit_rows(UNTOUCHED, embedding.rows(rows[ids])), layout))


def _numbered(lines: Sequence[Sequence[str]], numbers: dict[str, int]) -> Ids:
    """Return the place of each word in the list of `numbers`, which grows by those that it does not have."""
    width = max(map(len, lines), default=0)
    ids: npt.NDArray[np.int64] = np.full((len(lines), width), -1)
    for place, line in enumerate(lines):
        ids[place, : len(line)] = [numbers.setdefault(word, len(numbers)) for word in line]
    return ids


def merged(parts: Sequence[Neighbourhoods]) -> Neighbourhoods | None:
    """Return neighbourhoods of several runs over one list of words; None if there are none."""
    asked = list(dict.fromkeys(word for part in parts for word in part.words[: part.asked]))
    numbers = {word: place for place, word in enumerate(asked)}
    lists, maps = [], []
    for part in parts:
        places = np.array([*(numbers.setdefault(word, len(numbers)) for word in part.words), -1])
        for each in part.nearest:
            ids = np.full((len(asked), each.ids.shape[1]), -1)
            ids[places[: part.asked]] = places[each.ids]
            lists.append(Nearest(entry=each.entry, variant=each.variant, ids=ids))
        maps += [Map(entry=each.entry, ids=places[each.ids], places=each.places) for each in part.maps]
    return Neighbourhoods(words=list(numbers), asked=len(asked), nearest=lists, maps=maps) if parts else None


def _one_thread() -> None:
    """Let this thread's BLAS and OpenMP use no other: their results depend on the number of threads."""
    threadpool_limits(1)


def _call(work: Callable[[], T]) -> T:
    return work()
