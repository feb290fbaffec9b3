import math

import pytest

from embedsmith.report.bias import associations, audits, distance, moved, remains
from embedsmith.report.listing import entries
from embedsmith.report.results import results
from embedsmith.report.table import measured
from report.frames import around, frame
from report.tree import TESTS


def by_name(table):
    columns = [column.text for column in table.columns]
    return {(row.cells[0].text, row.cells[0].note): dict(zip(columns, row.cells, strict=True)) for row in table.rows}


def test_a_test_has_an_effect_and_a_p_value_or_nothing_if_it_was_refused(reported):
    root, configuration = reported
    rows = by_name(associations(results(root), entries(configuration["models"]), TESTS))
    pca = rows["pca", "word2vec"]
    assert set(pca) == {"variant", *TESTS}
    assert (pca["weat1"].text, pca["weat1"].note) == ("1.200", "p < 0.001")
    assert (pca["weat2"].text, pca["weat2"].note) == ("–", "")


def test_other_measures_have_a_table_for_each_set_of_words(reported):
    root, configuration = reported
    tables = audits(results(root), entries(configuration["models"]), TESTS)
    assert set(tables) == {"gender", "age"}
    cell = by_name(tables["gender"])["int8", "word2vec"]["rnd"]
    assert (cell.text, cell.note) == ("0.030", "0.020 to 0.040")
    assert [column.note for column in tables["gender"].columns] == ["of model", "30 of 32"]


def test_what_remains_has_its_own_table_or_none(reported):
    root, configuration = reported
    metrics = results(root)
    table = remains(metrics, entries(configuration["models"]))
    assert [column.text for column in table.columns] == ["variant", "clusters", "linear probe", "non-linear probe"]
    without = metrics[~metrics["metric"].str.startswith("remains")]
    assert remains(without, entries(configuration["models"])) is None


@pytest.mark.parametrize(
    ("name", "leaf", "expected"),
    [
        ("rnd_gender", around(-0.3, 0.1), (0.3, 0.2, 0.4)),
        ("rnd_gender", around(0.05, 0.1), (0.05, 0.0, 0.15)),
        ("ect_gender", around(0.8, 0.1), (0.2, 0.1, 0.3)),
        ("rnd_gender", {"score": None}, (math.nan,) * 3),
    ],
)
def test_the_distance_from_no_bias_has_an_interval(name, leaf, expected):
    run = measured(frame("m", {"untouched": {f"bias.{name}": leaf}}))["m/s1/untouched"]
    assert distance(run, name, test=False) == pytest.approx(expected, nan_ok=True)


def test_a_test_named_like_a_measure_is_a_test():
    run = measured(frame("m", {"untouched": {"bias.ect_own": around(0.8, 0.1)}}))["m/s1/untouched"]
    assert distance(run, "ect_own", test=True)[0] == pytest.approx(0.8)


@pytest.mark.parametrize(("score", "side"), [(0.0, -1), (0.18, 0), (-0.2, 0), (-0.4, 1), (0.3, 1)])
def test_a_measure_moves_where_intervals_do_not_overlap(score, side):
    frames = frame("m", {"untouched": {"bias.rnd_a": around(0.2)}, "cure": {"bias.rnd_a": around(score)}})
    runs = measured(frames)
    assert moved(runs["m/s1/cure"], runs["m/s1/untouched"], "rnd_a", test=False) == side
