"""Fewer dimensions without a look at the words: the first columns, and random ones."""

import numpy as np
import pytest
from sklearn.random_projection import GaussianRandomProjection

from embedsmith.compress.random_projection import RandomProjection
from embedsmith.compress.truncate import Truncate
from embedsmith.embedding import Dense, Embedding, NGrams
from embedsmith.errors import InputError

LINKS = [Truncate(reduction=4), RandomProjection(reduction=4, seed=1)]
WORDS = [f"w{i}" for i in range(200)]


@pytest.fixture
def embedding():
    draw = np.random.default_rng(0)
    units = NGrams(3, 4, 30, np.arange(30, dtype=np.int32), Dense(draw.normal(size=(30, 40)).astype(np.float32)))
    return Embedding.dense(WORDS, draw.normal(size=(200, 40)), fallback=units)


def test_truncate_keeps_the_first_columns_as_they_are(embedding):
    small = Truncate(reduction=4).fit(embedding).transform(embedding)
    np.testing.assert_array_equal(small.matrix(), embedding.matrix()[:, :10])
    assert Truncate(reduction=1).fit(embedding).transform(embedding).dimension == 40


def test_a_random_projection_is_a_product_with_a_matrix_of_the_seed(embedding):
    link = RandomProjection(reduction=4, seed=1).fit(embedding)
    first, again, other = (
        RandomProjection(reduction=4, seed=seed).fit(embedding).transform(embedding).matrix() for seed in (1, 1, 2)
    )
    np.testing.assert_allclose(first, embedding.matrix().astype(np.float64) @ link.projection_, atol=1e-5)
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_the_entries_have_the_mean_and_the_variance_of_scikit_learns():
    embedding = Embedding.dense(["a"], np.ones((1, 400)))
    ours = RandomProjection(reduction=4, seed=1).fit(embedding).projection_
    theirs = GaussianRandomProjection(100, random_state=1).fit(embedding.matrix()).components_.T
    assert ours.shape == theirs.shape == (400, 100)
    error = np.sqrt(2 / ours.size)  # of a variance estimated from so many normal draws, relative
    for entries in (ours, theirs):
        assert abs(entries.mean()) < 4 * np.sqrt(0.01 / entries.size)
        assert entries.var() == pytest.approx(1 / 100, rel=4 * error)


def test_squared_lengths_are_kept_in_expectation_and_spread_as_scikit_learns_are():
    matrix = np.random.default_rng(0).normal(size=(30, 64)).astype(np.float32)
    embedding = Embedding.dense(WORDS[:30], matrix)
    before = np.square(matrix).sum(axis=1)

    def ratios(project):
        return np.array([np.square(project(seed)).sum(axis=1) / before for seed in range(400)])

    ours = ratios(lambda seed: RandomProjection(reduction=4, seed=seed).fit(embedding).transform(embedding).matrix())
    theirs = ratios(lambda seed: GaussianRandomProjection(16, random_state=seed).fit_transform(matrix))
    for found in (ours, theirs):
        assert found.mean() == pytest.approx(1, abs=0.02)
        assert found.var() == pytest.approx(2 / 16, rel=0.1)


@pytest.mark.parametrize("link", LINKS, ids=lambda link: type(link).__name__)
def test_a_composed_vector_is_projected_as_the_vector_of_a_word_is(embedding, link):
    small = link.fit(embedding).transform(embedding)
    as_a_word = link.transform(Embedding.dense(["unseen"], [embedding["unseen"]]))
    np.testing.assert_allclose(small["unseen"], as_a_word["unseen"], atol=1e-5)


@pytest.mark.parametrize("link", LINKS, ids=lambda link: type(link).__name__)
def test_what_was_given_stays_as_it_was(embedding, link):
    before = embedding.matrix().copy()
    small = link.fit(embedding).transform(embedding)
    np.testing.assert_array_equal(embedding.matrix(), before)
    assert not np.shares_memory(small.matrix(), embedding.matrix())


def test_what_makes_no_sense_is_refused(embedding):
    with pytest.raises(InputError, match="truncate: a reduction of 100 leaves nothing of 40 dimensions; use at most"):
        Truncate(reduction=100).fit(embedding)
    with pytest.raises(InputError, match="random_projection: a reduction of 100 leaves nothing"):
        RandomProjection(reduction=100, seed=1).fit(embedding)
    with pytest.raises(ValueError, match="reduction: must be at least 1, not 0"):
        Truncate(reduction=0)
    with pytest.raises(ValueError, match="reduction: must be at least 1"):
        RandomProjection(reduction=0.5, seed=1)
    with pytest.raises(ValueError, match="seed: must be at least 0"):
        RandomProjection(reduction=4, seed=-1)
