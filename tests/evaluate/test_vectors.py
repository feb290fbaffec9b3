from __future__ import annotations

import numpy as np
import pytest

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.terms import Weights
from embedsmith.evaluate.vectors import gather, rows, unit_rows

from .conftest import Letters

WORDS = ["renal", "failure"]
MATRIX = np.array([[1.0, 0], [0, 3]])
SPELT = Letters("abc", [[2, 2], [4, 0], [0, 6]])


PLAIN = Weights.of(None, {})


def look_up(embedding, terms, *, compose, partial=False, weights=PLAIN):
    return gather(embedding, dict.fromkeys(terms, partial), compose=compose, weights=weights)


def found(vectors):
    return {term: vectors.matrix[row].tolist() for term, row in vectors.terms.items()}


def test_a_word_is_looked_up_as_written_then_lower_cased():
    index = {"athens": 0, "Rose": 1, "rose": 2}

    assert rows(["Athens", "Rose", "rose", "ROSE", "lily"], index).tolist() == [0, 1, 2, 2, -1]


def test_a_variant_with_nan_is_named():
    with pytest.raises(InputError, match="variant 'int8': row 1 holds NaN"):
        unit_rows("int8", np.array([[1.0, 0.0], [np.nan, 0.0]]))


def test_a_term_of_several_words_has_their_mean_and_all_must_be_known():
    terms = ["renal", "renal failure", "Renal  Failure", "acute renal failure", ""]

    vectors = look_up(Embedding.dense(WORDS, MATRIX), terms, compose=False)

    assert found(vectors) == {"renal": [1, 0], "renal failure": [0.5, 1.5], "Renal  Failure": [0.5, 1.5]}
    assert vectors.composed == frozenset()
    assert vectors.terms["renal"] == 0
    np.testing.assert_array_equal(vectors.matrix[:2], MATRIX)


def test_an_unknown_word_is_composed_only_where_it_is_asked_for_and_can_be():
    terms = ["ab", "ac renal", "xyz", "renal"]
    spelling = Embedding.dense(WORDS, MATRIX, fallback=SPELT)

    composed = look_up(spelling, terms, compose=True)

    assert found(composed) == {"ab": [3, 1], "ac renal": [1, 2], "renal": [1, 0]}
    assert composed.composed == {"ab", "ac renal"}
    assert set(look_up(spelling, terms, compose=False).terms) == {"renal"}


def test_a_word_is_composed_of_lower_case_where_the_vocabulary_has_nothing_else():
    assert found(look_up(Embedding.dense(WORDS, MATRIX, fallback=SPELT), ["AB"], compose=True)) == {"AB": [3, 1]}
    cased = Embedding.dense(["Renal", "failure"], MATRIX, fallback=SPELT)
    assert found(look_up(cased, ["AB", "ab"], compose=True)) == {"ab": [3, 1]}


def test_a_term_has_the_vector_of_its_phrase_or_of_the_phrases_in_it():
    embedding = Embedding.dense([*WORDS, "renal_failure", "acute"], [*MATRIX, [7, 7], [1, 1]])

    vectors = look_up(
        embedding, ["Renal failure", "renal_failure", "acute renal failure", "acute_renal"], compose=False
    )

    assert found(vectors) == {
        "Renal failure": [7, 7],
        "renal_failure": [7, 7],
        "acute renal failure": [4, 4],
        "acute_renal": [1, 0.5],
    }
    assert vectors.averaged == {"acute renal failure", "acute_renal"}


def test_words_of_a_term_weigh_as_they_are_told():
    weights = Weights.of(0.1, {"renal": 1, "failure": 9})  # 1/2 and 1/10

    vectors = look_up(Embedding.dense(WORDS, MATRIX), ["renal failure"], compose=False, weights=weights)

    np.testing.assert_allclose(found(vectors)["renal failure"], [5 / 6, 3 / 6], rtol=1e-6)


def test_words_without_a_vector_are_left_out_of_a_sentence_alone():
    vectors = look_up(Embedding.dense(WORDS, MATRIX), ["renal xyz failure", "xyz"], compose=False, partial=True)

    assert found(vectors) == {"renal xyz failure": [0.5, 1.5]}
