"""Checks that the settings of several protocols share."""

from __future__ import annotations

import regex


def require_statistics(resamples: int, confidence: float, seed: int, threads: int) -> None:
    """Raise ValueError, the key first, for an impossible value."""
    if resamples < 1:
        raise ValueError(f"resamples: must be at least 1, not {resamples}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: must be between 0 and 1, not {confidence:g}")
    if seed < 0:
        raise ValueError(f"seed: must be at least 0, not {seed}")
    require_threads(threads)


def require_threads(threads: int) -> None:
    """Raise ValueError, the key first, unless there is at least one."""
    if threads < 1:
        raise ValueError(f"threads: must be at least 1, not {threads}")


def require_words(pattern: str) -> None:
    """Raise ValueError, the key first, unless `pattern` is one of words, as the tokenizer's."""
    try:
        regex.compile(pattern)
    except regex.error as error:
        raise ValueError(f"word_pattern: {pattern!r} is no pattern: {error}") from None
