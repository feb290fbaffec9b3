from __future__ import annotations

import numpy as np
import pytest

from embedsmith.metrics.share import reference, share
from embedsmith.metrics.statistics import interval


def test_the_share_is_the_ratio_of_the_mean_scores():
    same = np.tile([0.6, 0.3, 0.3], (10, 1))

    found = share(np.array([0.3, 0.3, 0.3]), np.array([0.6, 0.3, 0.3]), same * 0.5, same, 0.95)

    assert found == pytest.approx((0.75, 0.5, 0.5))


def test_the_better_of_untouched_and_centred_is_the_reference():
    assert reference(np.array([0.6, 0.3, 0.1]), np.array([0.5, 0.4, 0.2])) == "centred"
    assert reference(np.array([0.6, 0.3, 0.3]), np.array([0.5, 0.4, 0.2])) == "untouched"
    assert reference(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == "untouched"


def test_a_reference_below_the_floor_has_no_share():
    samples = np.full((5, 2), 0.04)

    assert share(np.array([0.04, 0.04]), np.array([0.04, 0.059]), samples, samples, 0.95) is None
    assert share(np.array([0.04, 0.04]), np.array([0.05, 0.05]), samples, samples, 0.95) is not None


def test_paired_resamples_tell_a_loss_far_smaller_than_the_spread_of_the_scores():
    random = np.random.default_rng(0)
    base = 0.4 + 0.05 * random.normal(size=(2000, 3))
    variant = base * 0.995 + 0.0005 * random.normal(size=base.shape)

    found = share(np.full(3, 0.398), np.full(3, 0.4), variant, base, 0.95)

    assert found is not None
    _, low, high = found
    assert 0.99 < low < 0.995 < high < 1.0
    apart = interval(variant.mean(axis=1) / random.permutation(base.mean(axis=1)), 0.95)
    assert apart[1] - apart[0] > 20 * (high - low)


def test_a_resample_without_a_positive_reference_is_left_out():
    base = np.array([[0.4], [-0.4], [0.0]])

    assert share(np.array([0.2]), np.array([0.4]), np.array([[0.2], [0.2], [0.2]]), base, 0.95) == pytest.approx(
        (0.5, 0.5, 0.5)
    )
