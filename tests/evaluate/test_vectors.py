from __future__ import annotations

import numpy as np
import pytest

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.vectors import gather, rows, unit_rows

from .conftest import Letters

WORDS = ["renal", "failure"]
MATRIX = np.array([[1.0, 0], [0, 3]])
SPELT = Letters("abc", [[2, 2], [4, 0], [0, 6]])


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

    vectors = gather(Embedding.dense(WORDS, MATRIX), terms, compose=False)

    assert found(vectors) == {"renal": [1, 0], "renal failure": [0.5, 1.5], "Renal  Failure": [0.5, 1.5]}
    assert vectors.composed == frozenset()
    assert vectors.terms["renal"] == 0
    np.testing.assert_array_equal(vectors.matrix[:2], MATRIX)


def test_an_unknown_word_is_composed_only_where_it_is_asked_for_and_can_be():
    terms = ["ab", "ac renal", "xyz", "renal"]
    spelling = Embedding.dense(WORDS, MATRIX, fallback=SPELT)

    composed = gather(spelling, terms, compose=True)

    assert found(composed) == {"ab": [3, 1], "ac renal": [1, 2], "renal": [1, 0]}
    assert composed.composed == {"ab", "ac renal"}
    assert set(gather(spelling, terms, compose=False).terms) == {"renal"}


def test_a_word_is_composed_of_lower_case_where_the_vocabulary_has_nothing_else():
    assert found(gather(Embedding.dense(WORDS, MATRIX, fallback=SPELT), ["AB"], compose=True)) == {"AB": [3, 1]}
    cased = Embedding.dense(["Renal", "failure"], MATRIX, fallback=SPELT)
    assert found(gather(cased, ["AB", "ab"], compose=True)) == {"ab": [3, 1]}
