from __future__ import annotations

import csv
import io
import json
import statistics

import numpy as np
import pytest

from embedsmith.embedding import Embedding
from embedsmith.errors import InputError
from embedsmith.evaluate.agreement import Sample
from embedsmith.evaluate.renamed import Renamed, evaluate, read, table
from embedsmith.evaluate.similarity import Similarity

from .conftest import at

SETTINGS = Similarity(
    sets={"s": at("x", "pairs")},
    intrinsic=["s"],
    unknown="skip",
    smoothing=None,
    word_pattern=r"\S+",
    lowercase=True,
    bands=[],
    least=2,
    agreement=Sample(words=5, neighbours=3, pairs=20),
    resamples=300,
    permutations=100,
    confidence=0.95,
    seed=1,
    threads=1,
)


def model(noise, words=60, seed=0):
    """Frequent words, 30 of them with a rare copy at a distance that `noise` says, others at their own place."""
    random = np.random.default_rng(seed)
    frequent = random.normal(size=(words, 12))
    rare = frequent[:30] + noise * random.normal(size=(30, 12))
    names = [f"w{i}" for i in range(words)] + [f"w{i}~{5 if i < 20 else 50}" for i in range(30)]
    return Embedding.dense(names, np.concatenate([frequent, rare]))


RENAMED = {f"w{i}~{5 if i < 20 else 50}": Renamed(f"w{i}", 5 if i < 20 else 50) for i in range(30)}


def test_a_word_that_lies_where_its_original_does_has_rank_1_and_all_its_neighbours():
    scores, _ = evaluate({"untouched": model(0)}, RENAMED, SETTINGS)

    five = scores["untouched"]["5"]
    assert list(scores["untouched"]) == ["5", "50"]
    assert {measure: leaf["score"] for measure, leaf in five.items()} == {
        **{"reciprocal_rank": 1, "median_rank": 1, "first_10": 1, "overlap": 1},
    }
    assert {(leaf["known"], leaf["items"], leaf["coverage"]) for leaf in five.values()} == {(20, 20, 1)}
    assert {leaf["known"] for leaf in scores["untouched"]["50"].values()} == {10}


def test_the_scores_are_those_of_the_words_one_by_one_and_fall_as_words_move_away():
    scores, rows = evaluate({"near": model(0.5), "far": model(2)}, RENAMED, SETTINGS)

    for variant in ("near", "far"):
        own = [row for row in rows if (row.variant, row.occurrences) == (variant, 5)]
        ranks = [row.rank for row in own]
        leaves = scores[variant]["5"]
        assert len(own) == 20
        assert leaves["reciprocal_rank"]["score"] == pytest.approx(statistics.fmean(1 / rank for rank in ranks))
        assert leaves["median_rank"]["score"] == statistics.median(ranks)
        assert leaves["first_10"]["score"] == pytest.approx(sum(rank <= 10 for rank in ranks) / 20)
        assert leaves["overlap"]["score"] == pytest.approx(statistics.fmean(row.overlap for row in own))
        for leaf in leaves.values():
            assert leaf["low"] <= leaf["score"] <= leaf["high"]
    assert scores["near"]["5"]["overlap"]["low"] > scores["far"]["5"]["overlap"]["high"]


def test_a_word_of_random_vectors_finds_its_original_by_chance():
    random = np.random.default_rng(4)
    words = [f"w{i}" for i in range(400)]
    embedding = Embedding.dense([*words, *(f"{word}~5" for word in words)], random.normal(size=(800, 10)))

    scores, _ = evaluate({"random": embedding}, {f"{word}~5": Renamed(word, 5) for word in words}, SETTINGS)

    leaves = scores["random"]["5"]
    assert leaves["median_rank"]["low"] < 400 < leaves["median_rank"]["high"]
    assert leaves["first_10"]["score"] < 0.04


def test_a_word_that_a_model_does_not_know_is_not_counted():
    whole = model(0)
    kept = [row for row, word in enumerate(whole.words) if word not in ("w0~5", "w1", "w25~50")]
    fewer = Embedding.dense([whole.words[row] for row in kept], whole.matrix()[kept])

    scores, rows = evaluate({"fewer": fewer, "none": Embedding.dense(["x"], np.ones((1, 2)))}, RENAMED, SETTINGS)

    assert (scores["fewer"]["5"]["overlap"]["known"], scores["fewer"]["5"]["overlap"]["items"]) == (18, 20)
    assert {row.word for row in rows}.isdisjoint({"w0~5", "w1~5", "w25~50"})
    assert scores["none"]["5"]["overlap"] == {"known": 0, "items": 20, "coverage": 0, "refused": True}


def test_the_words_are_written_one_by_one():
    _, rows = evaluate({"untouched": model(1)}, RENAMED, SETTINGS)

    lines = list(csv.DictReader(io.StringIO(table(rows))))

    assert len(lines) == 30
    assert list(lines[0]) == ["variant", "word", "occurrences", "rank", "overlap"]
    assert [float(line["rank"]) for line in lines] == [row.rank for row in rows]
    assert [float(line["overlap"]) for line in lines] == pytest.approx([row.overlap for row in rows])
    assert table([]) == "variant,word,occurrences,rank,overlap\n"


def test_the_file_of_the_tokenizer_is_read_and_may_be_absent(tmp_path):
    path = tmp_path / "renamed.json"
    assert read(path) == {}
    entry = {"original": "wolf", "occurrences": 5, "spelling": "wolf", "original_spelling": "\ue000"}
    path.write_text(json.dumps({"wolf~5": entry}))
    assert read(path) == {"wolf~5": Renamed("wolf", 5)}


@pytest.mark.parametrize("content", ["{", '{"wolf~5": 5}', '{"wolf~5": {"original": "wolf"}}'])
def test_a_damaged_file_is_told_in_one_line(tmp_path, content):
    (tmp_path / "renamed.json").write_text(content)
    with pytest.raises(InputError, match=r"renamed\.json: not .*; remove .* run `dvc repro`"):
        read(tmp_path / "renamed.json")
