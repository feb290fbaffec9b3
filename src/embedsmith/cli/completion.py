"""What a shell completes after `embedsmith`: commands, options, and the names of a project's own files."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

FILES = {"bash": "_shtab_compgen_files", "zsh": "_files"}
FOLDERS = {"bash": "_shtab_compgen_dirs", "zsh": "_files -/"}
EXPERIMENTS = {"bash": "_embedsmith_experiments", "zsh": "_embedsmith_experiments"}
RUNS = {"bash": "_embedsmith_runs", "zsh": "_embedsmith_runs"}
VARIANTS = {"bash": "_embedsmith_variants", "zsh": "_embedsmith_variants"}
SWEEPS = {"bash": "_embedsmith_sweeps", "zsh": "_embedsmith_sweeps"}

NAMES = {
    "experiments": "ls conf/experiment/*.yaml 2>/dev/null | sed 's|.*/||; s|[.]yaml$||'",
    "runs": "ls -d build/runs/*/job.json build/sweeps/*/*/job.json 2>/dev/null"
    " | sed 's|^build/[a-z]*/||; s|/job[.]json$||'",
    "variants": "ls reports/scores/*/*/*.json 2>/dev/null"
    " | sed 's|^reports/scores/||; s|/\\([0-9]*\\)/|/s\\1/|; s|[.]json$||'",
    "sweeps": "ls build/sweeps/*/sweep.json 2>/dev/null | sed 's|^build/sweeps/||; s|/sweep[.]json$||'",
}
"""What lists each kind of name, in the project where the shell is."""
BASH = '_embedsmith_{kind}() {{ compgen -W "$({listed})" -- "$1"; }}'
ZSH = '_embedsmith_{kind}() {{ local -a names; names=(${{(f)"$({listed})"}}); compadd -a names; }}'
PREAMBLE = {
    shell: "\n".join(function.format(kind=kind, listed=listed) for kind, listed in NAMES.items())
    for shell, function in (("bash", BASH), ("zsh", ZSH))
}


class Print(argparse.Action):
    """Print the completion of a shell and leave."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        try:
            import shtab
        except ModuleNotFoundError:
            parser.error("shtab is missing; pip install 'embedsmith[pipeline]'")
        shell = str(values)
        print(shtab.complete(parser, shell, preamble=PREAMBLE[shell]))
        parser.exit()


def offer(parser: argparse.ArgumentParser) -> None:
    """Give `parser` the option that prints the completion of all its commands."""
    parser.add_argument(
        "--print-completion",
        choices=sorted(PREAMBLE),
        action=Print,
        help='complete names by the Tab key: eval "$(embedsmith --print-completion bash)" in ~/.bashrc',
    )


def completes(argument: argparse.Action, names: dict[str, str]) -> None:
    """Let the shell complete `argument` with these names."""
    argument.complete = names  # type: ignore[attr-defined]
