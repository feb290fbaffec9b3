"""The second pass over the corpus: the token files, and what the metrics need to know of both parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from embedsmith.tokenizer.passes import over
from embedsmith.tokenizer.scanner import Scanner
from embedsmith.tokenizer.settings import TokenizerSettings
from embedsmith.tokenizer.tokens import HELD_OUT, SENTENCE_END, TRAIN, Ids, write_ids


@dataclass
class Counts:
    """What was met in a part of the corpus."""

    documents: int = 0
    sentences: int = 0
    words: int = 0
    known_words: int = 0


def encode(
    corpus: Path,
    settings: TokenizerSettings,
    scanner: Scanner,
    out: Path,
    *,
    rename: Callable[[Ids], None] | None,
    held_out_text: Callable[[Sequence[str]], None],
) -> tuple[Counts, Counts]:
    """Write train.bin and held_out.bin; return what was met in each.

    Parameters
    ----------
    scanner
        Has learned the vocabulary.
    rename
        Renames words in the ids of the training text, in place; called in the order of the text.
    held_out_text
        Called with the sentences that are held out.
    """
    train, held_out = Counts(), Counts()
    with (out / TRAIN).open("wb") as train_file, (out / HELD_OUT).open("wb") as held_out_file:
        for chunk, encoded in over(corpus, settings, "writing tokens", scanner.encode):
            part = held_out if chunk.held_out else train
            part.documents += encoded.documents
            part.sentences += len(encoded.sentences)
            part.words += encoded.words
            part.known_words += int((encoded.ids != SENTENCE_END).sum())
            if chunk.held_out:
                held_out_text(encoded.sentences)
            elif rename:
                rename(encoded.ids)
            write_ids(held_out_file if chunk.held_out else train_file, encoded.ids)
    return train, held_out
