from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.model import sgns
from embedsmith.model.history import History
from embedsmith.model.pretrained import Pretrained
from embedsmith.model.sampling import kept_shares, rare_visits
from embedsmith.model.word2vec import Rare, Word2Vec
from embedsmith.tokenizer.tokens import Tokens
from model.conftest import contents, defaults, model, purity, tokens_of, topics, train

ARCHITECTURES = pytest.mark.parametrize("name", ["word2vec", "cbow"])


def cosines(matrix: np.ndarray) -> np.ndarray:
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray((unit @ unit.T)[np.triu_indices(len(matrix), 1)])


@ARCHITECTURES
def test_neighbours_are_those_of_the_topic_as_they_are_for_gensim(toy: Tokens, name: str) -> None:
    from gensim.models import Word2Vec as Theirs

    settings = model(name)
    network = Theirs(
        topics(3000, seed=1),
        vector_size=20,
        window=settings.window,
        negative=settings.negative,
        sample=0,
        epochs=3,
        min_count=1,
        sg=int(name == "word2vec"),
        alpha=settings.learning_rate,
        min_alpha=settings.min_learning_rate,
        workers=1,
        seed=1,
    )
    theirs = Embedding.dense(toy.words, network.wv[toy.words])
    ours = train(settings, toy)
    assert ours.words == toy.words
    assert ours.chain == ()
    assert ours.fallback is None
    assert purity(theirs) == 1
    assert purity(ours) == 1
    assert np.corrcoef(cosines(ours.matrix()), cosines(theirs.matrix()))[0, 1] > 0.95
    lengths = [np.linalg.norm(embedding.matrix(), axis=1).mean() for embedding in (ours, theirs)]
    assert lengths[0] == pytest.approx(lengths[1], rel=0.15)


@ARCHITECTURES
def test_the_loss_falls(toy: Tokens, name: str) -> None:
    history = History()
    train(model(name), toy, history=history)
    losses = [loss for _, _, loss in history.points]
    assert len(losses) == 8
    assert losses[-1] < losses[0] < 6 * np.log(2)


