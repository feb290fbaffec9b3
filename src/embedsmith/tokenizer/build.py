"""The tokenize stage's work: from the corpus to data/tokens/."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from embedsmith.errors import InputError
from embedsmith.files import write_json
from embedsmith.tokenizer import join, metrics, pieces, rename
from embedsmith.tokenizer.count import count
from embedsmith.tokenizer.encode import Counts, encode
from embedsmith.tokenizer.phrases import JOINER
from embedsmith.tokenizer.scanner import Scanner, scanner
from embedsmith.tokenizer.settings import TokenizerSettings
from embedsmith.tokenizer.tokens import PIECES, write_vocabulary
from embedsmith.tokenizer.words import Vocabulary


def build(corpus: Path, settings: TokenizerSettings, out: Path) -> dict[str, float]:
    """Tokenize the Parquet shards in `corpus` into the folder `out`.

    Two passes over the documents: the first counts words and draws the sentences that the pieces are trained on, the
    second writes ids, in which phrases are then joined if there are to be. Memory grows with the distinct words, and
    pairs of words for phrases, not with the text.

    Writes words.txt, counts.bin, train.bin, held_out.bin (see `Tokens`), pieces.model, pieces.vocab, tokens.json with
    the metrics, and renamed.json where words are renamed.

    Returns
    -------
    dict
        Seconds by step, and words a second, SentencePiece's work on the pieces apart: what differs between equal runs.

    Raises
    ------
    InputError
        If there is no corpus, no word is frequent enough, too few are to be renamed, a word looks like a phrase, or
        `vocab_size` does not fit the text.
    """
    out.mkdir(parents=True, exist_ok=True)
    clock = _Clock()
    words = scanner(settings.word_pattern, settings.lowercase)
    sentences = count(corpus, settings, words)
    vocabulary, renamings = _vocabulary(words, settings)
    words.learn(vocabulary)
    write_vocabulary(vocabulary, out)
    clock.note("count")
    model = pieces.train(sentences, settings)
    del sentences
    processor = pieces.load(model)
    (out / PIECES).write_bytes(model)
    (out / "pieces.vocab").write_text(pieces.listing(processor), encoding="utf-8", newline="\n")
    clock.note("pieces")
    met = pieces.Counter(processor, settings.threads)
    renamer = rename.Renamer(renamings, vocabulary) if renamings else None
    train, held_out = encode(corpus, settings, words, out, rename=renamer, held_out_text=met.add)
    if renamings:
        rename.write(renamings, out)
    if settings.phrases:
        vocabulary, train.known_words, held_out.known_words = join.join_files(
            out, vocabulary, settings.phrases, settings.min_count
        )
        write_vocabulary(vocabulary, out)
    facts = _facts(train, held_out, words.types(), vocabulary, met)
    if settings.phrases:
        facts["words"]["phrases"] = sum(JOINER in word for word in vocabulary.words)
    write_json(out / "tokens.json", facts)
    clock.note("encode")
    reading = clock.seconds["count"] + clock.seconds["encode"]
    return {
        **{f"{step}_seconds": seconds for step, seconds in clock.seconds.items()},
        "words_per_second": (train.words + held_out.words) / reading,
    }


class _Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def note(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = now - self._last
        self._last = now


def _vocabulary(words: Scanner, settings: TokenizerSettings) -> tuple[Vocabulary, list[rename.Renaming]]:
    """Return the vocabulary of the words that were counted, and what is to be renamed in it."""
    counts = words.counted(settings.min_count)
    if not counts:
        raise _nothing_left(words, settings)
    renamings = []
    if settings.rename:
        rename.check(words.counted(1))
        renamings = rename.draw(counts, settings.rename)
    if settings.phrases:
        counts = words.counted(1)  # the rare ones too, until it is known what stands side by side
        join.check(counts)
    vocabulary = Vocabulary.of(rename.counts_after(counts, renamings), 1)
    if spaced := next((word for word in vocabulary.words if any(map(str.isspace, word))), None):
        raise InputError(f"tokenizer.word_pattern: the word {spaced!r} holds white space; use a pattern without")
    return vocabulary, renamings


def _nothing_left(words: Scanner, settings: TokenizerSettings) -> InputError:
    """Say why there is no word to train on."""
    counts = words.counted(1)
    if not counts:
        return InputError(
            "tokenizer: the training text holds no word; give more text, or see word_pattern"
            f" ({settings.word_pattern!r}) and held_out ({settings.held_out:g})"
        )
    word = min(counts, key=lambda word: (-counts[word], word))
    return InputError(
        f"tokenizer.min_count: no word is seen {settings.min_count} times (the most frequent, {word!r},"
        f" {counts[word]}); lower min_count or give more text"
    )


def _facts(train: Counts, held_out: Counts, types: int, vocabulary: Vocabulary, met: pieces.Counter) -> dict[str, Any]:
    """Return the content of tokens.json."""
    return {
        "words": {
            "types": types,
            "tokens": train.words,
            "vocabulary": len(vocabulary.words),
            "coverage": metrics.coverage(train.known_words, train.words),
            "unknown_rate": metrics.unknown_rate(held_out.words - held_out.known_words, held_out.words),
        },
        "pieces": {
            "vocabulary": met.vocabulary,
            "fertility": metrics.fertility(met.pieces, met.spaced_words),
            "characters_per_token": metrics.characters_per_token(met.characters, met.pieces),
            "unknown_rate": metrics.unknown_rate(met.unknown, met.pieces),
            "byte_rate": metrics.unknown_rate(met.bytes, met.pieces),
        },
        "text": {
            name: {"documents": part.documents, "sentences": part.sentences, "words": part.words}
            for name, part in (("train", train), ("held_out", held_out))
        },
    }
