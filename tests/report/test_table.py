import pytest

from embedsmith.report.compression import compression
from embedsmith.report.listing import entries
from embedsmith.report.results import results
from embedsmith.report.table import comparison, metrics
from report.tree import config, write_tree


def by_name(table):
    columns = [column.text for column in table.columns]
    return {(row.cells[0].text, row.cells[0].note): dict(zip(columns, row.cells, strict=True)) for row in table.rows}


def test_every_listed_variant_is_a_row_with_untouched_and_baseline_among_them(reported):
    root, configuration = reported
    table = comparison(results(root), entries(configuration["models"]))
    assert [(row.cells[0].text, row.cells[0].note, row.kind) for row in table.rows] == [
        ("untouched", "word2vec", "untouched"),
        ("fp16", "word2vec", "variant"),
        ("int8", "word2vec", "variant"),
        ("pca", "word2vec", "variant"),
        ("untouched", "random", "baseline"),
    ]


def test_scores_have_intervals_and_the_reduction_is_of_the_rows(reported):
    root, configuration = reported
    rows = by_name(comparison(results(root), entries(configuration["models"])))
    int8 = rows["int8", "word2vec"]
    assert (int8["wordsim353"].text, int8["wordsim353"].note) == ("0.589", "0.509 to 0.659")
    assert (int8["share"].text, int8["share"].note) == ("99.5%", "98% to 101%")
    sizes = results(root).query("model == 'word2vec' and metric == 'model_bytes'").set_index("variant")["score"]
    assert int8["reduction"].text == f"{sizes['untouched'] / sizes['int8']:.2f}x"
    assert rows["untouched", "random"]["share"].text == "–"


def test_what_unseen_words_are_composed_of_stands_beneath_the_size_where_there_is_any(reported):
    root, configuration = reported
    frame = results(root)
    frame.loc[(frame["metric"] == "fallback_bytes") & (frame["variant"] == "int8"), "score"] = 8_040_000
    rows = by_name(comparison(frame, entries(configuration["models"])))
    assert rows["int8", "word2vec"]["on disk"].note.endswith(", unseen 8.04 MB")
    assert "unseen" not in rows["fp16", "word2vec"]["on disk"].note


def test_coverage_stands_once_where_it_is_the_same_for_all(reported):
    root, configuration = reported
    frame = results(root)
    table = comparison(frame, entries(configuration["models"]))
    assert {column.text: column.note for column in table.columns}["wordsim353"] == "348 of 353"
    frame.loc[(frame["metric"] == "wordsim353") & (frame["variant"] == "pca"), "known"] = 300
    table = comparison(frame, entries(configuration["models"]))
    assert {column.text: column.note for column in table.columns}["wordsim353"] == ""
    assert by_name(table)["pca", "word2vec"]["wordsim353"].note.endswith("300 of 353")
    assert by_name(table)["fp16", "word2vec"]["wordsim353"].note.endswith("348 of 353")


def test_seeds_are_named_where_there_are_several(tmp_path):
    configuration = config(seeds=(1, 2))
    write_tree(tmp_path, configuration)
    table = comparison(results(tmp_path), entries(configuration["models"]))
    assert ("int8", "word2vec s2") in by_name(table)


def test_metrics_are_in_natural_order(reported):
    root, _ = reported
    frame = results(root)
    frame.loc[frame["metric"] == "weat1", "metric"] = "weat10"
    assert metrics(frame, "bias") == [
        *("remains_cluster", "remains_linear", "remains_nonlinear"),
        *("rnd_age", "rnd_gender", "weat2", "weat10"),
    ]


@pytest.mark.parametrize("derived", ["mean", "share", "kept"])
def test_what_is_made_of_scores_is_no_score(reported, derived):
    root, _ = reported
    assert derived not in metrics(results(root), "similarity")


def test_a_task_is_one_more_score_and_what_is_kept_of_it_stands_with_the_others(reported):
    root, configuration = reported
    frame, listing = results(root), entries(configuration["models"])
    int8 = by_name(comparison(frame, listing))["int8", "word2vec"]
    assert list(int8).index("topics") == list(int8).index("wordsim353") + 1
    assert (int8["topics"].text, int8["topics"].note) == ("0.846", "0.833 to 0.859")
    assert "2,250 of 2,259" in {column.note for column in comparison(frame, listing).columns}
    kept = compression(frame, listing, [])
    of_topics = next(place for place, column in enumerate(kept.columns) if column.text == "topics")
    assert {row.cells[0].text: row.cells[of_topics].text for row in kept.rows}["pca"] == "70% ▼"
