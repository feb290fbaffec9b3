"""Small made-up blocks, and what negative sampling does to their rows in plain double precision, a value at a time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import numpy as np
from scipy.special import expit

from embedsmith.model import sgns
from embedsmith.model.blocks import LEAST
from embedsmith.model.kernel.negative_sampling import SAMPLED
from embedsmith.model.kernel.slopes import LOSS, MEASURED, PAIRS
from embedsmith.model.kernel.tile import FRESH, TILE
from embedsmith.model.matrices import aligned, joined, split, width
from embedsmith.model.visits import Lists, Reading

SHARED = 24
"""Negatives of a tile, where a block does not say otherwise."""
Matrix = np.ndarray[Any, np.dtype[np.float64]]


def softplus(x: Any) -> Any:
    """What a wrong decision costs whose score is x: -log(1 - sigmoid(x))."""
    return np.logaddexp(0, x)


def lists(rows: list[list[int]]) -> Lists:
    """Lists of rows as the kernel is given them; any of them may be new."""
    flat = [row for part in rows for row in part]
    return Lists(np.cumsum([0, *map(len, rows)]), np.array(flat, np.int32), len(flat))


@dataclass(frozen=True)
class Visit:
    """The input is the mean of some rows of inputs, which may repeat; it is to be near some rows of outputs."""

    inputs: list[int]
    positives: list[int]


@dataclass(frozen=True)
class Trained:
    """What became of the rows, and the totals."""

    inputs: np.ndarray
    outputs: np.ndarray
    pairs: int
    loss: float
    measured: int


@dataclass(frozen=True)
class Block:
    """What the kernel is given. `units` are those of words, for composed inputs; None for words that have rows."""

    cbow: bool
    inputs: np.ndarray
    outputs: np.ndarray
    units: list[list[int]] | None
    words: np.ndarray
    windows: np.ndarray
    """Of each visit: place of the centre, first and last place that it sees, (n, 3)."""
    noise: np.ndarray
    place: int
    negative: int
    rate: float
    shared: int

    @classmethod
    def made(
        cls,
        *,
        cbow: bool = False,
        composed: bool = False,
        dimension: int = 16,
        vocabulary: int = 12,
        words: int = 40,
        rate: float = 0.05,
        seed: int = 0,
    ) -> Block:
        """A sentence of random words with windows of up to four words, and random rows."""
        draw = np.random.default_rng(seed)
        reach = draw.integers(1, 5, size=words)
        windows = [(place, max(0, place - r), min(words - 1, place + r)) for place, r in enumerate(reach)]
        units = [draw.integers(vocabulary + 6, size=1 + word % 5).tolist() for word in range(vocabulary)]
        return cls(
            cbow=cbow,
            inputs=draw.normal(scale=0.4, size=(vocabulary + 6 if composed else vocabulary, dimension)),
            outputs=draw.normal(scale=0.4, size=(vocabulary, dimension)),
            units=units if composed else None,  # from one to five, some of them shared by words, some twice in one
            words=draw.integers(vocabulary, size=words),
            windows=np.array(windows),
            noise=draw.integers(vocabulary, size=1000),
            place=70,
            negative=5,
            rate=rate,
            shared=SHARED,
        )

    def but(self, **changes: Any) -> Block:
        return replace(self, **changes)

    def run(self, parts: int = 1, threads: int = 1) -> Trained:
        """What training makes of it, with the columns in `parts`."""
        dimension, columns = self.inputs.shape[1], width(self.inputs.shape[1], parts)
        inputs, outputs = (aligned(parts, len(rows), columns) for rows in (self.inputs, self.outputs))
        split(self.inputs.astype(np.float32), inputs)
        split(self.outputs.astype(np.float32), outputs)
        network = sgns.Network(
            inputs=inputs,
            outputs=outputs,
            cbow=self.cbow,
            noise=self.noise.astype(np.int32),
            negative=self.negative,
            shared=self.shared,
            units=None,
        )
        number, visits = len(outputs[0]), self.visits()
        most = max((len(visit.positives) for visit in visits), default=0)
        reading = Reading(
            keep=np.zeros(number, np.uint32),
            window=np.full(number, most, np.int32),
            visits=np.ones(number, np.float32),
        )
        schedule = sgns.Schedule(
            epochs=2, learning_rate=self.rate, min_learning_rate=self.rate, block=1, points=1, seed=0
        )
        run = sgns._Run(np.array([0] * LEAST + [-1, 0, -1], np.int32), network, reading, schedule, threads)
        place = mock.patch.object(sgns, "seed_of", return_value=np.uint64(self.place))
        with place, ThreadPoolExecutor(run.threads) as pool:
            given = (lists([visit.inputs for visit in visits]), lists([visit.positives for visit in visits]))
            run.train(pool, 0, 0, sgns._Block(*given, len(self.words)))
        totals = run._totals
        rows = joined(inputs, dimension), joined(outputs, dimension)
        return Trained(*rows, int(totals[PAIRS]), float(totals[LOSS]), int(totals[MEASURED]))

    def rows_of(self, word: int) -> list[int]:
        """The rows of inputs that a word is the mean of."""
        return [word] if self.units is None else self.units[word]

    def visits(self) -> list[Visit]:
        found = []
        for centre, left, right in self.windows:
            word = int(self.words[centre])
            seen = [int(self.words[place]) for place in range(left, right + 1) if place != centre]
            if self.cbow:
                found.append(Visit([row for other in seen for row in self.rows_of(other)], [word]))
            else:
                found.append(Visit(self.rows_of(word), seen))
        return found

    def tiles(self) -> Iterator[tuple[list[Visit], list[int]]]:
        """The visits in tiles, each with its negatives: a few new ones, and of those of the tile before the others."""
        visits, place = self.visits(), self.place
        for start in range(0, len(visits), TILE):
            yield visits[start : start + TILE], self.noise[place : place + self.shared].tolist()
            place = place + FRESH if place + FRESH + 2 * self.shared < len(self.noise) else 0

    def plain(self) -> Trained:
        """Train by the book, but that the visits of a tile share their negatives, and are all scored before it."""
        inputs, outputs = self.inputs.astype(np.float64), self.outputs.astype(np.float64)
        pairs = measured = 0
        loss = 0.0
        for number, (visits, drawn) in enumerate(self.tiles()):
            hidden = np.array([inputs[visit.inputs].mean(axis=0) for visit in visits])
            scores, changes = hidden @ outputs.T, np.zeros_like(hidden)
            weights = np.array([self.weights(visit, drawn) for visit in visits])
            for column, word in enumerate(drawn):
                slopes = -self.rate * weights[:, column] * expit(scores[:, word])
                changes += np.outer(slopes, outputs[word])
                outputs[word] += slopes @ hidden
            for h, change, visit, score in zip(hidden, changes, visits, scores, strict=True):
                for word in visit.positives:
                    change += self.rate * expit(-score[word]) * outputs[word]
                    outputs[word] += self.rate * expit(-score[word]) * h
            for visit, change, score, weight in zip(visits, changes, scores, weights, strict=True):
                np.add.at(inputs, visit.inputs, change)
                pairs += len(visit.positives)
                if number % SAMPLED == 0:
                    loss += softplus(-score[visit.positives]).sum() + weight @ softplus(score[drawn])
                    measured += len(visit.positives)
        return Trained(inputs, outputs, pairs, float(loss), measured)

    def weights(self, visit: Visit, drawn: list[int]) -> Matrix:
        """How much each negative weighs: together as those of the visit's pairs; nothing if it is a positive."""
        share = len(visit.positives) * self.negative / self.shared
        return np.where(np.isin(drawn, visit.positives), 0, share)

    def loss(self, hidden: Matrix, outputs: Matrix) -> float:
        """The loss over all visits whose inputs are `hidden`, (visits, D)."""
        loss, vectors = 0.0, iter(hidden)
        for visits, drawn in self.tiles():
            for visit in visits:
                scores = outputs @ next(vectors)
                loss += softplus(-scores[visit.positives]).sum() + self.weights(visit, drawn) @ softplus(scores[drawn])
        return float(loss)


def gradient(function: Any, at: Matrix, step: float = 1e-5) -> Matrix:
    """The gradient of a function of a matrix, by central differences."""
    found = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        moved = at.copy()
        moved[index] += step
        above = function(moved)
        moved[index] -= 2 * step
        found[index] = (above - function(moved)) / (2 * step)
    return found


def assert_agree(found: Trained, expected: Trained) -> None:
    """Assert that they are the same to what single precision can hold."""
    np.testing.assert_allclose(found.inputs, expected.inputs, rtol=2e-6, atol=3e-6)
    np.testing.assert_allclose(found.outputs, expected.outputs, rtol=2e-6, atol=3e-6)
    assert (found.pairs, found.measured) == (expected.pairs, expected.measured)
    np.testing.assert_allclose(found.loss, expected.loss, rtol=1e-5, atol=1e-6)


def assert_same(found: Trained, expected: Trained) -> None:
    """Assert that they are the same to the bit."""
    assert found.inputs.tobytes() == expected.inputs.tobytes()
    assert found.outputs.tobytes() == expected.outputs.tobytes()
    for name in ("pairs", "loss", "measured"):
        assert getattr(found, name) == getattr(expected, name)
