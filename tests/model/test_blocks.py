from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from embedsmith.errors import InputError
from embedsmith.model.blocks import LEAST, SHARE, cut, read, require_text
from embedsmith.tokenizer.tokens import SENTENCE_END, Ids, open_ids
from model.conftest import tokens_of


def text_of(lengths: list[int]) -> Ids:
    """Sentences of so many words."""
    return np.concatenate([[*range(length), SENTENCE_END] for length in lengths]).astype(np.int32)


@pytest.fixture(scope="module")
def text() -> Ids:
    return text_of(np.random.default_rng(0).integers(0, 40, size=20_000).tolist())


@pytest.mark.parametrize("size", [1, LEAST, 5000, 10**9])
def test_blocks_are_the_whole_text_and_end_with_sentences(text: Ids, size: int) -> None:
    bounds = cut(text, size)
    assert (bounds[0], bounds[-1]) == (0, len(text))
    assert all(text[end - 1] == SENTENCE_END for end in bounds[1:])
    expected = max(min(size, len(text) // SHARE), LEAST)
    lengths = [end - start for start, end in pairwise(bounds)]
    assert all(expected <= length <= expected + 40 for length in lengths[:-1])
    assert 0 < lengths[-1] <= expected + 40


def test_a_short_text_is_one_block_and_an_empty_one_none() -> None:
    assert cut(text_of([5, 3, 9]), 100_000) == [0, 20]
    assert cut(np.zeros(0, np.int32), 100_000) == [0]


def test_a_sentence_that_is_longer_than_a_block_stays_whole() -> None:
    text = text_of([3 * LEAST + 7, 5, 5])
    assert cut(text, LEAST) == [0, 3 * LEAST + 8, len(text)]


def test_a_text_without_any_end_of_a_sentence_is_one_block() -> None:
    text = np.zeros(5 * LEAST, np.int32)
    assert cut(text, LEAST) == [0, len(text)]
    ending = np.append(text, SENTENCE_END).astype(np.int32)
    assert cut(ending, LEAST) == [0, len(ending)]


def test_a_mapped_text_is_read_block_by_block_and_again(text: Ids, tmp_path: Path) -> None:
    text.tofile(tmp_path / "train.bin")
    mapped = open_ids(tmp_path / "train.bin")
    bounds = cut(mapped, 3000)
    assert bounds == cut(text, 3000)
    for _ in range(2):  # the pages that were given back are there again
        whole = np.concatenate([read(mapped, start, end) for start, end in pairwise(bounds)])
        np.testing.assert_array_equal(whole, text)
    block = read(mapped, bounds[1], bounds[2])
    assert type(block) is np.ndarray
    assert block.flags.owndata


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ([["sea"] * 50] * 3, "the vocabulary holds one word, 'sea'; lower tokenizer.min_count or give more text"),
        ([], "the vocabulary is empty; lower tokenizer.min_count or give more text"),
        ([["a", "b", "c"], ["a", "b"]], "the training text has 5 words, no more than a window of 5; give more text"),
    ],
)
def test_a_text_that_nothing_can_be_learned_from_is_refused_in_one_line(
    sentences: list[list[str]], message: str
) -> None:
    with pytest.raises(InputError) as error:
        require_text(tokens_of(sentences), 5)
    assert str(error.value) == message


def test_two_words_and_one_more_than_a_window_are_enough() -> None:
    require_text(tokens_of([["a", "b", "a"], ["a", "b", "a"]]), 5)
