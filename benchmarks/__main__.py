"""Run one benchmark, or all of them."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from benchmarks.rows import report

PLUMBING = {
    *("__init__", "__main__", "compressors", "glove", "lifted", "measure", "ours", "peers", "rivals", "rows", "stages"),
    *("wefe_peer", "workspace"),
}


def main() -> None:
    """Run the benchmarks that the command line names; each prints its table and writes results/NAME.json."""
    known = sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - PLUMBING)
    names = sys.argv[1:] or known
    if unknown := sorted(set(names) - set(known)):
        sys.exit(f"benchmarks: there is no {unknown[0]!r}; known: {', '.join(known)}")
    for name in names:
        report(name, importlib.import_module(f"benchmarks.{name}").run())


if __name__ == "__main__":
    main()
