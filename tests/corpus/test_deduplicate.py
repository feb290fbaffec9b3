from __future__ import annotations

import random
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedsmith.corpus.deduplicate import Deduplicator, DigestSet, SignatureIndex, Verdict
from embedsmith.corpus.settings import Deduplicate
from embedsmith.corpus.shingles import words

SETTINGS = Deduplicate(near=0.8, shingle=5, permutations=128, seed=1)


def judged(texts: list[str], batch: int = 256) -> list[Verdict]:
    deduplicator = Deduplicator(SETTINGS)
    verdicts: list[Verdict] = []
    for start in range(0, len(texts), batch):
        part = texts[start : start + batch]
        verdicts += deduplicator.judge(part, [words(text) for text in part])
    return verdicts


@cache
def shingle_set(text: str) -> frozenset[tuple[str, ...]]:
    found = words(text)
    return frozenset(tuple(found[start : start + 5]) for start in range(max(1, len(found) - 4)))


def exact_jaccard(left: str, right: str) -> float:
    return len(shingle_set(left) & shingle_set(right)) / len(shingle_set(left) | shingle_set(right))


@pytest.fixture(scope="module")
def family() -> list[str]:
    """400 documents of 40 to 300 words, most of them an earlier one with some of its words changed."""
    rng = random.Random(3)
    vocabulary = [f"{a}{b}{c}" for a in "bdfgklm" for b in "aeiou" for c in "nrst"]
    texts: list[list[str]] = []
    for _ in range(400):
        if texts and rng.random() < 0.7:
            text = list(rng.choice(texts))
            for _ in range(rng.choice([0, 1, 1, 2, 3, 5, 20])):
                text[rng.randrange(len(text))] = rng.choice(vocabulary)
        else:
            text = rng.choices(vocabulary, k=rng.randint(40, 300))
        texts.append(text)
    return [" ".join(text) for text in texts]


def test_decisions_agree_with_exact_jaccard_by_brute_force(family: list[str]) -> None:
    verdicts = judged(family)
    kept: list[str] = []
    wrong = near = 0
    for text, verdict in zip(family, verdicts, strict=True):
        likest = max((exact_jaccard(text, other) for other in kept), default=0.0)
        if verdict == "exact":
            assert text in family[: family.index(text) + 1]
        elif verdict == "near":
            assert likest > 0.8 - 0.15  # four standard errors
            wrong += likest < 0.8
            near += 1
        else:
            assert likest < 0.8 + 0.15
            wrong += likest >= 0.8
            kept.append(text)
    assert near > 60
    assert wrong < 0.1 * len(family)  # estimates that fall on the other side of the threshold


def test_exact_copies_are_all_found(family: list[str]) -> None:
    seen: set[str] = set()
    for text, verdict in zip(family, judged(family), strict=True):
        assert (verdict == "exact") == (text in seen)
        seen.add(text)


@pytest.mark.parametrize("batch", [1, 7, 400])
def test_decisions_do_not_depend_on_batches(family: list[str], batch: int) -> None:
    assert judged(family, batch) == judged(family)


def test_short_texts_that_differ_in_one_word_are_kept() -> None:
    texts = [
        "tigress The female of the tiger.",
        "lioness The female of the lion.",
        "kiley An Australian boomerang, having one side flat and the other convex.",
        "kiley An Austrian boomerang, having one side flat and the other convex.",
        "paddy wagon An enclosed truck used by police to transport prisoners.",
        "patrol wagon An enclosed truck used by police to transport prisoners.",
        "one",
        "two",
        "...",
    ]
    assert judged(texts) == ["new"] * len(texts)


def test_case_and_punctuation_make_no_difference() -> None:
    long = "This sentence, which is long enough, says the same thing twice over."
    assert judged([long, long.upper().replace(",", ";"), long]) == ["new", "near", "exact"]


def test_a_copy_of_a_copy_that_went_is_compared_with_what_stayed() -> None:
    rows = np.random.default_rng(0).integers(0, 256, (1, 64), dtype=np.uint8)
    first, second, third = rows[0], rows[0].copy(), rows[0].copy()
    second[:10] ^= 255  # similarity .83 to the first
    third[:20] ^= 255  # .83 to the second, .67 to the first
    index = SignatureIndex(128, 0.8)
    assert index.add(np.stack([first, second, third])).tolist() == [False, True, False]
    assert index.add(np.stack([second, third])).tolist() == [True, True]


def test_the_index_finds_the_same_when_it_has_grown() -> None:
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 256, (20_000, 64), dtype=np.uint8)
    index = SignatureIndex(128, 0.8)
    for start in range(0, len(rows), 500):
        assert not index.add(rows[start : start + 500]).any()
    copies = rows[rng.permutation(len(rows))[:2000]]
    copies[:, 5] ^= 255
    assert index.add(copies).all()


def test_a_crowded_bucket_takes_bounded_time() -> None:
    rng = np.random.default_rng(2)
    rows = rng.integers(0, 256, (8_000, 64), dtype=np.uint8)
    rows[:, :4] = 7  # one band in common, no more
    index = SignatureIndex(128, 0.8)
    for start in range(0, len(rows), 250):
        assert not index.add(rows[start : start + 250]).any()


@given(st.lists(st.integers(0, 5000), max_size=3000))
def test_a_digest_is_new_once(digests: list[int]) -> None:
    seen, reference = DigestSet(), set()
    for digest in digests:
        digest = (digest or 1) << 20  # the same low bits: all in one place
        assert seen.add(digest) == (digest not in reference)
        reference.add(digest)


@pytest.mark.parametrize(
    ("key", "value"),
    [("near", 0.5), ("near", 1.1), ("shingle", 0), ("permutations", 100), ("permutations", 0), ("seed", -1)],
)
def test_impossible_settings_are_refused(key: str, value: float) -> None:
    good = {"near": 0.8, "shingle": 5, "permutations": 128, "seed": 1}
    with pytest.raises(ValueError, match=f"^{key}: must be"):
        Deduplicate(**{**good, key: value})  # type: ignore[arg-type]
