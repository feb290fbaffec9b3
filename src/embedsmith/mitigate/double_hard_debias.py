"""Double-hard debiasing: a direction of frequency is taken off first, for it hides some of that of groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from threadpoolctl import threadpool_limits

from embedsmith.config.words import Words
from embedsmith.embedding import Dense, Embedding
from embedsmith.metrics.components import leading, scatter, without
from embedsmith.metrics.similarity import Floats, Ids, unit
from embedsmith.mitigate.checked import Rows, checked
from embedsmith.mitigate.hard_debias import HardDebias
from embedsmith.mitigate.lists import definitional, direction_of, extremes, unlisted


@dataclass(kw_only=True)
class DoubleHardDebias:
    """Centred vectors less one of their leading principal components, then hard debiased.

    Wang et al. 2020, "Double-Hard Debias: Tailoring Word Embeddings for Gender Bias Mitigation", algorithm 1. The
    component is the one without which hard debiasing leaves least of the groups: the words of the strongest bias, of
    either side, are debiased and clustered in two, and the clusters tell fewest of their sides. Of equal ones it is
    the component of larger variance.

    Unseen words are neutral, as `hard_debias` has them.

    Parameters
    ----------
    words
        Lists, those of a file of conf/words/. What the vocabulary does not have is left out.
    candidates
        Leading components that are tried; of fewer dimensions all.
    clustered
        Words of either side that are clustered; at most a quarter of those that there are.
    frequent
        These are among so many of the most frequent words.
    seed
        Of k-means.
    """

    words: Words
    candidates: int
    clustered: int
    frequent: int
    seed: int

    last: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for key in ("candidates", "clustered", "frequent"):
            if getattr(self, key) < 1:
                raise ValueError(f"{key}: must be at least 1, not {getattr(self, key)}")
        if self.seed < 0:
            raise ValueError(f"seed: must be at least 0, not {self.seed}")

    def fit(self, embedding: Embedding) -> Self:
        matrix = checked(embedding, "double_hard_debias", least=2)
        pairs = definitional(embedding, self.words, "double_hard_debias")
        self.mean_ = matrix.mean(axis=0, dtype=np.float64)
        with threadpool_limits(1):  # how BLAS divides a product among threads shows in the last bits
            components = leading(scatter(matrix, self.mean_), self.candidates)
            direction = direction_of(matrix[pairs], "double_hard_debias")
            candidates = unlisted(embedding, self.words, self.frequent)
            ends = extremes(unit(matrix) @ direction, candidates, self.clustered, "double_hard_debias")
            biased, defining = matrix[ends] - self.mean_, matrix[pairs] - self.mean_
            self.told_ = np.array([self._told(biased, defining, component) for component in components])
        self.component_ = components[self.told_.argmin()]
        self.hard_ = HardDebias(words=self.words).fit(self._reduced(embedding))
        return self

    def transform(self, embedding: Embedding) -> Embedding:
        return self.hard_.transform(self._reduced(embedding))

    def _reduced(self, embedding: Embedding) -> Embedding:
        with threadpool_limits(1):
            return embedding.converted(self._without_component)

    def _without_component(self, rows: Rows) -> Dense:
        return Dense(without(rows - self.mean_, self.component_[None]).astype(np.float32))

    def _told(self, biased: Floats, defining: Floats, component: Floats) -> float:
        """Return the share of the `biased` words (2, n, d) whose side clusters tell, without the `component` (d,)."""
        direction = direction_of(without(defining, component[None]), "double_hard_debias")
        neutral = without(without(np.concatenate(biased), component[None]), direction[None])
        sides = np.repeat([0, 1], biased.shape[1])
        return alignment(clusters(unit(neutral), self.seed), sides)


def clusters(rows: Rows, seed: int) -> Ids:
    """Return the cluster, 0 or 1, of each of `rows` (n, d) by k-means, (n,)."""
    from sklearn.cluster import KMeans

    with threadpool_limits(1):
        return np.asarray(KMeans(2, n_init=10, random_state=seed).fit_predict(rows), dtype=np.int64)


def alignment(found: Ids, sides: Ids) -> float:
    """Return the share of words (n,) that are in the cluster of their side, the clusters named at best: 0.5 to 1."""
    equal = float((found == sides).mean())
    return max(equal, 1 - equal)
