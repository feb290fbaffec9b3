from __future__ import annotations

import pytest

from embedsmith.config.check import build
from embedsmith.errors import InputError
from embedsmith.tokenizer.settings import Phrases, Rename, TokenizerSettings
from tokenizer.conftest import Settings

RENAME = {"words": 300, "least": 500, "occurrences": [5, 10, 20, 50, 100], "seed": 1}
PHRASES = {"scoring": "npmi", "threshold": 0.5, "min_count": 10, "passes": 2}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "wordpiece"}, "kind: must be one of unigram, bpe, not 'wordpiece'"),
        ({"vocab_size": 0}, "vocab_size: must be at least 1, not 0"),
        ({"min_count": 0}, "min_count: must be at least 1, not 0"),
        ({"threads": -1}, "threads: must be at least 1, not -1"),
        ({"character_coverage": 1.1}, "character_coverage: must be above 0 and at most 1, not 1.1"),
        ({"held_out": 1.0}, "held_out: must be at least 0 and below 1, not 1"),
        ({"seed": -1}, "seed: must be between 0 and 2^32 - 1, not -1"),
        ({"held_out": -0.1}, "held_out: must be at least 0 and below 1, not -0.1"),
        ({"word_pattern": "["}, "word_pattern: '[' is no pattern"),
        ({"word_pattern": r"(\w)+"}, "word_pattern: '(\\\\w)+' has a capturing group"),
        ({"word_pattern": r"\w*"}, "word_pattern: '\\\\w*' matches the empty word"),
    ],
)
def test_an_impossible_value_is_refused_by_its_key(settings: Settings, change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        settings(**change)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"words": 0}, "words: must be between 1 and 6400, not 0"),
        ({"words": 6401}, "words: must be between 1 and 6400, not 6401"),
        ({"occurrences": []}, "occurrences: must be numbers from 1 on, at least one, not []"),
        ({"occurrences": [5, 0]}, "occurrences: must be numbers from 1 on, at least one, not [5, 0]"),
        ({"least": 199}, "least: must be at least twice the largest of occurrences, 200, not 199"),
        ({"seed": -1}, "seed: must be between 0 and 2^32 - 1, not -1"),
    ],
)
def test_an_impossible_renaming_is_refused_by_its_key(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        Rename(**{**RENAME, **change})
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scoring": "pmi"}, "scoring: must be one of npmi, mikolov, not 'pmi'"),
        ({"threshold": 1.0}, "threshold: must be at least -1 and below 1 for npmi, not 1"),
        ({"threshold": -1.5}, "threshold: must be at least -1 and below 1 for npmi, not -1.5"),
        ({"scoring": "mikolov", "threshold": -0.1}, "threshold: must be at least 0 for mikolov, not -0.1"),
        ({"min_count": 0}, "min_count: must be at least 1, not 0"),
        ({"passes": 0}, "passes: must be at least 1, not 0"),
    ],
)
def test_impossible_phrases_are_refused_by_their_key(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        Phrases(**{**PHRASES, **change})
    assert str(error.value) == message


def test_words_are_renamed_or_joined_and_not_both(settings: Settings) -> None:
    with pytest.raises(ValueError, match=r"^rename: must be null where phrases are joined"):
        settings(phrases=Phrases(**PHRASES), rename=Rename(**RENAME))


@pytest.mark.parametrize("pattern", [r"\S+", r"[\w~]+", r"\w+(?:~\w+)?"])
def test_words_with_the_mark_of_renamed_ones_are_refused_only_where_words_are_renamed(
    settings: Settings, pattern: str
) -> None:
    assert settings(word_pattern=pattern).rename is None
    with pytest.raises(ValueError, match=r"^rename: word_pattern .* lets a word hold ~, which marks renamed words"):
        settings(word_pattern=pattern, rename=Rename(**RENAME))


def test_renamed_words_must_be_frequent_enough_for_the_vocabulary(settings: Settings) -> None:
    with pytest.raises(ValueError, match=r"^rename\.least: must be at least min_count, 501, not 500"):
        settings(min_count=501, rename=Rename(**RENAME))


def test_the_renaming_is_read_from_the_configuration(settings: Settings) -> None:
    values = {**vars(settings()), "rename": RENAME}
    assert build(TokenizerSettings, values, "tokenizer").rename == Rename(**RENAME)


@pytest.mark.parametrize(
    ("rename", "message"),
    [
        ({**RENAME, "least": 10}, r"tokenizer\.rename\.least: must be at least twice"),
        ({**RENAME, "last": 10}, r"tokenizer\.rename.*last"),
        ({**RENAME, "words": "many"}, r"tokenizer\.rename\.words: "),
    ],
)
def test_an_error_in_the_renaming_names_its_key(settings: Settings, rename: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=f"^{message}[^\n]*$"):
        build(TokenizerSettings, {**vars(settings()), "rename": rename}, "tokenizer")
