import shutil

import numpy as np
import pytest
import yaml

from embedsmith.cli import main
from embedsmith.embedding import load
from embedsmith.errors import InputError
from embedsmith.evaluate.similarity import Similarity, evaluate
from embedsmith.metrics.statistics import holm
from embedsmith.report import compare
from embedsmith.report.compare import folders
from embedsmith.report.content import gather
from embedsmith.report.differs import differs, settings
from embedsmith.report.format import p_value
from embedsmith.report.merge import merged
from embedsmith.report.outcomes import asked
from embedsmith.report.paired import paired
from embedsmith.report.treated import Treated
from embedsmith.runs.folders import Sweep
from embedsmith.runs.job import Job
from report.frames import entry
from report.test_page import Elements
from report.tree import CHAINS, CURES, SIMILARITY, config, declared, write, write_model, write_tree


def pairs(root, count=60):
    """A data set of pairs of the tree's words, scored so that the first seed's vectors agree with some of it."""
    random = np.random.default_rng(5)
    matrix = np.random.default_rng(1).normal(size=(300, 32)) + 0.3
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    lines = []
    for left, right in random.integers(0, 300, size=(count, 2)):
        lines.append(f"word{left}\tword{right}\t{unit[left] @ unit[right] + random.normal() * 0.05:.5f}\n")
    path = root / "pairs.tsv"
    path.write_text("".join(lines))
    return declared("unset") | {"kind": "pairs", "path": str(path), "licence": "none", "reference": "none"}


def run(root, dataset, seed_of_vectors=1, chains=CHAINS):
    """A project whose model is trained with one seed, whatever its folder says."""
    configuration = config(chains=chains)
    write_tree(root, configuration, chains)
    if seed_of_vectors != 1:
        write_model(root, "word2vec", seed_of_vectors, chains)
        shutil.rmtree(root / "data/variants/word2vec/1")
        (root / f"data/variants/word2vec/{seed_of_vectors}").rename(root / "data/variants/word2vec/1")
    for model in ("word2vec", "random"):
        path = root / f"build/config/similarity/{model}/1.yaml"
        similarity = SIMILARITY | {"sets": {"wordsim353": dataset}}
        write(path, yaml.safe_dump({"similarity": similarity}))
        write(root / f"build/config/anisotropy/{model}/1.yaml", yaml.safe_dump({"anisotropy": {"limits": {}}}))
        write(root / f"build/config/downstream/{model}/1.yaml", yaml.safe_dump({"downstream": {}}))
    write(root / "build/config/ingest.yaml", yaml.safe_dump({"local": str(root), "sources": {}}))
    write(root / "build/config/tokenize.yaml", yaml.safe_dump({"vocab_size": 4000}))
    write(root / "dvc.yaml", yaml.safe_dump({"stages": stages()}))
    write(root / "params.yaml", "models: [word2vec, random]\nseeds: [1]\n")
    tokens = root / "data/tokens"
    (tokens / "words.txt").write_text("".join(f"word{place}\n" for place in range(300)))
    np.arange(300, 0, -1).astype("<i8").tofile(tokens / "counts.bin")
    for name in ("train.bin", "held_out.bin"):
        (tokens / name).write_bytes(b"")
    return root


def stages():
    kinds = ("train", "compress", "similarity", "anisotropy", "bias", "downstream")
    matrix = {"model": "${models}", "seed": "${seeds}"}
    return {kind: {"matrix": matrix, "cmd": f"{kind} ${{item.model}}"} for kind in kinds}


