"""Agreement with the `wefe` package on GloVe 6B: wefe/make.py says how its values were made."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from embedsmith.metrics.bias import weat
from embedsmith.metrics.bias.direction import pair_directions
from embedsmith.metrics.bias.ect import group_cosines
from embedsmith.metrics.bias.mac import mean_cosine_distances
from embedsmith.metrics.bias.ripa import inner_products
from embedsmith.metrics.bias.rnd import relative_norm_distances
from embedsmith.metrics.bias.rnsb import divergence_of_resamples, negative_probabilities
from embedsmith.metrics.similarity import spearman, unit

FIXTURE = Path(__file__).parent / "wefe"
MADE = json.loads((FIXTURE / "wefe.json").read_text())
VECTORS = dict(zip(MADE["words"], np.load(FIXTURE / "vectors.npy"), strict=True))


def raw(name):
    return np.array([VECTORS[word] for word in MADE["lists"][name] if word in VECTORS])


def rows(name):
    return unit(raw(name))


def agrees(name):
    return pytest.approx(MADE["values"][name], abs=1e-6)


@pytest.mark.parametrize("query", MADE["queries"])
def test_the_effect_sizes_of_association_tests_agree(query):
    x, y, a, b = (rows(name) for name in MADE["queries"][query])

    assert weat.effect_size(weat.associations(x, a, b), weat.associations(y, a, b)) == agrees(query)


def test_the_mean_relative_norm_distance_agrees():
    assert relative_norm_distances(rows("neutral"), rows("female"), rows("male")).mean() == agrees("rnd")


def test_the_coherence_of_two_groups_agrees():
    of_groups = (group_cosines(rows("neutral"), rows(group)) for group in ("female", "male"))

    assert spearman(*of_groups) == agrees("ect")


def test_the_mean_average_cosine_distance_agrees():
    targets = np.concatenate([rows("female"), rows("male")])

    assert mean_cosine_distances(targets, [rows("career"), rows("family")]).mean() == agrees("mac")


def test_the_mean_over_pairs_of_inner_products_agrees():
    relation = pair_directions(raw("female"), raw("male")).mean(axis=0)

    assert inner_products(raw("neutral"), relation).mean() == agrees("ripa")


@pytest.mark.parametrize(("name", "groups"), [("rnsb_gender", ["female", "male"]), ("rnsb_religion", ["religion"])])
def test_the_divergence_of_negative_sentiment_agrees(name, groups):
    words = np.concatenate([rows(group) for group in groups])
    negative = negative_probabilities(words, rows("pleasant_5"), rows("unpleasant_5a"))

    assert divergence_of_resamples(negative, np.ones((1, len(words))))[0] == agrees(name)
