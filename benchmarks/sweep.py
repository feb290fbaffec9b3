"""Sweeps: what jobs share is computed once; time against DVC's own ways to run the same jobs.

Every way has a cache of its own, empty at the start, and two workers. The jobs are those of the quick experiment.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import dvc

from benchmarks.measure import seconds
from benchmarks.rivals import queued, side_by_side
from benchmarks.rows import Row
from benchmarks.workspace import ROOT, clone, run as run_in
from embedsmith.config.instances import Inputs
from embedsmith.sweep.folders import jobs_of
from embedsmith.sweep.stages import RAN, read_events

WORKERS = 2
GRID = {
    "tokenizer": ["unigram", "bpe"],
    "model.word2vec.window": ["3", "5", "10"],
    "variants": ["[fp16,int8]", "[pca,pca-int8]"],
}
FIXED = {"models": "[word2vec]"}
OVERHEAD, A_WAVE = 1.15, 3.0
"""The target: so many times the processor time of the stages themselves, and seconds a wave of jobs."""
MANY, CACHED = 100, 90
DEFAULT_MODELS = 6


def run() -> Iterator[Row]:
    """Yield the rows; takes about a quarter of an hour. Wheels should be at hand."""
    with clone() as folder:
        taken = seconds(lambda: _sweep(folder))
        yield from _own(folder, taken)
        jobs = math.prod(map(len, GRID.values()))
        for what, way in (("dvc exp run --queue", queued), ("dvc repro side by side", side_by_side)):
            ...
