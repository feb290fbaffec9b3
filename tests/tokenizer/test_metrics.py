from __future__ import annotations

from embedsmith.tokenizer import metrics


def test_the_ratios_by_hand() -> None:
    # "low lower" as lo w lo w er: 5 pieces, 2 words, 9 characters
    assert metrics.fertility(5, 2) == 2.5
    assert metrics.characters_per_token(9, 5) == 1.8
    assert metrics.unknown_rate(1, 8) == 0.125
    assert metrics.coverage(2, 3) == 0.666667


def test_there_is_no_ratio_of_nothing() -> None:
    assert metrics.fertility(0, 0) is None
    assert metrics.characters_per_token(0, 0) is None
    assert metrics.unknown_rate(0, 0) is None
    assert metrics.coverage(0, 0) is None
