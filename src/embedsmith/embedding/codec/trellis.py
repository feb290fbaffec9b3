"""Rows whose values share bits: each is told by its own bits and those before it."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from embedsmith.embedding.codec import scales as factor
from embedsmith.embedding.codec.codec import Ids, Rows, blocks, chosen
from embedsmith.embedding.errors import FormatError

MEMORIES = range(6, 13)
"""Bits that a state may have."""
WINDOW = 3
"""Bytes that hold any state: 12 bits, and 7 before them."""
BLOCK = 1024
"""Rows decoded at a time: their states stay in the processor's cache."""
STRINGS = 4096
"""Rows multiplied at a time: their strings stay there."""

Numbers = npt.NDArray[np.int32]


class Trellis:
    """Trellis-coded quantisation: a row is a string of bits, and a window of `memory` bits moves along it.

    At each step the window moves on by some bits, and what it then shows, the state, is the place in a table of the
    values of the step. Before its first bit comes the last: a row is a circle. So any value is decoded by itself.

    Parameters
    ----------
    codes
        The strings, their first bit the highest of the first byte; (V, bytes) uint8.
    steps
        New bits of each step, and values that it gives, (steps, 2) uint8; the bits are all of a string.
    tables
        (entries,) float16: for each kind of step, ascending by bits and then values, its values by state, the first
        value's before the second's.
    memory
        Bits of a state, (1,) uint8.
    deviations, mean
        Of each column, (dimension,) float32: what a table's value is multiplied with, and what is then added.
    scales, span
        A factor for each row, in one byte; (0,) scales where there is none.
    """

    name: ClassVar[str] = "trellis"

    def __init__(
        self,
        codes: np.ndarray,
        steps: np.ndarray,
        tables: np.ndarray,
        memory: np.ndarray,
        deviations: np.ndarray,
        mean: np.ndarray,
        scales: np.ndarray,
        span: np.ndarray,
    ) -> None:
        if memory.dtype != np.uint8 or memory.shape != (1,) or int(memory[0]) not in MEMORIES:
            raise FormatError(f"trellis: needs a memory of 6 to 12 bits, one uint8, got {memory.dtype} {memory.shape}")
        size = 1 << int(memory[0])
        if steps.ndim != 2 or steps.shape[1:] != (2,) or steps.dtype != np.uint8 or not len(steps) or steps.min() < 1:
            raise FormatError(f"trellis: needs uint8 steps of bits and values, from 1, got {steps.dtype} {steps.shape}")
        if steps[:, 0].max() > memory[0]:
            raise FormatError(f"trellis: a step of {steps[:, 0].max()} bits is more than a state of {memory[0]}")
        bits, columns = steps.sum(axis=0, dtype=np.int64).tolist()
        if codes.ndim != 2 or codes.dtype != np.uint8 or codes.shape[1] < WINDOW or 8 * codes.shape[1] != bits:
            raise FormatError(f"trellis: {bits} bits of steps do not fill codes of {codes.dtype} {codes.shape}")
        entries = size * int(kinds(steps)[:, 1].sum())
        if tables.dtype != np.float16 or tables.shape != (entries,):
            raise FormatError(f"trellis: needs {entries} float16 of tables, got {tables.dtype} {tables.shape}")
        for each in (deviations, mean):
            if each.dtype != np.float32 or each.shape != (columns,):
                raise FormatError(f"trellis: needs float32 for {columns} columns, got {each.dtype} {each.shape}")
        factor.check("trellis", scales, span, len(codes) if scales.size else 0)
        self.codes, self.steps, self.tables, self.memory = codes, steps, tables, memory
        self.deviations, self.mean, self.scales, self.span = deviations, mean, scales, span

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {
            "codes": self.codes,
            "steps": self.steps,
            "tables": self.tables,
            "memory": self.memory,
            "deviations": self.deviations,
            "mean": self.mean,
            "scales": self.scales,
            "span": self.span,
        }

    @property
    def shape(self) -> tuple[int, int]:
        return self.codes.shape[0], self.mean.shape[0]

    def rows(self, ids: Ids) -> Rows:
        codes = chosen(self.codes, ids)
        rows = np.empty((len(codes), self.shape[1]), dtype=np.float32)
        for start in range(0, len(codes), BLOCK):
            self._decode(codes[start : start + BLOCK], rows[start : start + BLOCK])
        if self.scales.size:
            rows *= factor.factors(chosen(self.scales, ids), self.span)[:, None]
        return rows

    def products(self, query: Rows) -> Rows:
        last, shift, places = self._reading
        weights = self.deviations * query
        added = np.empty((len(last), 1 << int(self.memory[0])), dtype=np.float32)  # by each state of each step
        for of_steps, columns, table in places:
            added[of_steps] = np.einsum("vt,vs->ts", weights[columns], table)
        values = np.zeros(len(self.codes), dtype=np.float32)
        for block in blocks(len(values), STRINGS):
            circle, sums = np.ascontiguousarray(_circle(chosen(self.codes, block)).T), values[block]
            for byte, below, table in zip(last.tolist(), shift, added, strict=True):
                sums += table.take(self._states(circle[byte - 2], circle[byte - 1], circle[byte], below))
        values += self.mean @ query
        if self.scales.size:
            values *= factor.factors(np.asarray(self.scales), self.span)
        return values

    def _decode(self, codes: np.ndarray, rows: Rows) -> None:
        circle = _circle(codes)
        last, shift, places = self._reading
        states = self._states(circle[:, last - 2], circle[:, last - 1], circle[:, last], shift)
        for of_steps, columns, table in places:
            found = states[:, of_steps]
            for column, values in zip(columns, table, strict=True):
                rows[:, column] = values[found]
        rows *= self.deviations
        rows += self.mean

    def _states(self, high: Numbers, middle: Numbers, low: Numbers, shift: np.int32 | Numbers) -> Numbers:
        """Return what windows show, from three bytes that end with the one that holds the last bit, `shift` above 0."""
        states = high << 16 | middle << 8 | low
        states >>= shift
        states &= (1 << int(self.memory[0])) - 1
        return states

    @cached_property
    def _reading(self) -> tuple[np.ndarray, np.ndarray, list[tuple[np.ndarray, np.ndarray, Rows]]]:
        """The last byte of each step's window, bits below it there, and of each kind its steps, columns, values."""
        bits, values = self.steps.astype(np.int64).T
        last = np.cumsum(bits) - 1
        begin = np.cumsum(values) - values
        found, start = [], 0
        for kind in kinds(self.steps):
            end = start + int(kind[1] << int(self.memory[0]))
            of_steps = np.flatnonzero((self.steps == kind).all(axis=1))
            columns = begin[of_steps] + np.arange(kind[1])[:, None]
            found.append((of_steps, columns, self.tables[start:end].astype(np.float32).reshape(int(kind[1]), -1)))
            start = end
        return last // 8 + WINDOW, (7 - last % 8).astype(np.int32), found


def _circle(codes: np.ndarray) -> Numbers:
    """Return the bytes of strings (n, bytes), the last ones also before the first, (n, WINDOW + bytes)."""
    return np.concatenate([codes[:, -WINDOW:], codes], axis=1).astype(np.int32)


def kinds(steps: np.ndarray) -> np.ndarray:
    """Return the kinds of `steps`, (kinds, 2) int64, ascending by bits and then by values."""
    return np.unique(steps, axis=0).astype(np.int64)


def pack(states: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """Return the strings (n, bytes) whose windows show `states` (n, T), the newest of which are `bits` (T,) a step."""
    ends = np.cumsum(bits)
    places = np.arange(ends[-1])
    step = np.searchsorted(ends, places, side="right")
    ones = (states[:, step] >> (ends[step] - 1 - places)) & 1
    return np.packbits(ones.astype(np.uint8), axis=1)
