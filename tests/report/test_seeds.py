import pandas as pd

from embedsmith.report.seeds import over_seeds
from report.frames import entry, frame, similar


def variants(mean, rnd):
    metrics = similar(mean) | {"anisotropy.isoscore": 0.5, "anisotropy.mean_cosine": 0.1, "bias.rnd_gender": rnd}
    return {"untouched": metrics, "int8": metrics}


def test_scores_are_means_over_the_seeds_with_their_deviation():
    frames = [frame("m", variants(mean, rnd), seed) for seed, mean, rnd in ((1, 0.3, 0.1), (2, 0.4, 0.3))]
    listing = [entry("m", ["untouched", "int8"], seed) for seed in (1, 2)]
    table = over_seeds(pd.concat(frames, ignore_index=True), listing, ["rnd_gender", "not measured"])
    columns = [(column.text, column.note) for column in table.columns]
    assert columns == [
        ("variant", "of model"),
        *((name, "of 2 seeds") for name in ("mean", "mean cosine", "isoscore", "rnd gender")),
    ]
    assert [(row.cells[0].text, row.cells[0].note) for row in table.rows] == [("untouched", "m"), ("int8", "m")]
    cells = [(cell.text, cell.note) for cell in table.rows[0].cells[1:]]
    assert cells == [("0.350", "± 0.071"), ("0.100", "± 0.000"), ("0.500", "± 0.000"), ("0.200", "± 0.141")]


def test_of_one_seed_there_is_no_table():
    assert over_seeds(frame("m", variants(0.3, 0.1)), [entry("m", ["untouched", "int8"])], []) is None
