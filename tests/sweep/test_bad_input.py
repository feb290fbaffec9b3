"""What cannot run is told in one line, before anything runs, and nothing is lost."""

import contextlib
import os
import shutil
import subprocess
import sys

import pytest
from filelock import FileLock

from embedsmith.cli.main import parser
from embedsmith.errors import InputError
from embedsmith.runs.folders import jobs_of
from embedsmith.runs.job import read
from embedsmith.sweep.ledger import Ledger
from embedsmith.sweep.run import run_jobs
from embedsmith.sweep.seed import seed
from sweep.workspace import CHOICES, ENVIRONMENT, another, call, make, run, sweep, sweeps


@pytest.fixture(scope="module")
def unused(tmp_path_factory):
    """A workspace in which nothing ever runs."""
    folder = tmp_path_factory.mktemp("unused") / "workspace"
    make(folder)
    return folder


ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a disk")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("model.random.vector_siz=3,5 -m", "unknown key 'vector_siz' in model.random; did you mean 'vector_size'?"),
        ("experiment=quik", "there is no conf/experiment/quik.yaml; did you mean 'quick'?"),
        ("seeds=[1],[2] -m -j 0", "-j: at least 1, not 0"),
        ("seeds=[1] -j 2", "-j: a single run is one job; for a sweep add -m"),
        ("seeds=[1],[2]", "several values of one key are a sweep; add -m"),
        ("--resume 2026-01-31_12-00-00", "2026-01-31_12-00-00: no such sweep"),
        ("--resume 2026-01-31_12-00-00 seeds=[2]", "keeps the choices that it has; leave 'seeds=[2]' away"),
    ],
)
def test_what_cannot_run_is_refused_and_leaves_nothing_behind(unused, words, said):
    chosen = parser().parse_args(["run", *words.split()])
    with pytest.raises(InputError) as caught:
        run_jobs(unused, chosen.overrides, multirun=chosen.multirun, workers=chosen.jobs, resume=chosen.resume)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not [*(unused / "build").glob("*/*")]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("hydra/launcher=jobli", "Could not find 'hydra/launcher/jobli' Available options"),
        ("hydra.launcher.njobs=2", "Could not override 'hydra.launcher.njobs'"),
    ],
)
def test_what_hydra_refuses_is_one_line_too(unused, word, said):
    done = call("embedsmith", "run", "seeds=[1],[2]", word, "-m", folder=unused)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("embedsmith run: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not [*(unused / "build").glob("*/*")]


def test_without_git_there_is_no_sweep(unused, tmp_path):
    workspace = another(unused, tmp_path / "workspace")
    shutil.rmtree(workspace / ".git")
    with pytest.raises(InputError, match="workspace: not a git repository; a job copies what git lists"):
        run_jobs(workspace, ["seeds=[1],[2]"], multirun=True, workers=None, resume=None)


def test_elsewhere_there_is_no_sweep(tmp_path):
    for word in ("run", "apply"):
        done = call("embedsmith", word, "x=1", folder=tmp_path)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
    assert call("embedsmith", "runs", folder=tmp_path).stdout == "no run yet; `embedsmith run` makes one\n"


def test_a_sweep_that_is_running_is_not_gone_on_with(swept):
    home = sweeps(swept)[0]
    with FileLock(home / "lock"), pytest.raises(InputError, match=f"{home.name} is running; wait for it, or end it"):
        run_jobs(swept, [], multirun=False, workers=None, resume=home.name)


@contextlib.contextmanager
def dvc_at_work(folder):
    """DVC, holding its lock as `dvc repro` does."""
    hold = "from dvc.repo import Repo, lock_repo\nwith lock_repo(Repo()): print('held', flush=True); input()"
    command = [sys.executable, "-c", hold]
    holder = subprocess.Popen(
        command, cwd=folder, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    yield
    holder.communicate("\n")


def test_dvc_at_work_in_a_workspace_of_any_name_hinders_no_sweep(swept, tmp_path):
    workspace = another(swept, tmp_path / "it's, {odd} = (1)")
    with dvc_at_work(workspace):
        home = sweep(*CHOICES, folder=workspace)
        assert [read(job).status for job in jobs_of(home)] == ["done"]
        before = (workspace / "params.yaml").read_bytes()
        done = call("embedsmith", "apply", f"{home.name}/0", folder=workspace)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "embedsmith apply: DVC is at work in this folder; wait for it to end\n"
    assert (workspace / "params.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "text"),
    [("dvc.lock", "schema: '2.0'\nstages:\n  configure:\n    cm"), ("params.yaml", "models: [\n"), ("params.yaml", "")],
)
def test_a_workspace_that_cannot_be_read_has_nothing_that_is_known(unused, tmp_path, name, text):
    workspace = another(unused, tmp_path / "workspace")
    (workspace / name).write_text(text)
    assert seed(workspace, Ledger(tmp_path / "cache")) == 0


@pytest.mark.parametrize("command", [("run", *CHOICES, "-m"), ("apply", "2026-01-01_00-00-00")])
def test_a_cache_that_cannot_be_written_is_told_at_once(unused, tmp_path, command):
    cache = tmp_path / "cache"
    workspace = another(unused, tmp_path / "workspace", cache=cache)
    (workspace / "build/runs/2026-01-01_00-00-00").mkdir(parents=True)
    shutil.copy(workspace / "params.yaml", workspace / "build/runs/2026-01-01_00-00-00")
    cache.mkdir(mode=0o555)
    as_others = ("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override") if os.geteuid() == 0 else ()
    done = call(*as_others, "embedsmith", *command, folder=workspace)
    assert done.returncode == 1
    assert done.stderr == (
        f"embedsmith {command[0]}: {cache}: DVC's cache cannot be written: Permission denied; "
        "mount it to be written to, or change its permissions\n"
    )
    assert not (workspace / "build/sweeps").exists()


@pytest.fixture
def disk(tmp_path):
    """A small disk."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", str(folder)], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@ROOT_ONLY
def test_on_a_full_disk_the_job_fails_in_a_line_and_goes_on_once_there_is_room(swept, disk):
    workspace = another(swept, disk.with_name("workspace"), cache=disk / "cache")
    shutil.copytree(swept / ".dvc/cache", disk / "cache")
    with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))
    os.truncate(disk / "filler", (disk / "filler").stat().st_size - 3 * 4096)  # a little: the sweep begins
    words = ("evaluate.similarity.resamples=270", "model.random.vector_size=20", "-m")
    done = call("embedsmith", "run", *words, folder=workspace)
    (home,) = sweeps(workspace)
    assert done.returncode == 1
    assert "No space left on device" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    (disk / "filler").unlink()
    resumed = run("embedsmith", "run", "--resume", home.name, folder=workspace)
    assert "1 of 1 jobs done" in resumed
