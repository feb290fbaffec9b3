"""The other trainers: gensim's, and fastText's own, with our settings and on our tokens, two threads each."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import fasttext
import gensim
import numpy as np
from gensim.models import FastText as GensimFastText
from gensim.models import Word2Vec as GensimWord2Vec

from benchmarks.ours import THREADS
from embedsmith.model.fasttext import FastText
from embedsmith.model.word2vec import Word2Vec
from embedsmith.tokenizer.documents import read
from embedsmith.tokenizer.settings import TokenizerSettings
from embedsmith.tokenizer.tokens import SENTENCE_END, Tokens
from embedsmith.tokenizer.words import splitter

GENSIM = f"gensim {gensim.__version__}"
FASTTEXT = f"fastText {importlib.metadata.version('fasttext')}"
FASTTEXT_BLOCKS = 10
"""fastText 0.9.3 fills a tenth of its first matrix in each thread: with fewer threads the rest of it begins at 0."""


def write_tokens(tokens: Tokens, path: Path) -> None:
    """Write the training text as the peers read it: words of the vocabulary alone, a sentence a line."""
    words = np.array([*tokens.words, "\n"], dtype=object)
    assert SENTENCE_END == -1  # the last of them
    path.write_text(" ".join(words[np.asarray(tokens.train)]).replace(" \n ", "\n"), encoding="utf-8")


def write_corpus(corpus: Path, settings: TokenizerSettings, path: Path) -> int:
    """Write the training text with all of its words, a sentence a line; return how many words it has."""
    split = splitter(settings.word_pattern, settings.lowercase)
    words = 0
    with path.open("w", encoding="utf-8") as file:
        for chunk in read(corpus, settings):
            for sentences in chunk.sentences() if not chunk.held_out else ():
                for sentence in sentences:
                    found = split(sentence)
                    words += len(found)
                    file.write(" ".join(found) + "\n")
    return words


def gensim_network(model: Word2Vec, text: Path, seed: int, **others: object) -> GensimWord2Vec:
    """Return gensim's network for `model`, its vocabulary built from `text`, not yet trained.

    Parameters
    ----------
    others
        Settings beside those that both have.
    """
    settings = {
        "sg": int(model.architecture == "skipgram"),
        "cbow_mean": 1,
        "vector_size": model.vector_size,
        "window": model.window,
        "negative": model.negative,
        "sample": model.sample,
        "ns_exponent": model.noise_exponent,
        "alpha": model.learning_rate,
        "min_alpha": model.min_learning_rate,
        "epochs": model.epochs,
        "min_count": 1,
        "workers": THREADS,
        "seed": seed,
    } | others
    if isinstance(model, FastText):
        network = GensimFastText(min_n=model.min_n, max_n=model.max_n, bucket=model.buckets, **settings)
    else:
        network = GensimWord2Vec(**settings)
    network.build_vocab(corpus_file=str(text))
    return network


def gensim_train(network: GensimWord2Vec, text: Path) -> GensimWord2Vec:
    """Train `network` for its epochs."""
    network.train(
        corpus_file=str(text),
        total_examples=network.corpus_count,
        total_words=network.corpus_total_words,
        epochs=network.epochs,
    )
    return network


def fasttext_cpp(
    model: FastText, text: Path, *, seed: int, epochs: int, threads: int = THREADS
) -> fasttext.FastText._FastText:
    """Train fastText's own program; with 0 epochs it reads the text, builds its matrices, and ends.

    It differs where it cannot be set: the end of a line is a word to it, negatives are drawn by the square root of
    their count, and the learning rate falls to 0.
    """
    fasttext.FastText.unsupervised_default["seed"] = seed  # the program has it, the function no argument for it
    return fasttext.train_unsupervised(
        str(text),
        model="skipgram",
        lr=model.learning_rate,
        dim=model.vector_size,
        ws=model.window,
        epoch=epochs,
        minCount=1,
        minn=model.min_n,
        maxn=model.max_n,
        neg=model.negative,
        bucket=model.buckets,
        thread=threads,
        t=model.sample,
        verbose=0,
    )
