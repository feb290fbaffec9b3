"""Scores by band of frequency and by section, as the similarity of variants has them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from embedsmith.embedding import Embedding
from embedsmith.evaluate.pairs import Pairs
from embedsmith.evaluate.similarity import Similarity

from .conftest import COMMON, scored


def test_a_band_is_scored_as_a_set_of_its_items_alone(model, settings, declare):
    pairs = Pairs.load(settings.sets["wordsim353"])
    counts = {word: [5, 50, 500][row % 3] for row, word in enumerate(model.words)}
    low = [
        f"{left}\t{right}\t{human}"
        for (left, right), human in zip(pairs.items, pairs.human, strict=True)
        if min(counts.get(left.lower(), 0), counts.get(right.lower(), 0)) < 20
    ]
    alone = Similarity(sets={"low": declare("low.tsv", "\n".join(low))}, intrinsic=["low"], **COMMON)

    bands = scored({"untouched": model}, settings, counts)["untouched"]["frequency"]
    whole = scored({"untouched": model}, alone)["untouched"]["low"]

    assert list(bands["wordsim353"]) == list(bands["google"]) == ["0-19", "20-99", "100+"]
    assert sum(leaf["items"] for leaf in bands["wordsim353"].values()) == 353
    assert sum(leaf["items"] for leaf in bands["google"].values()) == 19544
    found = bands["wordsim353"]["0-19"]
    assert {key: found[key] for key in ("score", "known", "items")} == {
        **{"score": pytest.approx(whole["score"]), "known": whole["known"], "items": len(low)}
    }
    assert found["low"] < found["score"] < found["high"]
    # The scores of questions in bands add up to the right answers of all.
    right = sum(leaf["score"] * leaf["known"] for leaf in bands["google"].values())
    google = scored({"untouched": model}, settings, counts)["untouched"]["google"]
    assert right == pytest.approx(google["score"] * google["known"])


def test_a_band_of_too_few_items_has_no_score_but_says_how_many(model, settings):
    few = dict.fromkeys(model.words, 5) | dict.fromkeys(("tiger", "cat", "media", "radio"), 500)

    bands = scored({"untouched": model}, settings, few)["untouched"]["frequency"]["wordsim353"]

    assert bands["100+"] == {"known": 3, "items": 3, "coverage": 1, "composed": 0, "averaged": 0, "refused": True}
    assert bands["20-99"] == {"known": 0, "items": 0, "coverage": 0, "composed": 0, "averaged": 0, "refused": True}
    assert bands["0-19"]["items"] == 350


def test_what_is_kept_of_a_band_is_of_its_items_alone(model, settings):
    rare = set(model.words[len(model.words) // 2 :])
    counts = {word: 5 if word in rare else 50 for word in model.words}
    matrix = model.matrix().copy()
    lost = [model.index[word] for word in rare]
    matrix[lost] = np.random.default_rng(4).normal(size=(len(lost), matrix.shape[1]))
    harmed = Embedding.dense(list(model.words), matrix)

    found = scored({"untouched": model, "harmed": harmed}, replace(settings, bands=[20]), counts)

    assert found["untouched"]["frequency"]["kept"]["0-19"] == {"score": 1, "low": 1, "high": 1}
    kept = found["harmed"]["frequency"]["kept"]
    assert kept["0-19"]["high"] < 0.5 < kept["20+"]["low"]


def test_nothing_is_said_to_be_kept_of_a_band_that_a_variant_knows_too_few_items_of(model, settings):
    rare = set(model.words[900:])
    counts = {word: 5 if word in rare else 50 for word in model.words}
    fewer = Embedding.dense(list(model.words[:900]), model.matrix()[:900])

    found = scored({"untouched": model, "fewer": fewer}, replace(settings, bands=[20]), counts)

    assert "score" in found["untouched"]["frequency"]["kept"]["0-19"]
    assert found["fewer"]["frequency"]["kept"]["0-19"] == {"refused": True}
    assert "score" in found["fewer"]["frequency"]["kept"]["20+"]


def test_without_bounds_nothing_is_scored_by_band(model, settings):
    assert "frequency" not in scored({"untouched": model}, replace(settings, bands=[]))["untouched"]


def test_a_section_of_too_few_known_questions_is_refused(model, declare):
    questions = "".join(f"{' '.join(model.words[place : place + 4])}\n" for place in range(25))
    text = f": many\n{questions}: few\na b c d\n{' '.join(model.words[:4])}\n"
    settings = Similarity(sets={"own": declare("own.txt", text, kind="analogies")}, intrinsic=["own"], **COMMON)

    further = scored({"untouched": model}, settings)["untouched"]["further"]["own"]

    assert "score" in further["many"]
    assert further["few"]["refused"] is True
    assert (further["few"]["known"], further["few"]["items"]) == (1, 2)
