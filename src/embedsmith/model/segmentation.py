"""The pieces of each word of a vocabulary: the best way to cut it, or one drawn at random.

Drawn here and not by SentencePiece, whose draws differ from process to process whatever seed it is given.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import sentencepiece

from embedsmith.embedding import Dense, Pieces
from embedsmith.embedding.pieces import SPACE, UNKNOWN_PENALTY
from embedsmith.model.kernel.lattice import sample_cuts
from embedsmith.model.kernel.random import seed_of
from embedsmith.model.units import Units


class Segmentation:
    """How the words `spellings` are cut by a SentencePiece model.

    Parameters
    ----------
    model
        The bytes of the model's file.
    kind
        `unigram` or `bpe`.

    Attributes
    ----------
    names
        The units: the pieces, then the characters of the words that have no piece, (U,).
    scores
        Of the pieces; minus infinity for what no word is cut into, control and byte pieces, and those characters.
    """

    def __init__(self, model: bytes, kind: str, spellings: Sequence[str]) -> None:
        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        self._spellings = list(spellings)
        self.kind = kind
        ids = range(processor.get_piece_size())
        names = [processor.id_to_piece(piece) for piece in ids]
        kinds = [processor.is_byte, processor.is_control, processor.is_unknown]
        special = np.array([any(is_kind(piece) for is_kind in kinds) for piece in ids])
        known = {name for name, hidden in zip(names, special, strict=True) if not hidden}
        strange = sorted(set(SPACE).union(*self._spellings) - known)
        scores = np.array([processor.get_score(piece) for piece in ids], dtype=np.float32)
        scores[special] = -np.inf
        self.names = names + strange
        self.scores: npt.NDArray[np.float32] = np.concatenate([scores, np.full(len(strange), -np.inf, np.float32)])
        self._unit = {name: unit for unit, name in enumerate(self.names) if not special[unit : unit + 1].any()}

    @cached_property
    def best(self) -> Units:
        """The best pieces of each word."""
        reader = Pieces(self.names, self.scores, self.kind, Dense(np.zeros((len(self.names), 1), np.float32)))
        return _units([reader.units(word).tolist() for word in self._spellings])

    def sampled(self, alpha: float, purpose: Sequence[int]) -> Units:
        """Return pieces of each word drawn at random; the same for the same `purpose`.

        Parameters
        ----------
        alpha
            Unigram: the exponent of a cut's probability (Kudo 2018). BPE: the share of mergers that are left out
            (Provilkov et al. 2020, "BPE-dropout").
        """
        state = seed_of(*purpose)
        if self.kind == "bpe":
            generator = random.Random(int(state))
            return _units([self._merged(SPACE + word, alpha, generator) for word in self._spellings])
        edges, start, end, unit, score = self._lattice
        lengths = np.array([len(word) + 1 for word in self._spellings], np.int64)
        bounds, cut = np.empty(len(lengths) + 1, np.int64), np.empty(lengths.sum(), np.int32)
        sample_cuts(lengths, edges, start, end, unit, score * alpha, state, bounds, cut)
        return Units(bounds, cut[: bounds[-1]].copy())

    @cached_property
    def _lattice(self) -> tuple[np.ndarray, ...]:
        """Every piece that fits somewhere into a word; where none of one character does, that character."""
        longest = max(map(len, self._unit))
        unknown = float(self.scores[self.scores > -np.inf].min()) - UNKNOWN_PENALTY
        bounds, found, scores = [0], [], []
        for word in self._spellings:
            text = SPACE + word
            for end in range(1, len(text) + 1):
                for start in range(max(0, end - longest), end):
                    unit = self._unit.get(text[start:end])
                    if unit is not None:
                        score = float(self.scores[unit])
                        found.append((start, end, unit))
                        scores.append(score if score > -np.inf else unknown)
            bounds.append(len(found))
        return np.array(bounds), *np.array(found, np.int32).T.copy(), np.array(scores)

    def _merged(self, text: str, left_out: float, generator: random.Random) -> list[int]:
        """Merge the best neighbours again and again, each time leaving out some of the mergers."""
        parts = list(text)
        while True:
            best, place = -np.inf, -1
            for number in range(len(parts) - 1):
                unit = self._unit.get(parts[number] + parts[number + 1])
                if unit is not None and self.scores[unit] > best and generator.random() >= left_out:
                    best, place = float(self.scores[unit]), number
            if place < 0:
                return [self._unit[part] for part in parts]
            parts[place : place + 2] = [parts[place] + parts[place + 1]]


def _units(cuts: list[list[int]]) -> Units:
    bounds = np.concatenate([[0], np.cumsum([len(cut) for cut in cuts])])
    return Units(bounds, np.concatenate([np.asarray(cut, np.int32) for cut in cuts]))
