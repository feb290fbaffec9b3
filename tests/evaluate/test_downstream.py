from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.downstream import Downstream, evaluate
from embedsmith.files import rounded

from .conftest import at

LABELS = ["animals", "colours", "places"]


@pytest.fixture(scope="module")
def texts():
    """600 texts of three labels, whose words stand for their label twice as often as for another."""
    random = np.random.default_rng(0)
    rows = []
    for _ in range(600):
        label = int(random.integers(3))
        weights = np.where(np.arange(90) // 30 == label, 2.0, 1.0)
        words = random.choice(90, size=8, p=weights / weights.sum())
        rows.append((" ".join(f"{chr(97 + word // 30)}{chr(97 + word % 30)}" for word in words), LABELS[label]))
    return rows


@pytest.fixture(scope="module")
def model(texts):
    """A vector for nearly every word: its label's point, and noise."""
    words = sorted({word for text, _ in texts for word in text.split()})
    random = np.random.default_rng(1)
    points = random.normal(size=(3, 12))
    matrix = np.array([points[ord(word[0]) - 97] + random.normal(size=12) for word in words])
    return Embedding.dense(words[2:], matrix[2:])


@pytest.fixture(scope="module")
def settings(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("sets") / "texts.csv"
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in texts))
    return Downstream(
        sets={"topics": at(path, "labelled", columns=["text", "label"])},
        word_pattern=r"\S+",
        lowercase=True,
        documents=1000,
        test=0.25,
        inverse_penalty=0.1,
        iterations=200,
        tolerance=1e-6,
        resamples=200,
        confidence=0.95,
        seed=1,
        threads=1,
    )


def changed(embedding, change):
    return Embedding.dense(list(embedding.words), change(embedding.matrix().copy()))


@pytest.fixture(scope="module")
def result(model, settings):
    noise = np.random.default_rng(2).normal(size=model.matrix().shape)
    variants = {
        "untouched": model,
        "same": changed(model, lambda m: m),
        "scaled": changed(model, lambda m: m * 1000 + 7),
        "noise": changed(model, lambda m: noise),
    }
    return evaluate(variants, settings)


def test_the_accuracy_is_scikit_learns(result, texts, model, settings):
    from embedsmith.metrics.classification import stratified_split

    index = {word: row for row, word in enumerate(model.words)}
    vectors = np.array(
        [np.mean([model.matrix()[index[word]] for word in text.split() if word in index], axis=0) for text, _ in texts]
    )
    labels = np.array([LABELS.index(label) for _, label in texts])
    test = stratified_split(labels, 0.25, [1, zlib.crc32(b"topics")])
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, tol=1e-6, max_iter=200))
    answers = classifier.fit(vectors[~test], labels[~test]).predict(vectors[test])

    leaf = result["untouched"]["topics"]
    assert leaf["score"] == pytest.approx(accuracy_score(labels[test], answers))
    assert result["untouched"]["macro_f1"]["topics"]["score"] == pytest.approx(
        f1_score(labels[test], answers, average="macro")
    )
    assert leaf["items"] == leaf["known"] == test.sum()
    assert leaf["low"] < leaf["score"] < leaf["high"]
    expected = stats.norm.ppf(0.975) * np.sqrt(leaf["score"] * (1 - leaf["score"]) / test.sum())
    assert (leaf["high"] - leaf["low"]) / 2 == pytest.approx(expected, rel=0.15)


def test_vectors_that_carry_the_label_beat_noise_and_the_test_says_so(result):
    assert result["untouched"]["topics"]["score"] > result["noise"]["topics"]["score"] + 0.1
    assert result["noise"]["topics"]["p"] < 0.01
    assert result["noise"]["kept_of"]["topics"]["high"] < 1
    assert "p" not in result["untouched"]["topics"]


def test_neither_a_copy_nor_another_scale_makes_a_difference(result):
    untouched = result["untouched"]
    for variant in ("same", "scaled"):
        assert result[variant]["topics"] == untouched["topics"] | {"p": 1.0}
        assert result[variant]["kept_of"]["topics"] == {"score": 1.0, "low": 1.0, "high": 1.0}


def test_the_share_of_known_words_is_told(result, texts, model):
    words = result["untouched"]["words"]["topics"]

    assert words["score"] == words["known"] / words["items"]
    everywhere = np.mean([word in model.index for text, _ in texts for word in text.split()])
    assert words["score"] == pytest.approx(everywhere, abs=0.02)
    assert words["score"] < 1


def test_a_variant_that_lost_words_is_tested_on_the_same_texts(model, settings):
    few = Embedding.dense(list(model.words[:3]), model.matrix()[:3])

    found = evaluate({"untouched": model, "pruned": few}, settings)["pruned"]

    assert found["topics"]["known"] < found["topics"]["items"] == 150
    assert rounded(found)["topics"]["score"] < 0.6


def test_a_variant_that_knows_no_word_answers_nothing(model, settings):
    other = Embedding.dense(["unheard", "of"], np.eye(2))

    found = evaluate({"untouched": model, "other": other}, settings)["other"]

    assert (found["topics"]["known"], found["topics"]["score"], found["words"]["topics"]["score"]) == (0, 0, 0)


def test_the_same_settings_give_the_same_values_whatever_else_is_measured(model, settings, result):
    dataset = settings.sets["topics"]
    twice = replace(settings, sets={"other": dataset, "topics": dataset})

    found = evaluate({"untouched": model}, twice)["untouched"]

    assert found["topics"] == result["untouched"]["topics"]
    assert found["other"] != found["topics"]


def test_no_sets_are_no_scores(model, settings):
    assert evaluate({"untouched": model, "int8": model}, replace(settings, sets={})) == {"untouched": {}, "int8": {}}


def test_a_variant_with_nan_is_named(model, settings):
    def spoil(matrix):
        matrix[3, 0] = np.nan
        return matrix

    with pytest.raises(InputError, match=f"variant 'spoilt': the vector of '{model.words[3]}' holds NaN"):
        evaluate({"untouched": model, "spoilt": changed(model, spoil)}, settings)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sets": {"x": at("x", "pairs")}}, "^sets.x.kind: must be labelled, not pairs"),
        ({"sets": {"words": at("x", "labelled")}}, "^sets.words: 'words' is the name of other results"),
        ({"documents": 3}, "^documents: must be at least 4, not 3"),
        ({"test": 1.0}, "^test: must be between 0 and 1, not 1"),
        ({"inverse_penalty": 0.0}, "^inverse_penalty: must be above 0, not 0"),
        ({"iterations": 0}, "^iterations: must be above 0, not 0"),
        ({"tolerance": -1.0}, "^tolerance: must be above 0, not -1"),
        ({"word_pattern": "["}, r"^word_pattern: '\[' is no pattern"),
        ({"resamples": 0}, "^resamples: must be at least 1, not 0"),
        ({"threads": 0}, "^threads: must be at least 1, not 0"),
    ],
)
def test_an_impossible_setting_is_refused_by_its_key(settings, change, message):
    with pytest.raises(ValueError, match=message):
        replace(settings, **change)
