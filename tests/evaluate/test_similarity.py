from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.analogies import Analogies
from embedsmith.evaluate.pairs import Pairs
from embedsmith.evaluate.similarity import PROTOCOLS, Similarity
from embedsmith.evaluate.spaces import answer
from embedsmith.evaluate.terms import Weights
from embedsmith.files import rounded
from embedsmith.metrics.similarity import unit

from .conftest import COMMON, Letters, at, scored


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
    return scored(variants, settings)


def test_every_score_has_its_interval_and_coverage(result):
    for variant, scores in result.items():
        tested = set() if variant == "untouched" else {"p"}
        assert set(scores) == {"wordsim353", "google", "mean", "share", "kept", "kept_of", "frequency", "further"}
        for name in ("wordsim353", "google"):
            leaf = scores[name]
            assert set(leaf) == {"score", "low", "high", "known", "items", "coverage", "composed", "averaged", *tested}
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

    found = scored({"untouched": shifted, "centred by hand": changed(shifted, lambda m: m - m.mean(axis=0))}, settings)

    assert found["untouched"]["share"]["reference"] == "centred"
    assert found["untouched"]["share"]["score"] < 0.95
    assert found["centred by hand"]["share"]["score"] == pytest.approx(1, abs=1e-3)
    assert found["centred by hand"]["kept"]["score"] > 1.05


def test_random_vectors_have_no_share(model, settings):
    noise = np.random.default_rng(6).normal(size=model.matrix().shape)

    found = scored({"untouched": changed(model, lambda m: noise)}, settings)["untouched"]

    assert found["share"]["refused"] is True
    assert "score" not in found["share"]
    assert found["share"]["reference_score"] < 0.05
    assert found["kept"] == {"refused": True}


def test_zero_vectors_score_zero_and_stop_nothing(model, settings):
    found = scored({"untouched": model, "zero": changed(model, np.zeros_like)}, settings)["zero"]

    assert found["wordsim353"]["score"] == 0
    assert found["mean"]["score"] < 0.02
    assert rounded(found)["share"]["score"] < 0.05


def test_a_variant_with_nan_is_named(model, settings):
    def spoil(matrix):
        matrix[7, 3] = np.nan
        return matrix

    with pytest.raises(InputError, match="variant 'spoilt': row 7 holds NaN"):
        scored({"untouched": model, "spoilt": changed(model, spoil)}, settings)


def test_the_same_settings_give_the_same_values_at_any_order_of_variants(model, settings):
    other = changed(model, lambda m: np.round(m * 2))

    first = scored({"untouched": model, "a": other, "b": model}, settings)
    second = scored({"untouched": model, "b": model, "a": other}, settings)

    assert first == second
    for name in ("wordsim353", "google", "mean"):
        assert first["b"][name] == first["untouched"][name] | {"p": 1.0}


def test_a_loss_is_tested_over_the_same_items(result):
    for name in ("wordsim353", "google", "mean"):
        assert result["noisy"][name]["p"] == pytest.approx(1 / (COMMON["permutations"] + 1))
    assert result["int8"]["mean"]["p"] > 0.05


def test_a_set_keeps_its_values_when_another_is_added(model, settings, result):
    alone = Similarity(sets={"wordsim353": settings.sets["wordsim353"]}, intrinsic=["wordsim353"], **COMMON)

    assert scored({"untouched": model}, alone)["untouched"]["wordsim353"] == result["untouched"]["wordsim353"]


def test_a_variant_that_lost_words_answers_their_questions_wrongly_and_leaves_their_pairs_out(model, settings):
    fewer = Embedding.dense(list(model.words[:900]), model.matrix()[:900])

    found = scored({"untouched": model, "pruned": fewer}, settings)
    alone = scored({"untouched": fewer}, settings)["untouched"]["google"]

    pruned, untouched = found["pruned"], found["untouched"]
    assert pruned["wordsim353"]["known"] < untouched["wordsim353"]["known"]
    assert alone["known"] < pruned["google"]["known"] == untouched["google"]["known"]
    right = alone["score"] * alone["known"]
    assert pruned["google"]["score"] == pytest.approx(right / untouched["google"]["known"])
    assert pruned["google"]["items"] == 19544


