import pandas as pd
import pytest

from embedsmith.errors import InputError
from embedsmith.report.listing import Listed
from embedsmith.sweep import objectives as module
from embedsmith.sweep.objectives import objectives


@pytest.fixture
def frame(monkeypatch):
    """Results of a model with two seeds, and of a baseline."""
    rows = [
        ("word2vec", 1, "int8", "mean", 0.30),
        ("word2vec", 2, "int8", "mean", 0.40),
        ("word2vec", 1, "fp16", "mean", 0.90),
        ("random", 1, "int8", "mean", 0.00),
        ("word2vec", 1, "int8", "bytes", 100.0),
        ("word2vec", 2, "int8", "bytes", 300.0),
        ("word2vec", 1, "int8", "odd", float("nan")),
    ]
    columns = ["model", "seed", "variant", "metric", "score"]
    monkeypatch.setattr(module, "results", lambda folder: pd.DataFrame(rows, columns=columns))
    entries = [
        Listed(model=model, seed=seed, variants=("int8",), baseline=model == "random")
        for model, seed in (("word2vec", 1), ("word2vec", 2), ("random", 1))
    ]
    monkeypatch.setattr(module, "listed", lambda folder: entries)


def test_an_objective_is_the_mean_of_one_variant_over_models_and_seeds_without_baselines(frame, tmp_path):
    assert objectives(tmp_path, ["mean", "bytes"], "int8") == {"mean": pytest.approx(0.35), "bytes": 200.0}
    assert objectives(tmp_path, [], "int8") == {}


@pytest.mark.parametrize(("name", "variant"), [("wordsim", "int8"), ("mean", "pq"), ("odd", "int8"), ("bytes", "fp16")])
def test_what_was_not_measured_is_told(frame, tmp_path, name, variant):
    with pytest.raises(InputError, match=f"objectives: {name} of {variant} was not measured"):
        objectives(tmp_path, [name], variant)
