"""The `embedsmith` command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from embedsmith.errors import InputError
from embedsmith.export.format import names


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="embedsmith",
        description="Embeddings that fit a budget, and what each choice costs. `dvc repro` runs the pipeline.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    use = commands.add_parser(
        "use",
        help="write an experiment's choices into params.yaml",
        description="Write the choices of conf/experiment/NAME.yaml into params.yaml, for `dvc repro` to run.",
        epilog="example: embedsmith use quick model.word2vec.window=10",
    )
    use.add_argument("name", help="a file of conf/experiment/, without .yaml")
    use.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="further choices, by dotted key")
    run = commands.add_parser(
        "run",
        help="run the pipeline in a folder of its own; with -m, once for each combination",
        description="Run the pipeline in a folder of its own with the shared cache: this workspace stays as it is.",
        epilog="example: embedsmith run experiment=quick model.word2vec.window=3,5 -m",
    )
    run.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="choices, or hydra/... and hydra.... settings")
    run.add_argument("-m", "--multirun", action="store_true", help="take KEY=A,B as a sweep over A and B")
    export = commands.add_parser(
        "export",
        help="write an embedding in another program's format",
        description="Write an embedding in another program's format, and say how to open it there.",
        epilog="example: embedsmith export data/variants/word2vec/1/int8 word2vec vectors.bin",
    )
    export.add_argument("artifact", metavar="ARTIFACT", help="the folder of an embedding, any variant")
    export.add_argument("format", metavar="FORMAT", help=", ".join(names()))
    export.add_argument("out", metavar="OUT", help="the file or folder to write")
    export.add_argument("--force", action="store_true", help="replace OUT: a file, or the folder of an earlier export")
    fit = commands.add_parser(
        "fit",
        help="write the chain of transforms that fits an embedding to a budget",
        description="Search the chains of conf/compress/default.yaml, and write the best within a budget, or the"
        " smallest that agrees enough with the vectors as they are.",
        epilog="example: embedsmith fit data/models/word2vec/1 small --budget 5MB",
    )
    fit.add_argument("artifact", metavar="ARTIFACT", help="the folder of an embedding")
    fit.add_argument("out", metavar="OUT", help="the folder to write")
    fit.add_argument("--budget", metavar="SIZE", help="bytes on disk, words and all, as 25MB")
    fit.add_argument("--keep", metavar="PART", help="agreement to keep, as 0.99")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "use":
            from embedsmith.config.experiment import use as write_choices

            write_choices(Path(), chosen.name, chosen.overrides)
            print(f"params.yaml now says {chosen.name}; run `dvc repro`")
        elif chosen.command == "export":
            from embedsmith.export.write import export as write_export

            print(write_export(Path(chosen.artifact), chosen.format, Path(chosen.out), force=chosen.force))
        elif chosen.command == "fit":
            from embedsmith.export.fit import fit as write_fitted

            print(write_fitted(Path(chosen.artifact), Path(chosen.out), budget=chosen.budget, keep=chosen.keep))
        else:
            from embedsmith.sweep.run import run_jobs

            run_jobs(Path(), chosen.overrides, multirun=chosen.multirun)
    except InputError as error:
        print(f"embedsmith {chosen.command}: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        extra = "export" if chosen.command == "export" else "pipeline"
        print(
            f"embedsmith {chosen.command}: {error.name} is missing; pip install 'embedsmith[{extra}]'", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        print(f"embedsmith {chosen.command}: interrupted", file=sys.stderr)
        return 130
    return 0
