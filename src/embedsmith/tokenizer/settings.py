"""What the tokenizer is set by."""

from __future__ import annotations

from dataclasses import dataclass

import regex

KINDS = ("unigram", "bpe")
SCORINGS = ("npmi", "mikolov")
SEEDS = 1 << 32
PRIVATE = range(0xE000, 0xF900)
"""The private-use characters of the basic plane: they have no meaning of their own."""


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another.
@dataclass(kw_only=True)
class Rename:
    """Rare words of which the right place is known: occurrences of frequent words by another name.

    Parameters
    ----------
    words
        Words of which some occurrences are renamed, drawn evenly from those that are frequent enough.
    least
        Times that such a word is seen in the training text, at least.
    occurrences
        How many of a word's occurrences are renamed: each of these numbers for an equal share of the words.
    seed
        Of the words and of the occurrences.
    """

    words: int
    least: int
    occurrences: list[int]
    seed: int

    def __post_init__(self) -> None:
        if not 1 <= self.words <= len(PRIVATE):
            raise ValueError(f"words: must be between 1 and {len(PRIVATE)}, not {self.words}")
        if not self.occurrences or min(self.occurrences) < 1:
            raise ValueError(f"occurrences: must be numbers from 1 on, at least one, not {self.occurrences}")
        if self.least < 2 * max(self.occurrences):
            raise ValueError(
                f"least: must be at least twice the largest of occurrences, {2 * max(self.occurrences)}, not"
                f" {self.least}; the original is to stay frequent"
            )
        if not 0 <= self.seed < SEEDS:
            raise ValueError(f"seed: must be between 0 and 2^32 - 1, not {self.seed}")


@dataclass(kw_only=True)
class Phrases:
    """Pairs of words that become one token.

    Parameters
    ----------
    scoring
        How a pair is scored: `npmi`, normalised pointwise mutual information, or `mikolov`, as word2phrase.c does.
    threshold
        A pair is joined if it scores above: from -1 to 1 for `npmi`, whatever the text; for `mikolov` from 0 on, the
        higher the longer the text.
    min_count
        Times that a pair stands side by side, at least.
    passes
        Times that pairs are joined: the second pass makes phrases of up to four words, the third of up to eight.
    """

    scoring: str
    threshold: float
    min_count: int
    passes: int

    def __post_init__(self) -> None:
        if self.scoring not in SCORINGS:
            raise ValueError(f"scoring: must be one of {', '.join(SCORINGS)}, not {self.scoring!r}")
        if self.scoring == "npmi" and not -1 <= self.threshold < 1:
            raise ValueError(f"threshold: must be at least -1 and below 1 for npmi, not {self.threshold:g}")
        if self.scoring == "mikolov" and self.threshold < 0:
            raise ValueError(f"threshold: must be at least 0 for mikolov, not {self.threshold:g}")
        for key in ("min_count", "passes"):
            if (value := getattr(self, key)) < 1:
                raise ValueError(f"{key}: must be at least 1, not {value}")


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
        What a word is: a pattern of the `regex` module. One class of characters and a +, such as `[\p{L}\p{M}]+`, is
        read by compiled code, any other pattern several times slower.
    lowercase
        Whether words are lower-cased and pieces case-folded.
    min_count
        Words seen less often stay out of the vocabulary.
    held_out
        Share of documents, [0, 1), that no model is trained on.
    seed
        Of the held-out documents, of fractional weights and of the sample of sentences.
    threads
        Threads that read and count, and those of SentencePiece. The pieces depend on it: the same number everywhere
        gives the same bytes.
    phrases
        What pairs of words to join, or None.
    rename
        What to rename, or None.
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
    phrases: Phrases | None
    rename: Rename | None

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
        if not 0 <= self.seed < SEEDS:
            raise ValueError(f"seed: must be between 0 and 2^32 - 1, not {self.seed}")
        _check_pattern(self.word_pattern)
        if self.rename and self.phrases:
            raise ValueError("rename: must be null where phrases are joined; a renamed word is a word")
        if self.rename and self.rename.least < self.min_count:
            raise ValueError(f"rename.least: must be at least min_count, {self.min_count}, not {self.rename.least}")
        if self.rename and any("~" in word for word in regex.findall(self.word_pattern, "a~a ~ ~1")):
            raise ValueError(
                f"rename: word_pattern {self.word_pattern!r} lets a word hold ~, which marks renamed words;"
                " use one without"
            )


def _check_pattern(pattern: str) -> None:
    try:
        compiled = regex.compile(pattern)
    except regex.error as error:
        raise ValueError(f"word_pattern: {pattern!r} is no pattern: {error}") from None
    if compiled.groups:
        raise ValueError(f"word_pattern: {pattern!r} has a capturing group; write (?:...) instead of (...)")
    if compiled.search("") is not None:
        raise ValueError(f"word_pattern: {pattern!r} matches the empty word; write + instead of *")
