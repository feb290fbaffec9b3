"""A workspace as a user has it, its sweeps as a user runs them, and what they left."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil

from embedsmith.config.instances import Inputs
from embedsmith.runs.folders import jobs_of
from embedsmith.sweep.job import prepare
from embedsmith.sweep.stages import RAN, read_events

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith(("DVC", "MLFLOW", "HYDRA"))} | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
}
TINY = ("corpus.sources.sotu.limit=2", "corpus.sources.vital.limit=300", "tokenizer.vocab_size=1000")
"""A corpus that is read and counted in a moment."""
CHOICES = ("model.random.vector_size=20", "evaluate.similarity.resamples=200")
"""Choices whose every stage the shared cache has."""


def make(folder):
    """Make a git repository of the project, with the quick experiment's smallest choices."""
    prepare(ROOT, folder, (ROOT / "conf/experiment/default.yaml").read_text())
    (folder / ".dvc/config.local").unlink()
    (folder / "dvc.lock").unlink(missing_ok=True)
    run("embedsmith", "use", "quick", "models=[random]", *TINY, folder=folder)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        run("git", "-c", "user.name=t", "-c", "user.email=t@example.org", *command, folder=folder)


def another(workspace, folder, cache=None):
    """Copy a workspace without its runs to `folder`; they share a cache."""
    shutil.copytree(workspace, folder, symlinks=True, ignore=shutil.ignore_patterns("build", "mlflow.db*", "cache"))
    run("dvc", "cache", "dir", "--local", str(cache or workspace / ".dvc/cache"), folder=folder)
    return folder


def run(*command, folder, check=True):
    """Run a command; return what it printed."""
    done = call(*command, folder=folder)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def call(*command, folder):
    """Run a command; return how it ended and what it printed, apart."""
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)


def start(*command, folder):
    """Start a command as a shell does, in a process group of its own, where Ctrl-C reaches it.

    Tests that run in the background have SIGINT ignored, and what they start inherits that.
    """
    return subprocess.Popen(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def to_do(folder):
    """Return what `dvc status` says has to be run."""
    lines = run("dvc", "status", folder=folder).splitlines()
    return [line.rstrip(":") for line in lines if line.strip() and not line[0].isspace()]


def sweep(*words, folder):
    """Run a sweep that must succeed; return its folder."""
    before = set(sweeps(folder))
    run("embedsmith", "run", "-m", *words, folder=folder)
    (made,) = set(sweeps(folder)) - before
    return made


def sweeps(folder):
    """Return the folders of all sweeps of a workspace."""
    return sorted((folder / "build/sweeps").glob("*"))


def computed(*made):
    """Return how often each distinct stage instance was computed in the sweeps' folders, but for `track`."""
    counts = Counter()
    for job in (job for sweep in made for job in jobs_of(sweep)):
        names = [event["stage"] for event in read_events(job) if event["how"] == RAN and event["stage"] != "track"]
        if names:
            inputs = Inputs(job)
            counts.update((name, inputs.hash(name)) for name in names)
    return counts


def ran(*made):
    """Count what was computed in the sweeps' folders; `computed` hashes each, which takes longer than a short stage."""
    return sum(event["how"] == RAN for sweep in made for job in jobs_of(sweep) for event in read_events(job))


def stages(counts):
    """Return how many distinct instances of each stage were computed."""
    return Counter(name.partition("@")[0] for name, _ in counts)


def processes_in(folder, word=None):
    """Return the processes that work in `folder` or below, all or those with a word in their command line."""
    found = []
    for process in psutil.process_iter():
        try:
            alive = process.status() != psutil.STATUS_ZOMBIE
            inside = Path(process.cwd()).is_relative_to(folder)
            if alive and inside and (word is None or word in process.cmdline()):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def wait_for(condition, seconds=120):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def interrupt(process):
    """Press Ctrl-C: every process of the terminal gets it."""
    os.killpg(process.pid, signal.SIGINT)
    return process.communicate(timeout=60)
