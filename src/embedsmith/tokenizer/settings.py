"""What the tokenizer is set by."""

from __future__ import annotations

from dataclasses import dataclass

import regex

KINDS = ("unigram", "bpe")


@dataclass(frozen=True, kw_only=True)
class TokenizerSettings:
    r"""Schema of conf/tokenizer/*.yaml.

    Parameters
    ----------
    kind
        Piece model of SentencePiece: `unigram` (Kudo 2018) or `bpe` (Sennrich et al. 2016).
    vocab_size
        Pieces, the 256 byte pieces and the unknown piece included.
    character_coverage
        Share of running characters that get a piece of their own; the rest falls back to bytes.
    byte_fallback
        Whether an unseen character becomes its UTF-8 bytes instead of the unknown piece.
    sentences
        Sentences that the pieces are trained on, drawn evenly from the training text.
    word_pattern
        What a word is: a pattern of the `regex` module, such as `[\p{L}\p{M}]+`.
    lowercase
        Whether words are lower-cased and pieces case-folded.
    min_count
        Words seen less often stay out of the vocabulary.
    held_out
        Share of documents, [0, 1), that no model is trained on.
    seed
        Of the held-out documents, of fractional weights and of the sample of sentences.
    threads
        Threads of SentencePiece. The pieces depend on it: the same number everywhere gives the same bytes.
    """

    kind: str
    vocab_size: int
    character_coverage: float
    byte_fallback: bool
    sentences: int
    word_pattern: str
    lowercase: bool
    min_count: int
    held_out: float
    seed: int
    threads: int

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind: must be one of {', '.join(KINDS)}, not {self.kind!r}")
        for key in ("vocab_size", "sentences", "min_count", "threads"):
            if (value := getattr(self, key)) < 1:
                raise ValueError(f"{key}: must be at least 1, not {value}")
        if not 0 < self.character_coverage <= 1:
            raise ValueError(f"character_coverage: must be above 0 and at most 1, not {self.character_coverage:g}")
        if not 0 <= self.held_out < 1:
            raise ValueError(f"held_out: must be at least 0 and below 1, not {self.held_out:g}")
        _check_pattern(self.word_pattern)


def _check_pattern(pattern: str) -> None:
    try:
        compiled = regex.compile(pattern)
    except regex.error as error:
        raise ValueError(f"word_pattern: {pattern!r} is no pattern: {error}") from None
    if compiled.groups:
        raise ValueError(f"word_pattern: {pattern!r} has a capturing group; write (?:...) instead of (...)")
    if compiled.search("") is not None:
        raise ValueError(f"word_pattern: {pattern!r} matches the empty word; write + instead of *")
