import pytest

from embedsmith.report.significance import MEAN, against_untouched, scores
from embedsmith.report.table import measured
from report.frames import frame, similar


def test_p_values_are_corrected_for_all_that_are_asked_for_and_only_the_significant_is_marked():
    runs = measured(
        frame(
            "m", {"untouched": similar(0.4), "a": similar(0.5, 0.01), "b": similar(0.3, 0.02), "c": similar(0.6, 0.3)}
        )
    )
    found = against_untouched(runs, [(f"m/s1/{name}", "m/s1/untouched") for name in "abc"], [MEAN], 0.05)
    by_hand = {"a": (0.03, "▲"), "b": (0.04, "▼"), "c": (0.3, "")}
    for name, (p, mark) in by_hand.items():
        tested = found[f"m/s1/{name}", MEAN]
        assert (tested.p, tested.mark) == (pytest.approx(p), mark)


def test_what_has_no_p_value_is_no_test():
    runs = measured(frame("m", {"untouched": similar(0.4), "a": similar(0.5)}))
    assert against_untouched(runs, [("m/s1/a", "m/s1/untouched")], [MEAN], 0.05) == {}


def test_a_score_of_another_kind_stands_with_the_others():
    metrics = similar(0.4, google=(0.1,)) | {
        "downstream.topics": 0.8,
        "similarity.kept": 1.0,
        "anisotropy.isoscore": 0.2,
    }
    assert scores(frame("m", {"untouched": metrics})) == [MEAN, ("similarity", "google"), ("downstream", "topics")]
