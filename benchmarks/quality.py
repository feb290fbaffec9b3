"""Are the vectors as good as the peers'? Three seeds, the default corpus, each side with its best learning rate.

The rate is the one, of those tried (`RATES`), whose mean over the three scores and the three seeds is best.
The peers' vectors are kept in build/quality/, in files named by a hash of all that they depend on: once they are there,
a run takes some minutes, before that more than an hour.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import peers
from benchmarks.ours import train
from benchmarks.rows import Score
from benchmarks.workspace import ROOT, configured, models, workspace
from benchmarks.workspace import run as run_in
from embedsmith.config.check import build
from embedsmith.embedding import Dense, Embedding, NGrams
from embedsmith.evaluate.similarity import PROTOCOLS, Similarity
from embedsmith.evaluate.spaces import answer
from embedsmith.evaluate.terms import Weights
from embedsmith.metrics.statistics import bootstrap, interval
from embedsmith.model.fasttext import FastText
from embedsmith.model.word2vec import Word2Vec
from embedsmith.tokenizer.tokens import Tokens

SEEDS = (1, 2, 3)
RATES = {"word2vec": (0.05, 0.06, 0.075), "cbow": (0.05, 0.075, 0.1), "fasttext": (0.04, 0.048, 0.056)}
"""Learning rates tried, the same for both sides."""
ALONE = ("glove", "svd", "pieces", "random")
"""Models without a peer, with the learning rate of conf/."""
KEPT = ROOT / "build/quality"

Floats = npt.NDArray[np.float64]
Arrays = dict[str, np.ndarray]
Train = Callable[[float, int], Embedding]
"""From learning rate and seed."""


def run() -> Iterator[Score]:
    """Yield the rows: a model and a data set each."""
    with workspace() as folder:
        run_in(folder, "dvc", "repro", "tokenize")
        yield from scores(Tokens.open(folder / "data/tokens"))


def scores(tokens: Tokens) -> Iterator[Score]:
    """Yield the rows of `tokens`."""
    sets = Sets.default()
    settings = models(*PEERS, *ALONE)
    for name, rivals in PEERS.items():
        ours = tuned(sets, RATES[name], _own(settings[name], tokens))
        for rival in rivals:
            yield from compare(
                sets, name, ours, rival.name, tuned(sets, RATES[name], kept(rival, settings[name], tokens))
            )
    for name in ALONE:
        trained = [train(settings[name], tokens, seed=seed) for seed in SEEDS]
        for set_, by_seed in sets.scores(sets.outcomes(trained)).items():
            yield Score(what=f"{name}, {set_}", ours=by_seed.tolist())


@dataclass(frozen=True)
class Sets:
    """The data sets of conf/evaluate/, and how they are scored."""

    items: dict[str, Any]
    settings: Similarity

    @classmethod
    def default(cls) -> Sets:
        """Read those whose mean is the quality."""
        settings = build(Similarity, configured("random")["evaluate"]["similarity"], "evaluate.similarity")
        named = {name: settings.sets[name] for name in settings.intrinsic}
        return cls({name: PROTOCOLS[each.kind].load(each) for name, each in named.items()}, settings)

    def outcomes(self, embeddings: Sequence[Embedding]) -> dict[str, Floats]:
        """Return the outcome of each item in each of S embeddings, (n, S) a set."""
        variants = {str(place): embedding for place, embedding in enumerate(embeddings)}
        compose, weights = self.settings.unknown == "fallback", Weights.of(self.settings.smoothing, {})
        answers = answer(variants, self.items, compose=compose, weights=weights, threads=self.settings.threads)
        return {name: found.outcomes[:, : len(variants), 0] for name, found in answers.items()}

    def scores(self, outcomes: dict[str, Floats]) -> dict[str, Floats]:
        """Return the score of each embedding on each set, and their mean, (S,)."""
        found = {name: items.scores(outcomes[name], np.ones((1, len(items))))[0] for name, items in self.items.items()}
        return found | {"mean": np.mean(list(found.values()), axis=0)}

    def resampled(self, outcomes: dict[str, Floats]) -> dict[str, Floats]:
        """Return the same of resamples of the items that all know, (R, S)."""
        found = {}
        for name, items in self.items.items():
            known = ~np.isnan(outcomes[name]).any(axis=1)

            def statistic(counts: Floats, items: Any = items, known: Any = known, of: Any = outcomes[name]) -> Floats:
                whole = np.zeros((len(counts), len(items)))
                whole[:, known] = counts
                return items.scores(of, whole)

            found[name] = bootstrap(statistic, int(known.sum()), self.settings.resamples, self.settings.seed)
        return found | {"mean": np.mean(list(found.values()), axis=0)}


@dataclass(frozen=True)
class Tuned:
    """Outcomes (n, seeds) of each set, with the best learning rate."""

    rate: float
    outcomes: dict[str, Floats]


def tuned(sets: Sets, rates: Sequence[float], trained: Train) -> Tuned:
    """Find the best of `rates` for all seeds."""
    found = [sets.outcomes([trained(rate, seed) for seed in SEEDS]) for rate in rates]
    best = int(np.argmax([sets.scores(outcomes)["mean"].mean() for outcomes in found]))
    return Tuned(rates[best], found[best])


def compare(sets: Sets, model: str, ours: Tuned, peer_name: str, peer: Tuned) -> Iterator[Score]:
    """Yield the rows of one model and one peer.

    The interval is of resamples of the items, the same for both, and of the seeds, each side's own.
    """
    both = {name: np.column_stack([ours.outcomes[name], peer.outcomes[name]]) for name in sets.items}
    seeds = len(SEEDS)
    samples, drawn = sets.resampled(both), np.random.default_rng(sets.settings.seed)
    own, theirs = drawn.integers(0, seeds, (2, sets.settings.resamples, seeds)) + np.array([0, seeds])[:, None, None]
    for set_, by_run in sets.scores(both).items():
        difference = float(by_run[:seeds].mean() - by_run[seeds:].mean())
        of_samples = [np.take_along_axis(samples[set_], picks, axis=1).mean(axis=1) for picks in (own, theirs)]
        low, high = interval(of_samples[0] - of_samples[1], sets.settings.confidence)
        yield Score(
            what=f"{model}, {set_}",
            ours=by_run[:seeds].tolist(),
            learning_rate=ours.rate,
            peer=by_run[seeds:].tolist(),
            peer_version=peer_name,
            peer_learning_rate=peer.rate,
            difference=difference,
            low=low,
            high=high,
            no_lower="yes" if difference >= 0 else "no, within noise" if high >= 0 else "no",
        )


def _own(model: Word2Vec, tokens: Tokens) -> Train:
    return lambda rate, seed: train(replace(model, learning_rate=rate), tokens, seed=seed)


@dataclass(frozen=True)
class Peer:
    """Another trainer.

    Attributes
    ----------
    name
        With its version.
    train
        From settings, text, seed, and the vocabulary to `words`, their vectors, and `ngrams`, those of all buckets.
    """

    name: str
    train: Callable[[Word2Vec, Path, int, Sequence[str]], Arrays]


def _gensim(model: Word2Vec, text: Path, seed: int, words: Sequence[str]) -> Arrays:
    vectors = peers.gensim_train(peers.gensim_network(model, text, seed), text).wv
    return {"words": vectors[list(words)]} | ({"ngrams": vectors.vectors_ngrams} if isinstance(model, FastText) else {})


def _fasttext(model: FastText, text: Path, seed: int, words: Sequence[str]) -> Arrays:
    network = peers.fasttext_cpp(model, text, seed=seed, epochs=model.epochs, threads=peers.FASTTEXT_BLOCKS)
    return {
        "words": np.stack([network.get_word_vector(word) for word in words]),
        "ngrams": network.get_input_matrix()[len(network.words) :].copy(),
    }


GENSIM, FASTTEXT = Peer(peers.GENSIM, _gensim), Peer(peers.FASTTEXT, _fasttext)
PEERS = {"word2vec": (GENSIM,), "cbow": (GENSIM,), "fasttext": (FASTTEXT,)}


def kept(peer: Peer, model: Word2Vec, tokens: Tokens) -> Train:
    """Return how the peer trains with the settings of `model`: from the file that was kept, if there is one."""

    def trained(rate: float, seed: int) -> Embedding:
        own = replace(model, learning_rate=rate)
        path = KEPT / f"{_key(peer, own, tokens, seed)}.npz"
        if not path.exists():
            print(f"{peer.name}: {own}, seed {seed}", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory() as folder:
                text = Path(folder, "text.txt")
                peers.write_tokens(tokens, text)
                arrays = peer.train(own, text, seed, tokens.words)
            KEPT.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"draft-{path.name}")
            np.savez(draft, **arrays)
            draft.replace(path)
        return _embedding(own, tokens.words, dict(np.load(path)))

    return trained


def _key(peer: Peer, model: Word2Vec, tokens: Tokens, seed: int) -> str:
    """Hash all that a peer's vectors depend on."""
    shared = ("architecture", "vector_size", "window", "negative", "sample", "noise_exponent", "epochs",
              "learning_rate", "min_learning_rate", "min_n", "max_n", "buckets")  # fmt: skip
    settings = {key: getattr(model, key) for key in shared if hasattr(model, key)}
    digest = hashlib.sha256(json.dumps([peer.name, settings, seed]).encode())
    digest.update("\n".join(tokens.words).encode())
    digest.update(np.ascontiguousarray(tokens.train).data)
    return digest.hexdigest()[:24]


def _embedding(model: Word2Vec, words: Sequence[str], arrays: Arrays) -> Embedding:
    if not isinstance(model, FastText):
        return Embedding.dense(words, arrays["words"])
    buckets = np.arange(model.buckets, dtype=np.int32)
    fallback = NGrams(model.min_n, model.max_n, model.buckets, buckets, Dense(arrays["ngrams"]))
    return Embedding.dense(words, arrays["words"], fallback=fallback)
