"""The examples run, on less than they are made for."""

import importlib.util
import re
from pathlib import Path

import numpy as np

from embedsmith.compress.int8 import Int8
from embedsmith.embedding import Embedding, save

EXAMPLES = Path(__file__).parents[1] / "examples"


def example(name):
    specification = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_classifier_learns_topics_that_words_tell(tmp_path, monkeypatch, capsys):
    classifier = example("classifier")
    draw = np.random.default_rng(4)
    words = [f"{letter}{number}" for letter in "ab" for number in range(20)]
    rows = np.repeat(np.eye(2), 20, axis=0) @ draw.normal(size=(2, 16)) + draw.normal(0, 0.1, (40, 16))
    save(Int8().transform(Embedding.dense(words, rows)), tmp_path / "e")
    articles = [
        (" ".join(f"{'ab'[topic]}{number}" for number in draw.integers(0, 20, 8)) + " unknown", f"topic {topic}")
        for topic in draw.integers(0, 2, 300)
    ]
    monkeypatch.setattr(classifier, "read", lambda: articles)
    classifier.main(str(tmp_path / "e"))
    header, counted, *lines = capsys.readouterr().out.splitlines()
    assert header == "2 topics, 180 articles to learn from"
    assert counted.startswith("accuracy on 60 others; ")
    assert [line[:23].strip() for line in lines] == ["random start", "loaded, frozen", "loaded, trained further"]
    assert all(float(re.search(r" (\d\.\d{3}) \(", line)[1]) > 0.9 for line in lines)
