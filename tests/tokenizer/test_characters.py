from __future__ import annotations

import pytest
import regex

from embedsmith.tokenizer.characters import OTHER, PECULIAR, POINTS, Characters
from embedsmith.tokenizer.kernel.words import GROWTH

LETTERS = r"[\p{L}\p{M}]+"
EVERY = [chr(point) for point in range(POINTS) if not 0xD800 <= point < 0xE000]


@pytest.mark.parametrize(
    "pattern", [LETTERS, r"\w+", r"[^\s\d]+", r"[a-zA-Z'\-]+", r"\p{Lu}+", r"\S+", r"[a-z ]+", r"[\x00-\x08]+"]
)
@pytest.mark.parametrize("lowercase", [True, False])
def test_the_table_says_of_every_character_what_the_pattern_says(pattern: str, lowercase: bool) -> None:
    characters = Characters.of(pattern, lowercase)
    assert characters is not None
    find = regex.compile(pattern).fullmatch
    for letter in EVERY[:0x3400] + EVERY[0xA000:0x20000:3]:
        if lowercase and letter in PECULIAR:
            continue
        form = letter.lower() if lowercase else letter
        expected = ord(form) if find(form) else OTHER
        assert characters.fold[ord(letter)] == expected, hex(ord(letter))


def test_only_the_peculiar_characters_are_not_lower_cased_to_one_and_always_the_same() -> None:
    assert [letter for letter in EVERY if len(letter.lower()) != 1] == ["\u0130"]
    text = "".join(letter for letter in EVERY if letter != "\u0130")
    changed = [letter for letter, lowered in zip(text, text.lower(), strict=True) if letter.lower() != lowered]
    around = [letter for letter in text if f"a{letter}".lower() != f"a{letter.lower()}"]
    assert set(changed + around) == {"\u03a3"} == set(PECULIAR) - {"\u0130"}


def test_what_python_has_lower_cased_the_table_leaves_as_it_is() -> None:
    characters = Characters.of(LETTERS, lowercase=True)
    assert characters is not None
    letters = sorted({part for letter in EVERY for part in letter.lower()} - set(PECULIAR))
    kept = [letter for letter in letters if characters.fold[ord(letter)] not in (ord(letter), OTHER)]
    assert kept == []


def test_no_character_grows_more_than_the_room_made_for_it() -> None:
    characters = Characters.of(LETTERS, lowercase=True)
    assert characters is not None
    letters = [letter for letter in EVERY if letter not in PECULIAR and characters.fold[ord(letter)] >= 0]
    growth = [len(chr(characters.fold[ord(letter)]).encode()) / len(letter.encode()) for letter in letters]
    assert max(growth) == 1.5 <= GROWTH
    assert max(growth[:52]) == 1


@pytest.mark.parametrize(
    "pattern",
    [
        r"[a-z]",  # one letter
        r"[a-z]+?",
        r"[a-z]+[0-9]+",
        r"[a]b[c]+",
        r"(?:[a-z])+",
        r"(?i)[a-z]+",
        r"\w+(?:'\w+)?",
        r"[[a-z]]+",
    ],
)
def test_a_pattern_that_is_more_than_a_class_has_no_table(pattern: str) -> None:
    assert Characters.of(pattern, lowercase=True) is None
