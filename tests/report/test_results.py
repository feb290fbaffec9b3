import json
import math

import pytest
import yaml

import embedsmith
from embedsmith.errors import InputError
from embedsmith.report.results import results
from report.tree import config, write, write_renamed, write_tree


def one(frame, **wanted):
    rows = frame.loc[(frame[list(wanted)] == list(wanted.values())).all(axis=1)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_every_metric_is_one_row_with_all_that_is_known_of_it(reported):
    root, _ = reported
    frame = results(root)
    assert list(frame.columns) == [
        *("model", "seed", "variant", "kind", "metric"),
        *("score", "low", "high", "p", "known", "items", "coverage", "composed", "averaged"),
    ]
    score = one(frame, model="word2vec", seed=1, variant="untouched", metric="wordsim353")
    assert (score["kind"], score["score"], score["low"], score["high"]) == ("similarity", 0.592, 0.512, 0.662)
    assert (score["known"], score["items"]) == (348, 353)
    assert score["composed"] == 0
    assert math.isnan(score["p"])
    test = one(frame, model="word2vec", variant="int8", metric="weat1")
    assert (test["kind"], test["score"], test["p"]) == ("bias", 1.2, 0.0004)


def test_a_plain_number_is_a_score(reported):
    root, _ = reported
    row = one(results(root), model="word2vec", variant="int8", metric="dimension")
    assert (row["kind"], row["score"]) == ("size", 32)


def test_a_refused_test_has_coverage_and_no_score(reported):
    root, _ = reported
    row = one(results(root), model="word2vec", variant="pca", metric="weat2")
    assert math.isnan(row["score"])
    assert row["coverage"] == 0.1


def test_bands_and_renamed_words_are_kinds_of_their_own(reported):
    root, configuration = reported
    write_renamed(root, configuration, better=())
    frame = results(root)
    band = one(frame, model="word2vec", variant="int8", metric="wordsim353.20-99")
    assert (band["kind"], band["score"], band["known"]) == ("frequency", pytest.approx(0.592 * 0.995 - 0.1), 348)
    words = one(frame, model="word2vec", variant="int8", metric="5.reciprocal_rank")
    assert (words["kind"], words["score"], words["items"]) == ("renamed", 0.25, 40)
    assert set(frame.loc[frame["kind"] == "similarity", "metric"]) == {"wordsim353", "mean", "share", "kept"}


def test_only_what_the_configuration_lists_is_read(reported):
    root, configuration = reported
    before = results(root)
    assert set(before["model"]) == {"word2vec", "random"}
    del configuration["models"]["random"]
    configuration["models"]["word2vec"]["variants"].remove("pca")
    write(root / "build/config/report.yaml", yaml.safe_dump(configuration))
    after = results(root)
    assert set(after["model"]) == {"word2vec"}
    assert set(after["variant"]) == {"untouched", "fp16", "int8"}


def test_a_bare_clone_reads_what_params_lists_from_the_committed_metrics(reported):
    root, _ = reported
    resolved = results(root)
    (root / "build/config/report.yaml").unlink()
    params = {"local": "data/raw", "models": ["word2vec", "random"], "seeds": [1], "variants": ["fp16", "int8", "pca"]}
    write(root / "params.yaml", yaml.safe_dump(params))
    write(root / "conf/model/word2vec.yaml", "kind: word2vec\nbaseline: false\n")
    write(root / "conf/model/random.yaml", "kind: random\nbaseline: true\n")
    write(root / "conf/compress/default.yaml", "budget: null\nkeep: null\n")
    assert results(root).equals(resolved)


def test_several_seeds_are_told_apart(tmp_path):
    write_tree(tmp_path, config(seeds=(1, 2)))
    frame = results(tmp_path)
    assert set(frame["seed"]) == {1, 2}
    assert len(frame) == 2 * len(frame[frame["seed"] == 1])


@pytest.mark.parametrize("kind", ["size", "similarity", "downstream", "anisotropy", "bias"])
def test_missing_metrics_of_a_listed_model_are_told_in_one_line(reported, kind):
    root, _ = reported
    (root / f"reports/metrics/word2vec/1/{kind}.json").unlink()
    with pytest.raises(
        InputError, match=rf"^reports/metrics/word2vec/1/{kind}.json: no such file; run `dvc repro` or `dvc pull`$"
    ):
        results(root)


def test_a_listed_variant_that_was_not_measured_is_told(reported):
    root, _ = reported
    path = root / "reports/metrics/word2vec/1/size.json"
    values = json.loads(path.read_text())
    del values["int8"]
    path.write_text(json.dumps(values))
    with pytest.raises(InputError, match=r"size.json: int8 is not in it; run `dvc repro`"):
        results(root)


@pytest.mark.parametrize("content", ["{", "[]", ""])
def test_damaged_metrics_are_told(reported, content):
    root, _ = reported
    (root / "reports/metrics/word2vec/1/bias.json").write_text(content)
    with pytest.raises(InputError, match=r"bias.json: not .*; remove it and run `dvc repro`"):
        results(root)


def test_the_package_offers_it():
    assert embedsmith.results is results


def test_a_task_has_its_score_what_is_kept_of_it_and_other_measures(reported):
    root, _ = reported
    frame = results(root)
    score = one(frame, model="word2vec", variant="int8", kind="downstream")
    assert (score["metric"], score["score"], score["p"]) == ("topics", pytest.approx(0.85 * 0.995), 0.02)
    assert one(frame, model="word2vec", variant="int8", metric="kept.topics")["score"] == 0.995
    assert one(frame, model="word2vec", variant="int8", kind="macro_f1")["metric"] == "topics"
    assert one(frame, model="word2vec", variant="int8", kind="words")["score"] == 0.97


def test_what_a_set_is_measured_by_further_is_a_kind_of_its_own(reported):
    root, _ = reported
    path = root / "reports/metrics/word2vec/1/similarity.json"
    scores = json.loads(path.read_text())
    scores["int8"]["further"] = {"google": {"mul": {"score": 0.1}, "family": {"score": 0.4, "known": 420}}}
    path.write_text(json.dumps(scores))
    family = one(results(root), variant="int8", metric="google.family")
    assert (family["kind"], family["score"], family["known"]) == ("further", 0.4, 420)
