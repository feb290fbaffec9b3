from embedsmith.report.claims import FAILS
from embedsmith.report.compression import compression
from embedsmith.report.content import gather
from embedsmith.report.frequency import kept_by_frequency


def rows(table):
    columns = [column.text for column in table.columns]
    return {row.cells[0].text: dict(zip(columns, row.cells, strict=True)) for row in table.rows}


def made(reported):
    root, configuration = reported
    content = gather(root, configuration, {})
    return compression(content.frame, content.listing, content.claims)


def test_variants_of_a_model_stand_together_the_largest_first_and_no_baseline(reported):
    table = made(reported)
    assert {name: [row.cells[0].text for row in rows] for name, rows in table.groups.items()} == {
        "word2vec": ["untouched", "fp16", "int8", "pca"]
    }


def test_bytes_scores_agreement_and_verdict_stand_side_by_side(reported):
    pca = rows(made(reported))["pca"]
    assert pca["on disk"].text.endswith("kB")
    assert pca["on disk"].note.startswith("rows ")
    assert pca["words"].text == "1.49 kB"
    assert (pca["kept"].text, pca["kept"].note) == ("70% ▼", "60% to 80%")
    assert (pca["wordsim353"].text, pca["wordsim353"].note) == ("70% ▼", "60% to 80%")
    assert (pca["error"].text, pca["cosines"].text) == ("0.123", "0.987")
    assert (pca["neighbours"].text, pca["neighbours"].note) == ("75%", "70% to 80%")
    assert (pca["claim"].text, pca["claim"].note) == (FAILS, "4x smaller, loses 5% to 10%")


def test_a_loss_within_its_interval_has_no_mark_and_the_model_itself_no_agreement(reported):
    found = rows(made(reported))
    assert found["int8"]["kept"].text == "99.5%"
    assert found["untouched"]["error"].text == "–"
    assert found["untouched"]["claim"].text == "–"


def test_without_variants_there_is_no_table(reported):
    root, configuration = reported
    content = gather(root, configuration, {})
    baselines = [entry for entry in content.listing if entry.baseline]
    assert compression(content.frame, baselines, []) is None
    assert kept_by_frequency(content.frame, baselines) is None


def test_what_is_kept_of_each_band_is_a_row_for_each_variant(reported):
    root, configuration = reported
    content = gather(root, configuration, {})
    table = kept_by_frequency(content.frame, content.listing)
    assert [column.text for column in table.columns] == ["variant", "0-19", "20-99", "100+"]
    pca = rows(table)["pca"]
    assert pca["0-19"].text == "–"
    assert (pca["20-99"].text, pca["20-99"].note) == ("60% ▼", "50% to 70%")
