from __future__ import annotations

import pytest

from tokenizer.conftest import Settings


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "wordpiece"}, "kind: must be one of unigram, bpe, not 'wordpiece'"),
        ({"vocab_size": 0}, "vocab_size: must be at least 1, not 0"),
        ({"min_count": 0}, "min_count: must be at least 1, not 0"),
        ({"threads": -1}, "threads: must be at least 1, not -1"),
        ({"character_coverage": 1.1}, "character_coverage: must be above 0 and at most 1, not 1.1"),
        ({"held_out": 1.0}, "held_out: must be at least 0 and below 1, not 1"),
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
