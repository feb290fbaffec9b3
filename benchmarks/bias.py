"""Association tests of GloVe 6B beside wefe's: the same lists, vectors and effect sizes, and 10,000 permutations.

wefe needs numpy 1, so it runs in an environment of its own under build/. Its permutations draw words with replacement
and count strictly larger sums alone; ours are divisions of the words, the observed one among them. The effect sizes
are the same, the p-values near each other.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import glove
from benchmarks.measure import row, seconds
from benchmarks.rows import Row
from benchmarks.workspace import ROOT, configured
from embedsmith.config.check import build
from embedsmith.evaluate.bias import Bias
from embedsmith.evaluate.bias.lists import Lists
from embedsmith.metrics.bias.weat import associations, effect_size, p_value
from embedsmith.metrics.similarity import Unit, unit

ENVIRONMENT = ROOT / "build/peers/wefe"
REQUIREMENTS = ("wefe==1.0.1", "numpy<2")
TEST, PERMUTATIONS, TURNS = "weat7", 10_000, 2
SAME = 1e-6
"""Effect sizes that differ by no more are the same."""
WHAT, TARGET, PEER = f"{TEST} of GloVe 6B with {PERMUTATIONS:,} permutations, s", ">= 100x", "wefe 1.0.1"

Words = Mapping[str, list[list[str]]]
"""The four lists of each test."""


def run() -> Iterator[Row]:
    """Yield the rows; takes some minutes, nearly all of them the peer's."""
    asked = _tests()
    words, vectors = glove.vectors(sorted({word for lists in asked.values() for words in lists for word in words}))
    index = {word: place for place, word in enumerate(words)}
    known = {name: [[word for word in words if word in index] for words in lists] for name, lists in asked.items()}
    rows = unit(vectors)
    ours = {name: [rows[[index[word] for word in words]] for words in lists] for name, lists in known.items()}
    effects = {name: _effect(four) for name, four in ours.items()}
    try:
        python = _environment()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"wefe could not be installed, its side is left out: {error}")
        yield Row(what=WHAT, ours=seconds(lambda: _test(ours[TEST])), target=TARGET)
        yield from (Row(what=_of(name), ours=effect) for name, effect in effects.items())
        return
    costs = []
    for _ in range(TURNS):
        cost = seconds(lambda: _test(ours[TEST]))
        peer = _peer(python, words, vectors, known)
        costs.append((cost, peer["seconds"]))
    yield row(WHAT, np.array(costs), peer_version=PEER, target=TARGET)
    for name, effect in effects.items():
        theirs = peer["effect_sizes"][name]
        if abs(theirs - effect) > SAME:
            sys.exit(f"{_of(name)}: {effect}, and wefe's is {theirs}")
        yield Row(what=_of(name), ours=effect, peer=theirs, peer_version=PEER, target=f"equal to {SAME:g}")


def _of(name: str) -> str:
    return f"{name} of GloVe 6B, effect size"


def _tests() -> Words:
    """Return the words of the tests of conf/, lower-cased, as those of GloVe are."""
    settings = build(Bias, configured("random")["evaluate"]["bias"], "evaluate.bias")
    lists = Lists(settings)
    return {
        name: [[word.lower() for word in words] for words in lists.of_test(name, test)]
        for name, test in settings.tests.items()
    }


def _effect(four: list[Unit]) -> float:
    first, second, a, b = four
    return effect_size(associations(first, a, b), associations(second, a, b))


def _test(four: list[Unit]) -> tuple[float, float]:
    """Effect size and p-value of the test of four lists."""
    first, second, a, b = four
    x, y = associations(first, a, b), associations(second, a, b)
    return effect_size(x, y), p_value(x, y, PERMUTATIONS, seed=1)


def _peer(python: Path, words: list[str], vectors: np.ndarray, tests: Words) -> dict[str, Any]:
    """Return what the peer finds in its own process: effect sizes, and seconds of the one test, its start apart."""
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder, "vectors.npy"), vectors)
        asked = {"folder": folder, "words": words, "tests": tests, "timed": TEST, "permutations": PERMUTATIONS}
        command = [str(python), str(Path(__file__).with_name("wefe_peer.py"))]
        done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
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
