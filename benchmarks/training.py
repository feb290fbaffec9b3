"""Training: words a second against gensim and fastText, and what they depend on; the default corpus, two threads.

Both sides read the same tokens with the same settings. Their rates are of one or two epochs. Ours includes all that
`train` does (the table of negatives, the first vectors, the n-grams); gensim's leaves out building its vocabulary, and
that of fastText, which does everything in one call, what a call with no epoch takes. Kernels are compiled before.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.measure import compare, seconds
from benchmarks.ours import THREADS, tokenize, train
from benchmarks.rows import Row
from benchmarks.workspace import ROOT, configured, models, workspace
from benchmarks.workspace import run as run_in
from embedsmith.config.check import build
from embedsmith.model.fasttext import FastText
from embedsmith.model.word2vec import Word2Vec
from embedsmith.tokenizer.settings import TokenizerSettings
from embedsmith.tokenizer.tokens import SENTENCE_END, Tokens, open_ids

TURNS = 3
"""Of a rate that is not compared: the median is given."""
SOME = 100_000
"""Ids that are enough to compile what trains on them."""
COPIES = 10


def run() -> Iterator[Row]:
    """Yield the rows; takes about twelve minutes, most of it the peers'."""
    own = models("word2vec", "cbow", "fasttext", "glove")
    tokenizer = build(TokenizerSettings, configured("word2vec")["tokenizer"], "tokenizer")
    with workspace() as folder:
        run_in(folder, "dvc", "repro", "ingest")
        corpus = folder / "data/corpus"
        tokens = tokenize(corpus, tokenizer, folder / "tokens")
        yield from against_peers(own, tokens, folder / "tokens.txt")
        yield whole_job(own["word2vec"], tokens, corpus, tokenizer, folder)
        yield glove(own["glove"], tokens)
        yield from by_threads(own, tokens)
        yield from by_vocabulary(own["word2vec"], corpus, tokenizer, folder)
        yield from by_dimension(own["word2vec"], tokens)
        yield by_length(own["word2vec"], tokens, folder)
        yield from compiling(folder / "tokens")


def against_peers(own: dict[str, Any], tokens: Tokens, text: Path) -> Iterator[Row]:
    """Yield the rows of training alone."""
    peers.write_tokens(tokens, text)
    word2vec, cbow = (replace(own[name], epochs=2) for name in ("word2vec", "cbow"))
    wide, fasttext = replace(word2vec, epochs=1, vector_size=300), replace(own["fasttext"], epochs=1)
    yield _against_gensim("word2vec", word2vec, tokens, text, pairs=5, target=">= 10x")
    yield _against_gensim("word2vec", wide, tokens, text, pairs=3, target=">= 8x")
    yield _against_gensim("CBOW", cbow, tokens, text, pairs=5, target=">= 5x")
    yield _against_fasttext(fasttext, tokens, text, pairs=3, target=">= 10x")


def whole_job(word2vec: Word2Vec, tokens: Tokens, corpus: Path, tokenizer: TokenizerSettings, folder: Path) -> Row:
    """Return the row of text to vectors: 5 epochs, and what comes before.

    The peer finds its words split and lower-cased, a sentence a line, and has no text to hold out.
    """
    text = folder / "text.txt"
    peers.write_corpus(corpus, tokenizer, text)
    model = replace(word2vec, epochs=5)
    _compile(model, tokens)

    def ours() -> None:
        with tempfile.TemporaryDirectory() as out:
            train(model, tokenize(corpus, tokenizer, Path(out)))

    def theirs() -> None:
        peers.gensim_train(peers.gensim_network(model, text, seed=1, min_count=tokenizer.min_count), text)

    version = f"{peers.GENSIM}, words already split"
    what = f"word2vec d={model.vector_size}, 5 epochs, from text to vectors, s"
    return compare(what, ours, theirs, peer_version=version, pairs=1, target=">= 6x")


def glove(model: Any, tokens: Tokens) -> Row:
    """Return the row of GloVe, which neither peer trains."""
    _compile(model, tokens)
    return Row(what=f"GloVe d={model.vector_size}, the whole training, s", ours=seconds(lambda: train(model, tokens)))


def by_threads(own: dict[str, Any], tokens: Tokens) -> Iterator[Row]:
    """Yield the rows of two threads against one."""
    for name in ("word2vec", "fasttext"):
        model = replace(own[name], epochs=1)
        _compile(model, tokens)
        yield compare(
            f"{name} d={model.vector_size}, {THREADS} threads against 1, words/s",
            lambda model=model: train(model, tokens),
            lambda model=model: train(model, tokens, threads=1),
            peer_version="1 thread",
            pairs=3,
            amount=_words(tokens),
        )


