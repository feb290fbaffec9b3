"""The share of quality kept: one definition for every table.

The mean over a variant's intrinsic scores (word similarities and analogies) divided by the same mean of the
reference. The reference is the better of the untouched and the centred model: centring is free, so a
transform earns nothing by doing it on the way.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from embedsmith.metrics.statistics import Floats, interval

FLOOR = 0.05
"""A reference mean below this is noise, and a ratio to it says nothing."""


def reference(untouched: Floats, centred: Floats) -> Literal["untouched", "centred"]:
    """Which model a share is measured against, from the intrinsic scores (S,) of the two."""
    return "centred" if centred.mean() > untouched.mean() else "untouched"


def share(
    scores: Floats,
    reference_scores: Floats,
    samples: Floats,
    reference_samples: Floats,
    confidence: float,
) -> tuple[float, float, float] | None:
    """Return the share and its paired bootstrap interval (share, low, high), or None without a fair reference.

    Parameters
    ----------
    scores, reference_scores
        (S,) intrinsic scores of the variant and of the reference.
    samples, reference_samples
        (R, S) the same scores on R resamples; resample r of both holds the same items, so that what is
        hard for both cancels, and a loss far smaller than the spread of either score can be told.

    Returns
    -------
    None where the mean of the reference is below `FLOOR`. A bound is NaN where no resample gives a ratio.
    """
    base = float(reference_scores.mean())
    if base < FLOOR:
        return None
    below = reference_samples.mean(axis=1)
    # A resample in which the reference has nothing to keep has no share.
    ratios = np.divide(samples.mean(axis=1), below, out=np.full(below.shape, np.nan), where=below > 0)
    return float(scores.mean()) / base, *interval(ratios, confidence)
