"""What is left of word2vec of 300 dimensions at 4 to 128 times less: ours against other ways, on the same vectors.

The vectors are trained once, and kept in build/compression/ by a hash of all that they depend on. The words themselves
are counted on no side.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import yaml
from threadpoolctl import threadpool_limits

import embedsmith
from benchmarks import compressors
from benchmarks.ours import train
from benchmarks.quality import Sets
from benchmarks.workspace import ROOT, models, workspace
from benchmarks.workspace import run as run_in
from embedsmith.compiled import sources
from embedsmith.compress.chain import apply, compose
from embedsmith.compress.cost import size
from embedsmith.embedding import Embedding, load, save
from embedsmith.evaluate.spaces import answer
from embedsmith.evaluate.terms import Weights
from embedsmith.metrics.neighbours import nearest, shared
from embedsmith.metrics.share import reference, share
from embedsmith.metrics.similarity import Ids, unit
from embedsmith.metrics.statistics import Floats, interval
from embedsmith.model.word2vec import Word2Vec
from embedsmith.tokenizer.tokens import Tokens

DIMENSION, SEED = 300, 1
SIZES = (4, 8, 16, 32, 64, 128)
QUERIES, NEAREST = 2_000, 10
CLAIMED = 0.03
"""A smaller difference in share is not spoken of, whatever its interval: one training is measured, and seeds differ."""
KEPT = ROOT / "build/compression"
STATED = {4: ("int8",), 8: ("trellis-8x", "int4")} | {times: (f"trellis-{times}x",) for times in SIZES[2:]}
"""Ours, of conf/variant/; the first of a size is the one that is compared."""
OPQ: dict[str, Any] = {"bits": 8, "rounds": 10, "iterations": 10, "seed": 1}
CHAINS = {
    32: {"pca": {"reduction": 300 / 64}, "opq": OPQ | {"parts": 32}},
    64: {"pca": {"reduction": 300 / 64}, "opq": OPQ | {"parts": 16}},
    128: {"pca": {"reduction": 300 / 32}, "opq": OPQ | {"parts": 8}},
}
"""Ours too: principal components, then optimised product quantisation."""


@dataclass(frozen=True, kw_only=True)
class Compressed:
    """One way to make the vectors smaller.

    Attributes
    ----------
    budget
        How many times smaller it was to be.
    bytes, smaller
        Of all but the words, and how many times that is less than of float32.
    share, low, high
        The share of quality kept, and its interval over items.
    neighbours
        How many of a word's ten nearest stay among them, the mean over a sample of words.
    seconds
        To fit and to encode.
    rival
        The one of the highest share that is no larger than this size allows.
    difference, difference_low, difference_high
        The share less that of the rival, and its paired interval.
    claim
        `higher` or `lower`, or `no claim` where the difference is below .03 or its interval holds 0.
    """

    HEAD: ClassVar = (
        "to be", "how", "bytes", "smaller", "share", "95% of it", "neighbours", "s", "less the best rival", "95% of it",
    )  # fmt: skip

    budget: int
    how: str
    bytes: int
    smaller: float
    share: float
    low: float
    high: float
    neighbours: float
    seconds: float
    rival: str | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    claim: str | None = None

    def cells(self) -> tuple[str, ...]:
        return (
            f"{self.budget}x",
            self.how,
            f"{self.bytes:,}",
            f"{self.smaller:.2f}x",
            f"{self.share:.3f}",
            f"{self.low:.3f} to {self.high:.3f}",
            f"{self.neighbours:.3f}",
            f"{self.seconds:.0f}",
            f"{self.difference:+.3f}, {self.claim} ({self.rival})" if self.rival else "-",
            f"{self.difference_low:+.3f} to {self.difference_high:+.3f}" if self.rival else "-",
        )


@dataclass(frozen=True, kw_only=True)
class Made:
    """A way that was tried, and what is known of it before its share."""

    budget: int
    how: str
    ours: bool
    bytes: int
    seconds: float
    neighbours: float


Work = Callable[[], tuple[Embedding, int]]
"""What is timed: returns decoded vectors and bytes."""


def run() -> Iterator[Compressed]:
    """Yield the rows; takes a quarter of an hour on two busy cores."""
    with workspace() as folder:
        run_in(folder, "dvc", "repro", "tokenize")
        plain = vectors(Tokens.open(folder / "data/tokens"))
    yield from rows(plain)


def vectors(tokens: Tokens) -> Embedding:
    """Return the vectors that are compressed: those that were kept, or else train them."""
    model = replace(models("word2vec")["word2vec"], vector_size=DIMENSION)
    folder = KEPT / _key(model, tokens)
    if not folder.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT) as draft:
            save(train(model, tokens, seed=SEED), Path(draft, "word2vec"))
            Path(draft, "word2vec").replace(folder)
    return load(folder)


def rows(plain: Embedding) -> Iterator[Compressed]:
    """Yield the rows of `plain`."""
    sets = Sets.default()
    queries = np.sort(np.random.default_rng(SEED).permutation(len(plain))[:QUERIES])
    near = _near(plain, queries)
    measured = [one for budget in SIZES for one in _measured(budget, plain, queries, near)]
    embeddings = [embedding for embedding, _ in measured]
    yield from _compared(
        sets, _outcomes(sets, plain, embeddings), [made for _, made in measured], 4 * DIMENSION * len(plain)
    )


def _outcomes(sets: Sets, plain: Embedding, embeddings: Sequence[Embedding]) -> dict[str, Floats]:
    """Return of each set (n, spaces): the untouched model, `embeddings`, and the untouched model, centred."""
    spaces = {"untouched": plain} | {str(place): embedding for place, embedding in enumerate(embeddings)}
    weights = Weights.of(sets.settings.smoothing, {})
    answers = answer(spaces, sets.items, compose=False, weights=weights, threads=sets.settings.threads)
    return {name: found.outcomes[:, :, 0] for name, found in answers.items()}


def _measured(budget: int, plain: Embedding, queries: Ids, near: Ids) -> Iterator[tuple[Embedding, Made]]:
    """Yield the decoded vectors of each way, and what is known of it before its share."""
    for how, (ours, work) in _ways(budget, plain).items():
        print(f"{budget}x: {how}", file=sys.stderr, flush=True)
        start = time.perf_counter()
        with threadpool_limits(1, user_api="openmp"):  # many small k-means wait for each other
            decoded, size_ = work()
        seconds = time.perf_counter() - start
        neighbours = float(shared(near, _near(decoded, queries)).mean())
        yield decoded, Made(budget=budget, how=how, ours=ours, bytes=size_, seconds=seconds, neighbours=neighbours)


def _near(embedding: Embedding, queries: Ids) -> Ids:
    """Return the nearest rows of each of `queries`."""
    return nearest(unit(embedding.matrix()), queries, queries, NEAREST, np.zeros(0, np.int64))


def _ways(budget: int, plain: Embedding) -> dict[str, tuple[bool, Work]]:
    """Return by name whether it is ours, and the work."""
    matrix = plain.matrix()
    found: dict[str, tuple[bool, Work]] = {}
    for name in STATED[budget]:
        links = yaml.safe_load((ROOT / f"conf/variant/{name}.yaml").read_text())
        found[name] = True, lambda links=links, name=name: _ours(links, name, plain)
    if links := CHAINS.get(budget):
        name = f"PCA to {round(DIMENSION / links['pca']['reduction'])}, OPQ of {links['opq']['parts']} parts"
        found[name] = True, lambda links=links, name=name: _ours(links, name, plain)
    for name, compress in compressors.fitting(*matrix.shape, matrix.nbytes // budget):
        found[name] = False, lambda compress=compress: _theirs(compress, plain)
    return found


def _ours(links: Mapping[str, Any], name: str, plain: Embedding) -> tuple[Embedding, int]:
    small = apply(compose(links, name), plain)
    with tempfile.TemporaryDirectory() as folder:
        save(small, Path(folder, "small"))
        return small, size(Path(folder, "small"))["model_bytes"]


def _theirs(compress: compressors.Compressor, plain: Embedding) -> tuple[Embedding, int]:
    decoded, size_ = compress(plain.matrix())
    return Embedding.dense(plain.words, np.ascontiguousarray(decoded)), size_


def _compared(sets: Sets, outcomes: dict[str, Floats], made: list[Made], whole: int) -> Iterator[Compressed]:
    """Yield the rows: all on the same resamples of the items, so that they can be compared in pairs.

    Parameters
    ----------
    outcomes
        Of each set (n, spaces): the untouched model, what was `made`, and the centred model.
    whole
        Bytes of the untouched model.
    """
    scored, resampled = sets.scores(outcomes), sets.resampled(outcomes)
    scores = np.stack([scored[name] for name in sets.items], axis=-1)  # (spaces, sets)
    samples = np.stack([resampled[name] for name in sets.items], axis=-1)  # (resamples, spaces, sets)
    base = {"untouched": 0, "centred": -1}[reference(scores[0], scores[-1])]
    confidence = sets.settings.confidence
    below, of_resamples = scores[base].mean(), samples[:, base].mean(axis=-1)
    shares = scores[1:-1].mean(axis=-1) / below
    in_resamples = samples[:, 1:-1].mean(axis=-1) / of_resamples[:, None]
    for place, each in enumerate(made):
        found = share(scores[place + 1], scores[base], samples[:, place + 1], samples[:, base], confidence)
        assert found is not None
        row = Compressed(
            budget=each.budget,
            how=each.how,
            bytes=each.bytes,
            smaller=whole / each.bytes,
            share=found[0],
            low=found[1],
            high=found[2],
            neighbours=each.neighbours,
            seconds=each.seconds,
        )
        if each.how != STATED[each.budget][0]:
            yield row
            continue
        rivals = [other for other, one in enumerate(made) if not one.ours and one.bytes * each.budget <= whole]
        best = max(rivals, key=lambda other: shares[other])
        difference = float(shares[place] - shares[best])
        low, high = interval(in_resamples[:, place] - in_resamples[:, best], confidence)
        sure = abs(difference) >= CLAIMED and not low <= 0 <= high
        claim = ("higher" if difference > 0 else "lower") if sure else "no claim"
        yield replace(
            row,
            rival=made[best].how,
            difference=difference,
            difference_low=low,
            difference_high=high,
            claim=claim,
        )


def _key(model: Word2Vec, tokens: Tokens) -> str:
    """Hash all that the vectors depend on: settings, tokens and the code that trains."""
    digest = hashlib.sha256(json.dumps([asdict(model), SEED], sort_keys=True).encode())
    digest.update("\n".join(tokens.words).encode())
    digest.update(np.ascontiguousarray(tokens.train).data)
    digest.update(sources(Path(embedsmith.__file__).parent).encode())
    return digest.hexdigest()[:24]
