"""The loss that training lowers, measured on text that it does not see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedsmith.errors import InputError
from embedsmith.tokenizer.tokens import SENTENCE_END, Ids, Tokens

SEED = 0
"""Of the pairs: not the run's own seed, so that every run is measured on the same ones."""

NOISE_EXPONENT = 0.75
"""Of the counts, in the distribution that negatives are drawn from (Mikolov et al. 2013)."""


@dataclass(frozen=True)
class Pairs:
    """n pairs of a word and a word near it, each with k words drawn at random.

    Attributes
    ----------
    centres, contexts
        Word ids, (n,).
    negatives
        Word ids, (n, k).
    """

    centres: npt.NDArray[np.int64]
    contexts: npt.NDArray[np.int64]
    negatives: npt.NDArray[np.int64]


def sgns_loss(inputs: npt.NDArray[np.float32], outputs: npt.NDArray[np.float32], pairs: Pairs) -> float:
    r"""Return the mean loss per pair of skip-gram with negative sampling.

    :math:`-\log\sigma(u_c \cdot v_w) - \sum_k \log\sigma(-u_k \cdot v_w)` for the input vector v of the centre w
    and the output vectors u of its context c and of the negatives: equation 4 of Mikolov et al. (2013),
    "Distributed representations of words and phrases and their compositionality", its sign turned.

    Parameters
    ----------
    inputs, outputs
        Input and output vectors of the vocabulary, (V, d).
    """
    centres = inputs[pairs.centres]
    near = np.einsum("nd,nd->n", centres, outputs[pairs.contexts]).astype(np.float64)
    far = np.einsum("nd,nkd->nk", centres, outputs[pairs.negatives]).astype(np.float64)
    return float(np.mean(np.logaddexp(0, -near) + np.logaddexp(0, far).sum(axis=1)))


def held_out_pairs(tokens: Tokens, *, pairs: int, window: int, negative: int) -> Pairs:
    """Draw at most `pairs` pairs from the held-out text: the same for every model and seed.

    Where no text is held out they come from the training text.

    Parameters
    ----------
    window
        Largest distance of the two words; every distance is as likely.
    negative
        Negatives of each pair, drawn by count ** 0.75.

    Raises
    ------
    InputError
        If no sentence has two known words: there is nothing to train on either.
    """
    generator = np.random.default_rng(SEED)
    for text in (tokens.held_out, tokens.train):
        centres, contexts = _near_words(text, pairs, window, generator)
        if len(centres):
            noise = np.cumsum(tokens.counts.astype(np.float64) ** NOISE_EXPONENT)
            drawn = generator.random((len(centres), negative)) * noise[-1]
            return Pairs(centres, contexts, np.searchsorted(noise, drawn, side="right"))
    raise InputError("no sentence has two words of the vocabulary; lower tokenizer.min_count or give more text")


def _near_words(
    text: Ids, pairs: int, window: int, generator: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Draw pairs of words of the same sentence of `text`, at most `window` apart."""
    places = generator.integers(len(text), size=pairs if len(text) else 0)[:, None]
    around = places + np.arange(-window, window + 1)
    inside = (around >= 0) & (around < len(text))
    words = np.where(inside, text[np.where(inside, around, 0)], SENTENCE_END) if len(text) else around
    open_ = words != SENTENCE_END
    left = np.logical_and.accumulate(open_[:, window::-1], axis=1)[:, :0:-1]  # from the centre outwards
    right = np.logical_and.accumulate(open_[:, window:], axis=1)[:, 1:]
    rows, offsets = np.nonzero(np.hstack([left, right]))
    chosen = np.sort(generator.permutation(len(rows))[:pairs])
    rows, offsets = rows[chosen], offsets[chosen]
    contexts = words[rows, offsets + (offsets >= window)]  # the centre's own column is skipped
    return words[rows, window].astype(np.int64), contexts.astype(np.int64)
