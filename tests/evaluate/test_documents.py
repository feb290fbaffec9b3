from __future__ import annotations

import numpy as np
import pytest

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.documents import Documents
from embedsmith.tokenizer.words import splitter

WORDS = splitter(r"[\p{L}\p{M}]+", True)
TEXT = (
    'text,label\n"The caf\u00e9, the <b>river</b>!",places\nRenal failure &amp; pain,health\n'
    "!!!,health\nCafe\u0301 noir,places\nNothing known,rest\nat all,rest\n"
)


@pytest.fixture
def load(declare):
    def load(text=TEXT, vocabulary=(), most=100, omit=None):
        dataset = declare("own.csv", text, kind="labelled", columns=["text", "label"], omit=omit)
        return Documents.load(dataset, WORDS, vocabulary, most, 1)

    return load


def test_texts_are_cleaned_split_and_counted(load):
    documents = load()

    counts = [dict(zip(documents.words, row, strict=True)) for row in documents.counts.toarray()]
    found = [{word: int(count) for word, count in row.items() if count} for row in counts]
    assert found[:4] == [
        {"the": 2, "caf\u00e9": 1, "river": 1},
        {"renal": 1, "failure": 1, "pain": 1},
        {},
        {"caf\u00e9": 1, "noir": 1},
    ]
    assert documents.names == ["health", "places", "rest"]
    assert documents.labels.tolist() == [1, 0, 0, 1, 2, 2]
    assert documents.lengths.tolist() == [4, 3, 0, 2, 2, 2]


def test_a_text_is_the_mean_of_its_known_words(load):
    embedding = Embedding.dense(["the", "river", "pain"], np.array([[1, 0], [0, 3], [5, 5]]))

    vectors, known = load().vectors(embedding)

    np.testing.assert_allclose(vectors, [[2 / 3, 1], [5, 5]] + [[np.nan] * 2] * 4, rtol=1e-6)
    assert known.tolist() == [3, 1, 0, 0, 0, 0]


def test_phrases_of_the_vocabulary_are_one_word(load):
    documents = load(vocabulary=["renal_failure", "pain"])

    assert "renal_failure" in documents.words
    assert "renal" not in documents.words


def test_labels_may_be_left_out(load):
    assert load(omit=["rest", "none"]).names == ["health", "places"]


def test_of_many_texts_so_many_are_drawn_always_the_same(load):
    text = "text,label\n" + "".join(f"word{i % 7},{'ab'[i % 2]}\n" for i in range(500))

    first, second = load(text, most=60), load(text, most=60)

    assert len(first) == 60
    assert np.array_equal(first.labels, second.labels)


def test_a_vector_with_nan_is_named_by_its_word(load):
    embedding = Embedding.dense(["the", "river"], np.array([[1, 0], [np.nan, 3]]))

    with pytest.raises(InputError, match="the vector of 'river' holds NaN or an infinite value"):
        load().vectors(embedding)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("text,label\na,x\nb,\n", r"own\.csv:3: a text without a label"),
        ("text,label\na,x\nb,x\n", r"own\.csv: 1 labels in it; two are needed"),
        ("text,label\n", r"own\.csv: 0 labels in it; two are needed"),
        ("text,label\na,x\nb,x\nc,y\n", r"own\.csv: label 'y' has a single text; give it more, or name it in `omit`"),
        ("words,label\na,x\n", r"own\.csv:1: no column 'text'"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(load, text, message):
    with pytest.raises(InputError, match=message):
        load(text)
