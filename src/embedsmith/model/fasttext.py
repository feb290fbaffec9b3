"""fastText: word2vec whose input vector is the mean of a word's own vector and those of its character n-grams."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from embedsmith.model.word2vec import Word2Vec


@dataclass(frozen=True, kw_only=True)
class FastText(Word2Vec):
    """Bojanowski et al. (2017), "Enriching word vectors with subword information".

    Parameters
    ----------
    min_n, max_n
        Shortest and longest character n-gram, `<` and `>` at a word's ends counted.
    buckets
        Rows that the n-grams share by their hash.

    Notes
    -----
    The other parameters are those of `Word2Vec`. The embedding holds a composed vector for each word of the
    vocabulary, and no n-grams.
    """

    min_n: int
    max_n: int
    buckets: int

    def __post_init__(self) -> None:
        super().__post_init__()
        for key in ("min_n", "buckets"):
            if (value := getattr(self, key)) < 1:
                raise ValueError(f"{key}: must be at least 1, not {value}")
        if self.min_n > self.max_n:
            raise ValueError(f"min_n: must be at most max_n ({self.max_n}), not {self.min_n}")

    def _network(self, **settings: Any) -> Any:
        from gensim.models import FastText as Network

        network = Network(min_n=self.min_n, max_n=self.max_n, bucket=self.buckets, **settings)
        # gensim composes the vectors after every slice, an n-gram at a time in Python.
        network.wv.adjust_vectors = partial(compose, network.wv)
        return network


def compose(wv: Any) -> None:
    """Set the vectors of gensim's `wv` to the mean of each word's own vector and those of its n-grams.

    What gensim's `adjust_vectors` does, as one sparse product.
    """
    from scipy.sparse import csr_array

    lengths = np.array([len(buckets) for buckets in wv.buckets_word])
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    columns = np.concatenate(wv.buckets_word).astype(np.int64)
    ones = np.ones(len(columns), dtype=np.float32)
    ngrams = csr_array((ones, columns, bounds), shape=(len(lengths), wv.bucket)) @ wv.vectors_ngrams
    wv.vectors = (wv.vectors_vocab + ngrams) / (lengths + 1)[:, None].astype(np.float32)
