from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embedsmith.errors import InputError
from embedsmith.tokenizer.build import build
from embedsmith.tokenizer.rename import Renamer, Renaming, check, counts_after, draw
from embedsmith.tokenizer.settings import Rename
from embedsmith.tokenizer.tokens import Tokens
from embedsmith.tokenizer.words import Vocabulary
from tokenizer.conftest import Corpus, Settings

COUNTS = {f"{letter}{number}": 50 + number for letter in "abcd" for number in range(20)}


def rename(**changes: Any) -> Rename:
    return Rename(**{"words": 10, "least": 60, "occurrences": [5, 10, 20], "seed": 1, **changes})


def test_words_are_drawn_from_the_frequent_ones_and_the_numbers_dealt_evenly() -> None:
    drawn = draw(COUNTS, rename())
    assert len({each.original for each in drawn}) == 10
    assert all(COUNTS[each.original] >= 60 for each in drawn)
    assert Counter(len(each.places) for each in drawn) == {5: 4, 10: 3, 20: 3}
    assert {each.name for each in drawn} == {f"{each.original}~{len(each.places)}" for each in drawn}
    assert [each.opaque for each in drawn] == [chr(0xE000 + number) for number in range(10)]


def test_a_draw_is_fixed_by_its_seed_alone() -> None:
    backwards = dict(sorted(COUNTS.items(), reverse=True))
    assert draw(COUNTS, rename()) == draw(backwards, rename()) != draw(COUNTS, rename(seed=2))


def test_every_frequent_word_and_every_occurrence_is_as_likely() -> None:
    words: Counter[str] = Counter()
    places: Counter[int] = Counter()
    for seed in range(1500):
        words.update(each.original for each in draw(COUNTS, rename(seed=seed, words=4)))
        for each in draw({"a": 69}, rename(seed=seed, words=1, occurrences=[6])):
            places.update(each.places)
            assert each.places == sorted(set(each.places))
    for drawn, number, expected in ((words, 40, 150), (places, 69, 1500 * 6 / 69)):
        assert len(drawn) == number
        assert all(abs(count - expected) < 5 * expected**0.5 for count in drawn.values())


def test_too_few_frequent_words_are_refused_in_a_line() -> None:
    with pytest.raises(InputError) as error:
        draw(COUNTS, rename(words=41))
    assert str(error.value) == (
        "tokenizer.rename.words: 41 words are to be renamed, but only 40 are seen 60 times; lower words or least,"
        " or give more text"
    )


@pytest.mark.parametrize(
    ("word", "message"), [("a~b", "the word 'a~b' holds ~"), ("x\ue001", "holds a private-use character")]
)
def test_a_word_that_looks_like_a_renamed_one_is_refused(word: str, message: str) -> None:
    with pytest.raises(InputError, match=f"^tokenizer.rename: .*{message}.*; use a word_pattern without$"):
        check(["fine", word])


def test_the_counts_are_moved_from_the_originals_to_the_new_words() -> None:
    renamings = [Renaming("a", [0, 7], "\ue000"), Renaming("b", [3], "\ue001")]
    assert counts_after({"a": 9, "b": 5, "c": 1}, renamings) == {"a": 7, "b": 4, "c": 1, "a~2": 2, "b~1": 1}


def test_the_places_are_renamed_over_all_parts_of_the_text() -> None:
    renamings = [Renaming("a", [0, 2, 3], "\ue000"), Renaming("c", [1], "\ue001")]
    vocabulary = Vocabulary.of(counts_after({"a": 9, "b": 5, "c": 3}, renamings), 1)
    renamer = Renamer(renamings, vocabulary)
    renamed = []
    for part in ("a b a", "c c", "", "a a b c a"):
        ids = np.array(vocabulary.encode(part.split()), dtype=np.int32)
        renamer(ids)
        renamed.append(" ".join(vocabulary.words[id_] for id_ in ids))
    assert renamed == ["a~3 b a", "c c~1", "", "a~3 a~3 b c a"]


def texts(number: int) -> list[str]:
    return [f"river Sea river {'hill' if place % 2 else 'sea'} x\nthe {place % 7}th RIVER" for place in range(number)]


@pytest.mark.parametrize("pattern", [r"[\p{L}\p{M}]+", r"(?:[\p{L}\p{M}])+"])
def test_tokens_with_renamed_words_differ_from_the_text_in_these_alone(
    corpus: Corpus, settings: Settings, tmp_path: Path, pattern: str
) -> None:
    folder = corpus(texts(200), shards=3)
    chosen: dict[str, Any] = {"held_out": 0.2, "min_count": 40, "vocab_size": 276, "word_pattern": pattern}
    build(folder, settings(**chosen), tmp_path / "plain")
    build(
        folder,
        settings(**chosen, rename=rename(words=3, least=100, occurrences=[4, 7, 50])),
        tmp_path / "some",
    )
    before, after = Tokens.open(tmp_path / "plain"), Tokens.open(tmp_path / "some")
    assert not (tmp_path / "plain/renamed.json").exists()
    table = json.loads((tmp_path / "some/renamed.json").read_text())
    assert sorted(entry["occurrences"] for entry in table.values()) == [4, 7, 50]
    assert all(f"{entry['original']}~{entry['occurrences']}" == name for name, entry in table.items())

    def text(tokens: Tokens, ids: np.ndarray) -> list[str]:
        return [tokens.words[id_] if id_ >= 0 else "." for id_ in ids.tolist()]

    renamed = text(after, after.train)
    assert [word.partition("~")[0] for word in renamed] == text(before, before.train)
    assert text(after, after.held_out) == text(before, before.held_out)
    counted = Counter(word for word in renamed if word != ".")
    assert dict(zip(after.words, after.counts.tolist(), strict=True)) == counted
    assert after.words == sorted(after.words, key=lambda word: (-counted[word], word))
    assert {name: counted[name] for name in table} == {name: entry["occurrences"] for name, entry in table.items()}
    spelled = dict(zip(after.words, after.spellings, strict=True))
    for name, entry in table.items():
        assert spelled[name] == entry["spelling"] == entry["original"]
        assert spelled[entry["original"]] in ("\ue000", "\ue001", "\ue002")
    others = set(after.words) - set(table) - {entry["original"] for entry in table.values()}
    assert others
    assert all(spelled[word] == word for word in others)
    assert (tmp_path / "some/pieces.model").read_bytes() == (tmp_path / "plain/pieces.model").read_bytes()


def test_a_private_character_in_the_text_is_refused_only_where_words_are_renamed(
    corpus: Corpus, settings: Settings, tmp_path: Path
) -> None:
    folder = corpus(["a\ue000 b c " * 30] * 5)
    chosen = {"held_out": 0.0, "vocab_size": 262, "word_pattern": r"[^\s~]+"}
    build(folder, settings(**chosen), tmp_path / "out")
    with pytest.raises(InputError, match="private-use"):
        build(folder, settings(**chosen, rename=rename(words=1)), tmp_path / "out")
