from __future__ import annotations

import json

import numpy as np
import pytest

from embedsmith.errors import InputError
from embedsmith.evaluate.outliers import Outliers
from embedsmith.metrics.outliers import outlier_position
from embedsmith.metrics.similarity import unit

TEXT = "lion\ntiger\nleopard\n\ncar\ncat\n\nred\nblue\n\nchair\n"


def angles(*degrees):
    """Unit vectors in the plane."""
    radians = np.radians(degrees)
    return unit(np.column_stack([np.cos(radians), np.sin(radians)]))


def compactness_without(rows, left_out):
    """The mean cosine of all pairs of the others: p(w) of Camacho-Collados & Navigli, as they write it."""
    others = [row.astype(float) for place, row in enumerate(rows) if place != left_out]
    pairs = [one @ other for i, one in enumerate(others) for j, other in enumerate(others) if i != j]
    return sum(pairs) / (len(others) * (len(others) - 1))


def test_positions_agree_with_the_definition():
    random = np.random.default_rng(0)
    for _ in range(50):
        rows = unit(random.normal(size=(9, 5)))
        scores = [compactness_without(rows, place) for place in range(9)]
        expected = sorted(range(9), key=lambda place: scores[place]).index(8)
        assert outlier_position(rows[:8], rows[8]) == expected


def test_a_group_worked_out_by_hand():
    # Sums of cosines with the others: at 0 degrees .985 + .940 + .5, at 10 .985 + .985 + .643, at 20 .940 + .985 +
    # .766, at 60 .5 + .643 + .766, the least: told from all three.
    assert outlier_position(angles(0, 10, 20), angles(60)[0]) == 3
    # Sums of 1.918, 2.272 and .550 for the members, 2.176 for the outlier: only the one at 20 is above it.
    assert outlier_position(angles(0, 20, 90), angles(12)[0]) == 1
    # A member that fits as badly is not told from it.
    assert outlier_position(angles(0, 0, 90), angles(90)[0]) == 0


def test_accuracy_and_mean_position_by_hand(declare):
    items = Outliers.load(declare("own.txt", TEXT, kind="outliers"))
    rows = angles(0, 10, 20, 60, 9, 100, 110, 180)
    index = {word: row for row, word in enumerate(["lion", "tiger", "leopard", "car", "cat", "red", "blue", "chair"])}

    outcomes = items.outcomes(index, rows)

    assert items.items == [
        ("lion", "tiger", "leopard", "car"),
        ("lion", "tiger", "leopard", "cat"),
        ("red", "blue", "chair"),
    ]
    # "cat", at 9 degrees, has cosines of 2.9692 in sum, below "tiger" alone, 2.9695.
    assert outcomes[:, 0].tolist() == [1, 0, 1]
    np.testing.assert_allclose(outcomes[:, 1], [1, 1 / 3, 1])
    assert items.scores(outcomes[:, :1], np.ones((1, 3)))[0, 0] == pytest.approx(2 / 3)


def test_a_question_with_an_unknown_word_is_unknown(declare):
    items = Outliers.load(declare("own.txt", TEXT, kind="outliers"))

    outcomes = items.outcomes({"red": 0, "blue": 1, "chair": 2, "lion": 3}, angles(0, 10, 90, 50))

    assert np.isnan(outcomes[:2]).all()
    assert outcomes[2].tolist() == [1, 1]


def test_groups_may_be_json(declare):
    groups = {"cats": {"members": ["lion", "tiger"], "outliers": ["car"]}}

    items = Outliers.load(declare("own.json", json.dumps(groups), kind="outliers"))

    assert items.questions == [("lion", "tiger", "car")]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("own.txt", "lion\ntiger\n", r"own\.txt: 1 blocks of lines; of each group the members, an empty line"),
        ("own.txt", "", r"own\.txt: no groups in it"),
        ("own.txt", "lion\n\ncar\n", r"own\.txt: group 1: 1 members and 1 outliers; 2 and 1 at least"),
        ("own.txt", "lion\ntiger\n\nlion\n", r"own\.txt: group 1: 'lion' stands twice"),
        ("own.json", "{", r"own\.json:1: not JSON"),
        ("own.json", "[]", r"own\.json: must be an object of groups"),
        ("own.json", '{"a": ["lion"]}', r"own\.json: a: must have two lists of words"),
        ("own.json", '{"a": {"members": ["lion", "tiger"]}}', r"own\.json: a: must have two lists of words"),
        (
            "own.json",
            '{"a": {"members": ["lion", 3], "outliers": ["x"]}}',
            r"own\.json: a: must have two lists of words",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(declare, name, text, message):
    with pytest.raises(InputError, match=message):
        Outliers.load(declare(name, text, kind="outliers"))
