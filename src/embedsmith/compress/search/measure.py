"""What a chain costs and keeps: on a sample of rows, and on the whole, which decides."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from embedsmith.compress.chain import apply, compose
from embedsmith.compress.search.agreement import Agreed, Agreement
from embedsmith.compress.search.candidates import UNITS, Chain, key
from embedsmith.compress.search.settings import AgreementSettings
from embedsmith.embedding import Dense, Embedding, save
from embedsmith.errors import InputError

Known = MutableMapping[str, Any]
"""What was measured, by chain: plain values, which JSON holds. None: the chain cannot be."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """A chain, fitted to the whole.

    Attributes
    ----------
    bytes
        On disk, every file of the artifact.
    """

    chain: Chain
    bytes: int
    agreed: Agreed

    @property
    def agreement(self) -> float:
        """The agreement that is searched for."""
        return self.agreed.agreement


@dataclass(frozen=True)
class Sketch:
    """A chain, fitted to a sample of the words.

    Attributes
    ----------
    fixed, each
        Bytes of the arrays of any number of rows, and of each row.
    agreement
        Of the sample.
    """

    fixed: float
    each: float
    agreement: float


class Whole:
    """Fits chains to `embedding`, and measures what they have become.

    Parameters
    ----------
    inputs
        Where the embedding comes from; part of the description of an artifact, and so of its bytes.
    known
        What was measured before; what is measured is added.
    """

    def __init__(
        self, embedding: Embedding, settings: AgreementSettings, inputs: Mapping[str, str], known: Known
    ) -> None:
        self._embedding, self._inputs, self._known = embedding, inputs, known
        self._settings = settings
        self._agreement: Agreement | None = None
        self._with_fewer: dict[float, Embedding] = {}
        self.fits = 0

    def point(self, chain: Chain) -> Point | None:
        """Return the point of `chain`; None if it cannot be made of this embedding."""
        name = key(chain)
        if name not in self._known:
            self._known[name] = self._measure(chain)
        found = self._known[name]
        return found and Point(chain=chain, bytes=found["bytes"], agreed=Agreed(**found["agreed"]))

    def made(self, chain: Chain) -> Embedding:
        """Return the embedding that `chain` makes."""
        links = compose(chain, "search") if chain else {}
        share = chain[UNITS]["share"] if UNITS in chain else 1.0
        if share == 1:
            return apply(links, self._embedding)
        if share not in self._with_fewer:  # counting what words hold takes longer than most chains
            self._with_fewer[share] = apply({UNITS: links[UNITS]}, self._embedding)
        return apply({name: link for name, link in links.items() if name != UNITS}, self._with_fewer[share])

    def parts(self) -> dict[str, int]:
        """Return the bytes on disk of each file of the untouched embedding."""
        return saved(self._embedding, self._inputs)

    def _measure(self, chain: Chain) -> dict[str, Any] | None:
        self._agreement = self._agreement or Agreement(self._embedding, self._settings)
        self.fits += 1
        try:
            made = self.made(chain)
        except InputError:
            return None
        return {"bytes": sum(saved(made, self._inputs).values()), "agreed": self._agreement.of(made).figures()}


class Sample:
    """Fits chains to `rows` of the words, and to half of them, which tells what each row costs."""

    def __init__(self, embedding: Embedding, rows: int, settings: AgreementSettings, known: Known) -> None:
        self._known, self._settings = known, settings
        number = min(rows, len(embedding))
        draw = np.random.default_rng(settings.seed)
        places = np.sort(draw.choice(len(embedding), number, replace=False))
        self._large = chosen(embedding, places)
        self._small = chosen(embedding, np.sort(draw.choice(places, max(number // 2, 1), replace=False)))
        self._agreement: Agreement | None = None

    def sketch(self, chain: Chain) -> Sketch | None:
        """Return the sketch of `chain`; None if it cannot be made of so many rows."""
        name = f"sample {key(chain)}"
        if name not in self._known:
            self._known[name] = self._measure(chain)
        found = self._known[name]
        return found and Sketch(*found)

    def _measure(self, chain: Chain) -> list[float] | None:
        self._agreement = self._agreement or Agreement(self._large, self._settings)
        links = compose(chain, "search") if chain else {}
        try:
            large, small = apply(links, self._large), apply(links, self._small)
        except InputError:
            return None
        rows, fewer = len(self._large), len(self._small)
        each = (stored(large) - stored(small)) / max(rows - fewer, 1)
        return [stored(large) - each * rows, each, self._agreement.of(large).agreement]


def chosen(embedding: Embedding, places: np.ndarray) -> Embedding:
    """Return the words `places` alone, without the fallback."""
    words = [embedding.words[place] for place in places.tolist()]
    return replace(embedding, words=words, codec=Dense(embedding.rows(places)), fallback=None)


def stored(embedding: Embedding) -> int:
    """Return the bytes of the arrays of the words' rows."""
    return sum(array.nbytes for array in embedding.codec.arrays.values())


def saved(embedding: Embedding, inputs: Mapping[str, str]) -> dict[str, int]:
    """Return the bytes of each file of the artifact of `embedding`."""
    with tempfile.TemporaryDirectory() as folder:
        artifact = Path(folder, "artifact")
        save(embedding, artifact, inputs)
        return {file.name: file.stat().st_size for file in artifact.iterdir()}
