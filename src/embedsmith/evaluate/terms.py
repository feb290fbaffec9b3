"""Terms of data sets: words, entries of several words, sentences; and how much each word weighs in their mean."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

JOINT = "_"
"""Between the words of a phrase that the vocabulary has as one token."""
LONGEST = 8
"""Words in a phrase that is looked for."""


def segments(words: Sequence[str], vocabulary: Container[str]) -> list[str]:
    """Return `words` with each phrase of the vocabulary as one: from the left, the longest first.

    As with words, a phrase is looked up as it is written, then lower-cased.
    """
    found = []
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + LONGEST), start + 1, -1):
            phrase = JOINT.join(words[start:end])
            if phrase in vocabulary or phrase.lower() in vocabulary:
                break
        else:
            phrase, end = words[start], start + 1
        found.append(phrase)
        start = end
    return found


def parts(term: str, vocabulary: Container[str]) -> list[str]:
    """Return what `term` is looked up as: itself, the phrases and words that the vocabulary has of it, or its words.

    Some data sets write `renal_failure` for "renal failure".
    """
    if term in vocabulary or term.lower() in vocabulary:
        return [term]
    return segments(term.replace(JOINT, " ").split(), vocabulary)


@dataclass(frozen=True)
class Weights:
    """How much a word weighs in the mean of several: a / (a + p), or the same for all where `smoothing` a is None.

    Smooth inverse frequency (Arora, Liang & Ma 2017, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings",
    equation 3 without the common component, which is a matter of whole collections). The probability p is the share of
    the text that the word is; a word outside the vocabulary, which rare words do not enter, has none, and weighs 1.

    Attributes
    ----------
    counts
        How often each word was read.
    total
        All that was read.
    """

    smoothing: float | None
    counts: Mapping[str, int]
    total: int

    @classmethod
    def of(cls, smoothing: float | None, counts: Mapping[str, int]) -> Weights:
        """Return the weights by the `counts` of the vocabulary."""
        return cls(smoothing, counts, sum(counts.values()))

    def __call__(self, word: str) -> float:
        """Return the weight of one word."""
        if self.smoothing is None or not self.total:
            return 1.0
        return self.smoothing / (self.smoothing + self.counts.get(word, 0) / self.total)
