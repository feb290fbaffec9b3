from __future__ import annotations

import random
from collections import Counter

import pytest

from embedsmith.tokenizer.words import Vocabulary, splitter

LETTERS = r"[\p{L}\p{M}]+"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The cat, 2 dogs & a half-time.", ["the", "cat", "dogs", "a", "half", "time"]),
        ("Straße ÉCOLE", ["straße", "école"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),  # vowel signs are marks: \w of `re` would break the words
        ("1984 😀 ...", []),
    ],
)
def test_words_are_runs_of_letters_and_marks(text: str, words: list[str]) -> None:
    assert splitter(LETTERS, lowercase=True)(text) == words


def test_case_is_kept_where_asked() -> None:
    assert splitter(LETTERS, lowercase=False)("The Cat") == ["The", "Cat"]


def test_the_vocabulary_agrees_with_a_counter_and_breaks_ties_by_the_alphabet() -> None:
    draw = random.Random(0)
    text = [f"w{int(draw.paretovariate(1)) % 40}" for _ in range(2000)]
    counts = Counter(text)
    vocabulary = Vocabulary.of(counts, 3)
    assert dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)) == {
        word: count for word, count in counts.items() if count >= 3
    }
    assert vocabulary.words == sorted(vocabulary.words, key=lambda word: (-counts[word], word))


def test_unknown_words_are_left_out_of_the_ids() -> None:
    vocabulary = Vocabulary.of({"b": 2, "a": 2, "c": 9, "rare": 1}, 2)
    assert vocabulary.words == ["c", "a", "b"]
    assert vocabulary.encode(["a", "rare", "c", "never"]) == [1, 0]
