"""Settings of the bias stage about lists, and sets of words, that a test gives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedsmith.config.check import build
from embedsmith.evaluate.bias import Bias

COMMON: dict[str, Any] = {
    **{"tests": {}, "words": {}, "audits": {}, "sentiment": ["good", "bad"], "strictness": 1.0},
    **{"analogies": None, "remains": None, "limits": {}, "minimum_known": 3, "permutations": 1000},
    **{"resamples": 100, "confidence": 0.95, "seed": 1, "threads": 1},
}


@pytest.fixture
def bias(declare):
    """Build settings from changes to COMMON, `lists` being those of a file."""

    def bias(lists, **changes):
        dataset = declare("own.json", json.dumps(lists), kind="word_lists")
        return build(Bias, {"lists": {"own": vars(dataset)}, **COMMON | changes}, "evaluate.bias")

    return bias
