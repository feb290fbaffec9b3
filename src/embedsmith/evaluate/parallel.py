"""Several variants measured at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from threadpoolctl import threadpool_limits

T = TypeVar("T")
U = TypeVar("U")

AT_ONCE = 2
"""Each holds its vectors twice or three times over; what it says is its own, so that this changes no result."""


def of_each(measure: Callable[[T], U], things: Iterable[T], threads: int) -> list[U]:
    """Return what `measure` says of each of the things, in their order.

    Parameters
    ----------
    threads
        Of BLAS and OpenMP in one measurement; fixed, because results change with it. What `measure` needs of such
        libraries is imported before, or it is not limited.

    Raises
    ------
    Exception
        What `measure` raises, of the first thing in order.
    """
    # OpenMP keeps its limit for each thread apart, so that every one of them sets it.
    with (
        threadpool_limits(threads),
        ThreadPoolExecutor(AT_ONCE, initializer=threadpool_limits, initargs=(threads,)) as pool,
    ):
        return list(pool.map(measure, things))
