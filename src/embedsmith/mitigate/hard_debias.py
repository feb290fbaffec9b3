"""Hard debiasing: a direction of groups, taken off all words that should not carry it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.config.words import Words
from embedsmith.embedding import Dense, Embedding
from embedsmith.metrics.components import without
from embedsmith.metrics.similarity import Floats, unit
from embedsmith.mitigate.checked import Rows, checked
from embedsmith.mitigate.lists import definitional, direction_of, known


@dataclass(kw_only=True)
class HardDebias:
    """Words neutralised, and sets of words equalised.

    Bolukbasi et al. 2016, "Man is to Computer Programmer as Woman is to Homemaker? Debiasing Word Embeddings",
    section 6. The direction is the first principal component of the definitional pairs. Every word that is in none of
    the lists loses its part along it, and is orthogonal to it. The words of an equalise set get one length, and the
    same part across the direction, so that each is as near to any neutral word as the others are; those on the same
    side of the set's mean get the same vector.

    The paper scales all vectors to length 1; here a neutral word keeps what is left of its length, and the words of
    a set get the mean of theirs, which leaves cosines as the paper has them.

    Unseen words are neutral: the units that they are composed of are projected, which projects their mean. One
    that is in the lists and not in the vocabulary is neutralised too, for units have no words of their own.

    Parameters
    ----------
    words
        Lists, those of a file of conf/words/. What the vocabulary does not have is left out.
    """

    words: Words

    last: ClassVar[bool] = False

    def fit(self, embedding: Embedding) -> Self:
        checked(embedding, "hard_debias")
        pairs = definitional(embedding, self.words, "hard_debias")
        self.direction_ = direction_of(embedding.rows(pairs.ravel()).reshape(*pairs.shape, -1), "hard_debias")
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        with threadpool_limits(1):  # how BLAS divides a product among threads shows in the last bits
            neutral = embedding.converted(self._neutralised)
        matrix = np.array(neutral.matrix())
        carrying = known(embedding, self.words.carrying)
        matrix[carrying] = embedding.rows(carrying)
        for words in self.words.equalise:
            rows = known(embedding, words)
            if len(rows) > 1:
                matrix[rows] = equalised(embedding.rows(rows), self.direction_)
        return replace(neutral, codec=Dense(matrix))

    def _neutralised(self, rows: Rows) -> Dense:
        return Dense(without(rows, self.direction_[None]).astype(np.float32))


def equalised(rows: Rows, direction: Floats) -> Rows:
    """Return the vectors (n, d) of one set that differ along `direction` (d,) alone, and in its sign.

    With v the mean of the unit vectors less its part along the direction: v, and sqrt(1 - |v|^2) along the direction,
    to the side of the mean on which the word was.
    """
    lengths = np.linalg.norm(rows, axis=1)
    towards = unit(rows).astype(np.float64)
    along = towards @ direction
    across = without(towards.mean(axis=0)[None], direction[None])[0]
    rest = np.sqrt(max(0.0, 1 - float(across @ across)))
    sides = np.sign(along - along.mean())
    equal: Rows = (lengths.mean() * (across + rest * sides[:, None] * direction)).astype(np.float32)
    return equal