@ARCHITECTURES
def test_another_seed_gives_other_vectors(short_toy: Tokens, name: str) -> None:
    first, again, other = (contents(train(model(name, epochs=1), short_toy, seed=seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_two_architectures_are_two(short_toy: Tokens) -> None:
    one, other = (train(model("word2vec", architecture=kind), short_toy) for kind in ("skipgram", "cbow"))
    assert contents(one) != contents(other)


def test_frequent_words_are_thinned_out_only_where_that_is_set(monkeypatch: pytest.MonkeyPatch, toy: Tokens) -> None:
    seen = spied(monkeypatch)
    train(model("word2vec", sample=0.0), toy)
    train(model("word2vec", sample=1e-3), toy)
    assert np.all(seen[0]["reading"].keep == 2**32 - 1)
    np.testing.assert_allclose(seen[1]["reading"].keep / 2**32, kept_shares(toy.counts, 1e-3), rtol=1e-6)


def spied(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What models hand to the training engine; it is not run."""
    calls: list[dict[str, Any]] = []

    def keep(text: Any, network: Any, reading: Any, schedule: Any, **course: Any) -> None:
        calls.append({"text": text, "network": network, "reading": reading, "schedule": schedule, **course})

    monkeypatch.setattr(sgns, "train", keep)
    return calls


@pytest.fixture(scope="module")
def uneven() -> Tokens:
    """Words that are seen 1, 2, ..., 60 times."""
    words = [f"w{count:02}" for count in range(1, 61) for _ in range(count)]
    draw = np.random.default_rng(0).permutation(words)
    return tokens_of([list(map(str, draw[start : start + 10])) for start in range(0, len(draw), 10)])


def test_rare_words_look_farther_and_are_visited_more_often(uneven: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = spied(monkeypatch)
    train(model("word2vec", rare=Rare(below=20, window=9, power=0.5, most=3)), uneven)
    train(model("word2vec"), uneven)
    reading, plain = seen[0]["reading"], seen[1]["reading"]
    rare = uneven.counts < 20
    assert set(reading.window[rare]) == {9}
    assert set(reading.window[~rare]) == {5}
    np.testing.assert_array_equal(reading.visits, rare_visits(uneven.counts, 20, 0.5, 3))
    assert reading.visits.max() == 3
    assert set(reading.visits[~rare]) == {1}
    assert set(plain.window) == {5}
    assert set(plain.visits) == {1}


def test_favouring_rare_words_changes_how_far_they_move(uneven: Tokens) -> None:
    plain, often, wide = (
        np.linalg.norm(train(model("word2vec", rare=rare, window=2), uneven).matrix(), axis=1)
        for rare in (None, Rare(below=20, window=2, power=1, most=10), Rare(below=20, window=9, power=0, most=1))
    )
    rarest, frequent = uneven.counts < 8, uneven.counts >= 20
    assert (often / plain)[rarest].mean() > 1.5
    assert (wide / plain)[rarest].mean() > 1.2
    for lengths in (often, wide):
        assert (lengths / plain)[frequent].mean() == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ([["sea"] * 50] * 3, "the vocabulary holds one word, 'sea'; "),
        ([["a", "b"], ["a", "b"]], "the training text has 4 words, no more than a window of 5; "),
        ([[f"w{n}"] for n in range(60)], "no sentence has two words of the vocabulary; "),
    ],
)
@pytest.mark.parametrize("name", ["word2vec", "cbow", "fasttext"])
def test_a_text_that_nothing_can_be_learned_from_is_refused_in_one_line(
    name: str, sentences: list[list[str]], message: str
) -> None:
    with pytest.raises(InputError, match=r"^[^\n]+$") as error:
        train(model(name, epochs=1), tokens_of(sentences))
    assert str(error.value).startswith(message)
    assert "give more text" in str(error.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"architecture": "glove"}, "architecture: must be one of skipgram, cbow, not 'glove'"),
        ({"vector_size": 0}, "vector_size: must be at least 1, not 0"),
        ({"window": 0}, "window: must be at least 1, not 0"),
        ({"epochs": -2}, "epochs: must be at least 1, not -2"),
        ({"negative": 0}, "negative: must be at least 1, not 0"),
        ({"block": 0}, "block: must be at least 1, not 0"),
        ({"parts": 0}, "parts: must be at least 1, not 0"),
        ({"history_points": 0}, "history_points: must be at least 1, not 0"),
        ({"sample": 1.0}, "sample: must be at least 0 and below 1, not 1"),
        ({"sample": -0.1}, "sample: must be at least 0 and below 1, not -0.1"),
        (
            {"learning_rate": 0.1, "min_learning_rate": 0.5},
            "min_learning_rate: must be above 0 and at most learning_rate (0.1), not 0.5",
        ),
        (
            {"learning_rate": 0.1, "min_learning_rate": 0.0},
            "min_learning_rate: must be above 0 and at most learning_rate (0.1), not 0",
        ),
    ],
)
def test_an_impossible_value_is_refused_by_its_key(change: dict[str, Any], message: str) -> None:
    values = {**defaults("word2vec"), **change}
    del values["kind"]
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        Word2Vec(**values)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"below": 0}, "below: must be at least 1, not 0"),
        ({"window": 0}, "window: must be at least 1, not 0"),
        ({"power": -1}, "power: must be at least 0, not -1"),
        ({"most": 0.5}, "most: must be from 1 to 100, not 0.5"),
        ({"most": 101}, "most: must be from 1 to 100, not 101"),
    ],
)
def test_an_impossible_favour_is_refused_by_its_key(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        Rare(**{"below": 10, "window": 5, "power": 1.0, "most": 4.0, **change})
    assert str(error.value) == message


Given = Callable[..., tuple[Pretrained, dict[str, np.ndarray]]]


@pytest.fixture
def given(short_toy: Tokens, tmp_path: Path) -> Given:
    """Vectors of every third word, in a file of the user's own, and what they are."""

    def write(max_move: float | None, scale: float = 0.5) -> tuple[Pretrained, dict[str, np.ndarray]]:
        draw = np.random.default_rng(3)
        vectors = {word: draw.normal(scale=scale, size=20).astype(np.float32) for word in short_toy.words[::3]}
        lines = [f"{word} {' '.join(map(repr, map(float, row)))}\n" for word, row in vectors.items()]
        (tmp_path / "own.vec").write_text(f"{len(lines)} 20\n" + "".join(lines))
        digest = hashlib.sha256((tmp_path / "own.vec").read_bytes()).hexdigest()
        none = dict.fromkeys(("package", "version", "platform", "member", "words", "format"))
        return Pretrained(**none, path=str(tmp_path / "own.vec"), sha256=digest, max_move=max_move), vectors

    return write


def moves(embedding: Embedding, vectors: dict[str, np.ndarray]) -> np.ndarray:
    """How far words are from where they started, as a share of their length there."""
    begin = np.array(list(vectors.values()))
    return np.linalg.norm(embedding.vectors(vectors) - begin, axis=1) / np.linalg.norm(begin, axis=1)


def test_pretrained_vectors_are_where_training_starts(short_toy: Tokens, given: Given) -> None:
    pretrained, vectors = given(None)
    settings = model("word2vec", pretrained=pretrained, epochs=1, learning_rate=1e-9, min_learning_rate=1e-10)
    embedding = train(settings, short_toy)
    np.testing.assert_allclose(embedding.vectors(vectors), list(vectors.values()), rtol=1e-5, atol=1e-6)
    others = embedding.vectors([word for word in short_toy.words if word not in vectors])
    assert np.abs(others).max() <= 1 / 40  # as without the file
    assert np.abs(others).mean() > 1 / 100


def test_without_a_limit_pretrained_vectors_move_freely(short_toy: Tokens, given: Given) -> None:
    pretrained, vectors = given(None)
    assert moves(train(model("word2vec", pretrained=pretrained, epochs=5), short_toy), vectors).min() > 0.2


@ARCHITECTURES
def test_a_limit_of_zero_keeps_them_and_the_other_words_are_trained(short_toy: Tokens, given: Given, name: str) -> None:
    pretrained, vectors = given(0.0)
    embedding = train(model(name, pretrained=pretrained), short_toy)
    np.testing.assert_array_equal(embedding.vectors(vectors), np.array(list(vectors.values())))
    others = [word for word in short_toy.words if word not in vectors]
    assert np.linalg.norm(embedding.vectors(others), axis=1).min() > 0.3


@pytest.mark.parametrize("most", [0.05, 0.3])
def test_a_limit_is_never_exceeded_and_some_words_reach_it(short_toy: Tokens, given: Given, most: float) -> None:
    pretrained, vectors = given(most)
    found = moves(train(model("word2vec", pretrained=pretrained, epochs=5), short_toy), vectors)
    assert found.max() <= most * (1 + 1e-5)
    assert found.max() > 0.99 * most


def test_words_that_start_near_their_topic_stay_there_and_draw_the_others(toy: Tokens, tmp_path: Path) -> None:
    """Vectors of half of the words, trained before and then kept, are where the other half finds its place."""
    before = train(model("word2vec"), toy)
    kept = toy.words[::2]
    lines = [f"{word} {' '.join(map(repr, map(float, before[word])))}\n" for word in kept]
    (tmp_path / "own.vec").write_text("".join(lines))
    digest = hashlib.sha256((tmp_path / "own.vec").read_bytes()).hexdigest()
    none = dict.fromkeys(("package", "version", "platform", "member", "words", "format"))
    pretrained = Pretrained(**none, path=str(tmp_path / "own.vec"), sha256=digest, max_move=0.0)
    after = train(model("word2vec", pretrained=pretrained), toy, seed=2)
    np.testing.assert_array_equal(after.vectors(kept), before.vectors(kept))
    assert purity(after) > 0.98
