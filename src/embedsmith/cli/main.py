"""One subcommand of the command line, and the exit code: bad input is one line."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Sequence
from pathlib import Path

from embedsmith.cli.commands import COMMANDS
from embedsmith.cli.completion import offer
from embedsmith.errors import InputError

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
    except KeyboardInterrupt as interrupt:
        return _fail(chosen.command, "; ".join(["interrupted", *map(str, interrupt.args)]), 130)


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


def _fail(command: str, message: str, code: int) -> int:
    print(f"embedsmith {command}: {message}", file=sys.stderr)
    return code
