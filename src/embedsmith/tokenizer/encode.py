"""From sentences to the two token files of a part of the corpus, counting what the metrics need."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from sentencepiece import SentencePieceProcessor

from embedsmith.tokenizer.pieces import byte_pieces
from embedsmith.tokenizer.tokens import IdWriter
from embedsmith.tokenizer.words import Vocabulary

BATCH = 4096
"""Sentences handed to SentencePiece together, so that its threads have work."""


@dataclass(frozen=True)
class Encoding:
    """How text becomes ids."""

    split: Callable[[str], list[str]]
    vocabulary: Vocabulary
    processor: SentencePieceProcessor
    threads: int


@dataclass
class Counts:
    """What was met in a part of the corpus."""

    documents: int = 0
    sentences: int = 0
    characters: int = 0
    spaced_words: int = 0
    words: int = 0
    known_words: int = 0
    pieces: int = 0
    unknown_pieces: int = 0
    byte_pieces: int = 0


@dataclass
class PartEncoder:
    """Encodes one part, `train` or `held_out`, into NAME.bin (words) and pieces_NAME.bin."""

    folder: Path
    name: str
    encoding: Encoding
    counts: Counts = field(init=False, default_factory=Counts)

    def __enter__(self) -> Self:
        self._files = ExitStack()
        self._words = self._files.enter_context(IdWriter(self.folder / f"{self.name}.bin"))
        self._pieces = self._files.enter_context(IdWriter(self.folder / f"pieces_{self.name}.bin"))
        self._waiting: list[str] = []
        self._is_byte = byte_pieces(self.encoding.processor)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._encode_pieces()
        self._files.__exit__(kind, error, trace)

    def add(self, sentences: list[str]) -> None:
        """Encode a document."""
        self.counts.documents += 1
        self.counts.sentences += len(sentences)
        for sentence in sentences:
            words = self.encoding.split(sentence)
            known = self.encoding.vocabulary.encode(words)
            self._words.add(known)
            self.counts.words += len(words)
            self.counts.known_words += len(known)
            self.counts.spaced_words += len(sentence.split())
            self.counts.characters += len(sentence)
        self._waiting += sentences
        if len(self._waiting) >= BATCH:
            self._encode_pieces()

    def _encode_pieces(self) -> None:
        processor = self.encoding.processor
        encoded = processor.encode(self._waiting, num_threads=self.encoding.threads)
        for ids in encoded:
            self._pieces.add(ids)
        flat = np.fromiter(chain.from_iterable(encoded), dtype=np.int32)
        self.counts.pieces += len(flat)
        self.counts.unknown_pieces += int((flat == processor.unk_id()).sum())
        self.counts.byte_pieces += int(self._is_byte[flat].sum())
        self._waiting = []
