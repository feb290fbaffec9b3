from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from omegaconf import OmegaConf

from embedsmith.config.check import build
from embedsmith.errors import InputError
from embedsmith.model.swap import Swap, Swapper, counterparts
from embedsmith.tokenizer.tokens import Ids, Tokens
from model.conftest import tokens_of

CONF = Path(__file__).parents[2] / "conf/swap"
NOBODY: dict[str, list[str]] = {}


def swap(*pairs: list[str], names: dict[str, list[str]] = NOBODY, least: int = 1) -> Swap:
    return Swap(pairs=list(pairs), names=names, least=least)


def swapped(settings: Swap, tokens: Tokens, sentence: str) -> str:
    """A sentence of words that the tokens know, swapped."""
    index = {word: id_ for id_, word in enumerate(tokens.words)}
    ids: Ids = np.array([*(index[word] for word in sentence.split()), -1], np.int32)
    found = Swapper.of(settings, tokens)(ids)
    assert found.dtype == np.int32
    assert found[-1] == -1
    return " ".join(tokens.words[id_] for id_ in found[:-1])


def sentences(*lines: str) -> Tokens:
    return tokens_of([line.split() for line in lines])


def test_words_are_swapped_in_both_directions_and_the_others_stay() -> None:
    tokens = sentences("she saw the king", "he saw the queen", "nobody came")
    settings = swap(["she", "he"], ["queen", "king"])
    assert swapped(settings, tokens, "she saw the king") == "he saw the queen"
    assert swapped(settings, tokens, "he saw the queen") == "she saw the king"
    assert swapped(settings, tokens, "nobody came") == "nobody came"


def test_capitals_are_kept() -> None:
    tokens = sentences("She she SHE", "He he HE", "Anna", "Ben")
    settings = swap(["she", "he"], names={"women": ["Anna"], "men": ["Ben"]})
    assert swapped(settings, tokens, "She she SHE Anna") == "He he HE Ben"
    assert swapped(settings, tokens, "HE Ben he He") == "SHE Anna she She"


def test_a_form_that_the_counterpart_lacks_stays() -> None:
    tokens = sentences("She she", "he")
    assert swapped(swap(["she", "he"]), tokens, "She she he") == "She he she"


TEXT = (
    *("he took his hat and his coat", "they saw him and left", "they saw him", "his hat fell", "they gave him his tea"),
    *("she took her hat and her coat", "they saw her and left", "they saw her", "the hat is hers now"),
)
PRONOUNS = swap(["she", "he"], ["her", "his"], ["her", "him"], ["hers", "his"])


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("she took her hat and her coat", "he took his hat and his coat"),
        ("they saw her and left", "they saw him and left"),
        ("they saw her", "they saw him"),  # before the end of a sentence
        ("they gave her her coat", "they gave his his coat"),  # "him her" is not in the text: his, the more frequent
        ("he took his hat", "she took her hat"),
        ("the hat is his now", "the hat is hers now"),
    ],
)
def test_one_of_several_counterparts_is_chosen_by_the_next_word(sentence: str, expected: str) -> None:
    assert swapped(PRONOUNS, sentences(*TEXT), sentence) == expected


def test_equally_frequent_before_a_word_the_more_frequent_of_all_is_chosen() -> None:
    tokens = sentences("his a", "him a", "him b", "her a", "her c")
    settings = swap(["her", "his"], ["her", "him"])
    assert swapped(settings, tokens, "her a her b her c") == "him a him b him c"


def test_names_are_paired_by_their_rank_in_frequency() -> None:
    tokens = sentences("ann ann ann bea bea cleo", "max " * 9, "leo " * 8, "tom " * 7, "kim " * 6)
    settings = swap(names={"women": ["cleo", "bea", "dora", "ann"], "men": ["kim", "leo", "max", "tom"]}, least=3)
    pairs = counterparts(settings, tokens.words, tokens.counts)
    named = {tokens.words[one]: [tokens.words[other] for other in others] for one, others in pairs.items()}
    assert named == {"ann": ["max"], "max": ["ann"], "bea": ["leo"], "leo": ["bea"], "cleo": ["tom"], "tom": ["cleo"]}


def test_names_that_are_equally_frequent_are_paired_in_alphabetical_order() -> None:
    tokens = sentences("x y b a")
    for names in ({"one": ["x", "y"], "other": ["b", "a"]}, {"one": ["y", "x"], "other": ["a", "b"]}):
        assert swapped(swap(names=names), tokens, "x y") == "a b"


def test_pairs_of_unknown_words_are_passed_over_until_too_few_are_left() -> None:
    tokens = sentences("she he woman man queen")
    pairs = (["she", "he"], ["woman", "man"], ["queen", "king"])
    assert swapped(swap(*pairs, least=2), tokens, "she man queen") == "he woman queen"
    with pytest.raises(InputError) as error:
        counterparts(swap(*pairs, least=3), tokens.words, tokens.counts)
    assert str(error.value) == (
        "swap.least: of 3 pairs of words to swap, the vocabulary knows 2, not 3; list words that the text has,"
        " lower least or give more text"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pairs": [["she", "he", "it"]]}, r"pairs: must be pairs, not \['she', 'he', 'it'\]"),
        ({"pairs": [["she", "he"], ["he", "it"]]}, "pairs: 'he' stands on both sides; take it out of one"),
        ({"pairs": [["she", "She"]]}, "pairs: 'she' stands on both sides; take it out of one"),
        ({"pairs": [["she", "he"], ["She", "he"]]}, "pairs: 'She he' stands twice"),
        ({"pairs": [], "names": {}}, "pairs: empty; name some, or give names"),
        ({"names": {"women": ["ann"]}}, "names: must be two lists, or {} for none, not 1"),
        ({"names": {"women": ["ann"], "men": []}}, "names.men: empty; name some, or write names: {}"),
        ({"names": {"women": ["ann", "Ann"], "men": ["max"]}}, "names.women: 'Ann' stands twice"),
        ({"names": {"women": ["kim"], "men": ["max", "Kim"]}}, "names: 'kim' stands on both sides; take it out of one"),
        ({"names": {"women": ["she"], "men": ["max"]}}, "names: 'she' is among the pairs too; take it out of one"),
        ({"least": 0}, "least: must be at least 1, not 0"),
    ],
)
def test_impossible_lists_are_refused_by_their_key(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=f"^swap.{message}$"):
        build(Swap, {"pairs": [["she", "he"]], "names": {}, "least": 1, **change}, "swap")


@pytest.mark.parametrize("path", sorted(CONF.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_list_of_the_project_is_sound(path: Path) -> None:
    settings = build(Swap, OmegaConf.to_container(OmegaConf.load(path)), path.stem)
    assert all(word == word.lower() for pair in settings.pairs for word in pair)
