from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from sentencepiece import SentencePieceProcessor

from embedsmith.model.segmentation import Segmentation
from embedsmith.model.units import Units
from model.conftest import is_likely, sentencepiece_model

SYLLABLES = ["ri", "ver", "an", "ba", "na", "o", "the", "ing", "s", "é", "日"]
KINDS = ("unigram", "bpe")
SEGMENTED = "theriverbanana"


def made_up(seed: int, number: int) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 6))) for _ in range(number)]


@pytest.fixture(scope="module")
def models() -> dict[str, bytes]:
    words = made_up(1, 3000)
    text = [words[start : start + 8] for start in range(0, len(words), 8)]
    return {kind: sentencepiece_model(text, kind, 420) for kind in KINDS}


def cuts(segmentation: Segmentation, units: Units) -> list[list[str]]:
    """The units of each word by name."""
    names = [segmentation.names[unit] for unit in units.unit_of]
    return [names[begin:end] for begin, end in pairwise(units.bounds)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_best_pieces_are_those_of_sentencepiece(models: dict[str, bytes], kind: str) -> None:
    words = list(dict.fromkeys(made_up(2, 2000)))
    segmentation = Segmentation(models[kind], kind, words)
    theirs = SentencePieceProcessor(model_proto=models[kind]).encode(words, out_type=str)
    found = cuts(segmentation, segmentation.best)
    assert found == theirs
    assert len({len(cut) for cut in found}) > 3
    assert segmentation.best.unit_of.dtype == np.int32


@pytest.mark.parametrize("kind", KINDS)
def test_a_character_without_a_piece_is_a_unit_of_its_own(models: dict[str, bytes], kind: str) -> None:
    words = ["river", "ri\U0001f600ver", "\ue001", "ßß", "banana"]
    segmentation = Segmentation(models[kind], kind, words)
    number = SentencePieceProcessor(model_proto=models[kind]).get_piece_size()
    assert segmentation.names[number:] == ["ß", "\ue001", "\U0001f600"]
    assert np.all(segmentation.scores[number:] == -np.inf)
    for units in (segmentation.best, segmentation.sampled(0.5, [1])):
        found = cuts(segmentation, units)
        assert "\U0001f600" in found[1]
        assert "".join(found[1]) == "▁ri\U0001f600ver"
        assert [part for part in found[2] if part != "▁"] == ["\ue001"]
        assert [part for part in found[3] if part != "▁"] == ["ß", "ß"]
        assert np.diff(units.bounds).min() >= 1


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_is_cut_into_bytes_or_control_pieces(models: dict[str, bytes], kind: str) -> None:
    segmentation = Segmentation(models[kind], kind, [*made_up(3, 300), "ж", "a\u0301b"])
    assert not {"<unk>", "<0x41>"} & {part for cut in cuts(segmentation, segmentation.best) for part in cut}
    bytes_ = [name for name, score in zip(segmentation.names, segmentation.scores, strict=True) if score == -np.inf]
    assert {"<unk>", "<0x00>", "<0xFF>"} <= set(bytes_)
    assert len(bytes_) >= 257


@pytest.mark.parametrize("kind", KINDS)
def test_cuts_are_the_same_for_the_same_purpose_and_differ_between_epochs(models: dict[str, bytes], kind: str) -> None:
    segmentation = Segmentation(models[kind], kind, made_up(4, 500))
    first, other, again = (segmentation.sampled(0.3, [1, 2, epoch]) for epoch in (0, 1, 0))
    assert cuts(segmentation, first) == cuts(segmentation, again)
    assert cuts(segmentation, first) != cuts(segmentation, other)
    assert cuts(segmentation, first) != cuts(segmentation, segmentation.best)
    for cut, best in zip(cuts(segmentation, first), cuts(segmentation, segmentation.best), strict=True):
        assert "".join(cut) == "".join(best)  # another way to cut the same word


@pytest.mark.parametrize("kind", KINDS)
def test_another_process_draws_the_same_cuts(models: dict[str, bytes], kind: str, tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(models[kind])
    program = (
        "import sys, pathlib; from embedsmith.model.segmentation import Segmentation;"
        f"s = Segmentation(pathlib.Path('model').read_bytes(), {kind!r}, {made_up(5, 200)!r});"
        "sys.stdout.buffer.write(s.sampled(0.3, [1, 2, 0]).unit_of.tobytes())"
    )
    here = Segmentation(models[kind], kind, made_up(5, 200)).sampled(0.3, [1, 2, 0]).unit_of.tobytes()
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    there = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    assert there.stdout == here


def all_cuts(text: str, scores: dict[str, float]) -> list[tuple[tuple[str, ...], float]]:
    """Every way to cut a text into pieces, with the sum of their scores."""
    if not text:
        return [((), 0.0)]
    return [
        ((text[:end], *rest), scores[text[:end]] + score)
        for end in range(1, len(text) + 1)
        if text[:end] in scores
        for rest, score in all_cuts(text[end:], scores)
    ]


@pytest.mark.parametrize("alpha", [0.1, 0.5, 1.0])
def test_a_cut_is_drawn_by_its_probability_to_the_power_alpha(models: dict[str, bytes], alpha: float) -> None:
    segmentation = Segmentation(models["unigram"], "unigram", [SEGMENTED] * 20_000)
    scores = dict(zip(segmentation.names, segmentation.scores.tolist(), strict=True))
    possible = all_cuts("▁" + SEGMENTED, {piece: score for piece, score in scores.items() if score > -np.inf})
    weights = np.exp(alpha * np.array([score for _, score in possible]))
    expected = weights / weights.sum() * 20_000
    drawn = Counter(tuple(cut) for cut in cuts(segmentation, segmentation.sampled(alpha, [3])))
    observed = np.array([drawn[cut] for cut, _ in possible])
    assert observed.sum() == 20_000
    often = expected >= 5
    assert often.sum() > 5
    rest = [observed[~often].sum()], [expected[~often].sum()]
    assert is_likely(np.concatenate([observed[often], rest[0]]), np.concatenate([expected[often], rest[1]]))


def merged(parts: tuple[str, ...], scores: dict[str, float], left_out: float) -> dict[tuple[str, ...], float]:
    """What comes of merging neighbours, the best first, each merger left out by chance: the chance of every end."""
    fitting = [(scores[a + b], -place) for place, (a, b) in enumerate(pairwise(parts)) if a + b in scores]
    ends = {parts: left_out ** len(fitting)}
    for rank, (_, minus) in enumerate(sorted(fitting, reverse=True)):  # the best that is not left out
        place = -minus
        after = (*parts[:place], parts[place] + parts[place + 1], *parts[place + 2 :])
        for end, chance in merged(after, scores, left_out).items():
            ends[end] = ends.get(end, 0) + (1 - left_out) * left_out**rank * chance
    return ends


@pytest.mark.parametrize("alpha", [0.1, 0.5])
def test_each_merger_is_left_out_with_probability_alpha(models: dict[str, bytes], alpha: float) -> None:
    segmentation = Segmentation(models["bpe"], "bpe", ["riverban"] * 5000)
    scored = zip(segmentation.names, segmentation.scores.tolist(), strict=True)
    scores = {piece: score for piece, score in scored if score > -np.inf}
    chances = merged(tuple("▁riverban"), scores, alpha)
    assert sum(chances.values()) == pytest.approx(1)
    drawn = Counter(tuple(cut) for cut in cuts(segmentation, segmentation.sampled(alpha, [3])))
    assert set(drawn) <= set(chances)
    often = [cut for cut, chance in chances.items() if 5000 * chance >= 5]
    assert len(often) > 5
    rest = 5000 - sum(drawn[cut] for cut in often), 5000 * (1 - sum(chances[cut] for cut in often))
    assert is_likely([*(drawn[cut] for cut in often), rest[0]], [*(5000 * chances[cut] for cut in often), rest[1]])


def test_of_merges_all_or_none_may_be_left_out(models: dict[str, bytes]) -> None:
    segmentation = Segmentation(models["bpe"], "bpe", made_up(6, 300))
    best = cuts(segmentation, segmentation.best)
    assert cuts(segmentation, segmentation.sampled(1e-9, [1])) == best
    assert cuts(segmentation, segmentation.sampled(1.0, [1])) == [list("".join(cut)) for cut in best]
    lengths = [len(segmentation.sampled(alpha, [1]).unit_of) for alpha in (0.1, 0.4, 0.8)]
    assert sorted(lengths) == lengths
    assert len(segmentation.best.unit_of) < lengths[0]
