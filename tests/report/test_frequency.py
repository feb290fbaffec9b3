from __future__ import annotations

from embedsmith.report.frequency import by_frequency
from embedsmith.report.listing import entries
from embedsmith.report.results import results
from report.tree import config, write_tree


def cells(table):
    bands = [column.text for column in table.columns[1:]]
    return {(row.cells[0].text, row.cells[0].note): dict(zip(bands, row.cells[1:], strict=True)) for row in table.rows}


def test_each_data_set_and_untouched_model_is_a_row_and_bands_rise(reported):
    root, configuration = reported
    table = by_frequency(results(root), entries(configuration["models"]))
    assert [column.text for column in table.columns] == ["data set", "0-19", "20-99", "100+"]
    assert [(row.cells[0].text, row.cells[0].note, row.kind) for row in table.rows] == [
        ("wordsim353", "word2vec", "untouched"),
        ("wordsim353", "random", "baseline"),
    ]


def test_a_score_has_its_interval_and_items_and_a_band_of_too_few_only_these(reported):
    root, configuration = reported
    found = cells(by_frequency(results(root), entries(configuration["models"])))["wordsim353", "word2vec"]
    assert (found["20-99"].text, found["20-99"].note) == ("0.492", "0.392 to 0.692, 348 of 353")
    assert (found["0-19"].text, found["0-19"].note) == ("–", "12 of 15")


def test_composed_vectors_are_counted(reported):
    root, configuration = reported
    frame = results(root)
    frame.loc[frame["metric"] == "wordsim353.20-99", "composed"] = 7
    found = cells(by_frequency(frame, entries(configuration["models"])))["wordsim353", "word2vec"]
    assert found["20-99"].note.endswith("348 of 353, 7 composed")


def test_several_seeds_are_one_row_with_their_mean_and_deviation(tmp_path):
    configuration = config(seeds=(1, 2))
    write_tree(tmp_path, configuration)
    frame = results(tmp_path)
    chosen = (
        (frame["metric"] == "wordsim353.20-99") & (frame["variant"] == "untouched") & (frame["model"] == "word2vec")
    )
    frame.loc[chosen, "score"] = [0.4, 0.5]
    found = cells(by_frequency(frame, entries(configuration["models"])))
    assert set(found) == {("wordsim353", "word2vec"), ("wordsim353", "random")}
    assert found["wordsim353", "word2vec"]["20-99"].text == "0.450"
    assert found["wordsim353", "word2vec"]["20-99"].note == f"± {0.1 / 2**0.5:.3f}, 348 of 353"
    assert found["wordsim353", "word2vec"]["0-19"].text == "–"


def test_without_bands_there_is_no_table(reported):
    root, configuration = reported
    frame = results(root)
    assert by_frequency(frame[frame["kind"] != "frequency"], entries(configuration["models"])) is None
