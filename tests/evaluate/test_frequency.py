from __future__ import annotations

import pytest

from embedsmith.evaluate.frequency import names, places, rarest, require_bands

COUNTS = {"the": 900, "kidney": 50, "renal": 19, "failure": 20}


def test_an_item_is_as_frequent_as_its_rarest_word():
    items = [("the", "kidney"), ("Kidney", "renal failure"), ("failure", "the"), ("the", "nephron"), ("", "")]

    assert rarest(items, COUNTS).tolist() == [50, 19, 20, 0, 0]


def test_each_count_lies_in_the_band_of_its_name():
    bands = [20, 100, 1000]
    found = places(rarest([("renal",), ("failure",), ("the",), ("nephron",)], COUNTS), bands)

    assert names(bands) == ["0-19", "20-99", "100-999", "1000+"]
    assert [names(bands)[place] for place in found] == ["0-19", "20-99", "100-999", "0-19"]
    assert places(rarest([("the",)], {"the": 1000}), bands).tolist() == [3]


def test_words_outside_the_vocabulary_can_have_a_band_of_their_own():
    assert names([1, 20]) == ["0", "1-19", "20+"]
    assert places(rarest([("nephron",), ("renal",), ("failure",)], COUNTS), [1, 20]).tolist() == [0, 1, 2]


def test_without_bounds_there_are_no_bands():
    assert names([]) == []


@pytest.mark.parametrize("bands", [[0], [20, 20], [100, 20], [-1, 5]])
def test_bounds_that_divide_nothing_are_refused(bands):
    with pytest.raises(ValueError, match="^bands: must be counts above 0 that rise"):
        require_bands(bands, 20)


def test_a_band_of_one_item_can_have_no_score():
    with pytest.raises(ValueError, match="^least: must be at least 2"):
        require_bands([20], 1)


def test_a_phrase_of_the_vocabulary_is_as_frequent_as_itself():
    counts = COUNTS | {"renal_failure": 7}

    assert rarest([("Renal failure",), ("the renal failure",), ("renal",)], counts).tolist() == [7, 7, 19]
