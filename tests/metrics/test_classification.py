from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from embedsmith.metrics.classification import macro_f1, stratified_split


def test_macro_f1_of_resamples_agrees_with_scikit_learn():
    random = np.random.default_rng(0)
    truth, answers = random.integers(0, 5, 40), random.integers(0, 6, 40)  # one answer that is never right
    drawn = random.integers(0, 40, size=(30, 40))
    counts = np.stack([np.bincount(row, minlength=40) for row in drawn]).astype(float)

    found = macro_f1(truth, answers, counts)

    expected = [f1_score(truth[row], answers[row], average="macro") for row in drawn]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_macro_f1_by_hand():
    # F1 of label 0: 2 / (2 + 1) = 2/3; of label 1: 2 / (2 + 1 + 1) = 1/2; of label 2, never answered: 0.
    truth, answers = np.array([0, 1, 1, 2]), np.array([0, 1, 0, 1])

    assert macro_f1(truth, answers, np.ones((1, 4))) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)


def test_a_split_takes_the_share_of_each_label_and_leaves_one_on_either_side():
    labels = np.array([0] * 40 + [1] * 10 + [2] * 2)

    test = stratified_split(labels, 0.2, 1)

    assert np.bincount(labels[test]).tolist() == [8, 2, 1]
    assert stratified_split(labels, 0.01, 1)[40:50].sum() == 1
    assert np.bincount(labels[~stratified_split(labels, 0.99, 1)]).tolist() == [1, 1, 1]


def test_a_split_depends_on_its_seed_alone():
    labels = np.repeat([0, 1], 50)

    assert np.array_equal(stratified_split(labels, 0.5, [1, 2]), stratified_split(labels, 0.5, [1, 2]))
    assert not np.array_equal(stratified_split(labels, 0.5, [1, 2]), stratified_split(labels, 0.5, [1, 3]))
