"""The similarity stage on a small model, beside tokens with and without renamed words."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from embedsmith.embedding import Embedding, save
from embedsmith.stages.similarity import similarity

WORDS = [*"abcdefghij", "a~5", "b~5"]
COUNTS = [500, 400, 300, 200, 90, 80, 70, 60, 9, 8, 5, 5]
PAIRS = "a\tb\t5\nc\td\t4\ne\tf\t3\na\tg\t2\nh\ti\t1\n"


@pytest.fixture
def tokens(tmp_path, monkeypatch):
    """The folder of tokens in a project with one model, its resolved configuration and a data set."""
    monkeypatch.chdir(tmp_path)
    folder = Path("data/tokens")
    folder.mkdir(parents=True)
    (folder / "words.txt").write_text("".join(f"{word}\n" for word in WORDS))
    np.array(COUNTS, dtype="<i8").tofile(folder / "counts.bin")
    for name in ("train.bin", "held_out.bin", "pieces.model"):
        (folder / name).write_bytes(b"")
    Path("pairs.txt").write_text(PAIRS)
    nothing = dict.fromkeys(
        ("package", "version", "sha256", "platform", "member", "url", "columns", "omit", "superseded_by")
    )
    pairs = {"kind": "pairs", "path": "pairs.txt", "licence": "none", "reference": "none", **nothing}
    settings = {
        **{"sets": {"own": pairs}, "intrinsic": ["own"], "unknown": "fallback", "bands": [20, 100], "least": 2},
        **{"smoothing": 0.001, "word_pattern": "[a-z]+", "lowercase": True},
        **{"agreement": {"words": 5, "neighbours": 3, "pairs": 50}},
        **{"resamples": 50, "confidence": 0.95, "permutations": 50, "seed": 1, "threads": 1},
    }
    config = Path("build/config/similarity/word2vec/1.yaml")
    config.parent.mkdir(parents=True)
    config.write_text(yaml.safe_dump({"variants": ["untouched"], "similarity": settings}))
    matrix = np.random.default_rng(0).normal(size=(12, 4))
    matrix[10:] = matrix[:2]  # nine words are neighbours of each, all of them shared
    save(Embedding.dense(WORDS, matrix), Path("data/variants/word2vec/1/untouched"))
    return folder


def written():
    metrics = json.loads(Path("reports/metrics/word2vec/1/similarity.json").read_text())["untouched"]
    return metrics, pd.read_csv("reports/plots/word2vec/1/renamed.csv")


def test_scores_are_by_the_counts_of_the_tokens(tokens):
    similarity("word2vec", "1")
    metrics, words = written()
    assert {band: leaf["items"] for band, leaf in metrics["frequency"]["own"].items()} == {
        **{"0-19": 1, "20-99": 2, "100+": 2},
    }
    assert "renamed" not in metrics
    assert len(words) == 0


def test_renamed_words_are_measured_where_the_tokenizer_renamed_some(tokens):
    entries = {
        f"{word}~5": {"original": word, "occurrences": 5, "spelling": word, "original_spelling": chr(0xE000 + place)}
        for place, word in enumerate("ab")
    }
    (tokens / "renamed.json").write_text(json.dumps(entries))
    similarity("word2vec", "1")
    metrics, words = written()
    assert metrics["renamed"]["5"]["reciprocal_rank"]["score"] == 1
    assert metrics["renamed"]["5"]["overlap"]["items"] == 2
    assert words.to_dict("records") == [
        {"variant": "untouched", "word": f"{word}~5", "occurrences": 5, "rank": 1, "overlap": 0.9} for word in "ab"
    ]
