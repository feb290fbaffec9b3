"""Pieces of words by SentencePiece: training a model, and reading what it says."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

from embedsmith.errors import InputError
from embedsmith.tokenizer.documents import LONGEST
from embedsmith.tokenizer.settings import TokenizerSettings


def train(sentences: Iterable[str], settings: TokenizerSettings) -> bytes:
    """Return a SentencePiece model trained on `sentences`.

    The same sentences and settings give the same bytes: they come from memory (a model embeds the path of its input
    file) and the number of threads is fixed (the sums of unigram training depend on it). NFKC, and case folding
    where `lowercase` is set, are part of the model: it can be handed any text. There are no begin and end pieces.

    Raises
    ------
    InputError
        If `vocab_size` does not fit the text.
    """
    model = io.BytesIO()
    try:
        SentencePieceTrainer.train(
            sentence_iterator=iter(sentences),
            model_writer=model,
            model_type=settings.kind,
            vocab_size=settings.vocab_size,
            character_coverage=settings.character_coverage,
            byte_fallback=settings.byte_fallback,
            normalization_rule_name="nfkc_cf" if settings.lowercase else "nfkc",
            max_sentence_length=4 * LONGEST,  # in bytes; longer sentences it would drop without a word
            num_threads=settings.threads,
            bos_id=-1,
            eos_id=-1,
            minloglevel=2,
        )
    except RuntimeError as error:
        raise InputError(f"tokenizer.{_explain(str(error), settings.vocab_size)}") from None
    return model.getvalue()


def _explain(message: str, vocab_size: int) -> str:
    """Say in a line what SentencePiece says with source positions and conditions."""
    if found := re.search(r"too high.*<= (\d+)", message):
        return f"vocab_size: {vocab_size} is too large for this text; use at most {found[1]}, or give more text"
    if found := re.search(r"smaller than required_chars\. \d+ vs (\d+)", message):
        return (
            f"vocab_size: {vocab_size} is too small for the characters of this text; use more than {found[1]},"
            " or lower character_coverage"
        )
    return f"vocab_size: SentencePiece cannot train {vocab_size} pieces on this text: {message.splitlines()[0]}"


def load(model: bytes) -> SentencePieceProcessor:
    """Return the processor of a trained `model`, which encodes and decodes."""
    return SentencePieceProcessor(model_proto=model)


def listing(processor: SentencePieceProcessor) -> str:
    """Return the pieces with their scores, one a line, by id: what SentencePiece calls a .vocab file."""
    pieces = range(processor.get_piece_size())
    return "".join(f"{processor.id_to_piece(id_)}\t{processor.get_score(id_):.6g}\n" for id_ in pieces)


def byte_pieces(processor: SentencePieceProcessor) -> npt.NDArray[np.bool_]:
    """Return for each id whether it is a byte of a character that has no piece, (vocab_size,)."""
    return np.array([processor.is_byte(id_) for id_ in range(processor.get_piece_size())])


class Counter:
    """Counts what a model makes of a text.

    Attributes
    ----------
    vocabulary
        Pieces of the model.
    pieces, unknown, bytes
        Pieces met; of these, the unknown one, and bytes of a character that has no piece.
    spaced_words, characters
        What white space separates, and characters, spaces included.
    """

    def __init__(self, processor: SentencePieceProcessor, threads: int) -> None:
        self._processor = processor
        self._threads = threads
        self._is_byte = byte_pieces(processor)
        self.vocabulary = processor.get_piece_size()
        self.pieces = self.unknown = self.bytes = self.spaced_words = self.characters = 0

    def add(self, sentences: Sequence[str]) -> None:
        """Encode `sentences`."""
        encoded = self._processor.encode(list(sentences), num_threads=self._threads)
        ids = np.fromiter(chain.from_iterable(encoded), dtype=np.int32)
        self.pieces += len(ids)
        self.unknown += int((ids == self._processor.unk_id()).sum())
        self.bytes += int(self._is_byte[ids].sum())
        self.spaced_words += sum(len(sentence.split()) for sentence in sentences)
        self.characters += sum(map(len, sentences))
