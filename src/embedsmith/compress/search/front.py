"""What is not beaten: no other is both smaller and better."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def front(items: Iterable[T], size: Callable[[T], float], quality: Callable[[T], float]) -> list[T]:
    """Return the Pareto front of `items`, from the smallest to the largest: each is better than all smaller ones.

    Of equal ones the first stands for all.
    """
    found: list[T] = []
    for item in sorted(items, key=lambda item: (size(item), -quality(item))):
        if not found or quality(item) > quality(found[-1]):
            found.append(item)
    return found
