from __future__ import annotations

import numpy as np

from embedsmith.metrics.bias.analogy import answers
from embedsmith.metrics.similarity import unit

# man, woman, doctor, nurse, stone
ROWS = unit([[1, -0.05, 0], [1, 0.05, 0], [1, -0.1, 2], [1, 0.8, 2], [-1, 0, -1]])


def test_what_is_nearest_is_the_question_itself_and_only_then_another_word():
    restricted, unrestricted = answers(ROWS, np.array([0]), np.array([2]), np.array([1]))

    assert unrestricted.tolist() == [2]
    assert restricted.tolist() == [3]


def test_answers_are_those_of_the_formula_question_by_question():
    random = np.random.default_rng(0)
    rows = unit(random.normal(size=(50, 6)))
    a, b, c = random.integers(0, 50, size=(3, 20))

    restricted, unrestricted = answers(rows, a, b, c)

    for place in range(20):
        scores = rows @ (rows[b[place]] - rows[a[place]] + rows[c[place]])
        assert unrestricted[place] == scores.argmax()
        scores[[a[place], b[place], c[place]]] = -np.inf
        assert restricted[place] == scores.argmax()
