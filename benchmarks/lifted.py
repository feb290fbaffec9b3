"""A model of real structure at the size of a large one: GloVe 6B of 50 dimensions, lifted to 300, as `train` leaves it.

A random map keeps cosines nearly as they are, so that word pairs and analogies come out as those of GloVe do, and noise
fills the dimensions that the map leaves empty. Counts fall with rank as Zipf has it.

In a process of its own, so that its memory is not taken for that of what is measured: `python -m benchmarks.lifted
FOLDER`, the folder a project's.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks import glove
from embedsmith.embedding import Embedding, save
from embedsmith.tokenizer.tokens import HELD_OUT, TRAIN, write_vocabulary
from embedsmith.tokenizer.words import Vocabulary

WORDS, DIMENSION, NOISE, MOST = 100_000, 300, 0.3, 2_500_000
"""Size; the length of the noise over that of the vectors; and how often the most frequent word was read."""
MODEL = "word2vec"
"""Name under which it lies in the project; the pipeline asks for one of conf/model/."""


def main() -> None:
    """Write the model and its vocabulary into the project's data/."""
    folder = Path(sys.argv[1])
    words, rows = glove.vectors(glove.frequent(WORDS))
    save(Embedding.dense(words, lift(rows)), folder / "data/models" / MODEL / "1")
    tokens = folder / "data/tokens"
    tokens.mkdir(parents=True)
    write_vocabulary(Vocabulary(words, MOST // np.arange(1, len(words) + 1)), tokens)
    for name in (TRAIN, HELD_OUT):
        (tokens / name).touch()


def lift(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return `rows` (n, d) in 300 dimensions, with noise."""
    random = np.random.default_rng(0)
    lifted = rows @ random.standard_normal((rows.shape[1], DIMENSION), dtype=np.float32) / np.sqrt(DIMENSION)
    noise = random.standard_normal(lifted.shape, dtype=np.float32) / np.sqrt(DIMENSION)
    lifted += NOISE * np.linalg.norm(rows, axis=1, keepdims=True) * noise
    return np.asarray(lifted, dtype=np.float32)


if __name__ == "__main__":
    main()
