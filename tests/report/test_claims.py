import math
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from embedsmith.config.check import build
from embedsmith.errors import InputError
from embedsmith.report.claims import FAILS, HOLDS, OPEN, Claim, Judged, ReportSettings, judge, verdicts
from embedsmith.report.listing import entries
from embedsmith.report.results import results

UNDER_1 = {"reduction": 4, "reduction_high": None, "loss_low": None, "loss_high": 0.01}
BETWEEN = {"reduction": 4, "reduction_high": None, "loss_low": 0.05, "loss_high": 0.10}
OF_SIZE = {"reduction": 4, "reduction_high": 5, "loss_low": None, "loss_high": None}


def judged(claim, reduction, low, high, fewer=False):
    return Judged(
        variant="v",
        claim=Claim(**claim),
        model="m",
        run="m/s1/v",
        reduction=reduction,
        loss=(low + high) / 2,
        low=low,
        high=high,
        fewer=fewer,
        tolerance=0.05,
    )


@pytest.mark.parametrize(
    ("claim", "reduction", "low", "high", "verdict"),
    [
        (UNDER_1, 4.0, 0.001, 0.009, HOLDS),
        (UNDER_1, 4.0, -0.030, -0.020, HOLDS),  # a gain is a loss under 1% too
        (UNDER_1, 4.0, 0.000, 0.011, OPEN),
        (UNDER_1, 4.0, 0.011, 0.020, FAILS),
        (UNDER_1, 3.85, 0.001, 0.009, HOLDS),  # the scales' bytes are within the tolerance
        (UNDER_1, 3.79, 0.001, 0.009, FAILS),
        (UNDER_1, 3.0, 0.000, 0.011, FAILS),  # however the loss may be
        (UNDER_1, 8.0, 0.001, 0.009, HOLDS),
        (BETWEEN, 4.0, 0.060, 0.090, HOLDS),
        (BETWEEN, 4.0, 0.040, 0.090, OPEN),
        (BETWEEN, 4.0, 0.060, 0.110, OPEN),
        (BETWEEN, 4.0, 0.010, 0.040, FAILS),
        (BETWEEN, 4.0, 0.150, 0.200, FAILS),
        (UNDER_1, 4.0, math.nan, math.nan, OPEN),
        (OF_SIZE, 4.0, 0.500, 0.600, HOLDS),  # nothing was said of the loss
        (OF_SIZE, 3.0, 0.000, 0.000, FAILS),
        (OF_SIZE, 9.0, math.nan, math.nan, HOLDS),
    ],
)
def test_the_verdict_follows_from_the_reduction_and_the_whole_interval(claim, reduction, low, high, verdict):
    assert judged(claim, reduction, low, high).verdict == verdict


def test_a_failed_claim_says_in_what():
    assert judged(BETWEEN, 4.0, 0.15, 0.20).reason == "loses more"
    assert judged(BETWEEN, 4.0, 0.01, 0.04).reason == "loses less"
    assert judged(UNDER_1, 2.0, 0.00, 0.02).reason == "only 2x smaller, the interval reaches beyond the claim"
    assert judged(UNDER_1, 4.0, 0.00, 0.01).reason == ""
    assert judged(UNDER_1, 4.0, math.nan, math.nan).measured_loss == "no share can be given"


def test_a_loss_over_fewer_items_than_the_model_knows_settles_nothing():
    claim = judged(UNDER_1, 4.0, 0.001, 0.009, fewer=True)
    assert (claim.verdict, claim.reason) == (OPEN, "it knows fewer items")
    assert judged(UNDER_1, 2.0, 0.001, 0.009, fewer=True).verdict == FAILS


def test_a_range_is_claimed_in_words():
    assert Claim(**OF_SIZE).size == "4x to 5x smaller"
    assert Claim(**OF_SIZE).loss == "no loss is named"
    assert Claim(**BETWEEN).size == "4x smaller"


def test_a_variant_that_knows_fewer_items_is_found_out(reported):
    root, configuration = reported
    frame = results(root)
    frame.loc[(frame["metric"] == "wordsim353") & (frame["variant"] == "int8"), "known"] = 300
    settings = build(ReportSettings, yaml.safe_load(Path("conf/report/default.yaml").read_text()), "report")
    found = {claim.variant: claim.fewer for claim in judge(frame, entries(configuration["models"]), settings)}
    assert found == {"fp16": False, "int8": True, "pca": False}


def test_the_verdicts_are_a_row_for_each_claim_and_a_column_for_each_model(reported):
    root, configuration = reported
    settings = build(ReportSettings, yaml.safe_load(Path("conf/report/default.yaml").read_text()), "report")
    claims = list(judge(results(root), entries(configuration["models"]), settings))
    other = [replace(claim, model="other") for claim in claims if claim.variant != "int8"]
    table = verdicts([*claims, *other], "note")
    assert [column.text for column in table.columns] == ["variant", "claimed", "word2vec", "other"]
    by_variant = {row.cells[0].text: row.cells[1:] for row in table.rows}
    claimed, of_word2vec, of_other = by_variant["pca"]
    assert (claimed.text, claimed.note) == ("4x smaller", "loses 5% to 10%")
    assert (of_word2vec.text, of_word2vec.verdict) == (FAILS, FAILS)
    assert of_word2vec.note.endswith("loses 30%, 20% to 40%, loses more")
    assert of_other == of_word2vec
    assert by_variant["int8"][2].text == "–"


def test_claims_are_judged_on_each_model_that_has_the_variant(reported):
    root, configuration = reported
    settings = build(ReportSettings, yaml.safe_load(Path("conf/report/default.yaml").read_text()), "report")
    found = list(judge(results(root), entries(configuration["models"]), settings))
    assert [(claim.variant, claim.model) for claim in found] == [
        ("fp16", "word2vec"),
        ("int8", "word2vec"),
        ("pca", "word2vec"),
    ]
    fp16, int8, pca = found
    assert fp16.verdict == HOLDS
    assert fp16.reduction == pytest.approx(2, rel=0.01)
    # 32 bytes and a scale of 4 for 128: 3.56x, a little less for the file's header, is short of 4x by more than 5%
    assert int8.reduction == pytest.approx(128 / 36, rel=0.02)
    assert int8.verdict == FAILS
    assert (int8.low, int8.high) == (pytest.approx(-0.01), pytest.approx(0.02))
    assert pca.verdict == FAILS
    assert pca.loss == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reduction": 1}, "reduction: must be above 1"),
        ({"loss_low": 0.2}, "loss_low: must be below loss_high"),
        ({"loss_low": 0.001, "loss_high": None}, "loss_low: must be below loss_high"),
        ({"reduction_high": 3}, "reduction_high: must be above reduction, not 3"),
        ({"los_high": 0.2}, "los_high"),
    ],
)
def test_an_impossible_claim_is_refused(change, message):
    settings = yaml.safe_load(Path("conf/report/default.yaml").read_text())
    settings["claims"]["int8"] |= change
    with pytest.raises(InputError, match=message):
        build(ReportSettings, settings, "report")


def test_a_test_without_permutations_is_refused():
    settings = yaml.safe_load(Path("conf/report/default.yaml").read_text())
    with pytest.raises(InputError, match="report.permutations: must be at least 1"):
        build(ReportSettings, settings | {"permutations": 0}, "report")
