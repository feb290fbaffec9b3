from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest

from embedsmith.errors import InputError
from embedsmith.model import cooccurrence
from embedsmith.model.cooccurrence import cooccurrences, pair_weights
from model.conftest import tokens_of

WEIGHTS = {
    "flat": lambda distance, window: Fraction(1),
    "linear": lambda distance, window: Fraction(window - distance + 1, window),
    "harmonic": lambda distance, window: Fraction(1, distance),
}


def text_of(words: int, sentences: int, seed: int) -> list[list[str]]:
    """Sentences of 1 to 12 words, some of them frequent and most rare."""
    draw = random.Random(seed)
    return [
        [f"w{int(words * draw.random() ** 3)}" for _ in range(draw.randint(1, 12))] for _ in range(sentences)
    ]  # fmt: skip


def counted(text: Sequence[Sequence[str]], window: int, weighting: str) -> dict[tuple[str, str], Fraction]:
    """Every pair, one after the other, in exact arithmetic."""
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for sentence in text:
        for place, word in enumerate(sentence):
            for other in range(max(0, place - window), min(len(sentence), place + window + 1)):
                if other != place:
                    sums[word, sentence[other]] += WEIGHTS[weighting](abs(other - place), window)
    return sums


@pytest.mark.parametrize("weighting", WEIGHTS)
@pytest.mark.parametrize("window", [1, 4, 10, 20])
def test_counts_are_those_of_exact_arithmetic_to_the_last_bit(window: int, weighting: str) -> None:
    text = text_of(words=700, sentences=500, seed=window)
    tokens = tokens_of(text)
    counts = cooccurrences(tokens, window=window, weighting=weighting, threads=2).toarray()
    expected = np.zeros_like(counts)
    for (word, other), total in counted(text, window, weighting).items():
        expected[tokens.words.index(word), tokens.words.index(other)] = float(total)
    np.testing.assert_array_equal(counts, expected)
    np.testing.assert_array_equal(counts, counts.T)


def test_a_wide_window_is_counted_to_rounding() -> None:
    text = [[f"w{place % 7}" for place in range(60)]]
    counts = cooccurrences(tokens_of(text), window=50, weighting="harmonic", threads=1).toarray()
    expected = counted(text, 50, "harmonic")
    assert counts[0, 1] == pytest.approx(float(expected["w0", "w1"]), rel=1e-14)
    assert counts.sum() == pytest.approx(float(sum(expected.values())), rel=1e-14)


@pytest.mark.parametrize(
    ("weighting", "total"),
    [
        # Of five words in a row, 4 pairs are at distance 1, 3 at 2 and 2 at 3; each counts in both directions.
        ("flat", 2 * (4 + 3 + 2)),
        ("linear", 2 * (4 * 3 / 3 + 3 * 2 / 3 + 2 * 1 / 3)),
        ("harmonic", 2 * (4 / 1 + 3 / 2 + 2 / 3)),
    ],
)
def test_the_total_of_five_words_in_a_window_of_three_by_hand(weighting: str, total: float) -> None:
    counts = cooccurrences(tokens_of([["a", "b", "c", "d", "e"]]), window=3, weighting=weighting, threads=1)
    assert counts.sum() == pytest.approx(total)


def test_a_word_near_itself_counts_in_both_directions() -> None:
    counts = cooccurrences(tokens_of([["a", "a", "b"]]), window=1, weighting="flat", threads=1)
    np.testing.assert_array_equal(counts.toarray(), [[2, 1], [1, 0]])


def test_words_of_different_sentences_are_never_near() -> None:
    counts = cooccurrences(tokens_of([["a", "b"], ["c", "d"]]), window=5, weighting="flat", threads=1)
    np.testing.assert_array_equal(counts.toarray(), np.kron(np.eye(2), [[0, 1], [1, 0]]))


@pytest.mark.parametrize("work", [1, 100, 1 << 22])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_neither_threads_nor_portions_change_a_bit(monkeypatch: pytest.MonkeyPatch, work: int, threads: int) -> None:
    tokens = tokens_of(text_of(words=300, sentences=400, seed=1))
    whole = cooccurrences(tokens, window=4, weighting="harmonic", threads=1)
    monkeypatch.setattr(cooccurrence, "WORK", work)
    parts = cooccurrences(tokens, window=4, weighting="harmonic", threads=threads)
    for name in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))


def test_the_columns_of_every_row_rise() -> None:
    tokens = tokens_of(text_of(words=700, sentences=300, seed=2))
    counts = cooccurrences(tokens, window=4, weighting="flat", threads=1)
    lengths = np.diff(counts.indptr)
    # Long rows are scanned, short ones sorted: there are some of both.
    assert lengths.max() * 32 > len(tokens.words) > lengths.min() * 32
    inside = np.setdiff1d(np.arange(1, counts.nnz), counts.indptr)
    assert (counts.indices[inside] > counts.indices[inside - 1]).all()


def test_the_text_is_left_as_it_was() -> None:
    tokens = tokens_of([["a", "b", "a"]])
    cooccurrences(tokens, window=2, weighting="flat", threads=1)
    assert tokens.train.flags.writeable
    np.testing.assert_array_equal(tokens.train, [0, 1, 0, -1])


def test_text_without_any_two_words_in_a_sentence_is_refused() -> None:
    with pytest.raises(InputError, match=r"^no sentence has two words of the vocabulary; .*$"):
        cooccurrences(tokens_of([["a"], ["b"]]), window=5, weighting="flat", threads=1)


def test_an_unknown_weighting_is_refused() -> None:
    with pytest.raises(ValueError, match="weighting: no 'cubic'"):
        pair_weights(3, "cubic")
