"""Tracking: what a training pays for being shown while it runs, and what `track` takes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.measure import compare, seconds
from benchmarks.rows import Row
from benchmarks.workspace import run as run_in
from benchmarks.workspace import workspace

EPOCHS = 80
"""A minute or more of training."""
PAIRS = 3
UNSEEN = """
import sys
from embedsmith.stages import live
live.LEAST = float("inf")
from embedsmith.stages.process import run
from embedsmith.stages.train import train
sys.argv[1:] = ["word2vec", "1"]
run(train)
"""
"""The stage without its follower."""


def run() -> Iterator[Row]:
    """Yield the rows; takes about ten minutes."""
    with workspace() as folder:
        run_in(folder, "embedsmith", "use", "default", "models=[word2vec]", f"model.word2vec.epochs={EPOCHS}")
        run_in(folder, "dvc", "repro", "tokenize")
        yield training(folder)
    with workspace() as folder:
        run_in(folder, "embedsmith", "use", "quick")
        yield from logging(folder)


def training(folder: Path) -> Row:
    """Return the row of a training that is shown in a store, against the same that is not; the best of caches aside."""
    _make_store(folder)
    unseen = partial(_train, folder, "-c", UNSEEN)
    unseen()  # compiles
    return compare(
        f"training of {EPOCHS} epochs, shown while it runs, seconds",
        partial(_train, folder, "-m", "embedsmith.stages.train", "word2vec", "1"),
        unseen,
        peer_version="not shown",
        pairs=PAIRS,
        target=">= 0.99x",
    )


def logging(folder: Path) -> Iterator[Row]:
    """Yield the rows of `track` by itself: everything, then nothing new."""
    whole = seconds(lambda: run_in(folder, "dvc", "repro", "report"))
    _make_store(folder)
    runs = "track, 7 runs of the quick pipeline"
    took = seconds(lambda: run_in(folder, "dvc", "repro", "--single-item", "track"))
    yield Row(what=f"{runs}, seconds", ours=took)
    yield Row(what=f"{runs}, share of the stages before", ours=took / whole)
    again = seconds(lambda: run_in(folder, "dvc", "repro", "--single-item", "track"))
    yield Row(what=f"{runs}, nothing new, seconds", ours=again)


def _train(folder: Path, *arguments: str) -> None:
    shutil.rmtree(folder / "data/models", ignore_errors=True)
    run_in(folder, "env", "PYTHONPATH=src", sys.executable, *arguments)


def _make_store(folder: Path) -> None:
    """Make an empty store, which takes MLflow some seconds, once."""
    made = "from mlflow import MlflowClient; MlflowClient(tracking_uri='sqlite:///mlflow.db').search_experiments()"
    subprocess.run([sys.executable, "-c", made], cwd=folder, check=True, capture_output=True)
