import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.mitigate.double_hard_debias import DoubleHardDebias, alignment
from embedsmith.mitigate.hard_debias import HardDebias

from .conftest import D, planted, words_of
from .test_hard_debias import direction_of, plain, unit

SETTINGS = {"candidates": 6, "clustered": 100, "frequent": 10_000, "seed": 1}


PAIRS = [[f"f{i}", f"m{i}"] for i in range(6)]
LISTS = words_of(PAIRS, PAIRS[2:])


def hidden(others=200):
    """Words w0, w1, ... that lean to one side or the other, and cluster by it along the second principal component.

    The first is one along which words vary that do not lean.
    """
    draw = np.random.default_rng(0)
    gender, first, second = np.linalg.qr(draw.normal(size=(D, D)))[0][:3]
    bases = draw.normal(size=(6, D))
    side = np.tile([1, -1], others // 2)
    leaning = np.outer(side, gender + 4 * second) + np.outer(draw.normal(size=others), first)
    level = np.outer(draw.normal(0, 10, others), first)
    noise = draw.normal(0, 0.3, (2 * others, D))
    rows = np.concatenate([bases + gender, bases - gender, np.concatenate([leaning, level]) + noise])
    names = [word for side in zip(*PAIRS, strict=True) for word in side]
    names += [f"w{i}" for i in range(others)] + [f"x{i}" for i in range(others)]
    return Embedding.dense(names, rows + 0.5, fallback=planted().fallback)


def told(rows, named, words, component, number):
    """Wang's evaluation of one component: rows less it, hard debiased, clustered."""
    left = rows - np.outer(rows @ component, component)
    vector = dict(zip(named, left, strict=True))
    direction = direction_of({word: v / np.linalg.norm(v) for word, v in vector.items()}, words.definitional)
    biased = left[-2 * number :]
    debiased = np.array([v - direction * (v @ direction) for v in biased])
    debiased /= np.linalg.norm(debiased, axis=1, keepdims=True)
    cluster = KMeans(2, n_init=10, random_state=1).fit_predict(debiased.astype(np.float32))
    right = sum(int(cluster[i] == (i >= number)) for i in range(2 * number))
    return max(right, 2 * number - right) / (2 * number)


def test_it_agrees_with_a_plain_version_of_the_paper():
    embedding, words = hidden(), LISTS
    names, matrix = list(embedding.words), embedding.matrix().astype(np.float64)
    direction = direction_of(dict(zip(names, unit(matrix), strict=True)), words.definitional)
    along = dict(zip(names, unit(matrix) @ direction, strict=True))
    sign = np.sign(along["f0"] - along["m0"])
    neutral = sorted((word for word in names if word not in words.carrying), key=lambda word: -sign * along[word])
    chosen = [word for pair in words.definitional for word in pair] + neutral[:100] + neutral[::-1][:100]
    centred = matrix - matrix.mean(axis=0)
    rows = centred[[names.index(word) for word in chosen]]
    components = PCA(6, svd_solver="full").fit(matrix).components_
    expected = [told(rows, chosen, words, component, 100) for component in components]

    link = DoubleHardDebias(words=words, **SETTINGS).fit(embedding)
    np.testing.assert_allclose(link.told_, expected)
    removed = centred - np.outer(centred @ components[np.argmin(expected)], components[np.argmin(expected)])
    after = unit(link.transform(embedding).matrix().astype(np.float64))
    np.testing.assert_allclose(after, plain(Embedding.dense(names, removed), words), atol=1e-5)


def test_the_planted_component_is_found_and_with_it_the_clusters_go():
    embedding, words = hidden(), LISTS
    link = DoubleHardDebias(words=words, **SETTINGS).fit(embedding)
    assert link.told_.argmin() == 1
    assert link.told_[1] < 0.65
    assert min(np.delete(link.told_, 1)) > 0.95
    hard = HardDebias(words=words).fit(embedding).transform(embedding)
    for after, low, high in ((hard, 0.95, 1), (link.transform(embedding), 0.5, 0.65)):
        rows = unit(after.vectors([f"w{i}" for i in range(200)]))
        found = KMeans(2, n_init=10, random_state=0).fit_predict(rows)
        assert low <= alignment(found, np.tile([0, 1], 100)) <= high


def test_neutral_and_unseen_words_are_orthogonal_to_the_direction():
    embedding, words = hidden(), LISTS
    link = DoubleHardDebias(words=words, **SETTINGS).fit(embedding)
    after = link.transform(embedding)
    for word in ("w0", "w1", "unseen"):
        assert abs(after[word] @ link.hard_.direction_) < 1e-4


def test_all_components_are_tried_where_there_are_fewer():
    assert len(DoubleHardDebias(words=LISTS, **SETTINGS | {"candidates": 100}).fit(hidden()).told_) == D


def test_clusters_have_no_names_of_their_own():
    assert alignment(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0])) == 1
    assert alignment(np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])) == 0.5
    assert alignment(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])) == 0.75


def test_what_makes_no_sense_is_refused(words):
    alone = planted(others=2)
    with pytest.raises(InputError, match="double_hard_debias: 2 words beside those of the lists are too few"):
        DoubleHardDebias(words=words, **SETTINGS).fit(alone)
    for change, said in [
        ({"candidates": 0}, "candidates: must be at least 1"),
        ({"clustered": 0}, "clustered: must be at least 1"),
        ({"frequent": 0}, "frequent: must be at least 1"),
        ({"seed": -1}, "seed: must be at least 0"),
    ]:
        with pytest.raises(ValueError, match=said):
            DoubleHardDebias(words=words, **SETTINGS | change)
