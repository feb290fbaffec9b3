import numpy as np
import pytest
from gensim.models import KeyedVectors

from embedsmith.metrics import analogies
from embedsmith.metrics.analogies import three_cos
from embedsmith.metrics.similarity import unit


def added(rows, a, b, c):
    return rows.astype(float) @ (rows[b] - rows[a] + rows[c]).astype(float)


def multiplied(rows, a, b, c):
    of_a, of_b, of_c = ((1 + rows.astype(float) @ rows[word].astype(float)) / 2 for word in (a, b, c))
    return of_b * of_c / (of_a + 0.001)


def brute_force(scored, rows, questions):
    """One question at a time, in double precision."""
    answers = []
    for question in zip(*questions, strict=True):
        scores = scored(rows, *question)
        scores[list(question)] = -np.inf
        answers.append(int(np.argmax(scores)))
    return answers


@pytest.mark.parametrize(("vocabulary", "block"), [(4096, 64), (7, 5), (100, 1)])
def test_analogies_agree_with_brute_force_however_the_work_is_cut(monkeypatch, vocabulary, block):
    monkeypatch.setattr(analogies, "SLICE", vocabulary)
    monkeypatch.setattr(analogies, "BLOCK", block)
    random = np.random.default_rng(2)
    rows = unit(random.normal(size=(120, 10)))
    questions = random.integers(0, 120, size=(3, 77))

    add, mul = three_cos(rows, *questions)

    assert add.tolist() == brute_force(added, rows, questions)
    assert mul.tolist() == brute_force(multiplied, rows, questions)
    assert add.tolist() != mul.tolist()


def test_3cosmul_answers_as_gensim(monkeypatch):
    monkeypatch.setattr(analogies, "EPSILON", 1e-6)  # gensim's; Levy and Goldberg's is 0.001
    random = np.random.default_rng(3)
    vectors = random.normal(size=(200, 12)).astype(np.float32)
    reference = KeyedVectors(12)
    reference.add_vectors([str(row) for row in range(200)], vectors)
    questions = np.stack([random.permutation(200)[:3] for _ in range(60)], axis=1)

    _, mul = three_cos(unit(vectors), *questions)

    expected = [
        int(reference.most_similar_cosmul(positive=[str(b), str(c)], negative=[str(a)], topn=1)[0][0])
        for a, b, c in questions.T
    ]
    assert mul.tolist() == expected


def test_an_input_word_is_never_the_answer():
    # b - a + c is c itself where a and b are the same: the runner-up must win.
    rows = unit(np.array([[1, 0], [0, 1], [0.1, 1], [-1, 0]]))

    assert [answer.tolist() for answer in three_cos(rows, np.array([0]), np.array([0]), np.array([1]))] == [[2], [2]]


def test_a_planted_offset_is_found():
    man, king, plural = np.eye(8)[:3]
    rows = unit([man, man + plural, king, king + plural, *np.eye(8)[4:]])

    answers = three_cos(rows, np.array([0, 2]), np.array([1, 3]), np.array([2, 0]))
    assert [answer.tolist() for answer in answers] == [[3, 1], [3, 1]]


def test_3cosmul_minds_the_word_that_is_least_like_by_hand():
    # Of cosines with a, b, c: x is near b alone (0, 1, 0), y a little near both (0, .6, .3).
    a, b, c = np.eye(5)[:3]
    x, y = b, [0, 0.6, 0.3, 0, np.sqrt(1 - 0.36 - 0.09)]
    rows = unit(np.array([a, b, c, x, y], dtype=np.float64))

    add, mul = three_cos(rows, np.array([0]), np.array([1]), np.array([2]))

    assert (add.tolist(), mul.tolist()) == ([3], [4])  # 1 > .9; 1 x .5 < .8 x .65


def test_no_questions_have_no_answers():
    none = np.array([], dtype=np.int64)

    assert [answer.size for answer in three_cos(unit(np.eye(5)), none, none, none)] == [0, 0]


def test_what_is_expected_is_answered_exactly_and_another_answer_is_nearer_than_it():
    random = np.random.default_rng(4)
    vectors = np.repeat(random.normal(size=(60, 10)), 3, axis=0)  # of equal rows the first wins
    rows = unit(vectors[random.permutation(180)])
    questions = random.integers(0, 180, size=(3, 90))
    every = three_cos(rows, *questions)
    expected = np.where(random.random(90) < 0.5, every[0], random.integers(0, 180, size=90))

    found = three_cos(rows, *questions, expected)

    for scored, answers, whole in zip((added, multiplied), found, every, strict=True):
        np.testing.assert_array_equal(answers == expected, whole == expected)
        for question, answer, asked in zip(questions.T, answers, expected, strict=True):
            scores = scored(rows, *question)
            assert answer == asked or asked in question or scores[answer] >= scores[asked] - 1e-6


def test_a_question_is_searched_no_further_than_it_must_be(monkeypatch):
    monkeypatch.setattr(analogies, "SLICE", 4)
    rows = unit([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0.9], [0, -1, 0], [0, 1, 1]])
    question = (np.array([0]), np.array([1]), np.array([2]))

    assert [answer.tolist() for answer in three_cos(rows, *question, np.array([4]))] == [[3], [3]]
    assert [answer.tolist() for answer in three_cos(rows, *question)] == [[5], [5]]
