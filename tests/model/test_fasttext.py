from __future__ import annotations

import numpy as np
import pytest

from embedsmith.model.fasttext import FastText, compose
from model.conftest import defaults


def test_composing_agrees_with_gensim() -> None:
    from gensim.models.fasttext import FastTextKeyedVectors

    wv = FastTextKeyedVectors(vector_size=7, min_n=3, max_n=5, bucket=50)
    wv.add_vectors(["a", "sea", "seaside", "été"], np.zeros((4, 7), dtype=np.float32))
    wv.resize_vectors(seed=3)  # draws its vectors and composes them, a loop over n-grams
    expected = wv.vectors.copy()
    wv.vectors = np.zeros_like(expected)
    compose(wv)
    np.testing.assert_allclose(wv.vectors, expected, rtol=1e-5, atol=1e-8)
    assert wv.vectors.dtype == np.float32
    assert len(wv.buckets_word[0]) == 1  # "a" has the one n-gram "<a>"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"min_n": 7}, "min_n: must be at most max_n (6), not 7"),
        ({"min_n": 0}, "min_n: must be at least 1, not 0"),
        ({"buckets": 0}, "buckets: must be at least 1, not 0"),
        ({"vector_size": 0}, "vector_size: must be at least 1, not 0"),
    ],
)
def test_an_impossible_value_is_refused_by_its_key(change: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        FastText(**{**defaults("fasttext"), **change})
    assert str(error.value) == message


def test_words_shorter_than_any_n_gram_are_their_own_vector() -> None:
    from gensim.models.fasttext import FastTextKeyedVectors

    wv = FastTextKeyedVectors(vector_size=4, min_n=5, max_n=6, bucket=50)
    wv.add_vectors(["a", "harbour"], np.zeros((2, 4), dtype=np.float32))
    wv.resize_vectors(seed=3)
    compose(wv)
    np.testing.assert_array_equal(wv.vectors[0], wv.vectors_vocab[0])