def by_vocabulary(word2vec: Word2Vec, corpus: Path, tokenizer: TokenizerSettings, folder: Path) -> Iterator[Row]:
    """Yield the rows of vocabularies of different sizes."""
    for least in (1, 5, 50):
        tokens = tokenize(corpus, replace(tokenizer, min_count=least), folder / f"tokens-{least}")
        what = f"word2vec d={word2vec.vector_size}, {len(tokens.words):,} words in the vocabulary, words/s"
        yield Row(what=what, ours=_rate(word2vec, tokens))


def by_dimension(word2vec: Word2Vec, tokens: Tokens) -> Iterator[Row]:
    """Yield the rows of vectors of different sizes."""
    for dimension in (50, 100, 200, 300):
        yield Row(what=f"word2vec d={dimension}, words/s", ours=_rate(replace(word2vec, vector_size=dimension), tokens))


def by_length(word2vec: Word2Vec, tokens: Tokens, folder: Path) -> Row:
    """Return the row of a longer text: the same one ten times over."""
    path = folder / "long.bin"
    with path.open("wb") as file:
        for _ in range(COPIES):
            file.write(np.asarray(tokens.train).data)
    model, long = replace(word2vec, epochs=1), replace(tokens, train=open_ids(path), counts=tokens.counts * COPIES)
    return compare(
        f"word2vec d={model.vector_size}, {COPIES} times the text, words/s",
        lambda: train(model, long),
        lambda: train(model, tokens),
        peer_version="the text once",
        pairs=2,
        amount=_words(long),
        peer_amount=_words(tokens),
        target=">= 1x",
    )


def compiling(folder: Path) -> Iterator[Row]:
    """Yield the rows of what the first training of a process takes longer than later ones: numba, and kernels."""
    for name in ("word2vec", "fasttext"):
        with tempfile.TemporaryDirectory() as cache:
            for what in ("kernels compiled", "kernels loaded"):
                code = f"from benchmarks.training import first_longer; print(first_longer({name!r}, {str(folder)!r}))"
                done = subprocess.run(
                    [sys.executable, "-c", code],
                    cwd=ROOT,
                    env=os.environ | {"NUMBA_CACHE_DIR": cache},
                    capture_output=True,
                    text=True,
                    check=True,
                )
                yield Row(what=f"{name}, {what}, s", ours=float(done.stdout))


def first_longer(name: str, folder: str) -> float:
    """Return by how many seconds the first training on some of the tokens in `folder` is longer than later ones."""
    model, tokens = models(name)[name], Tokens.open(Path(folder))
    first, *later = (seconds(lambda: _compile(model, tokens)) for _ in range(3))
    return first - min(later)


def _against_gensim(name: str, model: Word2Vec, tokens: Tokens, text: Path, *, pairs: int, target: str | None) -> Row:
    _compile(model, tokens)
    network = peers.gensim_network(model, text, seed=1)
    return compare(
        f"{name} d={model.vector_size}, words/s",
        lambda: train(model, tokens),
        lambda: peers.gensim_train(network, text),
        peer_version=f"{peers.GENSIM}, {THREADS} workers, not repeatable",
        pairs=pairs,
        amount=model.epochs * _words(tokens),
        target=target,
    )


def _against_fasttext(model: FastText, tokens: Tokens, text: Path, *, pairs: int, target: str) -> Row:
    _compile(model, tokens)
    return compare(
        f"fastText d={model.vector_size}, words/s",
        lambda: train(model, tokens),
        lambda: peers.fasttext_cpp(model, text, seed=1, epochs=1),
        peer_apart=lambda: peers.fasttext_cpp(model, text, seed=1, epochs=0),
        peer_version=f"{peers.FASTTEXT}, {THREADS} threads, not repeatable",
        pairs=pairs,
        amount=_words(tokens),
        target=target,
    )


def _rate(word2vec: Word2Vec, tokens: Tokens) -> float:
    """Return words a second of one epoch."""
    model = replace(word2vec, epochs=1)
    _compile(model, tokens)
    return _words(tokens) / float(np.median([seconds(lambda: train(model, tokens)) for _ in range(TURNS)]))


def _compile(model: Any, tokens: Tokens) -> None:
    """Train on the first sentences of `tokens`."""
    some = np.flatnonzero(tokens.train[:SOME] == SENTENCE_END)[-1] + 1
    train(model, replace(tokens, train=tokens.train[:some]))


def _words(tokens: Tokens) -> int:
    return int(tokens.counts.sum())
