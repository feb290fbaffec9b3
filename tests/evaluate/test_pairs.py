from __future__ import annotations

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.test.utils import datapath
from scipy import stats

from embedsmith.errors import InputError
from embedsmith.evaluate.pairs import Pairs, Sentences
from embedsmith.metrics.similarity import unit

from .conftest import at


@pytest.mark.parametrize("name", ["wordsim353.tsv", "simlex999.txt"])
def test_the_score_agrees_with_gensims(name):
    pairs = Pairs.load(at(datapath(name), "pairs"))
    words = sorted({word.lower() for word in (*pairs.left, *pairs.right)})[::2]
    vectors = np.random.default_rng(0).normal(size=(len(words), 20)).astype(np.float32)
    reference = KeyedVectors(20)
    reference.add_vectors(words, vectors)
    _, expected, unknown = reference.evaluate_word_pairs(datapath(name))

    outcomes = pairs.outcomes({word: row for row, word in enumerate(words)}, unit(vectors))
    score = pairs.scores(outcomes, np.ones((1, len(pairs))))[0, 0]

    assert score == pytest.approx(expected.statistic, abs=1e-6)
    assert np.isnan(outcomes).mean() * 100 == pytest.approx(unknown)


def test_unknown_pairs_and_zero_vectors_by_hand(declare):
    pairs = Pairs.load(declare("own.tsv", "a b 1\na c 2\na x 3\na z 4\n"))
    index = {"a": 0, "b": 1, "c": 2, "z": 3}

    outcomes = pairs.outcomes(index, unit(np.array([[1, 0], [0.6, 0.8], [-1, 0], [0, 0]])))

    np.testing.assert_allclose(outcomes[:, 0], [0.6, -1, np.nan, 0], atol=1e-7)
    expected = stats.spearmanr([0.6, -1, 0], [1, 2, 4]).statistic
    assert pairs.scores(outcomes, np.ones((1, 4))) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.tsv", "# comment\n\nNew York\ttown\t2.5\nold\tnew\t1\n"),
        ("own.txt", "New York\ttown\t2.5\r\nold   new 1\r\n"),
        ("own.csv", '"New York",town,2.5\nold, new , 1\n'),
    ],
)
def test_a_file_is_split_by_commas_tabs_or_spaces(declare, name, text):
    pairs = Pairs.load(declare(name, text))

    assert list(zip(pairs.left, pairs.right, pairs.human, strict=True)) == [
        ("New York", "town", 2.5),
        ("old", "new", 1.0),
    ]


def test_columns_are_found_by_the_names_in_the_header(declare):
    text = "score,note,second,first\n3,x,b,a\n1,y,d,c\n"

    pairs = Pairs.load(declare("own.csv", text, columns=["first", "second", "score"]))

    assert (pairs.items, pairs.human.tolist()) == ([("a", "b"), ("c", "d")], [3.0, 1.0])


def test_words_may_stand_twice_with_two_scores_and_sentences_anyhow(declare):
    assert len(Pairs.load(declare("own.tsv", "money\tcash\t9.15\nmoney\tcash\t9.08\n"))) == 2
    assert len(Sentences.load(declare("own.tsv", "A b.\tA c.\t5\nA b.\tA c.\t5\nD.\tE.\t1\n", kind="sentences"))) == 3


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("a,b,1\nc,d\n", None, r"own\.csv:2: 2 columns; word, word, score are needed"),
        ("a,b,1\nc,d,2\na,b,1\n", None, r"own\.csv:3: 'a' and 'b' stand twice with the score 1; take one out"),
        ("a,b,1\nc,d,high\n", None, r"own\.csv:2: the score 'high' is not a number"),
        ("a,b,1\nc,d,nan\n", None, r"own\.csv:2: the score 'nan' is not a number"),
        ("a,b,3\nc,d,3\n", None, r"own\.csv: every pair has the score 3; ranks need scores that differ"),
        ('a,b,1\n"c,d,2\n', None, r"own\.csv:2: not comma-separated: unexpected end of data"),
        ("# nothing\n", None, r"own\.csv: no pairs in it"),
        ("one,two,score\na,b,1\n", ["one", "two", "scores"], r"own\.csv:1: no column 'scores'; did you mean 'score'"),
        ("", ["one", "two", "score"], r"own\.csv:1: no column 'one'"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(declare, text, columns, message):
    with pytest.raises(InputError, match=message) as caught:
        Pairs.load(declare("own.csv", text, columns=columns))
    assert "\n" not in str(caught.value)
