"""Trellis-coded quantisation of principal components: a fraction of a bit a value, and up to six."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import NormalDist
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from embedsmith.compress.directions import directions, factors
from embedsmith.compress.kmeans import Rows
from embedsmith.embedding import Embedding
from embedsmith.embedding import Trellis as TrellisCodec
from embedsmith.embedding.codec.scales import quantise
from embedsmith.embedding.codec.trellis import MEMORIES, kinds, pack
from embedsmith.errors import InputError
from embedsmith.metrics.components import leading

Steps = npt.NDArray[np.uint8]
KINDS = ((0, 1), (1, 4), (1, 3), (1, 2), (2, 3), (1, 1), (3, 2), (2, 1), (5, 2), (3, 1), (4, 1), (5, 1), (6, 1))
"""Bits and values of the steps that there may be, ascending by bits a value."""
MOST = 6
"""Bits of a step."""
LEAST = 1e-9
"""Of the largest variance, and of that at least: rows that are all alike have something to divide by."""
BLOCK = 256
"""Rows that a thread takes at a time."""


@dataclass(kw_only=True)
class Trellis:
    """Each row's direction as a string of bits along its principal components; its length in one byte, or not at all.

    Marcellin & Fischer (1990), "Trellis coded quantization of memoryless and Gauss-Markov sources", with the trellis
    that a window moving along the bits makes, as in Tseng, Sun, Hou & De Sa (2024), "QTIP: Quantization with trellises
    and incoherence processing", and tables that are fitted to the rows as the codebooks of k-means are. How many bits
    a component has follows from its variance by reverse water-filling (Cover & Thomas, "Elements of information
    theory", section 10.3.3); those that have none are left out.

    Parameters
    ----------
    bytes
        Of a row's string.
    memory
        Bits of a state, 6 to 12. One more brings rows nearer, takes twice the time, and the tables twice the bytes.
    emphasis
        By which power of its variance the squared error of a component counts, beyond 0, which is the least
        squared error. What is asked of decoded rows are products with others, to which the error of a component
        contributes as much as the component varies.
    mean
        Part of the mean of all directions that is added to decoded rows: 1 keeps the neighbours that words have, 0
        centres them, which agrees better with human judgements.
    lengths
        Whether the length of a row is kept; all decoded rows are of length about 1 without.
    rounds
        Times that the tables are fitted.
    sample
        Rows that they are fitted to.
    seed
        Of the sample, and of the order of the first tables.

    Notes
    -----
    Rows stay rotated, as those of optimised product quantisation do. The rotation, the mean and the division of bits
    are those of the words, also for the units of unseen words; the tables are their own.
    """

    bytes: int
    memory: int
    emphasis: float
    mean: float
    lengths: bool
    rounds: int
    sample: int
    seed: int

    last: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.bytes < 3:
            raise ValueError(f"bytes: must be at least 3, not {self.bytes}")
        if self.memory not in MEMORIES:
            raise ValueError(f"memory: must be {MEMORIES[0]} to {MEMORIES[-1]}, not {self.memory}")
        if not 0 <= self.mean <= 1:
            raise ValueError(f"mean: must be 0 to 1, not {self.mean:g}")
        for name in ("emphasis", "rounds", "seed"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: must be at least 0, not {getattr(self, name):g}")
        if self.sample < 1:
            raise ValueError(f"sample: must be at least 1, not {self.sample}")

    def fit(self, embedding: Embedding) -> Self:
        towards = directions(embedding.matrix())
        self.mean_ = towards.mean(axis=0, dtype=np.float64)
        centred = towards - self.mean_
        with threadpool_limits(1):
            covariance = centred.T @ centred / max(len(towards), 1)
            components = leading(covariance, embedding.dimension)
            variances = np.einsum("cd,de,ce->c", components, covariance, components)
        variances = np.maximum(variances, LEAST * max(float(variances[0]), LEAST))
        self.importance_ = variances ** (1 + self.emphasis)
        self.steps_ = allocate(self.importance_, 8 * self.bytes)
        columns = int(self.steps_[:, 1].sum())
        self.components_ = components[:columns]
        self.deviations_ = np.sqrt(variances[:columns]).astype(np.float32)
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        return embedding.converted(self._quantise)

    def _quantise(self, rows: Rows) -> TrellisCodec:
        columns = len(self.components_)
        with threadpool_limits(1):
            turned = ((directions(rows) - self.mean_) @ self.components_.T / self.deviations_).astype(np.float32)
            mean = (self.mean * (self.components_ @ self.mean_)).astype(np.float32)
        weights = (self.importance_[:columns] / self.importance_[0]).astype(np.float32)
        of_kinds = kinds(self.steps_)
        tables = self._tables(turned, weights, of_kinds)
        codes = pack_paths(turned, weights, self.steps_, tables, self.memory)
        none, span = quantise(np.zeros(0, dtype=np.float32))
        memory = np.array([self.memory], dtype=np.uint8)
        codec = TrellisCodec(codes, self.steps_, tables, memory, self.deviations_, mean, none, span)
        if not self.lengths:
            return codec
        with threadpool_limits(1):
            scales = quantise(factors((rows @ self.components_.T).astype(np.float32), codec.rows(slice(0, len(rows)))))
        return TrellisCodec(codes, self.steps_, tables, memory, self.deviations_, mean, *scales)

    def _tables(self, turned: Rows, weights: Rows, of_kinds: npt.NDArray[np.int64]) -> npt.NDArray[np.float16]:
        """Return the tables of the kinds, one after the other, fitted to a sample of `turned` (n, columns)."""
        draw = np.random.default_rng(self.seed)
        size = 1 << self.memory
        normal = np.array([NormalDist().inv_cdf((place + 0.5) / size) for place in range(size)])
        table = np.concatenate([draw.permutation(normal) for _ in range(int(of_kinds[:, 1].sum()))])
        some = np.sort(draw.permutation(len(turned))[: self.sample])
        points = np.ascontiguousarray(turned[some])
        begin = np.cumsum(self.steps_[:, 1].astype(np.int64)) - self.steps_[:, 1]
        for _ in range(self.rounds):
            states = states_of(points, weights, self.steps_, table.astype(np.float16), self.memory)
            start = 0
            for kind in of_kinds:
                chosen = np.flatnonzero((self.steps_ == kind).all(axis=1))
                found = states[:, chosen].ravel()
                importance = np.broadcast_to(weights[begin[chosen]], (len(points), len(chosen))).ravel()
                counts = np.bincount(found, weights=importance, minlength=size)
                prior = 2 * float(weights[begin[chosen]].mean())  # as two values more: few states are never met
                for value in range(int(kind[1])):
                    here = slice(start + value * size, start + (value + 1) * size)
                    sums = np.bincount(
                        found, weights=importance * points[:, begin[chosen] + value].ravel(), minlength=size
                    )
                    table[here] = (sums + prior * table[here]) / (counts + prior)
                start += int(kind[1]) * size
        return table.astype(np.float16)


def allocate(importance: npt.NDArray[np.float64], bits: int) -> Steps:
    """Return the steps (T, 2), bits and values, that spend `bits` on components of a falling `importance` (d,).

    The sum of importance * 4^-(bits a value) is about the least that these kinds of steps reach: it is the error of
    independent normal components at the bound of rate-distortion theory, to which trellises come near.

    Raises
    ------
    InputError
        If there are more bits than the components may have.
    """
    low, high = 1e-18 * float(importance[0]), float(importance[0])
    steps = _at(importance, high)
    for _ in range(60):  # the price of a bit, between one at which there are too many and one at which there are not
        price = np.sqrt(low * high)
        found = _at(importance, price)
        if sum(step[0] for step in found) > bits:
            low = price
        else:
            high, steps = price, found
    left = bits - sum(step[0] for step in steps)
    while left:
        open_ = [place for place, (new, values) in enumerate(steps) if values == 1 and new < MOST]
        if not open_ and sum(step[1] for step in steps) == len(importance):
            raise InputError(
                f"trellis: {bits // 8} bytes are more than {len(importance)} dimensions take; use fewer, or int8"
            )
        if not open_:
            steps.append((1, 1))
            left -= 1
        for place in open_[:left]:
            steps[place] = steps[place][0] + 1, 1
        left -= len(open_[:left])
    return np.array(steps, dtype=np.uint8)


def _at(importance: npt.NDArray[np.float64], price: float) -> list[tuple[int, int]]:
    """Return the steps whose error and bits, each at `price`, cost least."""
    rates = np.array([bits / values for bits, values in KINDS])
    costs = importance[:, None] * 4.0**-rates + price * rates
    chosen, steps, place = costs.argmin(axis=1), [], 0
    while place < len(importance) and (kind := KINDS[chosen[place]])[0]:
        values = min(kind[1], len(importance) - place)
        steps.append((kind[0], values))
        place += values
    return steps


def states_of(rows: Rows, weights: Rows, steps: Steps, tables: npt.NDArray[np.float16], memory: int) -> np.ndarray:
    """Return the states (n, T) int32 of the path nearest to each of `rows` (n, columns).

    Each row has a path of its own: how rows are divided among threads changes nothing.
    """
    from embedsmith.compress.kernel.viterbi import paths

    bits, values = (np.ascontiguousarray(column) for column in steps.astype(np.int64).T)
    of_kinds = kinds(steps)
    begin = dict(zip(map(tuple, of_kinds.tolist()), np.cumsum(of_kinds[:, 1]) - of_kinds[:, 1], strict=True))
    places = np.array([begin[kind] << memory for kind in map(tuple, steps.tolist())], dtype=np.int64)
    table, states = tables.astype(np.float32), np.empty((len(rows), len(steps)), dtype=np.int32)

    def block(start: int) -> None:
        here = slice(start, start + BLOCK)
        paths(rows[here], weights, bits, values, places, table, memory, states[here])

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(block, range(0, len(rows), BLOCK)))
    return states


def pack_paths(rows: Rows, weights: Rows, steps: Steps, tables: npt.NDArray[np.float16], memory: int) -> np.ndarray:
    """Return the strings (n, bytes) of the paths of `rows`, some at a time: their states take many times the room."""
    blocks = [
        pack(states_of(rows[start : start + 8192], weights, steps, tables, memory), steps[:, 0].astype(np.int64))
        for start in range(0, len(rows), 8192)
    ]
    return np.concatenate(blocks or [np.empty((0, int(steps[:, 0].sum()) // 8), dtype=np.uint8)])
