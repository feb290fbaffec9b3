"""Training by negative sampling: block by block, each by all threads together.

Memory, in bytes, beside the interpreter and its libraries: 4 D (U + V) for the matrices, D being the dimension rounded
up to whole parts of 16, U the rows of inputs (words, or units) and V the vocabulary; 4 max(2^22, 16 V) for the table of
negatives; for each of two blocks of B ids 4 B and 12 B times the largest number of visits. When the outputs and the
table are gone, 4 d (U + V) for the finished vectors take their place.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

from embedsmith.errors import InputError
from embedsmith.model.blocks import cut, read
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.model.kernel.arithmetic import LANES
from embedsmith.model.kernel.barrier import STRIDE
from embedsmith.model.kernel.negative_sampling import LOSS, MEASURED, PAIRS, make_trainer
from embedsmith.model.kernel.products import SCRATCH, SHARED, TILE
from embedsmith.model.kernel.random import seed_of
from embedsmith.model.matrices import Rows, aligned
from embedsmith.model.units import NONE, Units
from embedsmith.model.visits import Reading, Visits, visits
from embedsmith.progress import progress
from embedsmith.tokenizer.tokens import Ids

READ_AHEAD = 2
"""Blocks whose visits are drawn together, by as many threads."""
TRIAL = 64
"""Of so many blocks, one is trained by one thread and one by all, and the others as was faster: threads wait for each
other by looking, and where other programs keep them from the processors, one alone can be many times as fast."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The course of training: how long, how fast, in what portions.

    Attributes
    ----------
    epochs
        Times the text is read.
    learning_rate, min_learning_rate
        It falls linearly from the first to the second.
    block
        Ids of a block, at most.
    points
        Places at which learning rate and loss are recorded.
    seed
        Of all that is drawn.
    """

    epochs: int
    learning_rate: float
    min_learning_rate: float
    block: int
    points: int
    seed: int

    def rate(self, share: float) -> float:
        """Return the learning rate when `share` of the training is done."""
        return self.learning_rate + (self.min_learning_rate - self.learning_rate) * share


@dataclass(frozen=True, kw_only=True)
class Network:
    """What is trained, and how.

    Attributes
    ----------
    inputs
        Rows of words, or of units, in parts (P, U, W); see `matrices`.
    outputs
        Rows of words, (P, V, W).
    cbow
        Whether a word is told by its context, or the context by the word.
    noise
        Words to draw negatives from, in random order.
    negative
        Negatives of a pair.
    units
        Where words are made of units: those of an epoch.
    """

    inputs: Rows
    outputs: Rows
    cbow: bool
    noise: npt.NDArray[np.int32]
    negative: int
    units: Callable[[int], Units] | None


def train(
    text: Ids,
    network: Network,
    reading: Reading,
    schedule: Schedule,
    *,
    words: int,
    threads: int,
    history: History,
    checkpoint: Checkpoint,
    after_block: Callable[[], None] | None = None,
) -> None:
    """Train the rows of `network` in place.

    Parameters
    ----------
    text
        Word ids with SENTENCE_END after each sentence, possibly mapped.
    words
        Words of `text`.
    threads
        At most; more than the matrices have parts are of no use. They change no bit of the result.
    history, checkpoint
        Where the course is recorded, and where an interrupted run goes on from.
    after_block
        Called when a block is done.

    Raises
    ------
    InputError
        If no sentence has two words.
    """
    run = _Run(text, network, reading, schedule, min(threads, len(network.inputs)))
    if restored := checkpoint.load():
        arrays, state = restored
        run.restore(arrays, state)
        history.restore(state["history"])
    marks = {ceil(len(run.jobs) * point / schedule.points) for point in range(1, schedule.points + 1)}
    with (
        ThreadPoolExecutor(run.threads) as pool,
        progress("training", "words", schedule.epochs * words) as show,
    ):
        while run.done < len(run.jobs):
            group = run.jobs[run.done : run.done + READ_AHEAD]
            for job, block in zip(group, pool.map(run.visits, group), strict=True):
                run.train(pool, *job, block)
                if after_block is not None:
                    after_block()
                if run.done in marks:
                    rate, loss = schedule.rate(run.share(run.done)), run.take_loss()
                    history.add(words=run.seen, learning_rate=rate, loss=loss)
                show(run.seen, f"loss {history.points[-1][2]:.3f}" if history.points else "")
            if checkpoint.due():
                checkpoint.save(run.arrays, run.state | {"history": history.state()})


class _Run:
    """Where a run is: its arrays, and how many of its blocks are done."""

    def __init__(self, text: Ids, network: Network, reading: Reading, schedule: Schedule, threads: int) -> None:
        self._text, self._network, self._reading, self._schedule = text, network, reading, schedule
        self.threads = threads
        self._bounds = cut(text, schedule.block)
        self.jobs = [(epoch, number) for epoch in range(schedule.epochs) for number in range(len(self._bounds) - 1)]
        self.done = self.seen = 0
        parts, _, width = network.inputs.shape
        self._kernel = make_trainer(width, network.cbow, network.units is not None)
        self._totals = np.zeros(3)
        self._seconds_per_word = {1: np.inf, threads: 0.0}  # all of them, until tried
        self._scratch = aligned(parts, SCRATCH, width)
        self._units, self._units_epoch = NONE, -1

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """What a checkpoint keeps."""
        return {"inputs": self._network.inputs, "outputs": self._network.outputs, "totals": self._totals}

    @property
    def state(self) -> dict[str, Any]:
        """What a checkpoint says."""
        return {"done": self.done, "seen": self.seen}

    def restore(self, arrays: dict[str, np.ndarray], state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        for name, array in self.arrays.items():
            array[:] = arrays[name]
        self.done, self.seen = state["done"], state["seen"]

    def share(self, blocks: float) -> float:
        """Return which share of the text `blocks` blocks are; half of one counts by its half."""
        epoch, number = divmod(blocks, len(self._bounds) - 1)
        place = float(np.interp(number, np.arange(len(self._bounds)), self._bounds))
        return (epoch + place / len(self._text)) / self._schedule.epochs

    def take_loss(self) -> float:
        """Return the mean loss per pair since it was last asked for."""
        loss = float(self._totals[LOSS] / max(self._totals[MEASURED], 1))
        self._totals[[LOSS, MEASURED]] = 0
        return loss

    def visits(self, job: tuple[int, int]) -> Visits:
        """Return the visits of one block."""
        _, number = job
        text = read(self._text, self._bounds[number], self._bounds[number + 1])
        return visits(text, self._reading, (self._schedule.seed, *job, 0))

    def _threads(self) -> int:
        """Return how many threads train the next block."""
        if self.done % TRIAL in (1, 2):  # not the first, which may have to compile
            return (self.threads, 1)[self.done % TRIAL - 1]
        return min(self._seconds_per_word, key=self._seconds_per_word.__getitem__)

    def train(self, pool: ThreadPoolExecutor, epoch: int, number: int, block: Visits) -> None:
        """Train one block."""
        network, window = self._network, 2 * int(self._reading.window.max())
        if network.units is not None and self._units_epoch != epoch:
            self._units, self._units_epoch = network.units(epoch), epoch
        contexts, units = window + 1, self._units.most
        in_room, out_room = (contexts * units, 1) if network.cbow else (units, contexts)
        rate = np.float32(self._schedule.rate(self.share(self.done + 0.5)))
        start = int(seed_of(self._schedule.seed, epoch, number, 1) % np.uint64(len(network.noise) - 2 * SHARED))
        partial = aligned(2, len(network.inputs), -(-TILE * (out_room + SHARED) // LANES) * LANES)
        threads = self._threads()
        counters = np.zeros(STRIDE * threads, np.int64)
        cuts = [len(network.inputs) * thread // threads for thread in range(threads + 1)]

        def work(thread: int) -> None:
            self._kernel(
                network.inputs, network.outputs, self._units.bounds, self._units.unit_of,
                block.words, block.centres, block.left, block.right,
                network.noise, start, network.negative, rate, in_room, out_room,
                partial, self._scratch, self._totals, counters,
                thread, threads, cuts[thread], cuts[thread + 1],
            )  # fmt: skip

        began = time.perf_counter()
        for _ in pool.map(work, range(threads)):
            pass
        self._seconds_per_word[threads] = (time.perf_counter() - began) / max(block.read, 1)
        self.done += 1
        self.seen += block.read
        if self.done == len(self._bounds) - 1 and not self._totals[PAIRS]:
            raise InputError("no sentence has two words of the vocabulary; lower tokenizer.min_count or give more text")
