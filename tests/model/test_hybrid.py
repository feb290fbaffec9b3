from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from embedsmith.embedding import Dense, Embedding, NGrams
from embedsmith.errors import InputError
from embedsmith.model.history import History
from embedsmith.model.hybrid import align, join
from embedsmith.tokenizer.tokens import Tokens
from model.conftest import TOPIC, TOPICS, model, tokens_of, topics, train

D = 8


def rotation(seed: int, size: int = D) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0].astype(np.float32)


@pytest.fixture
def halves() -> tuple[Embedding, Embedding, np.ndarray]:
    """Vectors of 40 words, the same as another model has them: turned, three times as long and blurred; 25 frequent."""
    draw = np.random.default_rng(1)
    words = [f"w{place}" for place in range(40)]
    vectors = draw.normal(size=(40, D)).astype(np.float32)
    others = 3 * vectors @ rotation(2).T + draw.normal(scale=0.03, size=(40, D)).astype(np.float32)
    rows = np.array([5, 17, 60], np.int32)
    units = NGrams(3, 4, 100, rows, Dense(draw.normal(size=(3, D)).astype(np.float32)))
    return Embedding.dense(words, vectors), Embedding.dense(words, others, fallback=units), np.arange(40) < 25


def test_a_known_turn_is_recovered() -> None:
    draw = np.random.default_rng(0)
    target = draw.normal(size=(50, D)).astype(np.float32)
    for turn, scale in ((rotation(1), 1.0), (rotation(2), 0.2), (-np.eye(D, dtype=np.float32), 4.0)):
        np.testing.assert_allclose(align(target @ turn.T / scale, target), scale * turn, atol=1e-5)


def test_it_is_the_rotation_of_the_directions_that_scipy_finds_to_be_best() -> None:
    from scipy.linalg import orthogonal_procrustes

    draw = np.random.default_rng(3)
    source, target = (draw.normal(size=(60, D)) * draw.uniform(0.1, 9, size=(60, 1)) for _ in range(2))
    turn = align(source.astype(np.float32), target.astype(np.float32))
    directions = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (source, target)]
    expected, _ = orthogonal_procrustes(*directions)
    scale = np.linalg.norm(target, axis=1).mean() / np.linalg.norm(source, axis=1).mean()
    np.testing.assert_allclose(turn, expected * scale, atol=1e-5)
    assert np.linalg.norm(source @ turn, axis=1).mean() == pytest.approx(np.linalg.norm(target, axis=1).mean())

    def distance(other: np.ndarray) -> float:
        return float(np.linalg.norm(directions[0] @ other - directions[1]))

    assert all(distance(expected) <= distance(rotation(seed)) for seed in range(20))


def test_long_vectors_weigh_no_more_than_short_ones() -> None:
    target = np.random.default_rng(4).normal(size=(40, D)).astype(np.float32)
    source = target @ rotation(5).T
    source[0] = 1e4 * np.roll(source[0], 1)  # one that is long, and wrong
    turn = align(source, target)
    turn /= np.linalg.norm(turn[0])
    assert np.abs(turn - rotation(5)).max() < 0.15


def test_a_row_of_zeros_is_no_harm() -> None:
    target = np.random.default_rng(6).normal(size=(40, D)).astype(np.float32)
    source = target.copy()
    source[3] = 0
    assert np.isfinite(align(source, target)).all()


def test_frequent_words_keep_their_vectors_to_the_bit(halves: tuple[Embedding, Embedding, np.ndarray]) -> None:
    words, subwords, frequent = halves
    joined = join(words, subwords, frequent)
    np.testing.assert_array_equal(joined.matrix()[frequent], words.matrix()[frequent])
    assert joined.words == words.words


def test_rare_words_are_turned_and_scaled_alike(halves: tuple[Embedding, Embedding, np.ndarray]) -> None:
    words, subwords, frequent = halves
    joined = join(words, subwords, frequent)
    before, after = (embedding.matrix()[~frequent].astype(np.float64) for embedding in (subwords, joined))
    products = (after @ after.T) / (before @ before.T)
    np.testing.assert_allclose(products, products[0, 0], rtol=1e-3)
    lengths = [np.linalg.norm(half.matrix()[frequent], axis=1).mean() for half in (words, subwords)]
    assert products[0, 0] == pytest.approx((lengths[0] / lengths[1]) ** 2, rel=1e-4)


