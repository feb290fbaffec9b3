import pytest

from embedsmith.errors import InputError
from embedsmith.runs.folders import Sweep, find, jobs, jobs_of, name_of, new, read_sweep
from embedsmith.runs.job import Job, read


def made(root, name, sweep=None):
    folder = root / "build" / ("sweeps" if sweep else "runs") / name
    folder.mkdir(parents=True)
    (folder / "params.yaml").write_text("")
    Job(name=name, sweep=sweep, overrides=["seeds=[1]"], status="done").write(folder)
    return folder


@pytest.fixture
def project_with_runs(tmp_path):
    """Two single runs and a sweep of eleven jobs."""
    (tmp_path / "params.yaml").write_text("")
    for name in ("2026-02-01_00-00-00", "2026-01-31_12-00-00"):
        made(tmp_path, name)
    for number in range(11):
        made(tmp_path, f"2026-01-01_00-00-00/{number}", sweep="2026-01-01_00-00-00")
    home = tmp_path / "build/sweeps/2026-01-01_00-00-00"
    Sweep(name=home.name, overrides=["seeds=[1],[2]"], jobs=11).write(home)
    (home / "snapshot").mkdir()
    return tmp_path


def test_a_run_is_found_by_its_name_its_path_or_a_dot(project_with_runs):
    root = project_with_runs
    single = root / "build/runs/2026-01-31_12-00-00"
    assert find(root, "2026-01-31_12-00-00") == single
    assert find(root, str(single)) == single
    assert find(root, "build/sweeps/2026-01-01_00-00-00/3") == root / "build/sweeps/2026-01-01_00-00-00/3"
    assert find(root, "2026-01-01_00-00-00/3").name == "3"
    assert find(root, ".") == root


@pytest.mark.parametrize("run", ["2026-01-31_12-00-01", "2026-01-31", "nothing"])
def test_another_name_is_refused_with_the_nearest(project_with_runs, run):
    with pytest.raises(InputError, match="no such run; ") as caught:
        find(project_with_runs, run)
    if run.startswith("2026-01-31"):
        assert "did you mean '2026-01-31_12-00-00'?" in str(caught.value)


def test_a_sweep_is_no_run_but_has_some(project_with_runs):
    with pytest.raises(InputError, match="that is a sweep; name one of its jobs, as 2026-01-01_00-00-00/0"):
        find(project_with_runs, "2026-01-01_00-00-00")


def test_runs_have_the_names_that_find_takes(project_with_runs):
    root = project_with_runs
    for folder in jobs(root):
        assert find(root, name_of(root, folder)) == folder
    assert name_of(root, root.parent) == str(root.parent)


def test_jobs_are_listed_in_their_order_single_runs_first(project_with_runs):
    names = [name_of(project_with_runs, folder) for folder in jobs(project_with_runs)]
    assert names[:2] == ["2026-01-31_12-00-00", "2026-02-01_00-00-00"]
    assert names[2:] == [f"2026-01-01_00-00-00/{number}" for number in range(11)]


def test_new_folders_never_meet(tmp_path):
    folders = [new(tmp_path) for _ in range(4)]
    assert len(set(folders)) == 4
    assert sorted(folders) == sorted(tmp_path.iterdir())


def test_a_sweep_reads_back(project_with_runs):
    home = project_with_runs / "build/sweeps/2026-01-01_00-00-00"
    assert read_sweep(home) == Sweep(name=home.name, overrides=["seeds=[1],[2]"], jobs=11)
    assert [folder.name for folder in jobs_of(home)] == [str(number) for number in range(11)]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "x"}', '{"unknown": 1}'])
def test_a_damaged_sweep_is_none(project_with_runs, text):
    home = project_with_runs / "build/sweeps/2026-01-01_00-00-00"
    (home / "sweep.json").write_text(text)
    with pytest.raises(InputError, match="no such sweep"):
        read_sweep(home)
    (home / "0/job.json").write_text(text)
    assert read(home / "0") is None


def test_a_misspelt_sweep_is_refused_with_the_nearest(project_with_runs):
    with pytest.raises(InputError, match="no such sweep; did you mean '2026-01-01_00-00-00'?"):
        read_sweep(project_with_runs / "build/sweeps/2026-01-01_00-00-01")
