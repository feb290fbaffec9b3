from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embedsmith.embedding import Embedding
from embedsmith.model.history import History
from embedsmith.model.word2vec import Word2Vec
from embedsmith.tokenizer.tokens import SENTENCE_END, Tokens

Model = Callable[..., Word2Vec]


def cosines(matrix: np.ndarray) -> np.ndarray:
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray((unit @ unit.T)[np.triu_indices(len(matrix), 1)])


def test_the_neighbours_of_a_word_are_those_of_its_topic(model: Model, toy: Tokens) -> None:
    embedding = model().train(toy, seed=1, history=History())
    assert embedding.words == toy.words
    assert embedding.chain == ()
    for word in toy.words:
        assert {near[:3] for near, _ in embedding.nearest(word, 8)} == {word[:3]}


def test_training_in_slices_agrees_with_one_plain_run_of_gensim(model: Model, toy: Tokens, tmp_path: Path) -> None:
    from gensim.models import FastText, Word2Vec

    settings = model()
    lines = np.array([*toy.words, "\n"], dtype=object)
    (tmp_path / "text.txt").write_text(" ".join(lines[toy.train]))
    fasttext = {"min_n": 3, "max_n": 6, "bucket": 1000} if hasattr(settings, "buckets") else {}
    network = (FastText if fasttext else Word2Vec)(
        corpus_file=str(tmp_path / "text.txt"),
        vector_size=20,
        window=5,
        negative=5,
        sample=0,
        epochs=4,
        min_count=1,
        sg=1,
        workers=1,
        seed=1,
        **fasttext,
    )
    plain = Embedding.dense(network.wv.index_to_key, network.wv.vectors).vectors(toy.words)
    ours = settings.train(toy, seed=1, history=History()).matrix()
    assert np.corrcoef(cosines(ours), cosines(plain))[0, 1] > 0.97
    assert np.linalg.norm(ours, axis=1).mean() == pytest.approx(np.linalg.norm(plain, axis=1).mean(), rel=0.05)


def test_the_held_out_loss_falls(model: Model, toy: Tokens) -> None:
    history = History()
    model().train(toy, seed=1, history=history)
    losses = [loss for _, _, loss in history.points]
    assert len(losses) == 8
    assert losses[-1] < losses[0] < 6 * np.log(2)


def test_another_seed_gives_other_vectors(model: Model, toy: Tokens) -> None:
    first, second = (model(epochs=1).train(toy, seed=seed, history=History()).matrix() for seed in (1, 2))
    assert not np.allclose(first, second)


def test_a_second_run_gives_the_same_bytes_whatever_the_hash_seed(model: Model, toy: Tokens) -> None:
    settings = model(epochs=1)
    here = hashlib.sha256(settings.train(toy, seed=1, history=History()).matrix().tobytes()).hexdigest()
    program = (
        "import hashlib; from model.conftest import tokens_of, topics; from embedsmith.model.history import History;"
        "from embedsmith.model.word2vec import Word2Vec; from embedsmith.model.fasttext import FastText;"
        f"e = {settings!r}.train(tokens_of(topics(3000, 1), topics(300, 2)), seed=1, history=History());"
        "print(hashlib.sha256(e.matrix().tobytes()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": str(Path(__file__).parents[1])}
    there = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert there.stdout.strip() == here
    assert there.stderr == ""


def test_more_points_than_sentences_are_no_harm(model: Model) -> None:
    ids = np.array([0, 1, SENTENCE_END, 1, 0, SENTENCE_END], dtype=np.int32)
    none = ids[:0]
    history = History()
    tokens = Tokens(["a", "b"], np.array([2, 2]), ids, none, none, none)
    assert model(history_points=100).train(tokens, seed=1, history=history).matrix().shape == (2, 20)
    assert [words for words, _, _ in history.points] == [2 * n for n in range(1, 9)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vector_size": 0}, "vector_size: must be at least 1, not 0"),
        ({"epochs": -2}, "epochs: must be at least 1, not -2"),
        ({"negative": 0}, "negative: must be at least 1, not 0"),
        ({"sample": 1.0}, "sample: must be at least 0 and below 1, not 1"),
        ({"learning_rate": 0.0}, "learning_rate: must be above 0, not 0"),
        ({"min_learning_rate": 0.5}, "min_learning_rate: must be above 0 and at most learning_rate (0.025), not 0.5"),
    ],
)
def test_an_impossible_value_is_refused_by_its_key(model: Model, change: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        model(**change)
    assert str(error.value) == message
