"""Reading text: words counted and written as ids, both passes over the default corpus, SentencePiece apart.

Once against the regular expressions that any other pattern takes, once, counting alone, against gensim's vocabulary.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gensim
import regex
import yaml
from gensim.models import Word2Vec as Network
from gensim.models.word2vec import LineSentence

from benchmarks.measure import compare
from benchmarks.ours import tokenize
from benchmarks.peers import write_corpus
from benchmarks.rows import Row
from benchmarks.workspace import run as run_in
from benchmarks.workspace import workspace
from embedsmith.config.check import build
from embedsmith.tokenizer.count import count
from embedsmith.tokenizer.scanner import scanner
from embedsmith.tokenizer.settings import TokenizerSettings


def run() -> Iterator[Row]:
    """Yield the rows; takes about two minutes, nearly all of it the peers'."""
    with workspace() as folder:
        run_in(folder, "dvc", "repro", "ingest")
        corpus = folder / "data/corpus"
        settings = build(
            TokenizerSettings, yaml.safe_load((folder / "build/config/tokenize.yaml").read_text()), "tokenizer"
        )
        grouped = replace(settings, word_pattern=f"(?:{settings.word_pattern})")  # the same words, but no class
        text = folder / "text.txt"
        words = write_corpus(corpus, settings, text)
        _both_passes(corpus, settings)  # compiles
        yield compare(
            f"count and encode, {settings.threads} threads, words/s",
            lambda: _both_passes(corpus, settings),
            lambda: _both_passes(corpus, grouped),
            peer_version=f"regex {regex.__version__}",
            pairs=3,
            amount=words,
            target=">= 5,000,000",
        )
        yield compare(
            f"count, {settings.threads} threads, words/s",
            lambda: count(corpus, settings, scanner(settings.word_pattern, settings.lowercase)),
            lambda: Network(min_count=settings.min_count).build_vocab(LineSentence(str(text))),
            peer_version=f"gensim {gensim.__version__}, words already split",
            pairs=3,
            amount=words,
        )


def _both_passes(corpus: Path, settings: TokenizerSettings) -> None:
    with tempfile.TemporaryDirectory() as out:
        tokenize(corpus, settings, Path(out))
