"""The `embedsmith` command."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Sequence
from pathlib import Path

from embedsmith.completion import EXPERIMENTS, FILES, FOLDERS, RUNS, SWEEPS, completes, offer
from embedsmith.errors import InputError
from embedsmith.export.format import names

EXTRAS = {"export": "export"}
"""The extra that a command may lack, where it is another than `pipeline`."""
MENDABLE = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS)
"""Errors of the disk that a person mends: it is full, or may not be written to."""
ERRORS = {"audit": 2}
"""The exit code of bad input, where it is another than 1: of an audit, that is a broken limit."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; return the exit code."""
    whole = parser()
    chosen, behind = whole.parse_known_args(arguments)
    if behind and (not hasattr(chosen, "overrides") or any(word.startswith("-") for word in behind)):
        whole.error(f"unrecognized arguments: {' '.join(behind)}")
    if behind:  # `run a=1 -m b=2`
        chosen.overrides += behind
    try:
        return int(chosen.run(chosen))
    except InputError as error:
        return _fail(chosen.command, str(error), ERRORS.get(chosen.command, 1))
    except OSError as error:
        if error.errno not in MENDABLE:
            raise
        return _fail(chosen.command, f"{error.filename or Path.cwd()}: {error.strerror}", ERRORS.get(chosen.command, 1))
    except ModuleNotFoundError as error:
        extra = EXTRAS.get(chosen.command, "pipeline")
        return _fail(chosen.command, f"{error.name} is missing; pip install 'embedsmith[{extra}]'", 1)
    except KeyboardInterrupt:
        return _fail(chosen.command, "interrupted", 130)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all subcommands; each sets `run`, which returns the exit code."""
    whole = argparse.ArgumentParser(
        prog="embedsmith",
        description="Embeddings that fit a budget, and what each choice costs. `dvc repro` runs the pipeline of"
        " params.yaml; these commands choose what it does, try choices side by side, and use what it made.",
        epilog="embedsmith COMMAND --help says more of each, with examples.",
    )
    offer(whole)
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (add, summary, text, examples) in COMMANDS.items():
        add(
            commands.add_parser(
                name,
                help=summary,
                description=text,
                epilog="\n  ".join(["examples:" if len(examples) > 1 else "example:", *examples]),
                formatter_class=_Help,
            )
        )
    return whole


class _Help(argparse.HelpFormatter):
    """Text is wrapped, the examples below it are not."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if "\n" in text else super()._fill_text(text, width, indent)


def _add_use(use: argparse.ArgumentParser) -> None:
    completes(use.add_argument("name", metavar="NAME", help="a file of conf/experiment/, without .yaml"), EXPERIMENTS)
    use.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="further choices, by dotted key of conf/")
    use.set_defaults(run=_use)


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
    run.add_argument("-j", "--jobs", type=int, metavar="N", help="jobs of a sweep at a time; one by default")
    resume = run.add_argument("--resume", metavar="SWEEP", help="go on with a sweep: what is done of it stays")
    completes(resume, SWEEPS)
    run.set_defaults(run=_run)


def _add_runs(runs: argparse.ArgumentParser) -> None:
    runs.set_defaults(run=_runs)


def _add_apply(apply: argparse.ArgumentParser) -> None:
    run = apply.add_argument("name", metavar="RUN", help="a name that `embedsmith runs` lists, or the folder of a run")
    completes(run, RUNS)
    apply.set_defaults(run=_apply)


def _add_export(export: argparse.ArgumentParser) -> None:
    artifact = export.add_argument("artifact", metavar="ARTIFACT", help="the folder of an embedding, any variant")
    completes(artifact, FOLDERS)
    export.add_argument("format", metavar="FORMAT", help=", ".join(names()))
    completes(export.add_argument("out", metavar="OUT", help="the file or folder to write"), FILES)
    export.add_argument("--force", action="store_true", help="replace OUT: a file, or the folder of an earlier export")
    export.set_defaults(run=_export)


def _add_fit(fit: argparse.ArgumentParser) -> None:
    completes(fit.add_argument("artifact", metavar="ARTIFACT", help="the folder of an embedding"), FOLDERS)
    completes(fit.add_argument("out", metavar="OUT", help="the folder to write"), FOLDERS)
    fit.add_argument("--budget", metavar="SIZE", help="bytes on disk, words and all, as 25MB")
    fit.add_argument("--keep", metavar="PART", help="agreement to keep, as 0.99")
    fit.set_defaults(run=_fit)


def _add_audit(audit: argparse.ArgumentParser) -> None:
    audit.set_defaults(run=_audit)


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

# What a command needs is imported when it runs: `fit` takes no pandas, `export` no Hydra.


def _use(chosen: argparse.Namespace) -> int:
    from embedsmith.config.experiment import use

    use(Path(), chosen.name, chosen.overrides)
    print(f"params.yaml now says {chosen.name}; run `dvc repro`")
    return 0


def _run(chosen: argparse.Namespace) -> int:
    from embedsmith.sweep.report import ended
    from embedsmith.sweep.run import run_jobs

    jobs = run_jobs(Path(), chosen.overrides, multirun=chosen.multirun, workers=chosen.jobs, resume=chosen.resume)
    lines, failed = ended(Path(), jobs)
    for line in lines:
        print(line)
    return int(failed)


def _runs(chosen: argparse.Namespace) -> int:
    from rich.console import Console

    from embedsmith.sweep.runs import runs, table

    found = list(runs(Path()))
    if not found:
        print("no run yet; `embedsmith run` makes one")
        return 0
    console = Console()
    console.width = console.width if console.is_terminal else 200
    console.print(table(found))
    return 0


def _apply(chosen: argparse.Namespace) -> int:
    from embedsmith.sweep.apply import apply

    print(apply(Path(), chosen.name))
    return 0


def _export(chosen: argparse.Namespace) -> int:
    from embedsmith.export.write import export

    print(export(Path(chosen.artifact), chosen.format, Path(chosen.out), force=chosen.force))
    return 0


def _fit(chosen: argparse.Namespace) -> int:
    from embedsmith.export.fit import fit

    print(fit(Path(chosen.artifact), Path(chosen.out), budget=chosen.budget, keep=chosen.keep))
    return 0


def _audit(chosen: argparse.Namespace) -> int:
    from embedsmith.report.audit import audit

    audited = audit(Path())
    failed = [each for each in audited if each.breaches]
    for each in failed:
        for breach in each.breaches:
            print(f"{each.run}: {breach}")
    held = sum(1 for each in audited if each.limits)
    print(f"{held - len(failed)} of {held} variants within their limits" if held else "no limits are set")
    return int(bool(failed))


def _fail(command: str, message: str, code: int) -> int:
    print(f"embedsmith {command}: {message}", file=sys.stderr)
    return code
