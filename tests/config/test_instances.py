import shutil
from pathlib import Path

import pytest

from embedsmith.config.instances import Inputs, instances

ROOT = Path(__file__).parents[2]


@pytest.fixture
def built(project):
    shutil.copytree(ROOT / "src", project / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for model in ("word2vec", "fasttext", "random"):
        for stage in ("train", "compress", "similarity", "anisotropy", "bias", "downstream"):
            file = project / "build/config" / stage / model / "1.yaml"
            file.parent.mkdir(parents=True)
            file.write_text(f"{stage} {model}")
    for stage in ("ingest", "tokenize"):
        (project / f"build/config/{stage}.yaml").write_text(stage)
    return project


def hashes(project):
    inputs = Inputs(project)
    names = ["ingest", "tokenize", "train@word2vec-1", "train@fasttext-1", "compress@word2vec-1", "bias@word2vec-1"]
    return {name: inputs.hash(name) for name in names}


def test_instances_are_named_as_dvc_names_them(project):
    from dvc.repo import Repo

    Repo.init(str(project), no_scm=True).close()
    with Repo(str(project)) as repo:
        assert {stage.addressing for stage in repo.index.stages} == set(instances(project))
        for stage in repo.index.stages:
            ours = instances(project)[stage.addressing]
            assert {str(dep) for dep in stage.deps} == set(ours.deps)
            assert {str(out) for out in stage.outs} == set(ours.outs)
            assert stage.cmd == ours.command


def test_a_changed_setting_changes_its_stage_and_those_that_stand_on_it(project, built):
    before = hashes(project)
    Path("build/config/train/word2vec/1.yaml").write_text("another window")
    after = hashes(project)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"train@word2vec-1", "compress@word2vec-1", "bias@word2vec-1"}


def test_changed_text_or_code_or_libraries_change_the_hash(project, built):
    before = hashes(project)
    Path("data/raw/more.txt").write_text("more text")
    assert not set(before.values()) & set(hashes(project).values())
    Path("data/raw/more.txt").unlink()
    Path("src/embedsmith/model/extra.py").write_text("")
    after = hashes(project)
    assert {name for name in before if before[name] != after[name]} >= {"train@fasttext-1", "compress@word2vec-1"}
    assert after["tokenize"] == before["tokenize"]
    Path("constraints.txt").write_text("numpy==99")
    assert hashes(project)["tokenize"] != before["tokenize"]


def test_compiled_files_do_not_count(project, built):
    before = hashes(project)
    cache = Path("src/embedsmith/model/__pycache__")
    cache.mkdir()
    (cache / "x.pyc").write_bytes(b"1")
    assert hashes(project) == before


def test_each_variant_has_a_run_key_of_its_own(project, built):
    inputs = Inputs(project)
    keys = {inputs.run_key("word2vec", 1, variant) for variant in ("untouched", "int8")}
    assert len(keys) == 2
    assert Inputs(project).run_key("word2vec", 1, "int8") in keys
