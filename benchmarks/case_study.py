"""50,000 words x 1,024 dimensions, 205 MB at float32, for a device with 512 MB: what each strategy takes and loses.

The vectors are skip-gram's, of 1,024 dimensions, trained on the default corpus; the words are its 50,000 most frequent
ones, for which those read four times are needed too (of five times there are 45,614). Every variant is opened in a
fresh process, as a device would: peak resident memory above that of bare Python with numpy, and time from the import
of embedsmith to the first vector, the file in the page cache.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import yaml
from threadpoolctl import threadpool_limits

from benchmarks.ours import THREADS, tokenize, train
from benchmarks.workspace import ROOT, configured, models, workspace
from benchmarks.workspace import run as run_in
from embedsmith.compress.chain import UNTOUCHED, apply, compose
from embedsmith.config.check import build
from embedsmith.embedding import Embedding, save
from embedsmith.evaluate.agreement import agree
from embedsmith.evaluate.similarity import Similarity, evaluate
from embedsmith.tokenizer.settings import TokenizerSettings

WORDS, DIMENSION, LEAST = 50_000, 1024, 4
DEVICE = 512e6
"""Bytes of memory that the device has."""
SHARE = 1 / 8
"""What the model is to take of its bytes at float32."""
VARIANTS = (
    "fp16", "int8", "int4", "binary", "prune", "pca", "pca-int8", "random_projection", "truncate", "low_rank",
    "low_rank-fp16", "sparse", "pq", "hash", "modulo",
)  # fmt: skip
PARTS = 128
"""Bytes a word of pq: conf/variant/pq.yaml is for 100 dimensions."""
OPENED = 5
"""Fresh processes a variant, of which the medians are given."""

PROBE = """
import sys, time
import numpy

def peak():  # of this process alone: the maximum that getrusage gives is inherited from the one that started it
    status = open("/proc/self/status").read()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024

bare, start = peak(), time.perf_counter()
import embedsmith
embedding = embedsmith.load(sys.argv[1])
embedding["river"]
seconds, first = time.perf_counter() - start, peak()
for row in range(0, len(embedding), 256):
    embedding.rows(range(row, min(row + 256, len(embedding))))
print([seconds, first - bare, peak() - bare])
"""


@dataclass(frozen=True, kw_only=True)
class Study:
    """One way to store the vectors.

    Attributes
    ----------
    megabytes
        On disk, words and all.
    reduction
        How many times fewer bytes the rows take.
    fits
        Whether all of it is within an eighth of the untouched model, but for the 5% that conf/report allows a claim.
    kept, low, high
        Share of the untouched model's mean score, with its paired interval.
    neighbours
        Share of a word's ten nearest that are among its nearest in the variant.
    first_seconds
        From the import to the first vector.
    first_megabytes, all_megabytes
        Peak memory above bare Python with numpy: at the first vector, and once every row was decoded.
    """

    HEAD: ClassVar = (
        *("variant", "MB", "smaller", "an eighth", "score kept", "neighbours", "first vector"),
        *("memory, first", "all read", "of 512 MB"),
    )

    what: str
    megabytes: float
    reduction: float
    fits: bool
    kept: float
    low: float
    high: float
    neighbours: float
    first_seconds: float
    first_megabytes: float
    all_megabytes: float

    def cells(self) -> tuple[str, ...]:
        return (
            self.what,
            f"{self.megabytes:.1f}",
            f"{self.reduction:.2f}x",
            "yes" if self.fits else "no",
            f"{self.kept:.1%} ({100 * self.low:.1f} to {100 * self.high:.1f})",
            f"{self.neighbours:.0%}",
            f"{1000 * self.first_seconds:.0f} ms",
            f"{self.first_megabytes:.1f} MB",
            f"{self.all_megabytes:.1f} MB",
            f"{1e6 * self.all_megabytes / DEVICE:.1%}",
        )


def run() -> Iterator[Study]:
    """Yield the rows; takes some ten minutes."""
    with workspace() as folder:
        run_in(folder, "dvc", "repro", "ingest")
        yield from study(folder / "data/corpus")


def study(corpus: Path) -> Iterator[Study]:
    """Yield the rows of vectors trained on `corpus`."""
    config = configured("word2vec")
    with tempfile.TemporaryDirectory() as name, threadpool_limits(config["threads"]):
        folder = Path(name)
        embedding, counts = _model(corpus, config, folder)
        variants = {UNTOUCHED: embedding}
        variants |= {variant: apply(compose(links, variant), embedding) for variant, links in _chains().items()}
        settings = build(Similarity, config["evaluate"]["similarity"], "similarity")
        scores = evaluate(variants, replace(settings, bands=[]), counts)
        agreement = agree(
            variants,
            settings.agreement,
            seed=settings.seed,
            resamples=settings.resamples,
            confidence=settings.confidence,
            threads=settings.threads,
        )
        sizes = {}
        for variant, stored in variants.items():
            save(stored, folder / variant)
            of_rows = (folder / variant / "embedding.safetensors").stat().st_size
            sizes[variant] = (of_rows, sum(file.stat().st_size for file in (folder / variant).iterdir()))
        tolerance = config["report"]["reduction_tolerance"]
        for variant in variants:
            kept = scores[variant]["kept"]
            first_seconds, first_bytes, all_bytes = _opened(folder / variant)
            yield Study(
                what=variant,
                megabytes=sizes[variant][1] / 1e6,
                reduction=sizes[UNTOUCHED][0] / sizes[variant][0],
                fits=sizes[variant][1] * (1 - tolerance) <= sizes[UNTOUCHED][1] * SHARE,
                kept=kept["score"],
                low=kept["low"],
                high=kept["high"],
                neighbours=agreement[variant]["neighbours_kept"]["score"] if variant in agreement else 1.0,
                first_seconds=first_seconds,
                first_megabytes=first_bytes / 1e6,
                all_megabytes=all_bytes / 1e6,
            )


def _model(corpus: Path, config: Mapping[str, Any], folder: Path) -> tuple[Embedding, dict[str, int]]:
    """Return the vectors of the most frequent words, and how often each was read."""
    settings = build(TokenizerSettings, config["tokenizer"], "tokenizer")
    tokens = tokenize(corpus, replace(settings, min_count=LEAST), folder / "tokens")
    wide = train(replace(models("word2vec")["word2vec"], vector_size=DIMENSION), tokens, threads=THREADS)
    words = list(wide.words[:WORDS])
    if len(words) < WORDS:
        sys.exit(f"case_study: the corpus has {len(words)} words that were read {LEAST} times, not {WORDS}")
    counts = dict(zip(tokens.words, tokens.counts.tolist(), strict=True))
    return Embedding.dense(words, wide.matrix()[:WORDS]), counts


def _chains() -> dict[str, dict[str, Any]]:
    chains = {name: yaml.safe_load((ROOT / f"conf/variant/{name}.yaml").read_text()) for name in VARIANTS}
    chains["pq"]["pq"]["parts"] = PARTS
    return chains


def _opened(path: Path) -> list[float]:
    """Return the medians of what the probe says of an artifact: seconds and bytes to the first vector, bytes to all."""
    command = (sys.executable, "-c", PROBE, str(path))
    noted = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(OPENED)]
    return [float(value) for value in np.median(noted, axis=0)]
