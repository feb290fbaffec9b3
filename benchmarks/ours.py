"""Our side of what is compared: from the corpus to tokens, from tokens to vectors."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any

from embedsmith.embedding import Embedding
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.tokenizer.count import count
from embedsmith.tokenizer.encode import encode
from embedsmith.tokenizer.scanner import scanner
from embedsmith.tokenizer.settings import TokenizerSettings
from embedsmith.tokenizer.tokens import Tokens, write_vocabulary
from embedsmith.tokenizer.words import Vocabulary

THREADS = 2


def tokenize(corpus: Path, settings: TokenizerSettings, out: Path) -> Tokens:
    """Count words and write ids as the tokenize stage does, without its model of pieces."""
    out.mkdir(parents=True, exist_ok=True)
    words = scanner(settings.word_pattern, settings.lowercase)
    count(corpus, settings, words)
    vocabulary = Vocabulary.of(words.counted(settings.min_count), settings.min_count)
    words.learn(vocabulary)
    write_vocabulary(vocabulary, out)
    encode(corpus, settings, words, out, rename=None, held_out_text=lambda _: None)
    return Tokens.open(out)


def train(model: Any, tokens: Tokens, *, seed: int = 1, threads: int = THREADS) -> Embedding:
    """Train `model` without checkpoints."""
    with tempfile.TemporaryDirectory() as folder:
        never = Checkpoint(Path(folder), math.inf)
        return model.train(tokens, seed=seed, threads=threads, history=History(), checkpoint=never)
