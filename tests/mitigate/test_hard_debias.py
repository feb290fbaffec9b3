import numpy as np
import pytest
from sklearn.decomposition import PCA

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.mitigate.hard_debias import HardDebias

from .conftest import words_of


def unit(rows):
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def direction_of(vector, pairs):
    """The direction of Bolukbasi's `doPCA`, of unit vectors by word."""
    halves = [half for a, b in pairs for half in (vector[a] - (vector[a] + vector[b]) / 2, (vector[b] - vector[a]) / 2)]
    return PCA(1, svd_solver="full").fit(np.array(halves)).components_[0]


def plain(embedding, words):
    """Bolukbasi's `debias`, word by word, of unit vectors; sets are pairs."""
    rows = unit(embedding.matrix().astype(np.float64))
    vector = dict(zip(embedding.words, rows, strict=True))
    direction = direction_of(vector, words.definitional)

    def drop(u):
        return u - direction * (u @ direction)

    after = {word: u if word in words.carrying else unit(drop(u)) for word, u in vector.items()}
    for a, b in words.equalise:
        y = drop((vector[a] + vector[b]) / 2)
        z = np.sqrt(1 - y @ y) * np.sign((vector[a] - vector[b]) @ direction)
        after[a], after[b] = unit(z * direction + y), unit(-z * direction + y)
    return np.array([after[word] for word in embedding.words])


def debiased(embedding, words):
    link = HardDebias(words=words).fit(embedding)
    return link, link.transform(embedding)


def test_directions_agree_with_a_plain_version_of_the_paper(embedding, words):
    _, after = debiased(embedding, words)
    np.testing.assert_allclose(unit(after.matrix().astype(np.float64)), plain(embedding, words), atol=1e-6)


def test_every_neutral_word_is_orthogonal_to_the_direction_and_no_other_is_changed(embedding, words):
    link, after = debiased(embedding, words)
    equalised = {word for both in words.equalise for word in both}
    for row, word in enumerate(embedding.words):
        if word not in words.carrying:
            assert abs(after.matrix()[row] @ link.direction_) < 1e-5
        elif word not in equalised:
            np.testing.assert_array_equal(after.matrix()[row], embedding.matrix()[row])


def test_the_words_of_an_equalise_set_are_as_near_to_any_neutral_word(embedding, words):
    _, after = debiased(embedding, words)
    neutral = after.vectors([word for word in embedding.words if word not in words.carrying])
    for both in words.equalise:
        one, other = after.vectors(both)
        np.testing.assert_allclose(unit(neutral) @ unit(one), unit(neutral) @ unit(other), atol=1e-5)
        np.testing.assert_allclose(*(np.linalg.norm(neutral - each, axis=1) for each in (one, other)), rtol=1e-4)
        assert np.linalg.norm(one) == pytest.approx(np.linalg.norm(embedding.vectors(both), axis=1).mean(), rel=1e-5)


def test_sides_and_numbers_by_hand():
    embedding = Embedding.dense(["she", "he", "her", "his", "job"], [[3, 4], [-3, 4], [1, 0], [-1, 0], [5, 12]])
    link, after = debiased(embedding, words_of([["she", "he"], ["her", "his"]], [["she", "he"]]))
    np.testing.assert_allclose(link.direction_, [1, 0], atol=1e-7)  # the first of each pair is on the positive side
    np.testing.assert_allclose(after.matrix(), [[3, 4], [-3, 4], [1, 0], [-1, 0], [0, 12]], atol=1e-5)


def test_of_three_words_those_on_one_side_become_one():
    embedding = Embedding.dense(
        ["a", "b", "c", "d", "x", "y", "z"],
        [[1, 0, 0], [-1, 0, 0], [1, 0.1, 0], [-1, 0.1, 0], [2, 1, 0], [2, 0, 1], [-2, 1, 1]],
    )
    after = debiased(embedding, words_of([["a", "b"], ["c", "d"]], [["x", "y", "z"]]))[1]
    np.testing.assert_allclose(after["x"], after["y"], atol=1e-6)
    np.testing.assert_allclose(after["x"] - after["z"], [2 * after["x"][0], 0, 0], atol=1e-6)
    assert after["x"][0] > 0 > after["z"][0]


def test_unseen_words_are_neutral(embedding, words):
    link, after = debiased(embedding, words)
    assert abs(after["unseen"] @ link.direction_) < 1e-5
    along = embedding["unseen"] @ link.direction_
    np.testing.assert_allclose(after["unseen"], embedding["unseen"] - along * link.direction_, atol=1e-5)


def test_words_that_the_vocabulary_lacks_are_left_out(embedding, words):
    kept = [row for row, word in enumerate(embedding.words) if word not in ("queen", "his", "beard")]
    fewer = Embedding.dense([embedding.words[row] for row in kept], embedding.matrix()[kept])
    link, after = debiased(fewer, words)
    np.testing.assert_array_equal(after["king"], embedding["king"])  # alone of its set
    assert abs(after["w0"] @ link.direction_) < 1e-5


def test_a_listed_word_is_found_in_small_letters_where_it_is_not_as_written(embedding):
    links = [
        HardDebias(words=words_of(pairs))
        for pairs in ([["she", "he"], ["her", "his"]], [["She", "He"], ["Her", "his"]])
    ]
    first, second = (link.fit(embedding).transform(embedding).matrix() for link in links)
    np.testing.assert_array_equal(first, second)


def test_too_little_to_span_a_direction_is_refused(embedding, words):
    alone = Embedding.dense(["she", "he", "her", "job"], np.eye(4))
    with pytest.raises(InputError, match="hard_debias: both words of 1 of 10 definitional pairs are known, and 2 such"):
        HardDebias(words=words).fit(alone)
    with pytest.raises(InputError, match="both words of 0 of 0 definitional pairs"):
        HardDebias(words=words_of([])).fit(embedding)
    same = Embedding.dense(["she", "he", "her", "his"], np.ones((4, 3)))
    with pytest.raises(
        InputError, match="hard_debias: definitional pairs: the words of each pair have the same vector"
    ):
        HardDebias(words=words).fit(same)
