import numpy as np
import pytest
from scipy.linalg import null_space
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.mitigate.inlp import INLP, orthonormal
from embedsmith.mitigate.probes import Split

from .conftest import D, planted

SETTINGS = {"number": 300, "frequent": 10_000, "rounds": 20, "held_out": 0.3, "seed": 1}


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def large():
    return planted(others=2400)


@pytest.fixture
def link(large, words):
    return INLP(words=words, **SETTINGS).fit(large)


def sides(embedding, words, number):
    """The words of either side, by their cosines with the direction, sorted word by word."""
    vector = dict(zip(embedding.words, unit(embedding.matrix().astype(np.float64)), strict=True))
    differences = np.array([vector[a] - vector[b] for a, b in words.definitional])
    direction = np.linalg.svd(differences)[2][0]
    direction *= np.sign((differences @ direction).sum())
    neutral = [word for word in embedding.words if word not in words.carrying]
    ranked = sorted(neutral, key=lambda word: -(vector[word] @ direction))
    return [*ranked[:number], *ranked[::-1][:number]]


def test_a_fresh_linear_probe_is_at_chance_on_words_held_out_and_one_that_is_not_linear_is_not(large, words, link):
    split = Split.draw(300, 0.3, 1)
    named = sides(large, words, 300)
    before, after = (unit(each.vectors(named)) for each in (large, link.transform(large)))
    side = np.repeat([0, 1], split.train.shape[1]), np.repeat([0, 1], split.test.shape[1])

    def told(rows):
        return LogisticRegression().fit(rows[split.train.ravel()], side[0]).score(rows[split.test.ravel()], side[1])

    error = np.sqrt(0.25 / split.test.size)
    assert told(before) > 0.95
    assert abs(told(after) - 0.5) < 3 * error
    assert link.before_.linear > 0.95
    assert abs(link.after_.linear - 0.5) < 3 * error
    assert link.after_.nonlinear > 0.7


def test_it_is_the_projection_of_a_plain_version_of_the_paper(large, words, link):
    rows = unit(large.vectors(sides(large, words, 300)).astype(np.float64))
    split = Split.draw(300, 0.3, 1)
    weights, projection = [], np.eye(D)
    for _ in link.directions_:
        left = unit(rows @ projection)
        probe = LinearSVC(dual=False).fit(left[split.train.ravel()], np.repeat([0, 1], split.train.shape[1]))
        weights.append(probe.coef_[0])
        basis = null_space(np.array(weights))
        projection = basis @ basis.T
    expected = large.matrix() @ projection
    np.testing.assert_allclose(link.transform(large).matrix(), expected, atol=1e-3)


def test_a_second_projection_changes_nothing(large, link):
    once = link.transform(large)
    np.testing.assert_allclose(link.transform(once).matrix(), once.matrix(), atol=1e-5)
    projection = np.eye(D) - link.directions_.T @ link.directions_
    np.testing.assert_allclose(projection @ projection, projection, atol=1e-12)
    np.testing.assert_allclose(link.directions_ @ link.directions_.T, np.eye(len(link.directions_)), atol=1e-12)


def test_it_ends_when_nothing_is_told_any_more_or_after_so_many_rounds(large, words, link):
    assert 2 <= len(link.directions_) < 20
    assert len(INLP(words=words, **SETTINGS | {"rounds": 1}).fit(large).directions_) == 1
    assert len(INLP(words=words, **SETTINGS | {"rounds": 1000}).fit(large).directions_) < D


def test_the_division_of_the_words_is_of_the_seed(large, words):
    first, again, other = (INLP(words=words, **SETTINGS | {"seed": seed}).fit(large) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.directions_, again.directions_)
    assert first.after_ == again.after_
    assert first.directions_.shape != other.directions_.shape or not np.allclose(first.directions_, other.directions_)


def test_a_word_is_on_one_side_of_the_division_alone():
    split = Split.draw(100, 0.3, 0)
    assert [part.shape for part in (split.train, split.validation, split.test)] == [(2, 49), (2, 21), (2, 30)]
    places = np.concatenate([split.train, split.validation, split.test], axis=1)
    np.testing.assert_array_equal(np.sort(places, axis=1), np.arange(200).reshape(2, 100))


def test_a_new_direction_is_orthogonal_to_the_others_though_it_be_nearly_one_of_them():
    others = np.eye(3)[:2]
    np.testing.assert_allclose(orthonormal(np.array([1, 1, 1e-9]), others), [0, 0, 1], atol=1e-12)


def test_too_few_words_for_a_probe_are_refused(words):
    few = planted(others=36)
    with pytest.raises(InputError, match="inlp: 9 words of either side are too few for a probe; 10 are needed"):
        INLP(words=words, **SETTINGS).fit(few)
    alone = Embedding.dense(*zip(*[(word, few[word]) for word in sorted(words.carrying)], strict=True))
    with pytest.raises(InputError, match="inlp: 0 words beside those of the lists are too few"):
        INLP(words=words, **SETTINGS).fit(alone)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": 9}, "number: must be at least 10, not 9"),
        ({"frequent": 0}, "frequent: must be at least 1"),
        ({"rounds": 0}, "rounds: must be at least 1"),
        ({"held_out": 0.6}, "held_out: must be above 0 and at most 0.5, not 0.6"),
        ({"seed": -1}, "seed: must be at least 0"),
    ],
)
def test_what_makes_no_sense_is_refused(words, change, said):
    with pytest.raises(ValueError, match=said):
        INLP(words=words, **SETTINGS | change)
