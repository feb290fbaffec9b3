"""Labelled texts as counts of their words, and the mean vector of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from embedsmith.corpus.clean import normalise, strip_markup
from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate import table
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.terms import JOINT, segments
from embedsmith.evaluate.vectors import rows
from embedsmith.metrics.similarity import Floats, Ids


@dataclass(frozen=True)
class Documents:
    """n texts with a label each.

    Attributes
    ----------
    words
        The W words of all of them.
    counts
        (n, W) how often each stands in each text, sparse.
    names
        The labels, in alphabetical order.
    labels
        (n,) place of each text's label in `names`.
    """

    words: Sequence[str]
    counts: sparse.csr_array
    names: Sequence[str]
    labels: Ids

    @classmethod
    def load(
        cls, dataset: DataSet, split: Callable[[str], list[str]], vocabulary: Iterable[str], most: int, seed: int
    ) -> Documents:
        """Read a labelled set (`table.read`), cleaned and split as the text of a corpus is.

        Phrases that the `vocabulary` has as one token are one here too. Of more than `most` texts, so many are drawn.

        Raises
        ------
        InputError
            With file and line: a missing column, or a text without a label; or if there are not two labels, or one has
            a single text.
        """
        entries = [entry for entry in _entries(dataset) if entry[1] not in (dataset.omit or ())]
        if len(entries) > most:
            drawn = np.random.default_rng(seed).choice(len(entries), size=most, replace=False)
            entries = [entries[place] for place in np.sort(drawn)]
        names, labels = np.unique(np.asarray([label for _, label in entries], dtype=np.str_), return_inverse=True)
        _require_labels(dataset, names.tolist(), labels)
        phrases = {word for word in vocabulary if JOINT in word}
        texts = [split(normalise(strip_markup(text))) for text, _ in entries]
        words, counts = _counted([segments(text, phrases) for text in texts] if phrases else texts)
        return cls(words, counts, names.tolist(), labels.astype(np.int64))

    def __len__(self) -> int:
        return len(self.labels)

    def vectors(self, embedding: Embedding) -> tuple[Floats, Ids]:
        """Return the mean vector of the known words of each text, (n, d), and how many of its words are known, (n,).

        A text without a known word has NaN.

        Raises
        ------
        InputError
            If a vector has a value that is not finite, naming its word.
        """
        # All words are asked for at once: decoded once.
        found = rows(self.words, {word: row for row, word in enumerate(embedding.words)})
        known = np.flatnonzero(found >= 0)
        matrix = np.zeros((len(self.words), embedding.dimension), dtype=np.float32)
        matrix[known] = embedding.rows(found[known])
        if not np.isfinite(matrix).all():
            word = self.words[int(np.flatnonzero(~np.isfinite(matrix).all(axis=1))[0])]
            raise InputError(
                f"the vector of {word!r} holds NaN or an infinite value; train again with a lower learning rate"
            )
        of_text = np.asarray(self.counts @ (found >= 0).astype(np.int64))
        vectors = (self.counts @ matrix).astype(np.float64) / np.maximum(of_text, 1)[:, None]
        vectors[of_text == 0] = np.nan
        return vectors, of_text

    @property
    def lengths(self) -> Ids:
        """Words of each text, (n,)."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.int64)


def _entries(dataset: DataSet) -> list[tuple[str, str]]:
    entries = []
    for where, (text, label) in table.read(dataset):
        if not label:
            raise InputError(f"{where}: a text without a label; give it one, or take it out")
        entries.append((text, label))
    return entries


def _require_labels(dataset: DataSet, names: Sequence[str], labels: Ids) -> None:
    if len(names) < 2:
        raise InputError(f"{dataset.location}: {len(names)} labels in it; two are needed")
    texts = np.bincount(labels)
    if texts.min() < 2:
        name = names[int(texts.argmin())]
        raise InputError(f"{dataset.location}: label {name!r} has a single text; give it more, or name it in `omit`")


def _counted(texts: Iterable[Sequence[str]]) -> tuple[list[str], sparse.csr_array]:
    """Return the words of all texts, and how often each stands in each."""
    places: dict[str, int] = {}
    columns: list[int] = []
    values: list[int] = []
    ends = [0]
    for text in texts:
        counted = Counter(text)
        columns += [places.setdefault(word, len(places)) for word in counted]
        values += counted.values()
        ends.append(len(columns))
    # float32 holds these counts exactly, and stays in the vectors' own precision when they are multiplied.
    counts = sparse.csr_array((np.asarray(values, dtype=np.float32), columns, ends), shape=(len(ends) - 1, len(places)))
    return list(places), counts
