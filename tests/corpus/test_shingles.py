from __future__ import annotations

import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedsmith.corpus.shingles import shingles, signatures, similarity, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The 3 cats' U.S.A. x2", ["the", "3", "cats", "u", "s", "a", "x", "2"]),
        ("Ünïted naïve\nASCII line_two", ["ünïted", "naïve", "ascii", "line", "two"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("漢字かな abc 漢", ["漢", "字", "か", "な", "abc", "漢"]),
        ("... !", []),
    ],
)
def test_words_by_hand(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=12), max_size=6), st.integers(1, 5))
def test_hashed_shingles_are_the_windows_of_each_document(documents: list[list[str]], length: int) -> None:
    hashes, offsets = shingles(documents, length)
    windows = [
        tuple((document + [""] * length)[start : start + length])
        for document in documents
        for start in range(max(len(document) - length + 1, min(len(document), 1)))
    ]
    ends = np.cumsum([max(len(d) - length + 1, min(len(d), 1)) for d in documents], dtype=np.uint64)
    assert offsets.tolist() == [0, *ends.tolist()]
    # Two hashes are equal where and only where the windows are.
    assert len(set(hashes.tolist())) == len(set(windows)) == len(set(zip(hashes.tolist(), windows, strict=True)))


def test_the_estimate_agrees_with_exact_jaccard() -> None:
    rng = random.Random(5)
    exact, estimated = [], []
    for _ in range(300):
        common = [f"c{rng.random()}" for _ in range(rng.randint(0, 200))]
        left = common + [f"l{rng.random()}" for _ in range(rng.randint(1, 60))]
        right = common + [f"r{rng.random()}" for _ in range(rng.randint(1, 60))]
        exact.append(len(common) / (len(set(left) | set(right))))
        one, other = signatures([left, right], shingle=1, permutations=128, seed=1)
        estimated.append(float(similarity(one, other)))
    error = np.array(estimated) - np.array(exact)
    assert abs(error.mean()) < 0.008  # unbiased: 300 estimates with a standard error of .04 or less each
    assert 0.02 < error.std() < 0.045
    assert np.abs(error).max() < 0.16


def test_a_seed_gives_its_own_signatures_and_the_same_ones_everywhere() -> None:
    code = (
        "from embedsmith.corpus.shingles import signatures;"
        "print(signatures([['a', 'b', 'ü'], ['a']], shingle=2, permutations=16, seed={}).tobytes().hex())"
    )
    seen = [
        subprocess.run(
            [sys.executable, "-c", code.format(seed)],
            env={"PYTHONHASHSEED": hashing, "RAYON_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, hashing, threads in [(1, "1", "1"), (1, "2", "2"), (2, "1", "1")]
    ]
    assert seen[0] == seen[1] != seen[2]
