"""Classification: a fixed split of labelled items, and what a classifier's answers are worth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedsmith.metrics.similarity import Floats, Ids


def stratified_split(labels: Ids, share: float, seed: int | list[int]) -> npt.NDArray[np.bool_]:
    """Which of the items are for the test, (n,): of each label the `share`, rounded, but one on either side at least.

    Parameters
    ----------
    labels
        (n,) of the items, each at least twice.
    """
    random = np.random.default_rng(seed)
    test = np.zeros(labels.size, dtype=np.bool_)
    for label in np.unique(labels):
        of_label = random.permutation(np.flatnonzero(labels == label))
        test[of_label[: min(max(round(share * of_label.size), 1), of_label.size - 1)]] = True
    return test


def macro_f1(truth: Ids, answers: Ids, counts: Floats) -> Floats:
    """Mean over the labels of F1, in each of R resamples, (R,).

    F1 = 2 TP / (2 TP + FP + FN) of each label that the resample's items or the answers to them have; the mean of these
    (the mean of F1s, not the F1 of means: Opitz & Burst 2019, "Macro F1 and Macro F1").

    Parameters
    ----------
    truth, answers
        (n,) labels.
    counts
        (R, n) times that each item stands in each resample.
    """
    labels = np.union1d(truth, answers)
    is_label, answered = ((each[:, None] == labels).astype(np.float64) for each in (truth, answers))
    right = counts @ (is_label * answered)
    either = counts @ is_label + counts @ answered  # 2 TP + FP + FN
    return np.asarray((2 * right / np.where(either > 0, either, 1)).sum(axis=1) / (either > 0).sum(axis=1))
