from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import skew, spearmanr
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import NearestNeighbors

from embedsmith.config.check import build
from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.anisotropy import (
    FREQUENCY,
    METRICS,
    NEIGHBOURHOOD,
    WEIGHTED,
    Anisotropy,
    evaluate,
    spectrum_csv,
)
from embedsmith.evaluate.limits import Limit
from embedsmith.metrics.isotropy import mean_cosine
from embedsmith.metrics.similarity import unit
from embedsmith.metrics.spectrum import covariance, isoscore, principal

VALUES = {
    **{"components": 3, "neighbours": 5, "sample": 1000, "limits": {}},
    **{"resamples": 50, "confidence": 0.95, "seed": 1, "threads": 1},
}
SETTINGS = Anisotropy(**VALUES)


def embedding(matrix):
    return Embedding.dense([f"w{row}" for row in range(len(matrix))], matrix)


def cloud(n=300, d=6, seed=0):
    return (np.random.default_rng(seed).normal(size=(n, d)) * np.linspace(3, 1, d) + 2).astype(np.float32)


def zipf(n=300):
    return {f"w{row}": 10000 // (row + 1) + 5 for row in range(n)}


def measure(matrix, counts, settings=SETTINGS):
    return evaluate({"untouched": embedding(matrix)}, settings, counts)[0]["untouched"]


def test_every_variant_has_its_scores_and_its_spectrum():
    matrix = cloud()
    variants = {"untouched": embedding(matrix), "pca": embedding(matrix[:, :2] - matrix[:, :2].mean(axis=0))}

    metrics, spectrum = evaluate(variants, SETTINGS, zipf())

    assert {name: tuple(scores) for name, scores in metrics.items()} == {"untouched": METRICS, "pca": METRICS}
    assert all("score" in leaf for scores in metrics.values() for leaf in scores.values())
    assert metrics["untouched"]["mean_cosine"]["score"] > 0.3
    assert abs(metrics["pca"]["mean_cosine"]["score"]) < 0.1
    values = principal(covariance(matrix)[1])[0]
    assert metrics["untouched"]["isoscore"]["score"] == pytest.approx(isoscore(values), abs=1e-6)
    assert [row[:2] for row in spectrum] == [
        *[("untouched", component) for component in range(1, 7)],
        *[("pca", component) for component in (1, 2)],
    ]
    shares = np.array([row[2] for row in spectrum[:6]])
    assert shares.sum() == pytest.approx(1)
    assert (np.diff(shares) <= 0).all()
    assert metrics["untouched"]["top1_variance"]["score"] == shares[0]
    assert metrics["untouched"]["top3_variance"]["score"] == pytest.approx(shares[:3].sum())
    assert metrics["untouched"]["top10_variance"]["score"] == pytest.approx(1)  # there are no more than six


def test_weighted_scores_are_those_of_a_text_with_each_word_as_often():
    matrix, counts = cloud(60), {f"w{row}": 1 + row % 7 for row in range(60)}
    found = measure(matrix, counts)
    repeated = np.repeat(matrix, list(counts.values()), axis=0)
    fitted = PCA().fit(repeated.astype(float))

    assert found["isoscore_weighted"]["score"] == pytest.approx(isoscore(fitted.explained_variance_), abs=1e-6)
    assert found["top1_variance_weighted"]["score"] == pytest.approx(fitted.explained_variance_ratio_[0], abs=1e-6)
    assert found["mean_cosine_weighted"]["score"] == pytest.approx(
        mean_cosine(unit(matrix), list(counts.values())), abs=1e-9
    )
    assert found["mean_cosine_weighted"]["score"] != pytest.approx(found["mean_cosine"]["score"], abs=1e-4)


def test_equal_counts_weigh_nothing():
    found = measure(cloud(), dict.fromkeys(zipf(), 7))

    for name in WEIGHTED:
        assert found[name]["score"] == pytest.approx(found[name.removesuffix("_weighted")]["score"])
    for name in FREQUENCY:
        assert found[name] == {"known": 300, "items": 300, "coverage": 1.0, "refused": True}


def test_what_goes_with_frequency_agrees_with_scipy_and_scikit_learn():
    matrix, counts = cloud(), np.array(list(zipf().values()))
    matrix[:, 1] += 2 * np.log(counts)
    found = measure(matrix, zipf())
    places = PCA(3).fit_transform(matrix.astype(float))
    along = [abs(spearmanr(column, counts).statistic) for column in places.T]
    fit = LinearRegression().fit(places, np.log(counts)).score(places, np.log(counts))

    assert found["frequency_component"]["score"] == pytest.approx(max(along), abs=1e-3)
    assert found["frequency_r2"]["score"] == pytest.approx(fit, abs=1e-4)
    lengths = np.linalg.norm(matrix, axis=1)
    assert found["frequency_norm"]["score"] == pytest.approx(spearmanr(lengths, counts).statistic, abs=1e-3)
    assert min(max(along), fit) > 0.3


def test_words_without_a_count_have_no_part_in_what_is_about_frequency():
    matrix, known = cloud(), np.arange(300) % 3 > 0
    counts = {word: count for word, count in zipf().items() if known[int(word[1:])]}
    found = measure(matrix, counts)

    for name in (*WEIGHTED, *FREQUENCY):
        assert {key: found[name][key] for key in ("known", "items")} == {"known": 200, "items": 300}
    of_known = covariance(matrix[known], list(counts.values()))[1]
    assert found["isoscore_weighted"]["score"] == pytest.approx(isoscore(principal(of_known)[0]))
    lengths = np.linalg.norm(matrix[known], axis=1)
    expected = spearmanr(lengths, list(counts.values())).statistic
    assert found["frequency_norm"]["score"] == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("counts", [{}, {"w3": 9}])
def test_a_model_of_words_that_were_not_counted_is_measured_without_frequency(counts):
    found = measure(cloud(), counts)

    for name in (*WEIGHTED, *FREQUENCY):
        assert found[name] == {"known": len(counts), "items": 300, "coverage": len(counts) / 300, "refused": True}
    assert all("score" in found[name] for name in METRICS if name not in (*WEIGHTED, *FREQUENCY))


def test_lengths_that_rounding_alone_tells_apart_go_with_nothing():
    found = measure(unit(cloud()), zipf())

    assert found["frequency_norm"]["score"] == 0.0
    assert found["frequency_component"]["score"] > 0


def test_with_all_words_asked_neighbours_are_exact_and_have_no_interval():
    matrix = cloud()
    found = measure(matrix, zipf())
    rows = unit(matrix).astype(float)
    near = NearestNeighbors(n_neighbors=5).fit(rows).kneighbors(return_distance=False)
    occurrences = np.bincount(near.ravel(), minlength=300)

    assert found["hubness"] == {"score": pytest.approx(skew(occurrences))}
    assert found["antihubs"] == {"score": pytest.approx(np.mean(occurrences == 0))}
    assert all(set(found[name]) == {"score"} for name in NEIGHBOURHOOD)


def test_a_sample_has_intervals_and_is_the_same_each_time():
    matrix, settings = cloud(), replace(SETTINGS, sample=100)
    found = measure(matrix, zipf(), settings)

    for name in NEIGHBOURHOOD:
        assert found[name]["low"] <= found[name]["score"] <= found[name]["high"]
        assert found[name]["low"] < found[name]["high"]
    assert measure(matrix, zipf(), settings) == found
    assert measure(matrix, zipf(), replace(settings, seed=2))["hubness"] != found["hubness"]
    exact = measure(matrix, zipf())
    for name in ("hubness", "two_nn_dimension", "mle_dimension"):
        assert found[name]["low"] <= exact[name]["score"] <= found[name]["high"]


def test_the_dimension_is_that_of_the_directions():
    # Directions in three dimensions are a sphere, of two; their lengths add nothing.
    matrix = np.random.default_rng(0).normal(size=(1000, 3)) @ np.eye(3, 8)

    found = measure(matrix, zipf(1000))
    assert found["two_nn_dimension"]["score"] == pytest.approx(2, rel=0.1)
    assert found["mle_dimension"]["score"] == pytest.approx(2, rel=0.1)


def test_an_isotropic_set_by_hand():
    found = measure(np.concatenate([np.eye(4), -np.eye(4)]), zipf(8))

    assert found["mean_cosine"]["score"] == pytest.approx(-1 / 7)
    assert found["partition"]["score"] == pytest.approx(1)
    assert found["isoscore"]["score"] == pytest.approx(1)
    assert found["participation_ratio"]["score"] == pytest.approx(4)
    assert found["top1_variance"]["score"] == pytest.approx(1 / 4)
    assert found["two_nn_dimension"] == {"refused": True}  # all neighbours of a word are as far


def test_a_single_direction_by_hand():
    found = measure(np.outer(np.arange(1, 9), [1, 2, 2]), zipf(8))

    assert found["mean_cosine"]["score"] == pytest.approx(1)
    assert found["isoscore"]["score"] == pytest.approx(0, abs=1e-6)
    assert found["participation_ratio"]["score"] == pytest.approx(1)
    assert found["top1_variance"]["score"] == pytest.approx(1)
    assert found["frequency_norm"]["score"] == pytest.approx(-1)
    # Eight vectors of length 3 (1 ... 8), to both sides: the largest terms are e^24 and e^-3.
    assert found["partition"]["score"] < 1e-10


def test_zero_vectors_are_nobody_s_neighbours():
    matrix = cloud()
    matrix[[7, 100]] = 0
    without = measure(np.delete(matrix, [7, 100], axis=0), zipf())
    found = measure(matrix, zipf())

    for name in NEIGHBOURHOOD:
        assert found[name] == without[name]


def test_vectors_that_are_all_zero_stop_nothing():
    metrics, spectrum = evaluate({"untouched": embedding(np.zeros((5, 3)))}, SETTINGS, zipf(5))
    found = metrics["untouched"]

    for name in ("mean_cosine", "isoscore", "participation_ratio", "top1_variance", "frequency_norm", "frequency_r2"):
        assert found[name]["score"] == 0.0
    assert found["partition"]["score"] == 1.0
    assert all(found[name] == {"refused": True} for name in NEIGHBOURHOOD)
    assert [row[2] for row in spectrum] == [0.0, 0.0, 0.0]


def test_two_words_are_enough_but_for_neighbours():
    found = measure([[1, 0], [1, 1]], zipf(2))

    assert found["mean_cosine"]["score"] == pytest.approx(np.sqrt(0.5))
    assert all(found[name] == {"refused": True} for name in NEIGHBOURHOOD)


def test_a_variant_with_nan_or_with_one_word_is_named():
    with pytest.raises(InputError, match="variant 'bad': row 0 holds NaN"):
        evaluate({"bad": embedding(np.full((3, 2), np.nan))}, SETTINGS, {})
    with pytest.raises(InputError, match="variant 'small': 1 words; anisotropy needs at least two"):
        evaluate({"small": embedding(np.ones((1, 2)))}, SETTINGS, {})


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("threads", 0, "threads: must be at least 1, not 0"),
        ("neighbours", 1, "neighbours: must be at least 2, not 1"),
        ("sample", 2, "sample: must be at least 3, not 2"),
        ("components", 0, "components: must be at least 1, not 0"),
        ("confidence", 1.0, "confidence: must be between 0 and 1, not 1"),
        ("limits", {"isoscor": {"low": 0.1, "high": None}}, "limits.isoscor: there is no such metric; did you mean"),
    ],
)
def test_an_impossible_setting_is_refused(key, value, message):
    with pytest.raises(InputError, match=f"^evaluate.anisotropy.{message}"):
        build(Anisotropy, VALUES | {key: value}, "evaluate.anisotropy")


def test_limits_are_by_the_name_of_a_metric():
    built = build(Anisotropy, VALUES | {"limits": {"hubness": {"low": None, "high": 5}}}, "evaluate.anisotropy")
    assert built.limits == {"hubness": Limit(low=None, high=5)}


def test_a_spectrum_is_a_table():
    table = spectrum_csv([("untouched", 1, 2 / 3), ("pca", 2, 1e-20)])
    assert table == "variant,component,variance_share\nuntouched,1,0.666667\npca,2,0.0\n"
