"""Association tests against wefe's: the same lists, vectors and effect size, and 10,000 permutations.

wefe needs numpy 1, so it runs in an environment of its own under build/. Its permutations draw words with replacement
and count strictly larger sums alone; ours are divisions of the words, the observed one among them. The effect sizes
are the same, the p-values near each other.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import row, seconds
from benchmarks.rows import Row
from benchmarks.workspace import ROOT
from embedsmith.metrics.bias.weat import associations, effect_size, p_value
from embedsmith.metrics.similarity import Unit, unit

ENVIRONMENT = ROOT / "build/peers/wefe"
REQUIREMENTS = ("wefe==1.0.1", "numpy<2")
FIXTURE = ROOT / "tests/metrics/bias/wefe"
TEST, PERMUTATIONS, TURNS = "weat7", 10_000, 2
WHAT, TARGET = f"{TEST} of GloVe 6B with {PERMUTATIONS:,} permutations, s", ">= 100x"


def run() -> Iterator[Row]:
    """Yield the row; takes some minutes, all of them the peer's."""
    made = json.loads((FIXTURE / "wefe.json").read_text())
    vectors = dict(zip(made["words"], np.load(FIXTURE / "vectors.npy"), strict=True))
    lists = [[word for word in made["lists"][name] if word in vectors] for name in made["queries"][TEST]]
    four = [unit(np.array([vectors[word] for word in words])) for words in lists]
    try:
        python = _environment()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"wefe could not be installed, its side is left out: {error}")
        yield Row(what=WHAT, ours=seconds(lambda: _test(four)), target=TARGET)
        return
    costs = []
    for _ in range(TURNS):
        ours = seconds(lambda: _test(four))
        peer = _peer(python, lists)
        if abs(peer["effect_size"] - _test(four)[0]) > 1e-6:
            sys.exit(f"effect sizes differ: {_test(four)[0]} and wefe's {peer['effect_size']}")
        costs.append((ours, peer["seconds"]))
    yield row(WHAT, np.array(costs), peer_version="wefe 1.0.1", target=TARGET)


def _test(four: list[Unit]) -> tuple[float, float]:
    """Effect size and p-value of the test of four lists."""
    first, second, a, b = four
    x, y = associations(first, a, b), associations(second, a, b)
    return effect_size(x, y), p_value(x, y, PERMUTATIONS, seed=1)


def _peer(python: Path, lists: list[list[str]]) -> dict[str, Any]:
    """Return effect size, p-value and seconds of the same test in the peer's own process, its start apart."""
    asked = json.dumps({"fixture": str(FIXTURE), "lists": lists, "permutations": PERMUTATIONS})
    command = [str(python), str(Path(__file__).with_name("wefe_peer.py"))]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _environment() -> Path:
    """Return the Python of the peer's environment, made if need be."""
    python = ENVIRONMENT / "bin/python"
    ready = ENVIRONMENT / "ready"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
        ready.touch()
    return python
