"""Jobs by Hydra's launchers and sweepers, for real: what they share is computed once."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from embedsmith.runs.folders import SWEEPS, jobs_of
from embedsmith.runs.job import read
from embedsmith.sweep.job import prepare
from embedsmith.sweep.search import trials
from embedsmith.sweep.stages import RAN, outcome, read_events
from embedsmith.sweep.words import count, for_hydra, refuse_unknown, split
from sweep.workspace import TINY

ROOT = Path(__file__).parents[2]
SHARED = ("train", "compress", "anisotropy", "bias", "downstream")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A git repository with the smallest choices; its cache is empty at the start."""
    folder = tmp_path_factory.mktemp("launchers") / "work space"
    prepare(ROOT, folder, (ROOT / "conf/experiment/default.yaml").read_text())
    (folder / ".dvc/config.local").unlink()
    (folder / "dvc.lock").unlink(missing_ok=True)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        run("git", "-c", "user.name=t", "-c", "user.email=t@example.org", *command, folder=folder)
    return folder


def run(*command, folder):
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DVC", "MLFLOW", "HYDRA", "RAY"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # Ray leaves a token in the home.
    environment = {**kept, "PATH": path, "HOME": str(folder.parent)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def sweep(workspace, *words):
    """Run a sweep; return how its command ended, and its folder."""
    before = set((workspace / SWEEPS).glob("*"))
    tiny = ("experiment=quick", "variants=[int8]", *TINY)
    done = run("embedsmith", "run", *tiny, *words, "-m", folder=workspace)
    (home,) = set((workspace / SWEEPS).glob("*")) - before
    return done, home


def computed(home):
    return Counter(stage for job in jobs_of(home) for stage, how in outcome(read_events(job)).items() if how == RAN)


@pytest.mark.parametrize(
    ("launcher", "size"),
    [
        (["hydra/launcher=basic"], 10),
        (["-j", "2"], 20),
        (["hydra/launcher=submitit_local"], 30),
        (["sweep=ray"], 40),
    ],
)
def test_a_launcher_runs_each_job_and_what_they_share_once(workspace, launcher, size):
    for package in ("submitit", "ray"):
        if any(package in word for word in launcher):
            pytest.importorskip(package)
    choices = ("models=[random]", f"model.random.vector_size={size}", "evaluate.similarity.resamples=200,300")
    done, home = sweep(workspace, *launcher, *choices)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert [read(job).status for job in jobs_of(home)] == ["done", "done"]
    counts = computed(home)
    assert [counts[f"{stage}@random-1"] for stage in SHARED] == [1] * len(SHARED)
    assert counts["similarity@random-1"] == counts["report"] == 2


def test_optuna_searches_with_two_objectives_and_a_failed_job_is_a_failed_trial(workspace):
    pytest.importorskip("optuna")
    search = ("hydra/sweeper=optuna", "hydra.sweeper.n_trials=5", "hydra.sweeper.sampler.seed=1", "of=int8")
    told = ("objectives=[mean,bytes]", "hydra.sweeper.direction=[maximize,minimize]")
    done, home = sweep(workspace, *search, *told, "models=[svd]", "model.svd.vector_size=choice(10,20,-1)")
    jobs = [read(job) for job in jobs_of(home)]
    assert len(jobs) == 5
    sizes = {job.name: next(word for word in job.overrides if word.startswith("model.svd")) for job in jobs}
    assert {sizes[job.name] == "model.svd.vector_size=-1" for job in jobs if job.status == "failed"} == {True}
    done_jobs = {(job.objectives["mean"], job.objectives["bytes"]) for job in jobs if job.status == "done"}
    front = {each for each in done_jobs if not any(m >= each[0] and b <= each[1] for m, b in done_jobs - {each})}
    found = yaml.safe_load((home / "optimization_results.yaml").read_text())["solutions"]
    assert sorted(tuple(solution["values"]) for solution in found) == sorted(front)  # each once
    for solution in found:
        assert sizes[solution["job"]] == f"model.svd.vector_size={solution['params']['model.svd.vector_size']}"
        assert f"{solution['job']}: mean " in done.stdout
    assert done.returncode == 1  # for what failed
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("hydra/sweeper=optuna objectives=[mean,bytes]", "objectives: 2 of them, and hydra.sweeper.direction has 1"),
        ("hydra/sweeper=optuna", "objectives: 0 of them, and hydra.sweeper.direction has 1"),
        ("hydra/launcher=raay", "Could not find 'hydra/launcher/raay'"),
        ("hydra.launcher.jobs=2", "Could not override"),
    ],
)
def test_what_hydra_would_refuse_is_refused_before_any_job(workspace, words, said):
    before = set((workspace / SWEEPS).glob("*"))
    done = run("embedsmith", "run", "seeds=[1],[2]", *words.split(), "-m", folder=workspace)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert set((workspace / SWEEPS).glob("*")) == before


def test_a_word_for_hydra_may_be_said_as_new():
    words = ["+hydra.launcher.ray.init.num_cpus=2", "hydra/launcher=ray", "++tokenizer=bpe"]
    assert split(words) == ("run", words[:2], ["tokenizer=bpe"])


@pytest.mark.parametrize("path", sorted((ROOT / "conf/sweep").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_ready_sweep_composes_and_says_its_command(path):
    for package, word in (("hydra_plugins.hydra_optuna_sweeper", "optuna"), ("submitit", "submitit"), ("ray", "ray")):
        if f"{word}" in path.read_text().partition("hydra:")[0]:
            pytest.importorskip(package)
    trials(path.parent, path.stem, [])
    refuse_unknown(ROOT, path.stem, [])
    if path.stem != "run":
        assert path.read_text().startswith(f"# embedsmith run sweep={path.stem} ")


def test_a_choice_of_a_ready_sweep_may_be_given_otherwise():
    assert count(ROOT, "dimension-window", []) == 9
    assert count(ROOT, "dimension-window", ["model.word2vec.window=3,5"]) == 6
    words = for_hydra(ROOT, "dimension-window", ["model.word2vec.window=3,5"])
    assert [word for word in words if "window" in word] == ["++model.word2vec.window=3,5"]
    assert words[-1] == "hydra.sweeper.params=null"
    assert for_hydra(ROOT, "run", ["seeds=[1]"]) == ["++seeds=[1]"]
