from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics.cluster import contingency_matrix

from embedsmith.errors import InputError
from embedsmith.evaluate.categories import Categories
from embedsmith.metrics.similarity import unit

from .conftest import at


@pytest.fixture
def animals():
    """Words of three categories around three points, some of them misplaced, and an unknown one."""
    random = np.random.default_rng(0)
    categories = random.integers(0, 3, 60)
    places = np.where(random.random(60) < 0.2, random.integers(0, 3, 60), categories)
    vectors = np.eye(3, 8)[places] * 3 + random.normal(size=(60, 8))
    words = [f"word{place}" for place in range(60)]
    return Categories([*words, "unknown"], [f"category {each}" for each in [*categories, 0]]), words, unit(vectors)


def test_purity_agrees_with_scikit_learn(animals):
    items, words, rows = animals

    outcomes = items.outcomes({word: row for row, word in enumerate(words)}, rows)

    clusters = AgglomerativeClustering(n_clusters=3, linkage="ward").fit_predict(rows.astype(float))
    table = contingency_matrix(items.of_word[:60], clusters)
    assert items.scores(outcomes, np.ones((1, 61)))[0, 0] == pytest.approx(table.max(axis=0).sum() / 60)
    assert 0.5 < np.nanmean(outcomes) < 1
    assert np.isnan(outcomes[-1, 0])


def test_words_in_clusters_of_their_own_are_pure_by_hand(declare):
    items = Categories.load(declare("own.csv", "cat,animal\ndog,animal\nred,colour\nblue,colour\n", kind="categories"))
    rows = unit(np.array([[1, 0], [0.9, 0.1], [0, 1], [0.95, 0]]))  # "blue" lies with the animals

    outcomes = items.outcomes({"cat": 0, "dog": 1, "red": 2, "blue": 3}, rows)

    assert outcomes[:, 0].tolist() == [1, 1, 1, 0]
    assert items.items == [("cat",), ("dog",), ("red",), ("blue",)]


@pytest.mark.parametrize("known", [{}, {"cat": 0}, {"cat": 0, "dog": 1}])
def test_few_known_words_stop_nothing(declare, known):
    items = Categories.load(declare("own.csv", "cat,animal\ndog,animal\nred,colour\n", kind="categories"))

    outcomes = items.outcomes(known, unit(np.eye(2)))

    assert np.count_nonzero(outcomes == 1) == len(known)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cat,animal\ncat,pet\n", r"own\.csv:2: 'cat' stands twice; a word has one category"),
        ("cat,animal\ndog,\n", r"own\.csv:2: a word and its category are needed"),
        ("cat,animal\ndog\n", r"own\.csv:2: 1 columns; word, category are needed"),
        ("cat,animal\n", r"own\.csv: 1 categories in it; two are needed"),
        ("", r"own\.csv: 0 categories in it; two are needed"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(declare, text, message):
    with pytest.raises(InputError, match=message):
        Categories.load(declare("own.csv", text, kind="categories"))


def test_columns_may_be_named(tmp_path):
    (tmp_path / "own.tsv").write_text("class\tword\nanimal\tcat\ncolour\tred\n")

    items = Categories.load(at(tmp_path / "own.tsv", "categories", columns=["word", "class"]))

    assert (items.words, items.of_word) == (["cat", "red"], ["animal", "colour"])
