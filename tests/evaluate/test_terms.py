from __future__ import annotations

import pytest

from embedsmith.evaluate.terms import Weights, parts, segments


def test_phrases_of_the_vocabulary_are_found_from_the_left_the_longest_first():
    vocabulary = {"high_blood_pressure", "blood_pressure", "new_york", "york_times"}

    assert segments(["very", "high", "blood", "pressure"], vocabulary) == ["very", "high_blood_pressure"]
    assert segments(["blood", "pressure", "high"], vocabulary) == ["blood_pressure", "high"]
    assert segments(["new", "york", "times"], vocabulary) == ["new_york", "times"]
    assert segments(["New", "York"], vocabulary) == ["New_York"]
    assert segments([], vocabulary) == []


def test_a_term_is_looked_up_as_it_is_as_a_phrase_and_word_by_word():
    vocabulary = {"renal_failure", "a_b", "x"}

    assert parts("renal failure", vocabulary) == ["renal_failure"]
    assert parts("Renal  Failure", vocabulary) == ["Renal_Failure"]
    assert parts("renal_failure", vocabulary) == ["renal_failure"]
    assert parts("acute renal failure", vocabulary) == ["acute", "renal_failure"]
    assert parts("big_cat", vocabulary) == ["big", "cat"]
    assert parts("x", vocabulary) == ["x"]
    assert parts("  ", vocabulary) == []


def test_frequent_words_weigh_less_by_hand():
    weights = Weights.of(0.001, {"the": 900, "heart": 99, "colic": 1})

    assert weights("the") == pytest.approx(0.001 / 0.901)
    assert weights("colic") == pytest.approx(0.5)
    assert weights("unread") == 1


def test_all_words_weigh_the_same_where_there_is_no_smoothing():
    assert Weights.of(None, {"the": 900, "heart": 1})("the") == 1
    assert Weights.of(0.001, {})("the") == 1
