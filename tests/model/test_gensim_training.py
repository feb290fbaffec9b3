from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from embedsmith.model import gensim_training
from embedsmith.model.history import History
from embedsmith.model.loss import held_out_pairs
from embedsmith.tokenizer.tokens import Tokens


class Recorder:
    """Stands in for gensim's network: keeps what it is given."""

    def __init__(self, words: int) -> None:
        zeros = np.zeros((words, 3), dtype=np.float32)
        self.wv, self.syn1neg = SimpleNamespace(vectors=zeros), zeros
        self.vocabulary: dict[str, int] = {}
        self.calls: list[dict[str, Any]] = []
        self.texts: list[str] = []

    def build_vocab_from_freq(self, counts: dict[str, int]) -> None:
        self.vocabulary = counts

    def train(self, **call: Any) -> None:
        self.calls.append(call)
        self.texts.append(Path(call["corpus_file"]).read_text(encoding="utf-8"))


@pytest.fixture
def trained(toy: Tokens) -> tuple[Recorder, History]:
    network, history = Recorder(len(toy.words)), History()
    gensim_training.train(
        network,
        toy,
        epochs=2,
        learning_rate=0.5,
        min_learning_rate=0.1,
        points=6,
        pairs=held_out_pairs(toy, pairs=10, window=5, negative=5),
        history=history,
    )
    return network, history


def test_the_learning_rate_falls_linearly_over_all_epochs(trained: tuple[Recorder, History]) -> None:
    network, history = trained
    starts = [call["start_alpha"] for call in network.calls]
    ends = [call["end_alpha"] for call in network.calls]
    assert starts == pytest.approx(np.linspace(0.5, 0.1, 7)[:-1])
    assert ends == pytest.approx(np.linspace(0.5, 0.1, 7)[1:])
    assert [rate for _, rate, _ in history.points] == ends
    assert [words for words, _, _ in history.points] == [10_000 * n for n in range(1, 7)]


def test_every_epoch_trains_on_the_whole_text_once(trained: tuple[Recorder, History], toy: Tokens) -> None:
    network, _ = trained
    for epoch in (network.texts[:3], network.texts[3:]):
        words = " ".join(epoch).split()
        assert np.array_equal(
            np.bincount([toy.words.index(word) for word in words], minlength=len(toy.words)), toy.counts
        )
    assert sum(call["total_words"] for call in network.calls) == 2 * toy.counts.sum()
    assert {call["epochs"] for call in network.calls} == {1}


def test_the_vocabulary_keeps_its_order(trained: tuple[Recorder, History], toy: Tokens) -> None:
    assert list(trained[0].vocabulary) == toy.words


def test_no_file_is_left_behind(trained: tuple[Recorder, History]) -> None:
    assert not any(Path(call["corpus_file"]).exists() for call in trained[0].calls)
