"""From text to words, counted or as ids: in two ways that give the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from queue import Empty, SimpleQueue
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from embedsmith.tokenizer import documents
from embedsmith.tokenizer.characters import PECULIAR, Characters
from embedsmith.tokenizer.documents import Chunk
from embedsmith.tokenizer.kernel.sentences import holding, sentences
from embedsmith.tokenizer.kernel.table import Table, added, empty, numbers, tags_of
from embedsmith.tokenizer.kernel.words import known, split
from embedsmith.tokenizer.tokens import SENTENCE_END, Ids
from embedsmith.tokenizer.words import Vocabulary, splitter

ROOM = 1 << 16
"""Words that a table begins with room for."""


@dataclass(frozen=True)
class Encoded:
    """A chunk as ids.

    Attributes
    ----------
    ids
        (n,): those of the words that the vocabulary knows, SENTENCE_END after each sentence that has one.
    sentences
        The text of the sentences.
    documents
        Number of documents with a sentence.
    words
        Number of words, unknown ones included.
    """

    ids: Ids
    sentences: Sequence[str]
    documents: int
    words: int


class Scanner(Protocol):
    """Splits text into words. Several threads may use it at once."""

    def count(self, chunk: Chunk) -> Sequence[str]:
        """Add the words of `chunk` to those counted so far; return its sentences."""

    def types(self) -> int:
        """Return how many different words were counted."""

    def counted(self, least: int) -> dict[str, int]:
        """Return the words counted at least so often, with their counts."""

    def learn(self, vocabulary: Vocabulary) -> None:
        """Set what `encode` knows."""

    def encode(self, chunk: Chunk) -> Encoded:
        """Return the words of `chunk` as ids."""


def scanner(pattern: str, lowercase: bool) -> Scanner:
    """Return the scanner for words that are the matches of `pattern`: compiled if it is a class of characters."""
    characters = Characters.of(pattern, lowercase)
    return CompiledScanner(characters) if characters else RegexScanner(pattern, lowercase)


class RegexScanner:
    """For any pattern, a sentence at a time."""

    def __init__(self, pattern: str, lowercase: bool) -> None:
        self._split = splitter(pattern, lowercase)
        self._counts: SimpleQueue[Counter[str]] = SimpleQueue()
        self._vocabulary = Vocabulary([], np.zeros(0, dtype=np.int64))

    def count(self, chunk: Chunk) -> Sequence[str]:
        lines = list(chain.from_iterable(chunk.sentences()))
        counts = _taken(self._counts) or Counter()
        for line in lines:
            counts.update(self._split(line))
        self._counts.put(counts)
        return lines

    def types(self) -> int:
        return len(self._merged())

    def counted(self, least: int) -> dict[str, int]:
        return {word: count for word, count in self._merged().items() if count >= least}

    def _merged(self) -> Counter[str]:
        counts = _taken(self._counts) or Counter()
        while (other := _taken(self._counts)) is not None:
            counts.update(other)
        self._counts.put(counts)
        return counts

    def learn(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def encode(self, chunk: Chunk) -> Encoded:
        lines: list[str] = []
        ids: list[int] = []
        words = texts = 0
        for own in chunk.sentences():
            texts += bool(own)
            lines += own
            for line in own:
                found = self._split(line)
                words += len(found)
                if known := self._vocabulary.encode(found):
                    ids += [*known, SENTENCE_END]
        return Encoded(np.array(ids, dtype=np.int32), lines, texts, words)


class CompiledScanner:
    """For a class of characters: kernels on UTF-8, one table of counts a thread."""

    def __init__(self, characters: Characters) -> None:
        self._characters = characters
        self._tables: SimpleQueue[Table] = SimpleQueue()
        self._vocabulary = empty(1)

    def count(self, chunk: Chunk) -> Sequence[str]:
        bounds, _ = self._bounds(chunk)
        words = split(*self._lowered(chunk, bounds), self._characters.fold)
        table = _taken(self._tables) or empty(ROOM)
        self._tables.put(added(table, words.arena, words.ends, words.tags, np.ones_like(words.tags)))
        return Lines(chunk.text, bounds)

    def types(self) -> int:
        return self._merged().size

    def counted(self, least: int) -> dict[str, int]:
        _, ends, counts, arena, size = self._merged()
        words = arena.data
        chosen = np.flatnonzero(counts[:size] >= least)
        return {
            str(words[start:stop], "utf-8"): number
            for start, stop, number in zip(
                ends[chosen].tolist(), ends[chosen + 1].tolist(), counts[chosen].tolist(), strict=True
            )
        }

    def _merged(self) -> Table:
        table = _taken(self._tables) or empty(ROOM)
        while (other := _taken(self._tables)) is not None:
            table = _joined(table, other)
        self._tables.put(table)
        return table

    def learn(self, vocabulary: Vocabulary) -> None:
        words = [word.encode() for word in vocabulary.words]
        ends = np.cumsum([0, *map(len, words)], dtype=np.int64)
        arena = np.frombuffer(b"".join(words), dtype=np.uint8).copy()
        self._vocabulary = added(empty(ROOM), arena, ends, tags_of(arena, ends), vocabulary.counts)

    def encode(self, chunk: Chunk) -> Encoded:
        bounds, texts = self._bounds(chunk)
        words = split(*self._lowered(chunk, bounds), self._characters.fold)
        found = numbers(self._vocabulary, words.arena, words.ends, words.tags)
        ids = known(found, words.sentences, SENTENCE_END)
        return Encoded(ids, Lines(chunk.text, bounds), texts, len(words.tags))

    def _bounds(self, chunk: Chunk) -> tuple[npt.NDArray[np.int64], int]:
        return sentences(chunk.text, chunk.starts, chunk.stops, documents.LONGEST)

    def _lowered(
        self, chunk: Chunk, bounds: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """Return text and bounds of which the table can tell the words.

        Sentences with a character that the table has no one answer for are lower-cased and put behind the others.
        """
        if not self._characters.lowercase:
            return chunk.text, bounds
        found = np.concatenate([holding(chunk.text, bounds, *letter.encode()) for letter in PECULIAR])
        if not len(found):
            return chunk.text, bounds
        first, last = bounds[0, 0], bounds[-1, 1]
        lines = Lines(chunk.text, bounds)
        bounds = bounds - first
        parts, end = [chunk.text[first:last].tobytes()], last - first
        for place in np.unique(found).tolist():
            parts.append(lines[place].lower().encode())
            bounds[place] = end, end + len(parts[-1])
            end += len(parts[-1])
        return np.frombuffer(b"".join(parts), dtype=np.uint8), bounds


def _joined(table: Table, other: Table) -> Table:
    """Return `table` with the counts of `other` added."""
    ends = other.ends[: other.size + 1]
    return added(table, other.arena, ends, tags_of(other.arena, ends), other.counts[: other.size])


class Lines(Sequence[str]):
    """Sentences by their place in a text, decoded when asked for."""

    def __init__(self, text: npt.NDArray[np.uint8], bounds: npt.NDArray[np.int64]) -> None:
        self._text = text
        self._bounds = bounds

    @cached_property
    def _parts(self) -> tuple[bytes, list[int], list[int]]:
        """What Python slices fastest: bytes, and where each sentence begins and ends in them."""
        first, last = self._bounds[0, 0], self._bounds[-1, 1]
        starts, stops = (self._bounds - first).T.tolist()
        return self._text[first:last].tobytes(), starts, stops

    def __len__(self) -> int:
        return len(self._bounds)

    def __getitem__(self, place: int) -> str:  # type: ignore[override]
        text, starts, stops = self._parts
        return text[starts[place] : stops[place]].decode()


T = TypeVar("T")


def _taken(queue: SimpleQueue[T]) -> T | None:
    """Return an item of `queue` that no other thread has, or None."""
    try:
        return queue.get_nowait()
    except Empty:
        return None
