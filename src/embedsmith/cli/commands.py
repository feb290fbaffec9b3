"""The commands: their arguments, and what their help says."""

from __future__ import annotations

import argparse

from embedsmith.cli import actions
from embedsmith.cli.completion import EXPERIMENTS, FILES, FOLDERS, RUNS, SWEEPS, VARIANTS, completes
from embedsmith.export.format import names


def _add_use(use: argparse.ArgumentParser) -> None:
    completes(use.add_argument("name", metavar="NAME", help="a file of conf/experiment/, without .yaml"), EXPERIMENTS)
    use.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="further choices, by dotted key of conf/")
    use.set_defaults(run=actions.use)


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument(
        "overrides",
        nargs="*",
        metavar="KEY=VALUE",
        help="choices on top of params.yaml, by dotted key of conf/; experiment=NAME takes those of"
        " conf/experiment/NAME.yaml instead of params.yaml, sweep=NAME the settings of conf/sweep/NAME.yaml;"
        " hydra/... and hydra.... are Hydra's own: launchers, sweepers",
    )
    run.add_argument("-m", "--multirun", action="store_true", help="a sweep: one job for each combination of KEY=A,B")
    run.add_argument("-j", "--jobs", type=int, metavar="N", help="jobs that compute at a time; one by default")
    resume = run.add_argument("--resume", metavar="SWEEP", help="go on with a sweep: what is done of it stays")
    completes(resume, SWEEPS)
    run.set_defaults(run=actions.run)


def _add_runs(runs: argparse.ArgumentParser) -> None:
    runs.set_defaults(run=actions.runs)


def _add_apply(apply: argparse.ArgumentParser) -> None:
    run = apply.add_argument("name", metavar="RUN", help="a name that `embedsmith runs` lists, or the folder of a run")
    completes(run, RUNS)
    apply.set_defaults(run=actions.apply)


def _add_compare(compare: argparse.ArgumentParser) -> None:
    runs = compare.add_argument(
        "runs",
        nargs="+",
        metavar="RUN",
        help="a name that `embedsmith runs` lists, SWEEP for all of its jobs, a folder, or . for this workspace",
    )
    completes(runs, RUNS)
    out = compare.add_argument(
        "--out", metavar="FILE.html", default="reports/compare.html", help="default: %(default)s"
    )
    completes(out, FILES)
    compare.set_defaults(run=actions.compare)


def _add_register(register: argparse.ArgumentParser) -> None:
    run = register.add_argument(
        "variant", metavar="RUN", help="a run of this project, as word2vec/s1/int8, or any run's key"
    )
    completes(run, VARIANTS)
    register.add_argument("--name", metavar="NAME", help="the model (default: the name of the experiment)")
    register.add_argument("--alias", metavar="ALIAS", default="champion", help="its alias (default: champion)")
    register.set_defaults(run=actions.register)


def _add_follow(follow: argparse.ArgumentParser) -> None:
    follow.set_defaults(run=actions.follow)


def _add_export(export: argparse.ArgumentParser) -> None:
    artifact = export.add_argument("artifact", metavar="ARTIFACT", help="the folder of an embedding, any variant")
    completes(artifact, FOLDERS)
    export.add_argument("format", metavar="FORMAT", help=", ".join(names()))
    completes(export.add_argument("out", metavar="OUT", help="the file or folder to write"), FILES)
    export.add_argument("--force", action="store_true", help="replace OUT: a file, or the folder of an earlier export")
    export.set_defaults(run=actions.export)


def _add_fit(fit: argparse.ArgumentParser) -> None:
    completes(fit.add_argument("artifact", metavar="ARTIFACT", help="the folder of an embedding"), FOLDERS)
    completes(fit.add_argument("out", metavar="OUT", help="the folder to write"), FOLDERS)
    fit.add_argument("--budget", metavar="SIZE", help="bytes on disk, words and all, as 25MB")
    fit.add_argument("--keep", metavar="PART", help="agreement to keep, as 0.99")
    fit.set_defaults(run=actions.fit)


