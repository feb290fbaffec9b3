from __future__ import annotations

import json

import numpy as np
import pytest

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.bias import Bias
from embedsmith.evaluate.bias import evaluate as evaluate_all
from embedsmith.evaluate.bias.settings import Association
from evaluate.bias.conftest import COMMON

LISTS = {
    "flowers": ["Aster", "rose", "lily", "tulip"],
    "insects": ["ant", "bee", "fly", "moth"],
    "good": ["love", "peace", "joy"],
    "bad": ["pain", "war", "filth"],
}
WEAT1 = {"targets": ["flowers", "insects"], "attributes": ["good", "bad"]}


def planted(lean=1.0, without=()):
    """Flowers and good words lean one way, insects and bad words the other."""
    random = np.random.default_rng(0)
    words, rows = [], []
    for name, sign in (("flowers", 1), ("good", 1), ("insects", -1), ("bad", -1)):
        for word in LISTS[name]:
            if word not in without:
                words.append(word.lower())
                rows.append(random.normal(size=6) * 0.3 + np.eye(6)[0] * sign * lean + np.eye(6)[1])
    return Embedding.dense(words, np.array(rows))


@pytest.fixture
def settings(bias):
    def settings(tests=None, lists=None, **changes):
        return bias(lists or LISTS, tests={"weat1": WEAT1} if tests is None else tests, **changes)

    return settings


def evaluate(variants, settings):
    return evaluate_all(variants, settings)[0]


def test_a_planted_bias_is_found_and_an_absent_one_is_not(settings):
    found = evaluate({"untouched": planted(), "neutral": planted(lean=0)}, settings())

    leaf = found["untouched"]["weat1"]
    assert set(leaf) == {"score", "low", "high", "p", "known", "items", "coverage"}
    assert leaf["score"] > 1.5
    assert leaf["low"] > 1
    assert leaf["p"] == pytest.approx(1 / 70)
    assert (leaf["known"], leaf["items"], leaf["coverage"]) == (14, 14, 1.0)
    assert found["neutral"]["weat1"]["p"] > 0.05


def test_the_effect_is_the_formulas_word_by_word(settings):
    embedding = planted(lean=0.3)

    def cosine(one, other):
        u, v = embedding[one.lower()].astype(float), embedding[other].astype(float)
        return u @ v / np.linalg.norm(u) / np.linalg.norm(v)

    def association(word):
        return np.mean([cosine(word, a) for a in LISTS["good"]]) - np.mean([cosine(word, b) for b in LISTS["bad"]])

    x, y = ([association(word) for word in LISTS[name]] for name in ("flowers", "insects"))

    assert evaluate({"untouched": embedding}, settings())["untouched"]["weat1"]["score"] == pytest.approx(
        (np.mean(x) - np.mean(y)) / np.std([*x, *y]), abs=1e-6
    )


def test_unknown_words_are_left_out_and_counted(settings):
    leaf = evaluate({"untouched": planted(without=["bee"])}, settings())["untouched"]["weat1"]

    assert (leaf["known"], leaf["items"]) == (13, 14)
    assert leaf["coverage"] == pytest.approx(13 / 14)
    # Four flowers, three insects: 35 divisions.
    assert leaf["p"] == pytest.approx(1 / 35)


def test_a_test_with_too_few_known_words_is_refused_with_its_coverage(settings):
    leaf = evaluate({"untouched": planted(without=["love"])}, settings())["untouched"]["weat1"]

    assert leaf == {"known": 13, "items": 14, "coverage": 13 / 14, "refused": True}


def test_zero_vectors_have_no_bias(settings):
    embedding = Embedding.dense(planted().words, np.zeros((14, 6)))

    leaf = evaluate({"untouched": embedding}, settings())["untouched"]["weat1"]

    assert (leaf["score"], leaf["low"], leaf["high"], leaf["p"]) == (0, 0, 0, 1)


def test_a_test_keeps_its_values_when_another_is_added(settings):
    other = {"targets": ["insects", "flowers"], "attributes": ["good", "bad"]}

    alone = evaluate({"untouched": planted()}, settings())["untouched"]
    both = evaluate({"untouched": planted()}, settings(tests={"reversed": other, "weat1": WEAT1}))["untouched"]

    assert both["weat1"] == alone["weat1"]
    assert both["reversed"]["score"] == pytest.approx(-alone["weat1"]["score"])


def test_a_variant_with_nan_is_named(settings):
    spoilt = Embedding.dense(planted().words, np.full((14, 6), np.nan))

    with pytest.raises(InputError, match="variant 'spoilt': row 0 holds NaN"):
        evaluate({"spoilt": spoilt}, settings())


@pytest.mark.parametrize(
    ("test", "lists", "message"),
    [
        (
            WEAT1 | {"targets": ["flowers", "flwers"]},
            LISTS,
            r"weat1: no list 'flwers' in .*own\.json; did you mean 'flowers'",
        ),
        (WEAT1, LISTS | {"insects": ["ant", "ROSE"]}, "weat1: 'rose' stands in both 'flowers' and 'insects'"),
        (WEAT1, LISTS | {"bad": ["pain", "love"]}, "weat1: 'love' stands in both 'good' and 'bad'"),
        (WEAT1, LISTS | {"good": []}, r"own\.json: list 'good' is empty"),
    ],
)
def test_lists_that_make_no_test_are_refused(settings, test, lists, message):
    with pytest.raises(InputError, match=message):
        evaluate({"untouched": planted()}, settings(tests={"weat1": test}, lists=lists))


def test_a_list_in_two_data_sets_is_refused(settings, declare):
    again = declare("again.json", json.dumps({"good": ["kind"]}), kind="word_lists")
    double = settings()
    double.lists["again"] = again

    with pytest.raises(InputError, match=r"again\.json: list 'good' is in another data set too"):
        evaluate({"untouched": planted()}, double)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"minimum_known": 0}, "bias.minimum_known: must be at least 1, not 0"),
        ({"permutations": 0}, "bias.permutations: must be at least 1, not 0"),
        ({"confidence": 0.0}, "bias.confidence: "),
    ],
)
def test_an_impossible_setting_is_refused_by_its_key(settings, change, message):
    with pytest.raises(InputError, match=message):
        settings(**change)


def test_a_data_set_of_another_kind_is_refused(declare):
    lists = {"own": declare("own.tsv", "a b 1")}
    with pytest.raises(ValueError, match="^lists.own.kind: must be word_lists, not pairs"):
        Bias(lists=lists, **COMMON)


def test_a_test_compares_two_lists_with_two():
    with pytest.raises(ValueError, match="^attributes: must name two word lists, not 1"):
        Association(targets=["a", "b"], attributes=["c"])


def test_limits_are_of_what_is_measured(settings):
    limits = {"weat1": {"low": -1.0, "high": 1.0}}
    assert settings(limits=limits).limits["weat1"].high == 1.0
    with pytest.raises(InputError, match=r"bias\.limits\.weat2: there is no such metric; did you mean 'weat1'"):
        settings(limits={"weat2": limits["weat1"]})
