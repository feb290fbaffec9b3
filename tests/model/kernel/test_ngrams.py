from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from embedsmith.embedding.ngrams import bucket_numbers
from embedsmith.model.kernel.ngrams import hashed_ngrams

WORDS = ["the", "naïve", "日本語", "a", "", "\U0001f600x", "\ue000", "überfluß", "e\u0301", "the"]


@pytest.mark.parametrize("sizes", [(3, 6), (1, 2), (1, 1), (4, 4), (7, 9)], ids=str)
@pytest.mark.parametrize("buckets", [1, 1000, 2_000_000])
def test_a_whole_vocabulary_has_the_n_grams_of_each_of_its_words(sizes: tuple[int, int], buckets: int) -> None:
    bounds, indices = hashed_ngrams(WORDS, min_n=sizes[0], max_n=sizes[1], buckets=buckets)
    assert (bounds.dtype, indices.dtype) == (np.int64, np.int32)
    found = [indices[begin:end].tolist() for begin, end in pairwise(bounds)]
    assert found == [bucket_numbers(word, *sizes, buckets) for word in WORDS]


def test_no_words_have_no_n_grams() -> None:
    bounds, indices = hashed_ngrams([], min_n=3, max_n=6, buckets=10)
    assert (bounds.tolist(), indices.tolist()) == ([0], [])
