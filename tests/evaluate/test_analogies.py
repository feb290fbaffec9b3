from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.test.utils import datapath

from embedsmith.errors import InputError
from embedsmith.evaluate.analogies import Analogies
from embedsmith.metrics.similarity import unit

from .conftest import at, structured_vectors


@pytest.fixture
def some_questions(tmp_path):
    """Every 12th question of the Google set, each section among them."""
    lines = Path(datapath("questions-words.txt")).read_text().splitlines()
    kept = [line for number, line in enumerate(lines) if line.startswith(":") or number % 12 == 0]
    path = tmp_path / "questions.txt"
    path.write_text("\n".join(kept) + "\n")
    return path


def test_the_counts_are_exactly_gensims(some_questions):
    analogies = Analogies.load(at(some_questions, "analogies"))
    words, vectors = structured_vectors(list(zip(analogies.sections, analogies.questions, strict=True)))
    words, vectors = words[:-60], vectors[:-60]
    reference = KeyedVectors(vectors.shape[1])
    reference.add_vectors(words, vectors)
    accuracy, sections = reference.evaluate_word_analogies(str(some_questions))

    outcomes = analogies.outcomes({word: row for row, word in enumerate(words)}, unit(vectors))[:, 0]

    for section in sections[:-1]:
        of_section = outcomes[np.array(analogies.sections) == section["section"]]
        assert int(np.nansum(of_section)) == len(section["correct"])
        assert int((of_section == 0).sum()) == len(section["incorrect"])
    # The comparison would be empty if all were right, all wrong, or all known.
    assert 0.1 < accuracy < 0.9
    assert np.isnan(outcomes).any()
    score = analogies.scores(outcomes[:, None], np.ones((1, len(analogies))))[0, 0]
    assert score == pytest.approx(accuracy, abs=1e-12)


def test_the_whole_set_is_read_with_its_sections():
    analogies = Analogies.load(at(datapath("questions-words.txt"), "analogies"))

    assert len(analogies) == 19544
    assert len(set(analogies.sections)) == 14
    assert analogies.questions[0] == ("Athens", "Greece", "Baghdad", "Iraq")
    assert analogies.sections[0] == "capital-common-countries"


def test_accuracy_is_over_the_known_questions_of_each_resample(declare):
    analogies = Analogies.load(declare("own.txt", "a b c d\n" * 4, kind="analogies"))
    outcomes = np.array([[1.0, 1.0], [0.0, np.nan], [1.0, 1.0], [np.nan, np.nan]])

    scores = analogies.scores(outcomes, np.array([[1.0, 1, 1, 1], [0, 2, 1, 1], [0, 2, 0, 2]]))

    np.testing.assert_allclose(scores, [[2 / 3, 1], [1 / 3, 1], [0, np.nan]])


def test_nothing_known_is_no_answer(declare):
    analogies = Analogies.load(declare("own.txt", "a b c d\n", kind="analogies"))

    assert np.isnan(analogies.outcomes({"a": 0, "b": 1}, unit(np.eye(2)))).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (": s\na b c d\n\na b c\n", r"own\.txt:4: 3 words; a question has four"),
        (": s\n", r"own\.txt: no questions in it"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(declare, text, message):
    with pytest.raises(InputError, match=message):
        Analogies.load(declare("own.txt", text, kind="analogies"))
