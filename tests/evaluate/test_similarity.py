from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from gensim.test.utils import datapath
from scipy import stats

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.analogies import Analogies
from embedsmith.evaluate.pairs import Pairs
from embedsmith.evaluate.similarity import Similarity, evaluate
from embedsmith.files import rounded

from .conftest import at, structured_vectors

COMMON: dict[str, Any] = {"resamples": 200, "confidence": 0.95, "seed": 1, "threads": 1}


@pytest.fixture(scope="module")
def model():
    """Words of the real sets, and vectors that carry both some analogies and some human similarity."""
    analogies = Analogies.load(at(datapath("questions-words.txt"), "analogies"))
    words, vectors = structured_vectors(list(zip(analogies.sections, analogies.questions, strict=True)))
    index, rows = {word: row for row, word in enumerate(words)}, list(vectors)
    pairs = Pairs.load(at(datapath("wordsim353.tsv"), "pairs"))
    random = np.random.default_rng(1)
    for left, right, human in zip(pairs.left[:300], pairs.right[:300], pairs.human, strict=False):
        for word, pull in ((left.lower(), 0), (right.lower(), human / 10)):
            if word not in index:
                rows.append(random.normal(size=30) + pull * rows[index.get(left.lower(), 0)])
                index[word] = len(rows) - 1
    return Embedding.dense(list(index), np.array(rows, dtype=np.float32))


@pytest.fixture(scope="module")
def settings():
    return Similarity(
        sets={
            "wordsim353": at(datapath("wordsim353.tsv"), "pairs"),
            "google": at(datapath("questions-words.txt"), "analogies"),
        },
        intrinsic=["wordsim353", "google"],
        **COMMON,
    )


def changed(embedding, change):
    return Embedding.dense(list(embedding.words), change(embedding.matrix().copy()))


@pytest.fixture(scope="module")
def result(model, settings):
    noise = np.random.default_rng(2).normal(size=model.matrix().shape)
    variants = {
        "untouched": model,
        "int8": changed(model, lambda m: np.round(m * 30) / 30),
        "noisy": changed(model, lambda m: m + noise),
        "shifted": changed(model, lambda m: m + 5),
    }
    return evaluate(variants, settings)


def test_every_score_has_its_interval_and_coverage(result):
    for scores in result.values():
        assert set(scores) == {"wordsim353", "google", "mean", "share", "kept"}
        for name in ("wordsim353", "google"):
            leaf = scores[name]
            assert set(leaf) == {"score", "low", "high", "known", "items", "coverage"}
            assert leaf["low"] < leaf["score"] < leaf["high"]
            assert leaf["coverage"] == leaf["known"] / leaf["items"]
    assert result["untouched"]["google"]["items"] == 19544


def test_the_similarity_is_spearmans_over_the_known_pairs(result, model, settings):
    pairs = Pairs.load(settings.sets["wordsim353"])
    known = [
        (left.lower(), right.lower(), human)
        for left, right, human in zip(pairs.left, pairs.right, pairs.human, strict=True)
        if left.lower() in model and right.lower() in model
    ]
    cosines = [
        model[left] @ model[right] / np.linalg.norm(model[left]) / np.linalg.norm(model[right])
        for left, right, _ in known
    ]
    leaf = result["untouched"]["wordsim353"]

    assert leaf["score"] == pytest.approx(stats.spearmanr(cosines, [pair[2] for pair in known]).statistic, abs=1e-6)
    assert leaf["known"] == len(known) < 353 == leaf["items"]


def test_the_mean_is_over_the_intrinsic_scores(result):
    for scores in result.values():
        assert scores["mean"]["score"] == pytest.approx((scores["wordsim353"]["score"] + scores["google"]["score"]) / 2)


def test_share_and_kept_are_ratios_of_the_means(result):
    untouched = result["untouched"]["mean"]["score"]
    for scores in result.values():
        assert scores["share"]["score"] == pytest.approx(scores["mean"]["score"] / scores["share"]["reference_score"])
        assert scores["kept"]["score"] == pytest.approx(scores["mean"]["score"] / untouched)
    assert result["untouched"]["kept"] == {"score": 1.0, "low": 1.0, "high": 1.0}


def test_a_small_loss_is_told_from_none_though_each_score_is_uncertain(result):
    kept, score = result["int8"]["kept"], result["int8"]["mean"]

    assert 0.98 < kept["low"] <= kept["high"] < 1.02
    assert score["high"] - score["low"] > 2 * (kept["high"] - kept["low"]) * score["score"]
    assert result["noisy"]["kept"]["high"] < 0.9


