"""A barrier for threads that meet every few microseconds: they wait by looking, not by sleeping."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from embedsmith.compiled import compiled

STRIDE = 8
"""Counters of a cache line: each thread has a line of its own."""
PATIENCE = 2000
"""Looks before the processor is offered to others."""

_yield = types.ExternalFunction("sched_yield", types.int32())


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    return cgutils.gep_inbounds(builder, data, index)


@intrinsic
def _publish(typing_context: Any, counters: Any, index: Any, value: Any) -> Any:
    """Store counters[index] = value; what was written before is seen by who sees it."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address = _address(context, builder, signature.args[0], arguments[0], arguments[1])
        builder.store_atomic(arguments[2], address, "release", 8)
        return context.get_dummy_value()

    return types.void(counters, types.int64, types.int64), generate


@intrinsic
def _observe(typing_context: Any, counters: Any, index: Any) -> Any:
    """Load counters[index], and with it all that was written before it was stored."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address = _address(context, builder, signature.args[0], arguments[0], arguments[1])
        return builder.load_atomic(address, "acquire", 8)

    return types.int64(counters, types.int64), generate


@compiled
def arrive(counters: Any, own: int, threads: int, meeting: int) -> None:
    """Say that this thread has come to a meeting: what it wrote before, the others see when they have awaited it.

    Parameters
    ----------
    counters
        Zeros at first, int64, (STRIDE * threads,).
    own
        Number of this thread.
    meeting
        Number of the meeting, counted from 1.
    """
    if threads > 1:
        _publish(counters, np.int64(own * STRIDE), np.int64(meeting))


@compiled
def await_others(counters: Any, own: int, threads: int, meeting: int) -> None:
    """Return when all threads have arrived."""
    for other in range(threads):
        looks = 0
        while other != own and _observe(counters, np.int64(other * STRIDE)) < meeting:
            looks += 1
            if looks % PATIENCE == 0:
                _yield()
