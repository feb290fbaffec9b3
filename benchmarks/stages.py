"""All evaluations of a large model: every stage a process of its own, as DVC runs them, one after another."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.lifted import DIMENSION, MODEL, WORDS
from benchmarks.rows import Row
from benchmarks.workspace import ROOT, run, workspace

STAGES = ("similarity", "anisotropy", "bias", "downstream")
VARIANTS = (
    "fp16", "int8", "int4", "pca", "pca-int8", "low_rank-int8", "center", "remove_top", "whiten", "hard_debias",
    "hard_debias-int8",
)  # fmt: skip
"""Of conf/variant/; with the untouched model, twelve."""


def rows() -> Iterator[Row]:
    """Yield seconds of all, and of each stage, and the peak memory of the largest; settings are those of conf/."""
    with workspace() as folder:
        make(folder)
        taken = [measure(folder, stage) for stage in STAGES]
    size = f"{len(VARIANTS) + 1} variants of {WORDS:,} words x {DIMENSION}"
    seconds, work, peaks = zip(*taken, strict=True)
    yield Row(what=f"all evaluations of {size}, s", ours=sum(seconds), target="< 60")
    for stage, wall, cpu in zip(STAGES, seconds, work, strict=True):
        yield Row(what=f"  {stage}, s", ours=wall)
        yield Row(what=f"  {stage}, s of all processors", ours=cpu)
    yield Row(what="  peak memory, MB", ours=max(peaks) / 1e6, target="< 3,000")


def make(folder: Path) -> None:
    """Put the model and its variants into the project in `folder`."""
    chosen = [f"models=[{MODEL}]", f"variants=[{', '.join(VARIANTS)}]"]
    run(folder, "embedsmith", "use", "default", *chosen)
    run(folder, sys.executable, "-m", "embedsmith.stages.configure")
    run(ROOT, sys.executable, "-m", "benchmarks.lifted", str(folder))
    run(folder, sys.executable, "-m", "embedsmith.stages.compress", MODEL, "1")


def measure(folder: Path, stage: str) -> tuple[float, float, float]:
    """Return seconds by the clock, seconds of all processors, and peak bytes of a stage's process, from its start."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", f"embedsmith.stages.{stage}", MODEL, "1"], cwd=folder)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"the stage {stage} failed")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024.0
