"""How many dimensions a reduction leaves, and when that makes no sense."""

from __future__ import annotations

from embedsmith.errors import InputError


def require_reduction(reduction: float) -> None:
    """Refuse a parameter `reduction` that would add dimensions, by a ValueError that begins with its key."""
    if reduction < 1:
        raise ValueError(f"reduction: must be at least 1, not {reduction:g}")


def kept(dimension: int, reduction: float, link: str) -> int:
    """Return dimension / reduction, rounded.

    Raises
    ------
    InputError
        If nothing is left; `link` says of whose making.
    """
    left = round(dimension / reduction)
    if left < 1:
        raise InputError(
            f"{link}: a reduction of {reduction:g} leaves nothing of {dimension} dimensions; use at most {dimension}"
        )
    return left