def test_a_set_of_which_nothing_is_known_is_refused(model, declare):
    sets = {"own": declare("own.tsv", "xx yy 1\nxx zz 2\n")}

    found = scored({"untouched": model}, Similarity(sets=sets, intrinsic=["own"], **COMMON))["untouched"]

    assert found["own"] == {"known": 0, "items": 2, "coverage": 0, "composed": 0, "averaged": 0, "refused": True}
    assert found["mean"] == found["share"] == found["kept"] == {"refused": True}


def test_a_single_known_pair_has_no_rank_correlation(model, declare):
    one, other = model.words[:2]
    sets = {"own": declare("own.tsv", f"{one} {other} 1\nxx zz 2\n")}

    found = scored({"untouched": model}, Similarity(sets=sets, intrinsic=["own"], **COMMON))["untouched"]

    assert found["own"] == {"known": 1, "items": 2, "coverage": 0.5, "composed": 0, "averaged": 0, "refused": True}


def test_what_is_kept_of_each_set_is_its_ratio_and_its_interval_tells_a_loss_from_none(result):
    for variant, scores in result.items():
        for name, kept in scores["kept_of"].items():
            assert kept["score"] == pytest.approx(scores[name]["score"] / result["untouched"][name]["score"]), variant
    assert result["untouched"]["kept_of"]["google"] == {"score": 1, "low": 1, "high": 1}
    assert result["noisy"]["kept_of"]["google"]["high"] < 1


def spelling(embedding):
    """The same embedding, which composes what it does not know of letters."""
    letters = np.random.default_rng(5).normal(size=(26, embedding.dimension))
    return replace(embedding, fallback=Letters("abcdefghijklmnopqrstuvwxyz", letters))


def test_composed_vectors_make_items_known_and_are_counted(model, settings):
    before, after, skipped = (
        scored({"untouched": each}, one)["untouched"]
        for each, one in [
            (model, settings),
            (spelling(model), settings),
            (spelling(model), replace(settings, unknown="skip")),
        ]
    )

    assert before["wordsim353"]["known"] < 353 == after["wordsim353"]["known"]
    assert after["wordsim353"]["composed"] == 353 - before["wordsim353"]["known"]
    assert before["wordsim353"]["composed"] == skipped["wordsim353"]["composed"] == 0
    assert skipped["wordsim353"]["known"] == before["wordsim353"]["known"]


def test_analogies_are_answered_of_the_vocabulary_whatever_can_be_composed(model, settings):
    fewer = Embedding.dense(list(model.words[:900]), model.matrix()[:900])

    google = scored({"untouched": spelling(fewer)}, settings)["untouched"]["google"]

    assert google["composed"] == 0
    assert google == scored({"untouched": spelling(fewer)}, replace(settings, unknown="skip"))["untouched"]["google"]
    assert google["known"] == scored({"untouched": fewer}, settings)["untouched"]["google"]["known"] < 19544


def test_terms_of_several_words_are_scored_by_the_mean_of_their_words(declare):
    words, matrix = ["renal", "kidney", "failure", "heart", "stroke"], np.random.default_rng(3).normal(size=(5, 4))
    text = "renal failure\tkidney failure\t4\nheart\trenal failure\t2\nheart\tstroke\t3\nrenal colic\theart\t1\n"
    settings = Similarity(sets={"own": declare("own.txt", text)}, intrinsic=["own"], **COMMON)

    found = scored({"untouched": Embedding.dense(words, matrix)}, settings)["untouched"]["own"]

    renal, kidney, failure, heart, stroke = matrix
    pairs = [(renal + failure, kidney + failure), (heart, renal + failure), (heart, stroke)]
    cosines = [one @ other / np.linalg.norm(one) / np.linalg.norm(other) for one, other in pairs]
    assert found["score"] == pytest.approx(stats.spearmanr(cosines, [4, 2, 3]).statistic)
    assert (found["known"], found["items"], found["composed"], found["averaged"]) == (3, 4, 0, 2)


