"""The first pass over the corpus: the words of the training text, and a sample of its sentences."""

from __future__ import annotations

from pathlib import Path

from embedsmith.tokenizer.passes import over
from embedsmith.tokenizer.sample import Reservoir
from embedsmith.tokenizer.scanner import Scanner
from embedsmith.tokenizer.settings import TokenizerSettings


def count(corpus: Path, settings: TokenizerSettings, scanner: Scanner) -> list[str]:
    """Count the words of the training text in `scanner`; return the sentences drawn for the pieces.

    Raises
    ------
    InputError
        If there is no corpus.
    """
    sample = Reservoir(settings.sentences, settings.seed)
    for _, sentences in over(corpus, settings, "counting words", scanner.count, parts=(False,)):
        sample.extend(sentences)
    return sample.items
