"""Audits of words about people, the analogies, and what remains: on vectors with a bias planted along one axis."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.bias import evaluate
from embedsmith.evaluate.bias.analogies import Answered, table

WORDS = {
    "groups": {"female": ["she", "her", "woman"], "male": ["he", "his", "man"]},
    "definitional": [["she", "he"], ["her", "his"], ["woman", "man"]],
    **{"equalise": [], "specific": ["beard"], "neutral": ["nurse", "teacher", "doctor", "captain"]},
}
LEANS = {"nurse": 0.8, "teacher": 0.3, "doctor": -0.3, "captain": -0.8}
LISTS = {"good": ["love", "peace", "joy"], "bad": ["pain", "war", "filth"], "home": ["family", "house", "kin"]}
AUDIT = {"words": "people", "groups": ["female", "male"], "attributes": ["neutral"], "measures": []}
REMAINS = {"words": "people", "besides": ["mary"], "among": 200, "each": 40, "neighbours": 10, "folds": 4}
FIELDS = {"score", "low", "high", "known", "items", "coverage"}


def planted(lean=1.0, without=()):
    """Words that lean along the first axis, groups the most; 80 more, `w0` ... `w79`, from one side to the other."""
    random = np.random.default_rng(0)
    leans = dict.fromkeys(WORDS["groups"]["female"], 1.0) | dict.fromkeys(WORDS["groups"]["male"], -1.0)
    leans |= LEANS | {"beard": -2.0, "mary": 2.0} | {word: 0.0 for words in LISTS.values() for word in words}
    leans |= {f"w{letter}{other}": (i - 39.5) / 40 for i, (letter, other) in enumerate(itertools.islice(LETTERS(), 80))}
    rows = {word: random.normal(size=6) * 0.2 + np.eye(6)[0] * own * lean + np.eye(6)[1] for word, own in leans.items()}
    kept = {word: row for word, row in rows.items() if word not in without}
    return Embedding.dense(list(kept), np.array(list(kept.values())))


def LETTERS():
    return itertools.product("abcdefghij", repeat=2)


@pytest.fixture
def audit(bias):
    def audit(*measures, lists=LISTS, words=WORDS, variants=None, changes=None, **own):
        settings = bias(
            lists, words={"people": words}, audits={"own": AUDIT | {"measures": [*measures]} | own}, **changes or {}
        )
        return evaluate(variants or {"untouched": planted()}, settings)[0]

    return audit


def cosine(embedding, one, other):
    u, v = (embedding[word].astype(float) for word in (one, other))
    return u @ v / np.linalg.norm(u) / np.linalg.norm(v)


def test_every_measure_has_a_score_an_interval_and_its_coverage(audit):
    found = audit("rnd", "ect", "mac", "rnsb", "ripa", "direct")["untouched"]

    assert set(found) == {f"{measure}_own" for measure in ("rnd", "ect", "mac", "rnsb", "ripa", "direct")}
    for leaf in found.values():
        assert set(leaf) == FIELDS
        assert leaf["low"] <= leaf["score"] <= leaf["high"]
        assert leaf["coverage"] == 1
    assert [found[f"{measure}_own"]["items"] for measure in ("rnd", "mac", "rnsb", "direct")] == [10, 10, 12, 10]


def test_a_planted_bias_is_larger_than_none(audit):
    variants = {"untouched": planted(), "flat": planted(lean=0)}
    found = audit("ect", "direct", variants=variants)

    assert found["untouched"]["direct_own"]["score"] > found["flat"]["direct_own"]["score"]
    # The two groups see the neutral words in opposite orders.
    assert found["untouched"]["ect_own"]["score"] == pytest.approx(-1)
    assert found["flat"]["ect_own"]["score"] > 0


def test_scores_are_the_formulas_word_by_word(audit):
    embedding = planted()
    found = audit("mac", "direct", attributes=["home", "neutral"])["untouched"]

    groups = [word for words in WORDS["groups"].values() for word in words]
    distances = [
        np.mean([np.mean([1 - cosine(embedding, word, other) for other in words]) for words in (LISTS["home"], LEANS)])
        for word in groups
    ]
    assert found["mac_own"]["score"] == pytest.approx(np.mean(distances), abs=1e-6)
    unit = {
        word: embedding[word].astype(float) / np.linalg.norm(embedding[word].astype(float)) for word in embedding.words
    }
    differences = np.array([unit[one] - unit[other] for one, other in WORDS["definitional"]])
    direction = np.linalg.eigh(differences.T @ differences)[1][:, -1]
    expected = np.mean([abs(unit[word] @ direction) for word in WORDS["neutral"]])
    assert found["direct_own"]["score"] == pytest.approx(expected, abs=1e-6)


def test_unknown_words_and_pairs_of_one_known_word_are_left_out(audit):
    found = audit(
        "rnd", "ripa", variants={"untouched": planted(without=["her", "doctor"])}, changes={"minimum_known": 2}
    )

    assert (found["untouched"]["rnd_own"]["known"], found["untouched"]["rnd_own"]["items"]) == (8, 10)
    # Two pairs of three, three neutral words of four.
    assert (found["untouched"]["ripa_own"]["known"], found["untouched"]["ripa_own"]["items"]) == (7, 10)


def test_a_set_with_too_few_known_words_is_refused_with_its_coverage(audit):
    variants = {"untouched": planted(without=["her", "she"])}
    found = audit("rnd", "rnsb", "direct", variants=variants)["untouched"]

    assert found["rnd_own"] == {"known": 8, "items": 10, "coverage": 0.8, "refused": True}
    assert found["rnsb_own"]["refused"]
    # One pair is two words.
    assert found["direct_own"] == {"known": 6, "items": 10, "coverage": 0.6, "refused": True}


def test_zero_vectors_have_no_bias_and_no_order(audit):
    nothing = Embedding.dense(planted().words, np.zeros((len(planted()), 6)))
    found = audit("rnd", "ect", "rnsb", "ripa", "direct", variants={"untouched": nothing})["untouched"]

    assert [found[f"{measure}_own"]["score"] for measure in ("rnd", "ripa", "direct")] == [0, 0, 0]
    assert found["rnsb_own"]["score"] == pytest.approx(0, abs=1e-12)
    assert found["ect_own"] == {"known": 10, "items": 10, "coverage": 1.0, "refused": True}


def test_a_measure_keeps_its_values_when_another_is_added(audit):
    assert audit("rnd")["untouched"]["rnd_own"] == audit("ect", "rnd")["untouched"]["rnd_own"]


def test_a_variant_with_nan_is_named(audit):
    spoilt = Embedding.dense(planted().words, np.full((len(planted()), 6), np.nan))

    with pytest.raises(InputError, match="variant 'spoilt': row 0 holds NaN"):
        audit("rnd", variants={"spoilt": spoilt})


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"words": "peple"}, "audits.own.words: there is no set 'peple' in `words`; did you mean 'people'"),
        ({"groups": ["female", "mal"]}, "audits.own.groups: people has no group 'mal'; did you mean 'male'"),
        ({"groups": ["male", "male"]}, r"audits.own.groups: must name two groups"),
        ({"measures": ["rdn"]}, "audits.own.measures: unknown measure 'rdn'; did you mean 'rnd'"),
        ({"attributes": []}, "audits.own.attributes: empty"),
        ({"attributes": ["hme"]}, r"audits.own.attributes: no list 'hme' in .*own\.json; did you mean 'home'"),
        (
            {"lists": LISTS | {"home": ["house", "SHE"]}, "attributes": ["home"]},
            "'she' stands in both 'home' and 'people'",
        ),
        ({"lists": LISTS | {"bad": ["love"]}}, "bias.sentiment: 'love' stands in both 'good' and 'bad'"),
        ({"words_": WORDS | {"neutral": []}}, "audits.own.measures: people has no neutral words"),
        ({"words_": WORDS | {"definitional": []}}, "audits.own.measures: people has no definitional pairs"),
        ({"words_": WORDS | {"groups": {"a": ["x"], "b": []}}}, "words.people.groups.b: empty"),
        ({"words_": WORDS | {"groups": {"a": ["x"], "b": ["x"]}}}, "words.people.groups: 'x' stands twice"),
        ({"changes": {"sentiment": ["good"]}}, "bias.sentiment: must name two word lists"),
        ({"changes": {"strictness": -1.0}}, "bias.strictness: must be at least 0, not -1"),
    ],
)
def test_words_that_make_no_audit_are_refused(audit, bias, own, message):
    lists, changes = own.pop("lists", LISTS), own.pop("changes", {})
    words = {"people": own.pop("words_", WORDS)}
    audits = {"own": AUDIT | {"measures": ["rnd", "rnsb", "direct"]} | own}

    with pytest.raises(InputError, match=message):
        evaluate({"untouched": planted()}, bias(lists, words=words, audits=audits, **changes))


QUESTIONS = {"pairs": [["man", "woman"], ["woman", "man"]], "words": ["doctor", "nurse", "pilot"]}


def test_questions_are_answered_with_and_without_their_own_words(bias):
    found, answered = evaluate({"untouched": planted()}, bias(LISTS, analogies=QUESTIONS))

    leaves = found["untouched"]
    assert set(leaves) == {"analogy_changed", "analogy_repeated"}
    assert (leaves["analogy_changed"]["known"], leaves["analogy_changed"]["items"]) == (4, 6)
    assert [line[:4] for line in answered] == [
        ("untouched", a, b, c) for a, c in QUESTIONS["pairs"] for b in ("doctor", "nurse")
    ]
    changed = [line.answer != line.unrestricted for line in answered]
    assert leaves["analogy_changed"]["score"] == np.mean(changed)
    assert leaves["analogy_repeated"]["score"] == np.mean([line.unrestricted == line.b for line in answered])
    assert not any({line.answer} & {line.a, line.b, line.c} for line in answered)


def test_with_too_few_known_questions_the_shares_are_refused_and_the_table_is_empty(bias):
    found, answered = evaluate({"untouched": planted(without=["doctor"])}, bias(LISTS, analogies=QUESTIONS))

    assert found["untouched"]["analogy_changed"] == {"known": 2, "items": 6, "coverage": 2 / 6, "refused": True}
    assert table(answered) == "variant,a,b,c,answer,unrestricted\n"


def test_the_table_of_answers_is_csv():
    line = Answered("int8", "man", "doctor", "woman", 'a "b", c', "doctor")

    assert table([line]).splitlines()[1] == 'int8,man,doctor,woman,"a ""b"", c",doctor'


def removed(embedding):
    """The first axis of all vectors set to 0: the bias is gone."""
    matrix = embedding.matrix().copy()
    matrix[:, 0] = 0
    return Embedding.dense(embedding.words, matrix)


def test_what_remains_is_measured_on_words_that_leaned_in_the_untouched_model(bias):
    variants = {"untouched": planted(), "removed": removed(planted())}
    found, _ = evaluate(variants, bias(LISTS, words={"people": WORDS}, remains=REMAINS))

    for name in ("remains_cluster", "remains_linear", "remains_nonlinear"):
        assert set(found["untouched"][name]) == FIELDS
        assert found["untouched"][name]["score"] > 0.9
        assert found["removed"][name]["score"] < 0.75
        assert (found["removed"][name]["known"], found["removed"][name]["items"]) == (80, 80)
    assert found["untouched"]["remains_neighbours"]["score"] > 0.9
    assert (found["removed"]["remains_neighbours"]["known"], found["removed"]["remains_neighbours"]["items"]) == (4, 4)


def test_words_that_a_variant_has_lost_are_left_out(bias):
    lost = [word for word in planted().words if word.startswith("w")][:10]
    variants = {"untouched": planted(), "pruned": planted(without=[*lost, "nurse", "doctor"])}
    found, _ = evaluate(variants, bias(LISTS, words={"people": WORDS}, remains=REMAINS))

    assert found["pruned"]["remains_linear"]["known"] < 80
    assert found["pruned"]["remains_neighbours"] == {"known": 2, "items": 4, "coverage": 0.5, "refused": True}


def test_without_the_definitional_pairs_nothing_remains_to_be_said(bias):
    variants = {"untouched": planted(without=["she", "his"])}
    found, _ = evaluate(variants, bias(LISTS, words={"people": WORDS}, remains=REMAINS))

    assert found["untouched"]["remains_linear"] == {"known": 0, "items": 80, "coverage": 0.0, "refused": True}


def test_the_correlation_with_neighbours_is_of_the_bias_that_was(bias):
    embedding = planted()
    found, _ = evaluate({"untouched": embedding}, bias(LISTS, words={"people": WORDS}, remains=REMAINS))

    unit = {
        word: embedding[word].astype(float) / np.linalg.norm(embedding[word].astype(float)) for word in embedding.words
    }
    differences = np.array([unit[one] - unit[other] for one, other in WORDS["definitional"]])
    direction = np.linalg.eigh(differences.T @ differences)[1][:, -1]
    carrying = {"she", "her", "woman", "he", "his", "man", "beard", "mary"}
    words = [word for word in embedding.words if word not in carrying]
    shares = []
    for neutral in WORDS["neutral"]:
        others = sorted((word for word in words if word != neutral), key=lambda word: -(unit[word] @ unit[neutral]))
        shares.append(np.mean([unit[word] @ direction > 0 for word in others[:10]]))
    expected = stats.pearsonr([unit[word] @ direction for word in WORDS["neutral"]], shares)[0]
    assert found["untouched"]["remains_neighbours"]["score"] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"folds": 1}, "remains.folds: must be at least 2"),
        ({"each": 3}, "remains.each: must be at least 4"),
        ({"among": 79}, "remains.among: must be at least 80"),
        ({"neighbours": 0}, "remains.neighbours: must be at least 1"),
        ({"words": "peple"}, "remains.words: there is no set 'peple'"),
    ],
)
def test_impossible_settings_of_what_remains_are_refused(bias, change, message):
    with pytest.raises(InputError, match=message):
        bias(LISTS, words={"people": WORDS}, remains=REMAINS | change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pairs": [["man", "man"]]}, "analogies.pairs: must be pairs of different words"),
        ({"pairs": []}, "analogies.pairs: empty"),
        ({"words": []}, "analogies.words: empty"),
    ],
)
def test_impossible_questions_are_refused(bias, change, message):
    with pytest.raises(InputError, match=message):
        bias(LISTS, analogies=QUESTIONS | change)
