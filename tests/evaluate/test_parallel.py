"""Several variants measured at a time."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate import parallel
from embedsmith.evaluate.parallel import of_each

from .conftest import scored


def test_things_are_measured_side_by_side_and_found_in_their_order():
    both = threading.Barrier(2, timeout=60)  # broken, if one had to wait for the other to end

    def measure(number):
        both.wait()
        return number * 10

    assert of_each(measure, range(6), 1) == [0, 10, 20, 30, 40, 50]


def test_the_libraries_of_each_measurement_keep_to_their_threads():
    limits = of_each(lambda _: {library["num_threads"] for library in threadpool_info()}, range(4), 1)

    assert limits == [{1}] * 4


def test_of_several_errors_the_first_in_order_is_told():
    def measure(number):
        if number > 1:
            raise InputError(f"number {number}")

    with pytest.raises(InputError, match="number 2"):
        of_each(measure, range(8), 1)


def test_how_many_are_measured_at_a_time_changes_no_value(monkeypatch, model, settings):
    noise = np.random.default_rng(3).normal(size=model.matrix().shape)
    variants = {"untouched": model} | {
        str(scale): Embedding.dense(list(model.words), model.matrix() + scale * noise) for scale in (0.2, 0.5)
    }
    two = scored(variants, settings)
    monkeypatch.setattr(parallel, "AT_ONCE", 1)

    assert scored(variants, settings) == two
