from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy import stats

from embedsmith.config.check import build
from embedsmith.evaluate.similarity import Similarity
from embedsmith.report import plots
from embedsmith.report.content import gather
from embedsmith.report.listing import entries
from embedsmith.report.rare import compare, tables
from report.tree import SIMILARITY, config, write_renamed, write_tree

SETTINGS = build(Similarity, SIMILARITY, "similarity")


def words(ranks, overlap=0.5, occurrences=5):
    """renamed.csv of one model."""
    columns = {"word": [f"w{i}~{occurrences}" for i in range(len(ranks))], "rank": ranks}
    return pd.DataFrame({"variant": "untouched", **columns, "occurrences": occurrences, "overlap": overlap})


def listing(*models, seeds=(1,)):
    return entries({model: {"seeds": seeds, "variants": ["untouched"], "baseline": False} for model in models})


def one(rare, model, measure="reciprocal_rank", occurrences=5):
    (found,) = [each for each in rare.of(measure) if (each.model, each.occurrences) == (model, occurrences)]
    return found


@pytest.fixture
def renamed(tmp_path):
    """Results of word2vec and random, each of two seeds, with renamed words that word2vec alone finds."""
    configuration = config(seeds=(1, 2))
    write_tree(tmp_path, configuration)
    write_renamed(tmp_path, configuration, better={"word2vec"})
    return tmp_path, configuration


def test_scores_are_means_over_the_words_and_the_first_model_is_what_others_are_tested_against():
    ranks = {"a": [2.0, 4.0] * 6, "b": [1.0, 2.0] * 6, "c": [2.0, 4.0] * 6}
    rare = compare([words(each) for each in ranks.values()], listing(*ranks), SETTINGS, 10_000)

    first, better, same = (one(rare, model) for model in ranks)
    assert (first.score, better.score, first.words) == (0.375, 0.75, 12)
    assert first.low < 0.375 < first.high
    assert math.isnan(first.p)
    assert math.isnan(first.difference)
    assert math.isnan(first.spread)
    # 12 words that all gain: 2 of 2^12 choices of signs are as extreme. Smallest of 4 tests: times 4.
    assert (better.difference, better.p) == (0.375, pytest.approx(4 * 2 / 2**12))
    assert (same.difference, same.p) == (0, 1)


def test_only_words_that_both_models_know_are_compared():
    fewer = words([1.0] * 12).iloc[:9]
    rare = compare([words([2.0] * 12), fewer], listing("a", "b"), SETTINGS, 10_000)

    assert (one(rare, "b").words, one(rare, "a").words) == (9, 12)
    assert one(rare, "b").p == pytest.approx(2 * 2 / 2**9)


def test_of_several_seeds_each_word_counts_once_at_its_mean_and_the_spread_is_over_seeds():
    frames = [words([1.0, 2.0, 4.0]), words([2.0, 2.0, 1.0]), words([1.0] * 3), words([1.0] * 3)]
    found = one(compare(frames, listing("a", "b", seeds=[1, 2]), SETTINGS, 100), "a")

    assert found.words == 3
    assert found.score == pytest.approx((1 + 0.5 + 0.25 + 0.5 + 0.5 + 1) / 6)
    assert found.spread == pytest.approx(stats.tstd([1.75 / 3, 2 / 3]))


def test_the_level_is_what_the_intervals_leave_out():
    rare = compare([words([1.0] * 3)], listing("a"), SETTINGS, 100)

    assert rare.level == pytest.approx(0.05)


def test_where_nothing_was_renamed_there_is_nothing(reported):
    root, configuration = reported

    assert compare([words([])], listing("a"), SETTINGS, 100) is None
    assert gather(root, configuration, {}).rare is None


def test_each_measure_is_a_table_of_models_by_occurrences_that_marks_what_differs(renamed):
    root, configuration = renamed
    content = gather(root, configuration, {})
    found = tables(content.rare, content.listing)

    assert [table.columns[0].note for table in found] == [
        "mean reciprocal rank of the original",
        "overlap of the 10 nearest",
    ]
    for table in found:
        assert [(column.text, column.note) for column in table.columns[1:]] == [("5", "40 words"), ("50", "40 words")]
        assert [(row.cells[0].text, row.kind) for row in table.rows] == [
            ("word2vec", "untouched"),
            ("random", "baseline"),
        ]
        own, other = (row.cells[1] for row in table.rows)
        assert other.text.endswith(" ▼")
        assert own.text.replace(".", "").isdigit()
        assert " to " in own.note
        assert ", ± 0." in own.note
        assert "▼ below word2vec" in table.note
        assert "the 4 tests of both" in table.note


def test_with_one_model_there_is_no_test_to_explain(reported):
    root, configuration = reported
    del configuration["models"]["random"]
    write_renamed(root, configuration, better={"word2vec"})
    content = gather(root, configuration, {})
    for table in tables(content.rare, content.listing):
        assert "▼" not in table.note
        assert "seeds" not in table.note


def test_the_plot_has_a_line_for_each_model_with_the_intervals_as_error_bars(renamed):
    root, configuration = renamed
    content = gather(root, configuration, {})
    figure = plots.score_against_occurrences(content.rare, content.listing, "overlap")

    own, other = figure.data
    assert (own.name, other.name) == ("word2vec", "random")
    assert list(own.x) == [5, 50]
    found = content.rare.of("overlap")[0]
    assert own.y[0] == found.score > other.y[0]
    assert own.error_y.array[0] == pytest.approx(found.high - found.score)
    assert own.error_y.arrayminus[0] == pytest.approx(found.score - found.low)