def test_the_centred_model_is_the_reference_where_centring_helps(model, settings):
    shifted = changed(model, lambda m: m + 5)

    found = evaluate(
        {"untouched": shifted, "centred by hand": changed(shifted, lambda m: m - m.mean(axis=0))}, settings
    )

    assert found["untouched"]["share"]["reference"] == "centred"
    assert found["untouched"]["share"]["score"] < 0.95
    assert found["centred by hand"]["share"]["score"] == pytest.approx(1, abs=1e-3)
    assert found["centred by hand"]["kept"]["score"] > 1.05


def test_random_vectors_have_no_share(model, settings):
    noise = np.random.default_rng(6).normal(size=model.matrix().shape)

    found = evaluate({"untouched": changed(model, lambda m: noise)}, settings)["untouched"]

    assert found["share"]["refused"] is True
    assert "score" not in found["share"]
    assert found["share"]["reference_score"] < 0.05
    assert found["kept"] == {"refused": True}


def test_zero_vectors_score_zero_and_stop_nothing(model, settings):
    found = evaluate({"untouched": model, "zero": changed(model, np.zeros_like)}, settings)["zero"]

    assert found["wordsim353"]["score"] == 0
    assert found["mean"]["score"] < 0.02
    assert rounded(found)["share"]["score"] < 0.05


def test_a_variant_with_nan_is_named(model, settings):
    def spoil(matrix):
        matrix[7, 3] = np.nan
        return matrix

    with pytest.raises(InputError, match="variant 'spoilt': row 7 holds NaN"):
        evaluate({"untouched": model, "spoilt": changed(model, spoil)}, settings)


def test_the_same_settings_give_the_same_values_at_any_order_of_variants(model, settings):
    other = changed(model, lambda m: np.round(m * 2))

    first = evaluate({"untouched": model, "a": other, "b": model}, settings)
    second = evaluate({"untouched": model, "b": model, "a": other}, settings)

    assert first == second
    assert first["b"] == first["untouched"]


def test_a_set_keeps_its_values_when_another_is_added(model, settings, result):
    alone = Similarity(sets={"wordsim353": settings.sets["wordsim353"]}, intrinsic=["wordsim353"], **COMMON)

    assert evaluate({"untouched": model}, alone)["untouched"]["wordsim353"] == result["untouched"]["wordsim353"]


def test_a_variant_that_knows_fewer_words_is_scored_on_those(model, settings):
    fewer = Embedding.dense(list(model.words[:900]), model.matrix()[:900])

    found = evaluate({"untouched": model, "pruned": fewer}, settings)

    assert found["pruned"]["google"]["known"] < found["untouched"]["google"]["known"]
    assert found["pruned"]["google"]["items"] == 19544


def test_a_set_of_which_nothing_is_known_is_refused(model, declare):
    sets = {"own": declare("own.tsv", "xx yy 1\nxx zz 2\n")}

    found = evaluate({"untouched": model}, Similarity(sets=sets, intrinsic=["own"], **COMMON))["untouched"]

    assert found["own"] == {"known": 0, "items": 2, "coverage": 0, "refused": True}
    assert found["mean"] == found["share"] == found["kept"] == {"refused": True}


def test_a_single_known_pair_has_no_rank_correlation(model, declare):
    one, other = model.words[:2]
    sets = {"own": declare("own.tsv", f"{one} {other} 1\nxx zz 2\n")}

    found = evaluate({"untouched": model}, Similarity(sets=sets, intrinsic=["own"], **COMMON))["untouched"]

    assert found["own"] == {"known": 1, "items": 2, "coverage": 0.5, "refused": True}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"intrinsic": []}, "^intrinsic: empty"),
        ({"intrinsic": ["wordsim"]}, r"^intrinsic: there is no set 'wordsim'; did you mean 'wordsim353'\?"),
        ({"resamples": 0}, "^resamples: must be at least 1, not 0"),
        ({"confidence": 1.0}, "^confidence: must be between 0 and 1"),
        ({"seed": -1}, "^seed: must be at least 0"),
        ({"threads": 0}, "^threads: must be at least 1, not 0"),
        ({"sets": {"mean": at("x", "pairs")}, "intrinsic": ["mean"]}, "^sets.mean: 'mean' is the name of a score"),
        ({"sets": {"x": at("x", "word_lists")}, "intrinsic": ["x"]}, "^sets.x.kind: must be one of pairs, analogies"),
    ],
)
def test_an_impossible_setting_is_refused_by_its_key(change, message):
    values = {"sets": {"wordsim353": at("x", "pairs")}, "intrinsic": ["wordsim353"], **COMMON}

    with pytest.raises(ValueError, match=message):
        Similarity(**values | change)
