"""A run's choices and results, brought into the workspace, and the workspace's own back again."""

import shutil

import pytest

from embedsmith.runs.folders import jobs_of
from embedsmith.runs.job import Job
from sweep.workspace import another, call, run, sweep, to_do


@pytest.fixture(scope="module")
def applied(swept, tmp_path_factory):
    """A workspace with a sweep of two jobs whose every stage is known, and what is done with it in turn."""
    folder = another(swept, tmp_path_factory.mktemp("applied") / "workspace")
    home = sweep("model.random.vector_size=20,30", "evaluate.similarity.resamples=200", folder=folder)
    return folder, home


def apply(folder, name):
    return call("embedsmith", "apply", name, folder=folder)


def test_runs_lists_each_job_with_its_key_figures(applied):
    folder, home = applied
    lines = run("embedsmith", "runs", folder=folder).splitlines()
    assert lines[0].split() == ["run", "status", "choices", "s", "best", "variant,", "or", "error", "score", "MB"]
    for number, size in (("0", "20"), ("1", "30")):
        words = lines[1 + int(number)].split()
        assert words[:2] == [f"{home.name}/{number}", "done"]
        assert words[2:4] == [f"model.random.vector_size={size}", "evaluate.similarity.resamples=200"]
        assert words[5] == "random/s1/untouched"


def test_what_is_applied_is_there_without_computing(applied):
    folder, home = applied
    for number in ("0", "1"):
        done = apply(folder, f"{home.name}/{number}")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"params.yaml and all outputs are those of {home.name}/{number}\n"
        assert (folder / "params.yaml").read_text() == (home / number / "params.yaml").read_text()
        assert (folder / "reports/summary.md").read_text() == (home / number / "reports/summary.md").read_text()
        assert to_do(folder) == ["track"]
    output = run("dvc", "repro", folder=folder)
    assert [line for line in output.splitlines() if line.startswith("Running")] == ["Running stage 'track':"]


def test_what_the_workspace_had_computed_itself_comes_back(applied):
    folder, home = applied
    apply(folder, f"{home.name}/0")
    with (folder / "params.yaml").open("a") as params:
        params.write("report.permutations: 20\n")
    run("dvc", "repro", folder=folder)
    report = (folder / "reports/summary.md").read_text()
    done = apply(folder, f"{home.name}/1")
    assert (done.returncode, done.stderr) == (0, "")
    assert to_do(folder) == ["track"]
    again = sweep("model.random.vector_size=20", "report.permutations=20", folder=folder)
    assert apply(folder, f"{again.name}/0").stdout.startswith("params.yaml and all outputs")
    assert (folder / "reports/summary.md").read_text() == report


def test_a_result_that_was_edited_by_hand_is_not_overwritten(applied):
    folder, home = applied
    apply(folder, f"{home.name}/0")
    (folder / "reports/summary.md").write_text("my own words\n")
    done = apply(folder, f"{home.name}/1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "summary.md" in done.stderr
    assert "it was edited and is in no cache; move it away and apply again" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (folder / "reports/summary.md").read_text() == "my own words\n"
    (folder / "reports/summary.md").unlink()
    assert apply(folder, f"{home.name}/1").returncode == 0


def test_what_has_changed_since_is_named_and_has_to_be_run(applied):
    folder, home = applied
    conf = folder / "conf/evaluate/neutral.yaml"
    before = conf.read_text()
    conf.write_text(before.replace("pairs: 100000", "pairs: 1000"))
    done = apply(folder, f"{home.name}/0")
    assert done.returncode == 0
    assert done.stdout == (
        f"params.yaml is that of {home.name}/0; still to be run: similarity@random-1, report,"
        " for conf/evaluate/neutral.yaml changed since: `dvc repro`\n"
    )
    conf.write_text(before)
    assert apply(folder, str(jobs_of(home)[0])).stdout.startswith("params.yaml and all outputs")


def test_choices_that_this_configuration_does_not_have_are_not_taken(applied):
    folder, home = applied
    params = (folder / "params.yaml").read_text()
    conf = folder / "conf/model/random.yaml"
    before = conf.read_text()
    conf.write_text(before.replace("vector_size", "size"))
    done = apply(folder, f"{home.name}/1")
    conf.write_text(before)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("embedsmith apply: configure: ")
    assert done.stderr.count("\n") == 1
    assert (folder / "params.yaml").read_text() == params


@pytest.mark.parametrize("broken", ["models: [\n", "seeds: [1]\n", None])
def test_a_broken_params_yaml_is_replaced(applied, broken):
    folder, home = applied
    if broken is None:
        (folder / "params.yaml").unlink()
    else:
        (folder / "params.yaml").write_text(broken)
    done = apply(folder, f"{home.name}/0")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"params.yaml and all outputs are those of {home.name}/0\n"


@pytest.mark.parametrize(("name", "said"), [("nothing", "nothing: no such run"), (".", ".: that is this workspace")])
def test_what_is_no_run_is_told(applied, name, said):
    done = apply(applied[0], name)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"embedsmith apply: {said}")


def test_what_has_not_ended_well_is_not_brought(applied):
    folder, home = applied
    before = (folder / "params.yaml").read_text()
    unfinished = home / "9"
    unfinished.mkdir()
    (unfinished / "params.yaml").write_text("")
    Job(name=f"{home.name}/9", sweep=home.name, overrides=[], status="running").write(unfinished)
    done = apply(folder, f"{home.name}/9")
    shutil.rmtree(unfinished)
    assert (done.returncode, done.stdout) == (1, "")
    assert "it has not ended well" in done.stderr
    assert f"`embedsmith run --resume {home.name}` goes on with it" in done.stderr
    assert (folder / "params.yaml").read_text() == before
