"""word2vec, training only, against gensim with the same settings on the same tokens, with two threads."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import gensim
import numpy as np
import yaml
from gensim.models import Word2Vec as Network

from benchmarks.measure import compare
from benchmarks.rows import Row
from benchmarks.workspace import ROOT, workspace
from benchmarks.workspace import run as run_in
from embedsmith.model.history import History
from embedsmith.model.word2vec import Word2Vec
from embedsmith.tokenizer.tokens import SENTENCE_END, Tokens


def run() -> Iterator[Row]:
    """Yield the row; takes some minutes."""
    settings = yaml.safe_load((ROOT / "conf/model/word2vec.yaml").read_text())
    del settings["kind"]
    settings["epochs"] = 1
    with workspace() as folder, tempfile.NamedTemporaryFile("w", suffix=".txt") as text:
        run_in(folder, "dvc", "repro", "tokenize")
        tokens = Tokens.open(folder / "data/tokens")
        _write(tokens, Path(text.name))
        own = {key: settings[key] for key in ("vector_size", "window", "negative", "sample", "epochs")}
        yield compare(
            "word2vec d=100, one epoch, words/s",
            lambda: Word2Vec(**settings).train(tokens, seed=1, history=History()),
            lambda: Network(corpus_file=text.name, sg=1, min_count=1, workers=2, seed=1, **own),
            peer_version=f"gensim {gensim.__version__}, 2 workers, not repeatable",
            pairs=3,
            amount=int((np.asarray(tokens.train) != SENTENCE_END).sum()),
        )


def _write(tokens: Tokens, path: Path) -> None:
    """Write the training text as gensim reads it: a sentence a line."""
    words = np.array([*tokens.words, "\n"], dtype=object)
    path.write_text(" ".join(words[np.asarray(tokens.train)]).replace(" \n ", "\n"))
