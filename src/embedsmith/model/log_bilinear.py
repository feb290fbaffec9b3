"""Weighted least squares on log counts, cell by cell, on any number of threads.

Words are dealt to G classes by frequency rank: word i is of class i mod G. In round s of an epoch the cells (g, g + s)
pair rows of class g with columns of another class each. No two of them share a row or a column, so that threads need
no locks and their order changes nothing: Gemulla et al. (2011), "Large-scale matrix factorization with distributed
stochastic gradient descent". Each cell is shuffled once. More classes than threads do good: a cell's words then fit
into the processor's cache.

Memory, in bytes, for z entries, V words and dimension D, d rounded up to 16: 16 z for the entries, at first 12 z more
for the counts that they are made of; then 16 D V + 16 V for the parameters, and 4 d V for the finished vectors.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from embedsmith.errors import InputError
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.cooccurrence import Counts
from embedsmith.model.history import History
from embedsmith.model.kernel.arithmetic import LINE
from embedsmith.model.kernel.glove import ENTRY, count_cells, fill_cells, make_glove
from embedsmith.model.matrices import aligned
from embedsmith.progress import progress

Rows = npt.NDArray[np.float32]
Cells = list[list[npt.NDArray[np.void]]]


@dataclass(frozen=True)
class Parameters:
    """What is trained; see `make_glove`.

    Attributes
    ----------
    vectors, squares
        Of words, and of words as contexts, (2, V, D).
    biases
        With their squares, (2, V, 2).
    """

    vectors: Rows
    squares: Rows
    biases: Rows

    @classmethod
    def drawn(cls, words: int, dimension: int, generator: np.random.Generator) -> Parameters:
        """Return vectors and biases even in [-1/2d, 1/2d), and squares of 1: where the authors' code starts."""
        shape = (2, words, math.ceil(dimension / LINE) * LINE)
        vectors, squares, biases = aligned(*shape), aligned(*shape), np.ones((2, words, 2), np.float32)
        squares[:] = 1
        for own, bias in zip(vectors, biases, strict=True):
            own[:, :dimension] = generator.random((words, dimension), dtype=np.float32) - np.float32(0.5)
            bias[:, 0] = generator.random(words, dtype=np.float32) - np.float32(0.5)
        vectors /= np.float32(dimension)
        biases[:, :, 0] /= np.float32(dimension)
        return cls(vectors, squares, biases)

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Take the values of a checkpoint."""
        for name, array in vars(self).items():
            array[:] = arrays[name]


def deal(counts: Counts, *, classes: int, x_max: float, alpha: float, seed: int, threads: int) -> Cells:
    """Return the entries of `counts` (V, V), of dtype ENTRY, by the class of their row and that of their column.

    Each cell is in random order. The threads change nothing.
    """

    def row_of_cells(own: int) -> list[npt.NDArray[np.void]]:
        sizes = np.zeros(classes, np.int64)
        count_cells(counts.indptr, counts.indices, own, sizes)
        ends = np.cumsum(sizes) - sizes
        entries = np.empty(sizes.sum(), ENTRY)
        fill_cells(counts.indptr, counts.indices, counts.data, own, x_max, alpha, ends, entries)
        cells = np.split(entries, ends[:-1])
        for other, cell in enumerate(cells):
            np.random.default_rng([seed, 1, own, other]).shuffle(cell)
        return cells

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(row_of_cells, range(classes)))


def train(
    cells: Cells,
    parameters: Parameters,
    *,
    epochs: int,
    learning_rate: float,
    words: int,
    threads: int,
    history: History,
    checkpoint: Checkpoint,
) -> None:
    """Train `parameters` in place by AdaGrad, on every entry once an epoch.

    Parameters
    ----------
    words
        Of the text, for the history: an epoch stands for reading them all.
    threads
        At most; more than there are classes are of no use. They change no bit of the result.
    history, checkpoint
        Where the loss of each epoch is recorded, and where an interrupted run goes on from.

    Raises
    ------
    InputError
        If the training diverges.
    """
    classes, entries = len(cells), sum(len(cell) for row in cells for cell in row)
    kernel = make_glove(parameters.vectors.shape[2])
    rate = np.float32(learning_rate)
    done = 0
    if restored := checkpoint.load():
        arrays, state = restored
        parameters.restore(arrays)
        history.restore(state["history"])
        done = state["epochs"]

    def train_cell(place: tuple[int, int]) -> Any:
        own, other = place
        return kernel(cells[own][other], parameters.vectors, parameters.squares, parameters.biases, rate)

    with (
        ThreadPoolExecutor(min(threads, classes)) as pool,
        progress("training", "words", epochs * words) as report,
    ):
        for epoch in range(done + 1, epochs + 1):
            loss = 0.0
            for offset in range(classes):
                places = [(own, (own + offset) % classes) for own in range(classes)]
                loss += sum(pool.map(train_cell, places)) / entries
                note = f"loss {history.points[-1][2]:.4f}" if history.points else ""
                report((epoch - 1) * words + words * (offset + 1) // classes, note)
            if not math.isfinite(loss):
                raise InputError(f"learning_rate: {learning_rate:g} is too high, epoch {epoch} diverged; lower it")
            history.add(words=epoch * words, learning_rate=learning_rate, loss=loss)
            if checkpoint.due():
                checkpoint.save(vars(parameters), {"epochs": epoch, "history": history.state()})