def _add_audit(audit: argparse.ArgumentParser) -> None:
    audit.set_defaults(run=actions.audit)


COMMANDS = {
    "use": (
        _add_use,
        "write an experiment's choices into params.yaml",
        "Write the choices of conf/experiment/NAME.yaml into params.yaml, for `dvc repro` to run. What params.yaml said"
        " before is replaced; `embedsmith use default` brings back what the project came with.",
        ("embedsmith use quick", "embedsmith use quick model.word2vec.window=10 'variants=[int8]'"),
    ),
    "run": (
        _add_run,
        "run the pipeline in a folder of its own; with -m, once for each combination",
        "Run the pipeline in a folder of its own, build/runs/TIME, with the shared cache: this workspace stays as it"
        " is, and edits made meanwhile are not seen. With -m, KEY=A,B,C is a sweep: one job for each combination, in"
        " build/sweeps/TIME/0, 1, ...; what several jobs have in common is computed once. A job that fails leaves the"
        " others alone, and is run again by --resume.",
        (
            "embedsmith run experiment=quick",
            "embedsmith run model.word2vec.window=3,5,10 tokenizer=unigram,bpe -m -j 2",
            "embedsmith run --resume 2026-01-31_12-00-00",
        ),
    ),
    "runs": (
        _add_runs,
        "list runs and sweeps with their key figures",
        "List every run and every sweep's jobs, the oldest first: status, choices, seconds, and the variant of the"
        " highest mean score with its size. `embedsmith apply` takes the names.",
        ("embedsmith runs",),
    ),
    "apply": (
        _add_apply,
        "bring a run's choices and results into this workspace",
        "Write a run's choices into params.yaml, and bring its outputs from the cache, as `dvc exp apply` does. What"
        " conf/ or code have changed since then is named, and has to be run; what this workspace had computed stays in"
        " the cache.",
        ("embedsmith apply 2026-01-31_12-00-00/3",),
    ),
    "compare": (
        _add_compare,
        "write one page of several runs, of whatever sweeps",
        "Write a page of several runs side by side: which settings differ, every score with its interval, tests between"
        " the same variants, neighbours of words. It needs no other file.",
        ("embedsmith compare 2026-01-31_12-00-00/0 2026-01-31_12-00-00/3", "embedsmith compare . 2026-01-31_12-00-00"),
    ),
    "register": (
        _add_register,
        "make a variant a version of one of MLflow's models, with an alias",
        "Register the variant of a logged run as a version of a model of MLflow, and give it an alias.",
        ("embedsmith register word2vec/s1/int8 --name words --alias champion",),
    ),
    "follow": (
        _add_follow,
        "show trainings in MLflow while they run",
        "Show what `dvc repro` trains here in MLflow while it runs: learning rate, loss and words a second. Trainings"
        " longer than tracking.live_after_seconds show themselves; this shows all, from their first point on, until"
        " Ctrl-C.",
        ("embedsmith follow",),
    ),
    "export": (
        _add_export,
        "write an embedding in another program's format",
        "Write an embedding in another program's format, and say how to open it there.",
        ("embedsmith export data/variants/word2vec/1/int8 word2vec exports/vectors.bin",),
    ),
    "fit": (
        _add_fit,
        "write the chain of transforms that fits an embedding to a budget",
        "Search the chains of conf/compress/default.yaml, and write the best within a budget, or the smallest that"
        " agrees enough with the vectors as they are.",
        (
            "embedsmith fit data/models/word2vec/1 exports/small --budget 5MB",
            "embedsmith fit data/models/word2vec/1 exports/close --keep 0.99",
        ),
    ),
    "audit": (
        _add_audit,
        "hold the results to their limits; exit with 1 where one is broken",
        "Hold what `dvc repro` measured to evaluate.anisotropy.limits and evaluate.bias.limits: a line for each limit"
        " that a variant is out of, and exit code 1 if there is any; 2 where nothing can be held to them.",
        ("embedsmith audit", "embedsmith audit || mail -s 'an embedding is out of its limits' me"),
    ),
}
"""By name: what adds its arguments, its line in the list of commands, what it does, and examples."""