def test_both_halves_are_in_one_space(halves: tuple[Embedding, Embedding, np.ndarray]) -> None:
    """The rare words come to lie where the other model has them, as they do not side by side and unaligned."""
    words, subwords, frequent = halves
    truth, rare = words.matrix(), ~frequent
    joined = join(words, subwords, frequent).matrix()
    assert np.linalg.norm((joined - truth)[rare], axis=1).max() < 0.2
    unaligned = np.where(frequent[:, None], truth, subwords.matrix())
    assert np.linalg.norm((unaligned - truth)[rare], axis=1).min() > 1


def test_units_of_unseen_words_are_turned_with_the_rare_ones(halves: tuple[Embedding, Embedding, np.ndarray]) -> None:
    words, subwords, frequent = halves
    joined = join(words, subwords, frequent)
    assert joined.fallback is not None
    assert subwords.fallback is not None
    turn = align(subwords.matrix()[frequent], words.matrix()[frequent])
    before, after = (half.fallback.codec.rows(slice(0, 3)) for half in (subwords, joined))
    np.testing.assert_allclose(after, before @ turn, rtol=1e-5, atol=1e-6)
    rare = joined.matrix()[~frequent]
    np.testing.assert_allclose(rare, subwords.matrix()[~frequent] @ turn, rtol=1e-5, atol=1e-6)


@pytest.fixture(scope="module")
def mixed() -> Tokens:
    """Topics of which each has six words that are seen often and six that are not."""
    draw = np.random.default_rng(0)
    frequent = {word for words in TOPICS for word in words[:6]}
    return tokens_of(
        [[word for word in sentence if word in frequent or draw.random() < 0.1] for sentence in topics(4000, seed=9)]
    )


def test_rare_words_find_the_frequent_words_of_their_topic(mixed: Tokens) -> None:
    settings = model("hybrid", below=200, epochs=6)
    history = History()
    joined = train(settings, mixed, history=history)
    frequent = mixed.counts >= 200
    assert 20 < frequent.sum() < len(frequent) - 15
    halves = [train(settings._model(key), mixed) for key in ("words", "subwords")]
    np.testing.assert_array_equal(joined.matrix()[frequent], halves[0].matrix()[frequent])

    def right(matrix: np.ndarray) -> float:
        """Which share of the rare words have frequent ones of their topic as their three nearest."""
        unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
        nearest = np.argsort(-(unit[~frequent] @ unit[frequent].T), axis=1)[:, :3]
        names = np.array(mixed.words)
        own = np.array([TOPIC[word] for word in names[~frequent]])
        near = np.array([[TOPIC[word] for word in row] for row in names[frequent][nearest]])
        return float((near == own[:, None]).mean())

    unaligned = np.where(frequent[:, None], halves[0].matrix(), halves[1].matrix())
    assert right(joined.matrix()) > 0.95
    assert right(unaligned) < 0.9
    assert joined.composes("sade")
    assert len(history.points) == 16  # those of the words, then those of the subwords
    assert [words for words, _, _ in history.points] == sorted(words for words, _, _ in history.points)


def test_too_few_frequent_words_are_refused_in_one_line(short_toy: Tokens) -> None:
    with pytest.raises(InputError) as error:
        train(model("hybrid", below=10**6, epochs=1), short_toy)
    assert str(error.value) == (
        "hybrid: 0 words are seen 1000000 times, too few to align 20 dimensions; lower below, or give more text"
    )
    counts = replace(short_toy, counts=np.where(np.arange(48) < 20, short_toy.counts, 1))
    with pytest.raises(InputError, match="^hybrid: 20 words are seen 2 times, too few to align 20 dimensions;"):
        train(model("hybrid", below=2, epochs=1), counts)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"below": 0}, "below: must be at least 1, not 0"),
        ({"words": {}}, "words.kind: missing"),
        ({"subwords": {"kind": "nowhere"}}, "subwords.kind: "),
        ({"subwords": {"vector_size": 30}}, "subwords.vector_size: must be that of words, 20, not 30"),
        ({"words": {"epochs": 0}}, "words.epochs: must be at least 1, not 0"),
        ({"words": {"epoch": 1}}, "words.epoch: "),
    ],
)
def test_an_impossible_value_is_refused_by_its_key(changes: dict[str, object], message: str) -> None:
    from embedsmith.model.hybrid import Hybrid

    good = model("hybrid")
    values = {key: getattr(good, key) for key in ("baseline", "below", "words", "subwords")}
    for key, change in changes.items():
        values[key] = {**values[key], **change} if isinstance(change, dict) and change else change
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        Hybrid(**values)
    assert str(error.value).startswith(message)
