import pytest

from embedsmith.report.recommended import recommend, sentence
from embedsmith.report.table import measured
from report.frames import entry, frame, similar

VARIANTS = {
    "untouched": similar(0.40, None, 1.0, 400),
    "center": similar(0.44, 0.001, 1.1, 400),
    "center-int8": similar(0.439, 0.001, 1.098, 100),
    "int8": similar(0.40, 0.9, 1.0, 99.9),
    "binary": similar(0.2, 0.001, 0.5, 10),
}


def chosen(variants=VARIANTS, breaching=()):
    return recommend(frame("m", variants), entry("m", variants), breaching, 0.05)


def said(found, variants=VARIANTS):
    runs = measured(frame("m", variants))
    return sentence("m", found, {variant: runs[f"m/s1/{variant}"] for variant in variants})


def test_the_smallest_that_cannot_be_told_from_the_best_is_recommended():
    found = chosen()
    assert (found.variant, found.best, found.tied) == ("center-int8", "center", ("center", "center-int8"))
    assert found.below == ("binary",)
    assert said(found) == (
        "m: recommended is center-int8: mean similarity 0.439 against 0.400 untouched, 100 B of 400 B on disk; the "
        "smallest of 2 that cannot be told from the best (center, 0.440). Left out: 1 significantly "
        "below the untouched model."
    )


def test_what_is_out_of_a_limit_is_left_out():
    found = chosen(breaching=["center", "center-int8"])
    assert (found.variant, found.breaching) == ("int8", ("center", "center-int8"))
    assert "2 out of a limit" in said(found)


def test_of_equal_sizes_the_better_is_recommended():
    variants = VARIANTS | {"other-int8": similar(0.43, 0.001, 1.09, 99.5)}
    assert chosen(variants).variant == "center-int8"


def test_one_that_knows_fewer_items_is_left_out():
    variants = {
        variant: metrics | {"similarity.google": {"score": 0.1, "known": 9 if variant == "center" else 10}}
        for variant, metrics in VARIANTS.items()
    }
    found = chosen(variants)
    assert (found.variant, found.fewer) == ("center-int8", ("center",))


def test_if_nothing_keeps_the_limits_nothing_is_recommended():
    found = chosen(breaching=list(VARIANTS))
    assert found.variant is None
    assert said(found) == "m: no chain can be recommended. Left out: 5 out of a limit."


@pytest.mark.parametrize("variants", [["untouched"], ["untouched", "int8"]])
def test_without_a_choice_or_a_score_there_is_no_recommendation(variants):
    metrics = {variant: {"size.bytes": 1} if len(variants) > 1 else VARIANTS[variant] for variant in variants}
    assert chosen(metrics) is None
