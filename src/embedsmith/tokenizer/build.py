"""The tokenize stage's work: from the corpus to data/tokens/."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from embedsmith.errors import InputError
from embedsmith.files import write_json
from embedsmith.progress import progress
from embedsmith.tokenizer import metrics, pieces
from embedsmith.tokenizer.documents import Reading, read
from embedsmith.tokenizer.encode import Counts, Encoding, PartEncoder
from embedsmith.tokenizer.sample import Reservoir
from embedsmith.tokenizer.settings import TokenizerSettings
from embedsmith.tokenizer.tokens import write_vocabulary
from embedsmith.tokenizer.words import Vocabulary, splitter


def build(corpus: Path, settings: TokenizerSettings, out: Path) -> dict[str, float]:
    """Tokenize the Parquet shards in `corpus` into the folder `out`.

    Two passes over the documents: the first counts words and draws the sentences that the pieces are trained on, the
    second writes ids. Memory grows with the distinct words, not with the text.

    Writes words.txt, counts.bin, train.bin, held_out.bin (see `Tokens`), pieces.model, pieces.vocab,
    pieces_train.bin, pieces_held_out.bin, and tokens.json with the metrics.

    Returns
    -------
    dict
        Seconds by step, and words a second: what differs between equal runs.

    Raises
    ------
    InputError
        If there is no corpus, no word is frequent enough, or `vocab_size` does not fit the text.
    """
    out.mkdir(parents=True, exist_ok=True)
    clock = [time.perf_counter()]
    counts, sentences = _count(corpus, settings)
    vocabulary = Vocabulary.of(counts, settings.min_count)
    _check(vocabulary, counts, settings)
    write_vocabulary(vocabulary, out)
    clock.append(time.perf_counter())
    model = pieces.train(sentences, settings)
    processor = pieces.load(model)
    (out / "pieces.model").write_bytes(model)
    (out / "pieces.vocab").write_text(pieces.listing(processor), encoding="utf-8", newline="\n")
    clock.append(time.perf_counter())
    split = splitter(settings.word_pattern, settings.lowercase)
    train, held_out = _encode(corpus, settings, Encoding(split, vocabulary, processor, settings.threads), out)
    facts = _facts(train, held_out, len(counts), len(vocabulary.words), processor.get_piece_size())
    write_json(out / "tokens.json", facts)
    clock.append(time.perf_counter())
    seconds = {
        f"{step}_seconds": end - start
        for step, start, end in zip(("count", "pieces", "encode"), clock, clock[1:], strict=False)
    }
    return {**seconds, "words_per_second": (train.words + held_out.words) / (clock[-1] - clock[0])}


def _documents(corpus: Path, settings: TokenizerSettings, label: str) -> Iterator[Reading]:
    """Yield the documents, showing the progress."""
    facts = corpus / "corpus.json"
    total = json.loads(facts.read_text(encoding="utf-8"))["documents"] if facts.exists() else 0
    with progress(label, "documents", total) as report:
        for done, document in enumerate(read(corpus, settings), start=1):
            yield document
            report(done)


def _count(corpus: Path, settings: TokenizerSettings) -> tuple[Counter[str], list[str]]:
    """Count the words of the training text, and draw the sentences for the pieces."""
    split = splitter(settings.word_pattern, settings.lowercase)
    counts: Counter[str] = Counter()
    sample = Reservoir(settings.sentences, settings.seed)
    for document in _documents(corpus, settings, "counting words"):
        if not document.held_out:
            for _ in range(document.times):
                for sentence in document.sentences:
                    counts.update(split(sentence))
                sample.extend(document.sentences)
    return counts, sample.items


def _check(vocabulary: Vocabulary, counts: Counter[str], settings: TokenizerSettings) -> None:
    """Refuse a vocabulary that nothing can be trained on."""
    if not counts:
        raise InputError(
            "tokenizer: the training text holds no word; give more text, or see word_pattern"
            f" ({settings.word_pattern!r}) and held_out ({settings.held_out:g})"
        )
    if not vocabulary.words:
        word, count = counts.most_common(1)[0]
        raise InputError(
            f"tokenizer.min_count: no word is seen {settings.min_count} times (the most frequent, {word!r}, {count});"
            " lower min_count or give more text"
        )
    if spaced := next((word for word in vocabulary.words if any(map(str.isspace, word))), None):
        raise InputError(f"tokenizer.word_pattern: the word {spaced!r} holds white space; use a pattern without")


def _encode(corpus: Path, settings: TokenizerSettings, encoding: Encoding, out: Path) -> tuple[Counts, Counts]:
    """Write the ids of both parts, and return what was met in each."""
    with PartEncoder(out, "train", encoding) as train, PartEncoder(out, "held_out", encoding) as held_out:
        for document in _documents(corpus, settings, "writing tokens"):
            part = held_out if document.held_out else train
            for _ in range(document.times):
                part.add(document.sentences)
    return train.counts, held_out.counts


def _facts(train: Counts, held_out: Counts, types: int, vocabulary: int, vocab_size: int) -> dict[str, Any]:
    """Return the content of tokens.json."""
    return {
        "words": {
            "types": types,
            "tokens": train.words,
            "vocabulary": vocabulary,
            "coverage": metrics.coverage(train.known_words, train.words),
            "unknown_rate": metrics.unknown_rate(held_out.words - held_out.known_words, held_out.words),
        },
        "pieces": {
            "vocabulary": vocab_size,
            "tokens": train.pieces,
            "fertility": metrics.fertility(held_out.pieces, held_out.spaced_words),
            "characters_per_token": metrics.characters_per_token(held_out.characters, held_out.pieces),
            "unknown_rate": metrics.unknown_rate(held_out.unknown_pieces, held_out.pieces),
            "byte_rate": metrics.unknown_rate(held_out.byte_pieces, held_out.pieces),
        },
        "text": {
            name: {"documents": part.documents, "sentences": part.sentences, "words": part.words}
            for name, part in (("train", train), ("held_out", held_out))
        },
    }
