"""The kernels against plain Python."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedsmith.tokenizer import documents
from embedsmith.tokenizer.kernel.rename import rename
from embedsmith.tokenizer.kernel.sentences import holding, is_space, sentences
from embedsmith.tokenizer.kernel.table import Table, added, empty, numbers, tags_of
from embedsmith.tokenizer.kernel.utf8 import character, put


def bytes_of(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode() or b"\0", dtype=np.uint8)


def laid_out(texts: list[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    ends = np.cumsum([0, *(len(text.encode()) for text in texts)], dtype=np.int64)
    return bytes_of("".join(texts)), ends[:-1], ends[1:]


def packed(words: list[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    arena = np.frombuffer("".join(words).encode() or b"\0", dtype=np.uint8).copy()
    ends = np.cumsum([0, *(len(word.encode()) for word in words)], dtype=np.int64)
    return arena, ends, tags_of(arena, ends)


@pytest.mark.parametrize("point", [0, 0x41, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF])
def test_code_points_are_written_and_read_as_utf8(point: int) -> None:
    out = np.zeros(6, dtype=np.uint8)
    end = put(point, out, 1)
    assert out[1:end].tobytes() == chr(point).encode()
    out.setflags(write=False)
    assert character(out, 1) == (point, end)


def test_white_space_is_what_python_strips() -> None:
    assert [point for point in range(0x110000) if is_space(point)] == [
        point for point in range(0x110000) if chr(point).isspace()
    ]


LINES = st.text(st.sampled_from("ab \n\t\u00a0é\u2028猫😀\x1c\u3000"), max_size=60)


@settings(deadline=None)  # the first call compiles
@given(st.lists(LINES, max_size=4), st.integers(3, 9))
def test_sentences_are_those_that_cut_makes_of_the_lines(texts: list[str], longest: int) -> None:
    text, starts, stops = laid_out(texts)
    bounds, number = sentences(text, starts, stops, longest)
    found = [text[start:stop].tobytes().decode() for start, stop in bounds]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "LONGEST", longest)
        expected = [[part for line in each.split("\n") for part in documents.cut(line)] for each in texts]
    assert found == [part for own in expected for part in own]
    assert number == sum(map(bool, expected))


def test_a_pair_of_bytes_is_found_in_its_sentence_and_not_across_two() -> None:
    lines = ["aΣb", "ab", "Σ", "b\u0381", "x" * 500 + "Σ" + "x" * 500]
    text, starts, stops = laid_out(lines)
    assert holding(text, np.stack([starts, stops], 1), *"Σ".encode()).tolist() == [0, 2, 4]
    text, starts, stops = laid_out(["x" * 40, "y"])
    assert holding(text, np.stack([starts, stops], 1), *b"xy").tolist() == []
    assert holding(text, np.zeros((0, 2), np.int64), *b"xy").tolist() == []


def words_in(table: Table) -> list[str]:
    ends = table.ends[: table.size + 1].tolist()
    return [table.arena[start:stop].tobytes().decode() for start, stop in pairwise(ends)]


def test_a_table_counts_as_a_counter_does_while_it_grows() -> None:
    draw = random.Random(1)
    text = [draw.choice("abcé猫") * draw.randrange(1, 30) + str(draw.randrange(3)) for _ in range(3000)]
    table = empty(2)
    for part in (text[:1000], text[1000:]):
        arena, ends, tags = packed(part)
        table = added(table, arena, ends, tags, np.ones(len(part), dtype=np.int64))
    counted = dict(zip(words_in(table), table.counts[: table.size].tolist(), strict=True))
    assert counted == Counter(text)
    assert words_in(table) == list(dict.fromkeys(text))


def test_words_with_the_same_tag_are_told_apart() -> None:
    arena, ends, _ = packed(["one", "two", "three", "tw"])
    same = np.full(4, 7, dtype=np.int64)
    table = added(empty(2), arena, ends, same, np.array([1, 2, 3, 4]))
    assert words_in(table) == ["one", "two", "three", "tw"]
    assert table.counts[:4].tolist() == [1, 2, 3, 4]
    arena, ends, _ = packed(["three", "other", "one"])
    assert numbers(table, arena, ends, same[:3]).tolist() == [2, -1, 0]


def test_a_word_is_given_its_other_name_where_that_was_drawn_however_the_ids_come() -> None:
    text = np.array([3, 0, 3, -1, 1, 3, 0, -1, 3, 1, 3, -1], dtype=np.int32)
    number, names = np.array([-1, 1, -1, 0], dtype=np.int32), np.array([7, 8], dtype=np.int32)
    places, ends = np.array([0, 3, 1], dtype=np.int64), np.array([2, 3], dtype=np.int64)
    for parts in ([12], [1, 6, 9, 12]):
        ids, start = text.copy(), 0
        seen, upcoming = np.zeros(2, dtype=np.int64), np.array([0, 2], dtype=np.int64)
        for stop in parts:
            rename(ids[start:stop], number, names, places, ends, seen, upcoming)
            start = stop
        assert ids.tolist() == [7, 0, 3, -1, 1, 3, 0, -1, 7, 8, 3, -1]
        assert seen.tolist() == [5, 2]


def test_tags_are_those_of_fnv_1a() -> None:
    def tag(word: str) -> int:
        state = 0xCBF29CE484222325
        for byte in word.encode():
            state = (state ^ byte) * 0x100000001B3 % 2**64
        return (state ^ state >> 32) & 0x7FFFFFFF

    words = ["a", "river", "猫", "Ⱥ" * 9]
    assert packed(words)[2].tolist() == list(map(tag, words))
