from __future__ import annotations

import numpy as np
import pytest

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.agreement import Sample, agree

SAMPLE = Sample(words=60, neighbours=4, pairs=500)
WORDS = [f"w{i}" for i in range(80)]
MATRIX = np.random.default_rng(0).normal(size=(80, 10))


def compared(variant, sample=SAMPLE, seed=1):
    variants = {"untouched": Embedding.dense(WORDS, MATRIX), "variant": variant}
    return agree(variants, sample, seed=seed, resamples=100, confidence=0.95, threads=1)["variant"]


def test_other_coordinates_and_another_order_of_the_words_change_nothing():
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(10, 10)))[0]
    order = np.random.default_rng(2).permutation(80)
    turned = Embedding.dense([WORDS[row] for row in order], (MATRIX @ turn)[order])
    found = compared(turned)
    assert found["neighbours_kept"] == {"score": 1, "low": 1, "high": 1}
    assert found["cosine_correlation"]["score"] == pytest.approx(1)
    assert found["reconstruction_error"]["score"] < 1e-5


def test_noise_is_seen_in_each_measure_and_more_of_it_the_more():
    def noisy(amount):
        return compared(Embedding.dense(WORDS, MATRIX + amount * np.random.default_rng(3).normal(size=(80, 10))))

    little, much = noisy(0.1), noisy(1)
    assert 0 < little["reconstruction_error"]["score"] < much["reconstruction_error"]["score"] < 1
    assert 1 > little["cosine_correlation"]["score"] > much["cosine_correlation"]["score"] > 0
    assert 1 > little["neighbours_kept"]["score"] > much["neighbours_kept"]["score"] > 0
    assert much["neighbours_kept"]["low"] < much["neighbours_kept"]["score"] < much["neighbours_kept"]["high"]


def test_the_neighbours_kept_are_those_of_plain_sorting():
    variant = MATRIX[:, :5]
    whole = Sample(words=80, neighbours=4, pairs=10)

    def nearest(matrix, row):
        rows = matrix / np.linalg.norm(matrix, axis=1)[:, None]
        return {*[other for other in np.argsort(-(rows @ rows[row])) if other != row][:4]}

    expected = np.mean([len(nearest(MATRIX, row) & nearest(variant, row)) / 4 for row in range(80)])
    assert compared(Embedding.dense(WORDS, variant), whole)["neighbours_kept"]["score"] == pytest.approx(expected)


def test_a_word_that_is_gone_keeps_no_neighbours_and_is_nobodys():
    whole = Sample(words=80, neighbours=4, pairs=500)
    found = compared(Embedding.dense(WORDS[:40], MATRIX[:40]), whole)
    assert 0 < found["neighbours_kept"]["score"] < 0.5  # half of the words are gone, and half of the neighbours
    assert found["reconstruction_error"]["score"] < 1e-5
    assert found["cosine_correlation"]["score"] == pytest.approx(1)


def test_the_same_seed_draws_the_same_words_and_another_others():
    variant = Embedding.dense(WORDS, MATRIX[:, :5])
    few = Sample(words=10, neighbours=4, pairs=50)
    assert compared(variant, few) == compared(variant, few)
    assert compared(variant, few) != compared(variant, few, seed=2)


def test_the_untouched_model_alone_is_compared_with_nothing():
    untouched = {"untouched": Embedding.dense(WORDS, MATRIX)}
    assert agree(untouched, SAMPLE, seed=1, resamples=10, confidence=0.95, threads=1) == {}


def test_a_value_that_is_no_number_names_the_variant():
    broken = MATRIX.copy()
    broken[3, 2] = np.nan
    with pytest.raises(InputError, match="variant 'variant': row 3 holds NaN"):
        compared(Embedding.dense(WORDS, broken))


@pytest.mark.parametrize("name", ["words", "neighbours", "pairs"])
def test_a_sample_of_nothing_is_refused(name):
    with pytest.raises(ValueError, match=f"^{name}: must be at least"):
        Sample(**{"words": 5, "neighbours": 5, "pairs": 5, name: 0})
