"""dvc.yaml against the code: an edited module must never leave a stale result."""

import ast
import re
from pathlib import Path

import grimp
import pytest
import yaml

ROOT = Path(__file__).parents[2]
STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
ROOM = re.compile(r"embedsmith(\.[a-z_]+)+")


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("embedsmith", exclude_type_checking_imports=True, cache_dir=None)


def file_of(module):
    path = ROOT / "src" / Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def rooms_named_in(module):
    """Rooms, which are folders, that `find` is given by name, which no import shows.

    A module that is named is started as a process of its own: no result hangs on it.
    """
    tree = ast.parse(file_of(module).read_text())
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    named = {string for string in strings if ROOM.fullmatch(string)}
    return {room for room in named if (ROOT / "src" / Path(*room.split("."))).is_dir()}


def imported(graph, entry):
    """All modules that run when `entry` does, those found by name included."""
    pending, seen = [entry], set()
    while pending:
        module = pending.pop()
        if module in seen:
            continue
        seen.add(module)
        pending += graph.find_modules_directly_imported_by(module)
        for room in rooms_named_in(module):
            pending += [room, *graph.find_descendants(room)]
    return seen


def dependencies(stage):
    return [dep for dep in STAGES[stage]["deps"] if dep.startswith("src/")]


def covers(dep, file):
    return file == ROOT / dep or ROOT / dep in file.parents


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_depends_on_all_the_code_that_it_imports(graph, stage):
    files = {file_of(module) for module in imported(graph, f"embedsmith.stages.{stage}")}
    missing = {file for file in files if not any(covers(dep, file) for dep in dependencies(stage))}
    assert sorted(str(file.relative_to(ROOT)) for file in missing) == []


@pytest.mark.parametrize("stage", sorted(set(STAGES) - {"configure", "report"}))
def test_a_stage_depends_on_no_code_that_it_does_not_import(graph, stage):
    files = {file_of(module) for module in imported(graph, f"embedsmith.stages.{stage}")}
    assert [dep for dep in dependencies(stage) if not any(covers(dep, file) for file in files)] == []


@pytest.mark.parametrize("stage", sorted(set(STAGES) - {"track"}))
def test_an_upgraded_library_reruns_a_stage(stage):
    assert "constraints.txt" in STAGES[stage]["deps"]


@pytest.mark.parametrize("stage", sorted(set(STAGES) - {"configure"}))
def test_a_stage_depends_on_its_own_resolved_file(stage):
    matrix = "/${item.model}/${item.seed}" if "matrix" in STAGES[stage] else ""
    own = [f"build/config/{stage}{matrix}.yaml", "build/config"]
    assert next(dep for dep in STAGES[stage]["deps"] if dep.startswith("build/config")) in own


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_runs_the_code_that_dvc_has_hashed(stage):
    assert STAGES[stage]["cmd"].startswith(f"PYTHONPATH=src python -m embedsmith.stages.{stage}")
