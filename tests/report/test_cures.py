import pytest

from embedsmith.report import cures
from report.frames import around, model_of, similar

BIAS = {"bias.rnd_gender": around(0.2), "bias.remains_cluster": around(0.9)}
FALLEN = {"bias.rnd_gender": around(0.0), "bias.remains_cluster": around(0.6)}


@pytest.fixture
def rows():
    """Cells by column, of each row by its name."""
    variants = {
        "untouched": similar(0.4, None, 1.0, google=(0.1,)) | {"anisotropy.mean_cosine": 0.3} | BIAS,
        "int8": similar(0.4, 0.9, 1.0),
        "center": similar(0.44, 0.001, 1.1, google=(0.1, 0.9)) | {"anisotropy.mean_cosine": 0.0} | BIAS,
        "hard_debias": similar(0.36, 0.001, 0.9, google=(0.2, 0.001)) | {"agreement.neighbours_kept": 0.8} | FALLEN,
    }
    model, frame = model_of(variants, balanced=similar(0.5, None, 1.0, google=(0.1,)) | BIAS)
    table = cures.table(frame, [model], ["rnd_gender", "not measured"], [], 0.05)
    columns = [(column.text, column.note) for column in table.columns]
    return {row.cells[0].text: dict(zip(columns, row.cells, strict=True)) for row in table.rows}


def test_a_row_for_each_cure_beneath_the_untouched_model_and_one_for_balanced_text(rows):
    assert list(rows) == ["untouched", "center", "hard_debias", "balanced text"]
    assert rows["balanced text"]["cure", "of model"].note == "b"


def test_similarity_is_marked_where_the_paired_test_says_so(rows):
    mean = ("similarity", "mean, kept")
    assert (rows["center"][mean].text, rows["center"][mean].note) == ("0.440 ▲", "kept 110%, p 0.004")
    assert rows["hard_debias"][mean].text == "0.360 ▼"
    assert (rows["center"]["google", ""].text, rows["center"]["google", ""].note) == ("0.100", "+0.000, p 0.900")
    assert rows["hard_debias"]["google", ""].text == "0.200 ▲"


def test_bias_is_marked_where_intervals_do_not_overlap(rows):
    assert (rows["hard_debias"]["rnd gender", ""].text, rows["hard_debias"]["rnd gender", ""].note) == (
        "0.000 ▼",
        "-0.200",
    )
    assert rows["center"]["rnd gender", ""].text == "0.200"
    assert rows["hard_debias"]["clusters", "of leaning words"].text == "0.600 ▼"


def test_anisotropy_has_a_difference_and_no_mark(rows):
    cell = rows["center"]["mean cosine", ""]
    assert (cell.text, cell.note) == ("0.000", "-0.300")


def test_neighbours_are_those_kept(rows):
    assert rows["hard_debias"]["neighbours", "kept"].text == "80%"


def test_balanced_text_is_marked_by_intervals_and_its_leaning_words_are_others(rows):
    assert rows["balanced text"]["similarity", "mean, kept"].text == "0.500 ▲"
    assert rows["balanced text"]["google", ""].text == "0.100"
    assert rows["balanced text"]["clusters", "of leaning words"].text == "–"


def test_without_cures_there_is_no_table():
    _, frame = model_of({"untouched": similar(0.4), "center": similar(0.4, 1.0)})
    assert cures.table(frame, [], [], [], 0.05) is None
