from __future__ import annotations

from dataclasses import dataclass

import pytest

from embedsmith.config.check import build
from embedsmith.errors import InputError
from embedsmith.evaluate.limits import Breach, Limit, breaches, require_limits


@dataclass(frozen=True, kw_only=True)
class Settings:
    limits: dict[str, Limit]


def limit(low=None, high=None):
    return Limit(low=low, high=high)


@pytest.mark.parametrize(
    ("score", "bounds", "kept"),
    [
        (0.2, limit(high=0.3), True),
        (0.3, limit(high=0.3), True),
        (0.31, limit(high=0.3), False),
        (-0.2, limit(low=-0.1), False),
        (-0.1, limit(low=-0.1, high=0.1), True),
        (float("nan"), limit(low=-1, high=1), False),
    ],
)
def test_a_score_keeps_its_limit_up_to_the_limit_itself(score, bounds, kept):
    assert (breaches({"mean_cosine": {"score": score}}, {"mean_cosine": bounds}) == []) is kept


def test_what_is_missing_or_refused_cannot_keep_a_limit():
    metrics = {"isoscore": {"refused": True}, "hubness": {"score": 2.0, "low": 1.0, "high": 4.0}}
    limits = {"isoscore": limit(low=0.1), "hubness": limit(high=3), "mean_cosine": limit(high=0.5)}

    assert breaches(metrics, limits) == [
        Breach("isoscore", None, limits["isoscore"]),
        Breach("mean_cosine", None, limits["mean_cosine"]),
    ]


def test_it_is_the_score_and_not_its_interval_that_counts():
    assert breaches({"hubness": {"score": 2.9, "low": 1.0, "high": 4.0}}, {"hubness": limit(high=3)}) == []


def test_no_limits_are_always_kept():
    assert breaches({}, {}) == []


def test_a_breach_says_what_was_found_and_what_is_let_through():
    assert str(Breach("mean_cosine", 0.6123456789, limit(high=0.5))) == (
        "mean_cosine is 0.612346; the limit is at most 0.5"
    )
    assert str(Breach("isoscore", 0.05, limit(low=0.1))) == "isoscore is 0.05; the limit is at least 0.1"
    assert str(Breach("weat1", None, limit(low=-0.5, high=0.5))) == "weat1 has no score; the limit is -0.5 to 0.5"


def test_limits_are_read_from_a_mapping():
    built = build(Settings, {"limits": {"isoscore": {"low": 0.1, "high": None}}}, "evaluate.anisotropy")
    assert built.limits == {"isoscore": limit(low=0.1)}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"low": None, "high": None}, r"evaluate.anisotropy.limits.isoscore.low: null, as high is"),
        ({"low": 2, "high": 1}, r"evaluate.anisotropy.limits.isoscore.low: must be at most high, 1, not 2"),
        ({"low": "much", "high": None}, "limits.isoscore.low"),
        ({"low": 1.0, "top": 2.0}, "top"),
    ],
)
def test_an_impossible_limit_is_refused(values, message):
    with pytest.raises(InputError, match=message):
        build(Settings, {"limits": {"isoscore": values}}, "evaluate.anisotropy")


def test_a_limit_of_no_metric_is_refused():
    require_limits(["isoscore"], ["isoscore", "hubness"])
    with pytest.raises(ValueError, match=r"^limits.hubnes: there is no such metric; did you mean 'hubness'\?"):
        require_limits(["hubnes"], ["isoscore", "hubness"])
