from __future__ import annotations

import numpy as np
import pytest

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.anisotropy import Anisotropy, evaluate, spectrum_csv
from embedsmith.metrics.isotropy import eigenvalues, isoscore

SETTINGS = Anisotropy(threads=1)


def embedding(matrix):
    return Embedding.dense([f"w{row}" for row in range(len(matrix))], matrix)


def test_every_variant_has_its_scores_and_its_spectrum():
    random = np.random.default_rng(0)
    matrix = random.normal(size=(50, 4)) * [4, 2, 1, 1] + 3
    variants = {"untouched": embedding(matrix), "pca": embedding(matrix[:, :2] - matrix[:, :2].mean(axis=0))}

    metrics, spectrum = evaluate(variants, SETTINGS)

    assert set(metrics) == {"untouched", "pca"}
    for scores in metrics.values():
        assert set(scores) == {"mean_cosine", "isoscore", "top1_variance"}
    assert metrics["untouched"]["mean_cosine"]["score"] > 0.3
    assert abs(metrics["pca"]["mean_cosine"]["score"]) < 0.1
    assert metrics["untouched"]["isoscore"]["score"] == pytest.approx(isoscore(eigenvalues(matrix)), abs=1e-6)
    assert [row[:2] for row in spectrum] == [
        *[("untouched", component) for component in (1, 2, 3, 4)],
        *[("pca", component) for component in (1, 2)],
    ]
    shares = np.array([row[2] for row in spectrum[:4]])
    assert shares.sum() == pytest.approx(1)
    assert (np.diff(shares) <= 0).all()
    assert metrics["untouched"]["top1_variance"]["score"] == shares[0]


def test_vectors_that_are_all_zero_stop_nothing():
    metrics, spectrum = evaluate({"untouched": embedding(np.zeros((5, 3)))}, SETTINGS)

    assert metrics["untouched"] == {
        "mean_cosine": {"score": 0.0},
        "isoscore": {"score": 0.0},
        "top1_variance": {"score": 0.0},
    }
    assert [row[2] for row in spectrum] == [0.0, 0.0, 0.0]


def test_a_variant_with_nan_or_with_one_word_is_named():
    with pytest.raises(InputError, match="variant 'bad': row 0 holds NaN"):
        evaluate({"bad": embedding(np.full((3, 2), np.nan))}, SETTINGS)
    with pytest.raises(InputError, match="variant 'small': 1 words; anisotropy needs at least two"):
        evaluate({"small": embedding(np.ones((1, 2)))}, SETTINGS)


def test_threads_must_be_at_least_one():
    with pytest.raises(ValueError, match="^threads: must be at least 1, not 0"):
        Anisotropy(threads=0)


def test_a_spectrum_is_a_table():
    table = spectrum_csv([("untouched", 1, 2 / 3), ("pca", 2, 1e-20)])
    assert table == "variant,component,variance_share\nuntouched,1,0.666667\npca,2,0.0\n"
