"""Training by negative sampling: block by block, each by all threads together.

Each epoch takes the blocks in an order of its own. In the order of the text, what it ends with would weigh more: with
n-grams, WordSim-353 rose from .60 to .65 when the sources of the default corpus were no longer read one after another.

Memory, in bytes, beside the interpreter and its libraries: 4 D (U + V) for the matrices, D being the dimension rounded
up to whole parts of 8, U the rows of inputs (words, or units) and V the vocabulary; 4 max(2^22, 16 V) for the table of
negatives; for each of two blocks of B ids with n visits, which see w words to each side at most, 4 B + (32 + 8 w) n,
and 4 for each unit of a visit. When the outputs and the table are gone, 4 d (U + V) for the finished vectors take their
place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from embedsmith.errors import InputError
from embedsmith.model.blocks import cut, read
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.model.kernel import negative_sampling
from embedsmith.model.kernel.arithmetic import LINE
from embedsmith.model.kernel.barrier import STRIDE
from embedsmith.model.kernel.random import seed_of
from embedsmith.model.kernel.slopes import LOSS, MEASURED, PAIRS
from embedsmith.model.kernel.tile import BEHIND, SCRATCH, TILE
from embedsmith.model.matrices import Rows, aligned
from embedsmith.model.pace import Pace
from embedsmith.model.units import Units
from embedsmith.model.visits import Lists, Reading, visits
from embedsmith.progress import progress
from embedsmith.tokenizer.tokens import Ids

READ_AHEAD = 2
"""Blocks whose visits are drawn together, by as many threads."""


class _Block(NamedTuple):
    """What is trained at a time: rows of inputs against rows of outputs, and how many words of text they stand for."""

    inputs: Lists
    outputs: Lists
    read: int


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
    shared
        Negatives that the visits of a tile share.
    units
        Where words are made of units: those of an epoch.
    """

    inputs: Rows
    outputs: Rows
    cbow: bool
    noise: npt.NDArray[np.int32]
    negative: int
    shared: int
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
            for job, block in zip(group, run.blocks(pool, group), strict=True):
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
        draw, blocks = np.random.default_rng([schedule.seed, 3]), len(self._bounds) - 1
        self.jobs = [(epoch, int(number)) for epoch in range(schedule.epochs) for number in draw.permutation(blocks)]
        read = np.cumsum([0, *(self._bounds[number + 1] - self._bounds[number] for _, number in self.jobs)])
        self._shares = read / max(read[-1], 1)
        self.done = self.seen = 0
        self._totals = np.zeros(3)
        parts, _, width = network.inputs.shape
        most = TILE * (1 if network.cbow else 2 * int(reading.window.max()))  # positives of a tile
        self._logits = aligned(2, parts, -(-(TILE * network.shared + most + BEHIND) // LINE) * LINE)
        self._scratch = aligned(parts, SCRATCH, width)
        self._units: dict[int, Units] = {}
        self._pace = Pace(threads)

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
        """Return which share of the training `blocks` blocks are; half of one counts by its half."""
        return float(np.interp(blocks, np.arange(len(self._shares)), self._shares))

    def take_loss(self) -> float:
        """Return the mean loss per pair since it was last asked for."""
        loss = float(self._totals[LOSS] / max(self._totals[MEASURED], 1))
        self._totals[[LOSS, MEASURED]] = 0
        return loss

    def blocks(self, pool: ThreadPoolExecutor, jobs: list[tuple[int, int]]) -> Iterator[_Block]:
        """Yield the blocks of some jobs, which are read at the same time."""
        if (units := self._network.units) is not None:
            self._units = {
                epoch: self._units.get(epoch) or units(epoch) for epoch in sorted({epoch for epoch, _ in jobs})
            }
        return pool.map(self._block, jobs)

    def _block(self, job: tuple[int, int]) -> _Block:
        epoch, number = job
        text = read(self._text, self._bounds[number], self._bounds[number + 1])
        drawn = visits(text, self._reading, (self._schedule.seed, *job, 0))
        inputs, outputs = drawn.centres, drawn.contexts
        if self._network.cbow:
            inputs, outputs = outputs, inputs
        if self._units:
            inputs = inputs.of_units(self._units[epoch])
        return _Block(inputs, outputs, drawn.read)

    def train(self, pool: ThreadPoolExecutor, epoch: int, number: int, block: _Block) -> None:
        """Train one block."""
        network = self._network
        rate = np.float32(self._schedule.rate(self.share(self.done + 0.5)))
        start = int(seed_of(self._schedule.seed, epoch, number, 1) % np.uint64(len(network.noise) - 2 * network.shared))
        threads = self._pace.threads()
        counters = np.zeros(STRIDE * threads, np.int64)
        cuts = [len(network.inputs) * thread // threads for thread in range(threads + 1)]

        def work(thread: int) -> None:
            negative_sampling.train(
                network.inputs, network.outputs, *block.inputs, *block.outputs,
                network.noise, start, network.shared, network.negative, rate, self._logits, self._scratch, self._totals,
                counters, thread, threads, cuts[thread], cuts[thread + 1],
            )  # fmt: skip

        with self._pace.measured(threads, block.read):
            for _ in pool.map(work, range(threads)):
                pass
        self.done += 1
        self.seen += block.read
        if self.done == len(self._bounds) - 1 and not self._totals[PAIRS]:
            raise InputError(
                "no sentence has two words of the vocabulary; lower tokenizer.min_count, raise sample or give more text"
            )