def test_frequent_words_of_a_term_weigh_less_where_there_is_a_smoothing(declare):
    words, matrix = ["renal", "failure", "heart", "stroke"], np.random.default_rng(3).normal(size=(4, 4))
    counts = {"renal": 1, "failure": 900, "heart": 50, "stroke": 49}
    text = "heart\trenal failure\t1\nheart\tstroke\t3\nstroke\trenal failure\t2\n"
    common = COMMON | {"smoothing": 0.001, "bands": []}
    settings = Similarity(sets={"own": declare("own.txt", text)}, intrinsic=["own"], **common)

    items = PROTOCOLS["pairs"].load(settings.sets["own"])
    weights = Weights.of(0.001, counts)
    found = answer(
        {"untouched": Embedding.dense(words, matrix)}, {"own": items}, compose=False, weights=weights, threads=1
    )["own"]

    renal, failure, heart, stroke = matrix
    term = 0.001 / 0.002 * renal + 0.001 / 0.901 * failure
    cosines = [
        one @ other / np.linalg.norm(one) / np.linalg.norm(other)
        for one, other in [(heart, term), (heart, stroke), (stroke, term)]
    ]
    np.testing.assert_allclose(found.outcomes[:, 0, 0], cosines, atol=1e-6)
    assert scored({"untouched": Embedding.dense(words, matrix)}, settings, counts)["untouched"]["own"]["averaged"] == 2


def test_a_term_has_the_vector_of_its_phrase_where_the_vocabulary_has_one(declare):
    words, matrix = (
        ["renal_failure", "renal", "failure", "heart", "stroke"],
        np.random.default_rng(4).normal(size=(5, 4)),
    )
    text = "heart\tRenal failure\t1\nheart\tstroke\t3\nstroke\trenal_failure\t2\n"
    settings = Similarity(sets={"own": declare("own.txt", text)}, intrinsic=["own"], **COMMON)

    found = scored({"untouched": Embedding.dense(words, matrix)}, settings)["untouched"]["own"]

    phrase, heart, stroke = matrix[[0, 3, 4]]
    cosines = [
        one @ other / np.linalg.norm(one) / np.linalg.norm(other)
        for one, other in [(heart, phrase), (heart, stroke), (stroke, phrase)]
    ]
    assert found["score"] == pytest.approx(stats.spearmanr(cosines, [1, 3, 2]).statistic)
    assert (found["known"], found["averaged"]) == (3, 0)


def test_unknown_words_of_a_sentence_are_left_out(declare):
    words, matrix = ["a", "man", "sits", "dog"], np.random.default_rng(5).normal(size=(4, 4))
    text = "A man sits!\tThe man\t4\nA dog.\tA man\t2\nDog\tsits\t1\nxx\tman\t3\n"
    common = COMMON | {"word_pattern": r"\w+"}
    settings = Similarity(sets={"own": declare("own.tsv", text, kind="sentences")}, intrinsic=["own"], **common)

    found = scored({"untouched": Embedding.dense(words, matrix)}, settings)["untouched"]["own"]

    a, man, sits, dog = matrix
    pairs = [(a + man + sits, man), (a + dog, a + man), (dog, sits)]
    cosines = [one @ other / np.linalg.norm(one) / np.linalg.norm(other) for one, other in pairs]
    assert found["score"] == pytest.approx(stats.spearmanr(cosines, [4, 2, 1]).statistic)
    assert (found["known"], found["items"], found["averaged"]) == (3, 4, 2)