@pytest.fixture
def runs(tmp_path):
    """Two runs, of other vectors."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    dataset = pairs(tmp_path)
    return {"a": run(tmp_path / "a", dataset), "b": run(tmp_path / "b", dataset, seed_of_vectors=2)}


def parts(runs):
    return {label: gather(root, config(), {}) for label, root in runs.items()}


def cells(table, column):
    return {row.cells[0].text: row.cells[column] for row in table.rows}


def test_only_settings_that_differ_are_shown():
    table = differs({"a": {"x": 1, "y": [1, 2], "z": None}, "b": {"x": 2, "y": [1, 2]}})
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["x", "1", "2"], ["z", "–", "–"]]
    assert [cell.text for cell in table.columns] == ["setting", "a", "b"]
    assert differs({"a": {"x": 1}, "b": {"x": 1}}).note == "No setting differs."


def test_settings_have_the_keys_of_params_and_say_nothing_of_folders(runs):
    found = settings(runs["a"])
    assert found["tokenizer.vocab_size"] == 4000
    assert found["model.word2vec.vector_size"] == 32
    assert found["variant.pca.pca.reduction"] == 4.0
    assert found["evaluate.similarity.resamples"] == 200
    assert found["report.permutations"] == 10000
    assert str(runs["a"]) not in {value for value in found.values() if isinstance(value, str)}


def test_the_paired_test_is_that_of_variants_against_their_model(runs):
    table = paired(runs, parts(runs))
    own = asked(runs["a"], entry("word2vec", []))
    assert isinstance(own, Similarity)
    counts = {f"word{place}": 300 - place for place in range(300)}
    names = ["untouched", *CHAINS]
    ps = []
    for name in names:
        variants = {label: load(root / "data/variants/word2vec/1" / name) for label, root in runs.items()}
        ps.append(evaluate(variants, own, counts)["b"]["mean"]["p"])
    notes = [cells(table, 2)[name].note.rpartition(", ")[2] for name in names]
    assert notes == [p_value(p) for p in holm(ps)]
    assert min(ps) < 0.01
    assert {row.cells[0].text for row in table.rows} == {"untouched", *CHAINS}  # no baseline


def test_the_same_vectors_cannot_be_told_apart(runs):
    shutil.rmtree(runs["b"] / "data/variants")
    shutil.copytree(runs["a"] / "data/variants", runs["b"] / "data/variants")
    table = paired(runs, parts(runs))
    assert all(cell.note.endswith("p 1") for cell in cells(table, 2).values())
    assert not any(mark in cell.text for cell in cells(table, 2).values() for mark in "▲▼")


def test_runs_that_were_asked_differently_have_intervals_alone(runs):
    path = runs["b"] / "build/config/similarity/word2vec/1.yaml"
    path.write_text(path.read_text().replace("resamples: 200", "resamples: 100"))
    table = paired(runs, parts(runs))
    assert "the 0 tests" in table.note
    assert not any("p " in cell.note or "▲" in cell.text for cell in cells(table, 2).values())
    assert " to " in cells(table, 2)["int8"].note


def test_without_artifacts_there_are_intervals_alone(runs):
    shutil.rmtree(runs["b"] / "data")
    write(runs["b"] / "data/corpus/corpus.json", (runs["a"] / "data/corpus/corpus.json").read_text())
    write(runs["b"] / "data/tokens/tokens.json", (runs["a"] / "data/tokens/tokens.json").read_text())
    assert "the 0 tests" in paired(runs, parts(runs)).note


def test_merged_contents_bear_the_labels_of_their_runs(tmp_path):
    chains = CHAINS | CURES
    write_tree(tmp_path, config(chains=chains), chains)
    content = gather(tmp_path, config(chains=chains), {"word2vec/s1/int8": "0123"})
    both = merged({"x": content, "y/1": content})
    assert [each.model for each in both.listing] == ["x:word2vec", "x:random", "y/1:word2vec", "y/1:random"]
    assert set(both.frame["model"]) == {each.model for each in both.listing}
    assert both.keys == {"x:word2vec/s1/int8": "0123", "y/1:word2vec/s1/int8": "0123"}
    assert len(both.spectra) == len(both.histories) == 4
    _, other = both.treated
    assert isinstance(other, Treated)
    assert other.name == "y/1:word2vec"
    score = ("similarity", "mean")
    assert other.tested("center", score) == content.treated[0].tested("center", score) is not None
    assert {claim.model for claim in both.claims} == {"x:word2vec", "y/1:word2vec"}
    assert [each.entry.model for each in both.neighbourhoods.maps] == ["x:word2vec", "y/1:word2vec"]


def test_the_page_shows_what_differs_and_all_runs_and_has_the_same_bytes_again(runs):
    path = runs["b"] / "build/config/train/word2vec/1.yaml"
    path.write_text(path.read_text().replace("vector_size: 32", "vector_size: 64"))
    html = compare.compare(runs)
    elements = Elements(html)
    for shown in ("model.word2vec.vector_size", "a:word2vec", "b:word2vec", "The same variant in each run"):
        assert shown in elements.text
    assert str(runs["a"]) not in html
    sections = {attrs["id"] for tag, attrs in elements.tags if tag == "section"}
    assert {"differs", "comparison", "neighbours", "map", "compression", "runs"} <= sections
    places = {attrs["id"] for _, attrs in elements.tags if attrs.get("id", "").startswith("plot-spectrum")}
    assert places == {"plot-spectrum-a:word2vec-1", "plot-spectrum-b:word2vec-1"}
    assert compare.compare(runs) == html


def test_a_run_with_a_missing_file_is_named(runs):
    (runs["b"] / "reports/metrics/word2vec/1/size.json").unlink()
    with pytest.raises(InputError, match=r"^b: reports/metrics/word2vec/1/size.json: no such file"):
        compare.compare(runs)


def project(root, *places):
    for place in places:
        write(root / place / "params.yaml", "")
        write(root / place / "build/config/report.yaml", "models: {}")


def test_runs_are_named_by_sweep_and_job_by_name_by_path_and_a_dot(tmp_path):
    project(tmp_path, ".", "build/sweeps/s/0", "build/sweeps/s/10", "build/sweeps/s/2", "build/runs/r", "other")
    Sweep(name="s", overrides=[], jobs=4).write(tmp_path / "build/sweeps/s")
    for number in (0, 10, 2, 3):  # the last without results, as it failed
        Job(name=f"s/{number}", sweep="s", overrides=[], status="done").write(tmp_path / f"build/sweeps/s/{number}")
    assert folders(tmp_path, [".", "s/2", "r", "other/"]) == {
        "workspace": tmp_path,
        "s/2": tmp_path / "build/sweeps/s/2",
        "r": tmp_path / "build/runs/r",
        "other": tmp_path / "other",
    }
    assert list(folders(tmp_path, ["s"])) == ["s/0", "s/2", "s/10"]
    Job(name="s/2", sweep="s", overrides=[], status="failed").write(tmp_path / "build/sweeps/s/2")
    assert list(folders(tmp_path, ["s"])) == ["s/0", "s/10"]
    assert list(folders(tmp_path, [str(tmp_path / "other"), "."])) == [str(tmp_path / "other"), "workspace"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["s/0", "s/4"], "s/4: no such run; did you mean 's/0'?"),
        (["s/0", "rr"], "rr: no such run"),
        (["s/0", "empty"], "empty: no results there (build/config/report.yaml is missing); run `dvc repro` in it"),
        (["s/0", "s/0"], "name at least two runs"),
    ],
)
def test_a_run_that_is_not_there_is_told_in_a_line(tmp_path, monkeypatch, capsys, names, said):
    project(tmp_path, "build/sweeps/s/0")
    Sweep(name="s", overrides=[], jobs=1).write(tmp_path / "build/sweeps/s")
    Job(name="s/0", sweep="s", overrides=[], status="done").write(tmp_path / "build/sweeps/s/0")
    write(tmp_path / "empty/params.yaml", "")
    monkeypatch.chdir(tmp_path)
    assert main(["compare", *names]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"embedsmith compare: {said}")
    assert told.count("\n") == 1


def test_the_command_writes_the_page(runs, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["compare", "a", "b", "--out", "both.html"]) == 0
    assert capsys.readouterr().out == "both.html: a, b\n"
    assert (tmp_path / "both.html").read_text().startswith("<!DOCTYPE html>")
