"""What each command does. What it needs is imported when it runs: `fit` takes no pandas, `export` no Hydra."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path


def use(chosen: argparse.Namespace) -> int:
    """Write the choices of an experiment."""
    from embedsmith.config.experiment import use

    use(Path(), chosen.name, chosen.overrides)
    print(f"params.yaml now says {chosen.name}; run `dvc repro`")
    return 0


def run(chosen: argparse.Namespace) -> int:
    """Run one job or a sweep, and sum it up."""
    from embedsmith.sweep.report import ended
    from embedsmith.sweep.run import run_jobs

    jobs, said = run_jobs(Path(), chosen.overrides, multirun=chosen.multirun, workers=chosen.jobs, resume=chosen.resume)
    lines, failed = ended(Path(), jobs)
    for line in [*lines, *said]:
        print(line)
    return int(failed)


def runs(chosen: argparse.Namespace) -> int:
    """List what was run."""
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


def apply(chosen: argparse.Namespace) -> int:
    """Bring a run into the workspace."""
    from embedsmith.sweep.apply import apply

    print(apply(Path(), chosen.name))
    return 0


def compare(chosen: argparse.Namespace) -> int:
    """Write one page of several runs."""
    from embedsmith.report.compare import write

    print(write(Path(), chosen.runs, Path(chosen.out)))
    return 0


def register(chosen: argparse.Namespace) -> int:
    """Make a variant a version of a registered model."""
    from embedsmith.export.register import register

    print(register(Path(), chosen.variant, name=chosen.name, alias=chosen.alias))
    return 0


def follow(_: argparse.Namespace) -> int:
    """Show trainings in MLflow until Ctrl-C."""
    from embedsmith.tracking.follow import follow_all

    follow_all(Path(), partial(print, flush=True))
    return 0


def export(chosen: argparse.Namespace) -> int:
    """Write an embedding for another program."""
    from embedsmith.export.write import export

    print(export(Path(chosen.artifact), chosen.format, Path(chosen.out), force=chosen.force))
    return 0


def fit(chosen: argparse.Namespace) -> int:
    """Search the best embedding of a budget."""
    from embedsmith.export.fit import fit

    print(fit(Path(chosen.artifact), Path(chosen.out), budget=chosen.budget, keep=chosen.keep))
    return 0


def audit(chosen: argparse.Namespace) -> int:
    """Hold the results to their limits."""
    from embedsmith.report.audit import audit

    audited = audit(Path())
    failed = [each for each in audited if each.breaches]
    for each in failed:
        for breach in each.breaches:
            print(f"{each.run}: {breach}")
    held = sum(1 for each in audited if each.limits)
    print(f"{held - len(failed)} of {held} variants within their limits" if held else "no limits are set")
    return int(bool(failed))
