"""The `embedsmith` command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from embedsmith.errors import InputError
from embedsmith.export.format import names

EXTRAS = {"export": "export"}
"""The extra that a command may lack, where it is another than `pipeline`."""
ERRORS = {"audit": 2}
"""The exit code of bad input, where it is another than 1: of an audit, that is a broken limit."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; return the exit code."""
    chosen = parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except InputError as error:
        return _fail(chosen.command, str(error), ERRORS.get(chosen.command, 1))
    except ModuleNotFoundError as error:
        extra = EXTRAS.get(chosen.command, "pipeline")
        return _fail(chosen.command, f"{error.name} is missing; pip install 'embedsmith[{extra}]'", 1)
    except KeyboardInterrupt:
        return _fail(chosen.command, "interrupted", 130)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all subcommands; each sets `run`, which returns the exit code."""
    whole = argparse.ArgumentParser(
        prog="embedsmith",
        description="Embeddings that fit a budget, and what each choice costs. `dvc repro` runs the pipeline.",
    )
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_use(
        commands.add_parser(
            "use",
            help="write an experiment's choices into params.yaml",
            description="Write the choices of conf/experiment/NAME.yaml into params.yaml, for `dvc repro` to run.",
            epilog="example: embedsmith use quick model.word2vec.window=10",
        )
    )
    _add_run(
        commands.add_parser(
            "run",
            help="run the pipeline in a folder of its own; with -m, once for each combination",
            description="Run the pipeline in a folder of its own with the shared cache: this workspace stays as it is.",
            epilog="example: embedsmith run experiment=quick model.word2vec.window=3,5 -m",
        )
    )
    commands.add_parser(
        "runs",
        help="list runs and sweeps with their key figures",
        description="List every run and every sweep's jobs: choices, status, and the variant of the highest score.",
    ).set_defaults(run=_runs)
    _add_apply(
        commands.add_parser(
            "apply",
            help="bring a run's choices and results into this workspace",
            description="Write a run's choices into params.yaml, and bring its outputs from the cache.",
            epilog="example: embedsmith apply 2026-01-31_12-00-00/3",
        )
    )
    _add_export(
        commands.add_parser(
            "export",
            help="write an embedding in another program's format",
            description="Write an embedding in another program's format, and say how to open it there.",
            epilog="example: embedsmith export data/variants/word2vec/1/int8 word2vec exports/vectors.bin",
        )
    )
    _add_fit(
        commands.add_parser(
            "fit",
            help="write the chain of transforms that fits an embedding to a budget",
            description="Search the chains of conf/compress/default.yaml, and write the best within a budget, or the"
            " smallest that agrees enough with the vectors as they are.",
            epilog="example: embedsmith fit data/models/word2vec/1 exports/small --budget 5MB",
        )
    )
    commands.add_parser(
        "audit",
        help="hold the results to their limits; exit with 1 where one is broken",
        description="Hold what `dvc repro` measured to evaluate.anisotropy.limits and evaluate.bias.limits: a line for"
        " each limit that a variant is out of, and exit code 1 if there is any.",
    ).set_defaults(run=_audit)
    return whole


def _add_use(use: argparse.ArgumentParser) -> None:
    use.add_argument("name", help="a file of conf/experiment/, without .yaml")
    use.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="further choices, by dotted key")
    use.set_defaults(run=_use)


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="choices, or hydra/... and hydra.... settings")
    run.add_argument("-m", "--multirun", action="store_true", help="take KEY=A,B as a sweep over A and B")
    run.add_argument("-j", "--jobs", type=int, metavar="N", help="jobs at a time, in processes of their own")
    run.add_argument("--resume", metavar="SWEEP", help="go on with a sweep: what is done of it stays")
    run.set_defaults(run=_run)


def _add_apply(apply: argparse.ArgumentParser) -> None:
    apply.add_argument("name", metavar="RUN", help="a name that `embedsmith runs` lists, or the folder of a run")
    apply.set_defaults(run=_apply)


def _add_export(export: argparse.ArgumentParser) -> None:
    export.add_argument("artifact", metavar="ARTIFACT", help="the folder of an embedding, any variant")
    export.add_argument("format", metavar="FORMAT", help=", ".join(names()))
    export.add_argument("out", metavar="OUT", help="the file or folder to write")
    export.add_argument("--force", action="store_true", help="replace OUT: a file, or the folder of an earlier export")
    export.set_defaults(run=_export)


def _add_fit(fit: argparse.ArgumentParser) -> None:
    fit.add_argument("artifact", metavar="ARTIFACT", help="the folder of an embedding")
    fit.add_argument("out", metavar="OUT", help="the folder to write")
    fit.add_argument("--budget", metavar="SIZE", help="bytes on disk, words and all, as 25MB")
    fit.add_argument("--keep", metavar="PART", help="agreement to keep, as 0.99")
    fit.set_defaults(run=_fit)


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
