"""How well words and pieces fit a text.

All are ratios of counts; None where there is nothing to divide by (no text was held out).
"""

from __future__ import annotations


def fertility(pieces: int, words: int) -> float | None:
    """Pieces per word, words being what white space separates; 1 is a vocabulary that never splits a word.

    Rust et al. (2021), "How good is your tokenizer?", section 3.3. Meaningless for a script written without spaces:
    compare `characters_per_token` there.
    """
    return _ratio(pieces, words)


def characters_per_token(characters: int, pieces: int) -> float | None:
    """Characters, spaces included, that a piece stands for; the higher, the shorter the encoded text."""
    return _ratio(characters, pieces)


def unknown_rate(unknown: int, tokens: int) -> float | None:
    """Share of running tokens (words or pieces) that the vocabulary does not hold."""
    return _ratio(unknown, tokens)


def coverage(known: int, tokens: int) -> float | None:
    """Share of the training text's running words that made it into the vocabulary, in spite of `min_count`."""
    return _ratio(known, tokens)


def _ratio(part: int, whole: int) -> float | None:
    """Divide, to six digits: what a file holds."""
    return round(part / whole, 6) if whole else None
