"""Reading artifacts, stored in each way, against gensim's KeyedVectors and a plain numpy matrix; the same words."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import gensim
import numpy as np
import yaml
from gensim.models import KeyedVectors

import embedsmith
from benchmarks.measure import compare, row
from benchmarks.rows import Row
from benchmarks.workspace import ROOT
from embedsmith.compress.chain import apply, compose
from embedsmith.embedding import Embedding, save

WORDS, DIMENSION, READS, ALONE, QUERIES, PAIRS, STARTS = 50_000, 100, 20_000, 2_000, 32, 15, 9
VARIANTS = (
    "fp16", "int8", "int4", "binary", "low_rank", "low_rank-int8", "sparse", "pq", "opq", "residual", "hash",
    "pca-int8",
)  # fmt: skip
UNTOUCHED = "float32"
GENSIM = f"gensim {gensim.__version__}"
NUMPY = f"numpy {np.__version__}, float32 in memory"
FRESH = """
import sys, time
import numpy
def peak():  # of this process alone: what getrusage says begins with the memory of the one that started it
    return int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])
bare = peak()
{imports}
start = time.perf_counter()
vector = {load}["word7"].copy()
print(time.perf_counter() - start, (peak() - bare) / 1024)
"""
"""Prints the seconds from the imports to the first vector, and the peak MiB over those of Python and numpy."""
OURS = FRESH.format(imports="from embedsmith import load", load="load(sys.argv[1])")
THEIRS = FRESH.format(imports="from gensim.models import KeyedVectors", load="KeyedVectors.load(sys.argv[1], mmap='r')")


def run() -> Iterator[Row]:
    """Yield the rows; takes some minutes, most of them to compress and to start processes."""
    rng = np.random.default_rng(0)
    words = [f"word{i}" for i in range(WORDS)]
    matrix = rng.standard_normal((WORDS, DIMENSION), dtype=np.float32)
    vectors = KeyedVectors(DIMENSION)
    vectors.add_vectors(words, matrix)
    ids = rng.integers(WORDS, size=READS)
    asked = [words[i] for i in ids]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        vectors.save(str(folder / "vectors.kv"))
        _write(Embedding.dense(words, matrix), folder)
        for variant in (UNTOUCHED, *VARIANTS):
            yield from _read(variant, embedsmith.load(folder / variant), vectors, matrix, ids, asked)
        yield from _start(folder)


def _write(plain: Embedding, folder: Path) -> None:
    """Save every variant, by the settings of conf/variant/."""
    save(plain, folder / UNTOUCHED)
    for variant in VARIANTS:
        links = yaml.safe_load((ROOT / f"conf/variant/{variant}.yaml").read_text())
        save(apply(compose(links, variant), plain), folder / variant)


def _read(
    variant: str, loaded: Embedding, vectors: KeyedVectors, matrix: np.ndarray, ids: np.ndarray, asked: list[str]
) -> Iterator[Row]:
    """Yield what one loaded artifact does a second, and how fast it finds neighbours."""
    few, queries = asked[:ALONE], asked[:QUERIES]
    yield compare(
        f"{variant}: rows a second, {READS:,} at once",
        lambda: loaded.rows(ids),
        lambda: matrix[ids],
        peer_version=NUMPY,
        pairs=PAIRS,
        amount=READS,
    )
    yield compare(
        f"{variant}: words a second, {READS:,} at once",
        lambda: loaded.vectors(asked),
        lambda: vectors[asked],
        peer_version=GENSIM,
        pairs=PAIRS,
        amount=READS,
    )
    yield compare(
        f"{variant}: words a second, one at a time",
        lambda: [loaded[word] for word in few],
        lambda: [vectors[word] for word in few],
        peer_version=GENSIM,
        pairs=PAIRS,
        amount=ALONE,
    )
    loaded.nearest("word7", 10)  # lengths are worked out once, here and in gensim
    vectors.most_similar("word7", topn=10)
    yield compare(
        f"{variant}: ten nearest of a word, s",
        lambda: loaded.nearest("word7", 10),
        lambda: vectors.most_similar("word7", topn=10),
        peer_version=GENSIM,
        pairs=PAIRS,
    )
    yield compare(
        f"{variant}: ten nearest of {QUERIES} words, s",
        lambda: loaded.nearest_many(queries, 10),
        lambda: [vectors.most_similar(word, topn=10) for word in queries],
        peer_version=GENSIM,
        pairs=PAIRS,
    )


def _start(folder: Path) -> Iterator[Row]:
    """Yield what it takes to load each artifact, in processes that are started for it, in turn."""
    turns = [
        [_fresh(THEIRS, folder / "vectors.kv"), *(_fresh(OURS, folder / name) for name in (UNTOUCHED, *VARIANTS))]
        for _ in range(STARTS)
    ]
    taken = np.array(turns)  # (turn, peer and variants, seconds and MiB)
    for variant, ours in zip((UNTOUCHED, *VARIANTS), taken[:, 1:].swapaxes(0, 1), strict=True):
        costs = np.stack([ours, taken[:, 0]], axis=1)
        of_fresh = f"{variant}: load and first vector in a fresh process"
        yield row(f"{of_fresh}, s", costs[:, :, 0], peer_version=GENSIM, target="< 0.05 s")
        yield row(f"{of_fresh}, peak MiB over numpy's", costs[:, :, 1], peer_version=GENSIM)


def _fresh(code: str, path: Path) -> list[float]:
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return [float(number) for number in done.stdout.split()]
