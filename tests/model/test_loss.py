from __future__ import annotations

import math

import numpy as np
import pytest

from embedsmith.errors import InputError
from embedsmith.model.loss import Pairs, held_out_pairs, sgns_loss
from embedsmith.tokenizer.tokens import Tokens
from model.conftest import tokens_of, topics


def test_the_loss_of_one_pair_by_hand() -> None:
    inputs = np.array([[1, 0], [0, 0]], dtype=np.float32)
    outputs = np.array([[2, 5], [-1, 7]], dtype=np.float32)
    pairs = Pairs(np.array([0]), np.array([0]), np.array([[1, 0]]))
    # near: 1*2 = 2; far: -1 and 2; -log s(2) - log s(1) - log s(-2)
    expected = math.log(1 + math.exp(-2)) + math.log(1 + math.exp(-1)) + math.log(1 + math.exp(2))
    assert sgns_loss(inputs, outputs, pairs) == pytest.approx(expected, rel=1e-6)


def test_an_untrained_network_loses_a_bit_for_each_decision() -> None:
    zeros = np.zeros((3, 4), dtype=np.float32)
    pairs = Pairs(np.array([0, 1]), np.array([2, 2]), np.array([[0] * 5, [1] * 5]))
    assert sgns_loss(zeros, zeros, pairs) == pytest.approx(6 * math.log(2))


def test_the_loss_agrees_with_a_naive_loop() -> None:
    draw = np.random.default_rng(0)
    inputs, outputs = (draw.normal(size=(30, 8)).astype(np.float32) for _ in range(2))
    pairs = Pairs(draw.integers(30, size=50), draw.integers(30, size=50), draw.integers(30, size=(50, 3)))
    total = 0.0
    for centre, context, negatives in zip(pairs.centres, pairs.contexts, pairs.negatives, strict=True):
        total -= math.log(1 / (1 + math.exp(-float(inputs[centre] @ outputs[context]))))
        for word in negatives:
            total -= math.log(1 / (1 + math.exp(float(inputs[centre] @ outputs[word]))))
    assert sgns_loss(inputs, outputs, pairs) == pytest.approx(total / 50, rel=1e-5)


def test_large_scores_stay_finite() -> None:
    big = np.full((2, 1), 100, dtype=np.float32)
    assert sgns_loss(big, big, Pairs(np.array([0]), np.array([1]), np.array([[1]]))) == pytest.approx(1e4)


def test_pairs_are_near_words_of_the_same_sentence() -> None:
    held_out = [[f"w{n}" for n in range(start, start + length)] for start, length in ((0, 7), (7, 1), (8, 12))]
    tokens = tokens_of(held_out, held_out)
    pairs = held_out_pairs(tokens, pairs=100_000, window=2, negative=3)
    place = {word: (number, at) for number, words in enumerate(held_out) for at, word in enumerate(words)}
    found = {(tokens.words[a], tokens.words[b]) for a, b in zip(pairs.centres, pairs.contexts, strict=True)}
    expected = {
        (a, b) for a in place for b in place if place[a][0] == place[b][0] and 0 < abs(place[a][1] - place[b][1]) <= 2
    }
    assert found == expected
    assert pairs.negatives.shape == (len(pairs.centres), 3)


def test_negatives_follow_the_count_to_the_power_of_three_quarters() -> None:
    tokens = tokens_of([["a", "b"]] * 16 + [["a", "c"]] * 65, [["a", "b"]] * 50)  # a 81, c 65, b 16
    pairs = held_out_pairs(tokens, pairs=20_000, window=1, negative=5)
    weights = tokens.counts**0.75
    drawn = np.bincount(pairs.negatives.ravel(), minlength=3) / pairs.negatives.size
    assert drawn == pytest.approx(weights / weights.sum(), abs=0.01)


def test_the_pairs_are_the_same_each_time_and_as_many_as_asked(toy: Tokens) -> None:
    first, second = (held_out_pairs(toy, pairs=700, window=5, negative=5) for _ in range(2))
    assert len(first.centres) == 700
    for name in ("centres", "contexts", "negatives"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


def test_the_training_text_stands_in_where_nothing_is_held_out() -> None:
    assert len(held_out_pairs(tokens_of(topics(50, seed=1)), pairs=100, window=5, negative=5).centres) == 100


def test_text_without_any_two_words_in_a_sentence_is_refused() -> None:
    with pytest.raises(InputError, match="no sentence has two words"):
        held_out_pairs(tokens_of([["a"], ["b"]], [["a"]]), pairs=10, window=5, negative=5)