def test_what_a_set_is_measured_by_further_stands_apart(result, settings, model):
    items = Analogies.load(settings.sets["google"])
    outcomes = items.outcomes({word: row for row, word in enumerate(model.words)}, unit(model.matrix()))

    further, leaf = result["untouched"]["further"], result["untouched"]["google"]

    assert set(further) == {"google"}
    assert list(further["google"]) == ["mul", *items.categories]
    assert leaf["score"] == pytest.approx(np.nanmean(outcomes[:, 0]))
    assert further["google"]["mul"]["score"] == pytest.approx(np.nanmean(outcomes[:, 1]))
    assert further["google"]["mul"]["known"] == leaf["known"]
    family = further["google"]["family"]
    of_family = outcomes[items.categories["family"], 0]
    assert family["score"] == pytest.approx(np.nanmean(of_family))
    assert (family["known"], family["items"]) == (np.count_nonzero(~np.isnan(of_family)), 506)


def test_categories_and_outliers_are_scores_as_others(model, declare):
    words = list(model.words[:8])
    groups = {"g": {"members": words[:3], "outliers": [words[4], "xx yy"]}}
    sets = {
        "classes": declare(
            "c.csv", "".join(f"{word},{place % 2}\n" for place, word in enumerate(words)), kind="categories"
        ),
        "odd": declare("o.json", json.dumps(groups), kind="outliers"),
    }
    found = scored({"untouched": model}, Similarity(sets=sets, intrinsic=["classes", "odd"], **COMMON))["untouched"]

    assert 0.5 <= found["classes"]["score"] <= 1
    assert (found["odd"]["known"], found["odd"]["items"]) == (1, 2)
    assert set(found["further"]) == {"odd"}
    assert set(found["further"]["odd"]) == {"opp"}
    assert found["mean"]["score"] == pytest.approx((found["classes"]["score"] + found["odd"]["score"]) / 2)


def test_a_language_without_sets_has_no_scores(model):
    found = scored({"untouched": model, "same": model}, Similarity(sets={}, intrinsic=[], **COMMON))

    nothing = {key: {"refused": True} for key in ("mean", "share", "kept")} | {"kept_of": {}}
    assert found == {"untouched": nothing, "same": nothing}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"intrinsic": []}, "^intrinsic: empty"),
        ({"intrinsic": ["wordsim"]}, r"^intrinsic: there is no set 'wordsim'; did you mean 'wordsim353'\?"),
        ({"resamples": 0}, "^resamples: must be at least 1, not 0"),
        ({"confidence": 1.0}, "^confidence: must be between 0 and 1"),
        ({"seed": -1}, "^seed: must be at least 0"),
        ({"threads": 0}, "^threads: must be at least 1, not 0"),
        ({"sets": {"mean": at("x", "pairs")}, "intrinsic": ["mean"]}, "^sets.mean: 'mean' is the name of other"),
        ({"sets": {"renamed": at("x", "pairs")}, "intrinsic": ["renamed"]}, "^sets.renamed: 'renamed' is the name of"),
        ({"unknown": "drop"}, "^unknown: must be one of fallback, skip, not 'drop'"),
        ({"bands": [100, 20]}, "^bands: must be counts above 0 that rise"),
        ({"least": 1}, "^least: must be at least 2 items"),
        ({"sets": {"x": at("x", "word_lists")}, "intrinsic": ["x"]}, "^sets.x.kind: must be one of pairs, sentences"),
        ({"sets": {"further": at("x", "pairs")}, "intrinsic": ["further"]}, "^sets.further: 'further' is the name of"),
        ({"smoothing": 0.0}, "^smoothing: must be between 0 and 1, or null, not 0"),
        ({"word_pattern": "("}, r"^word_pattern: '\(' is no pattern"),
    ],
)
def test_an_impossible_setting_is_refused_by_its_key(change, message):
    values = {"sets": {"wordsim353": at("x", "pairs")}, "intrinsic": ["wordsim353"], **COMMON}

    with pytest.raises(ValueError, match=message):
        Similarity(**values | change)
