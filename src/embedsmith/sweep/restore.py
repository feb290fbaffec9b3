"""Fetch what is known of the project in the working directory, and print the names of what is not."""

from __future__ import annotations

import logging
import sys

from dvc.stage.exceptions import StageCmdFailedError

from embedsmith.sweep.reproduce import reproduce


def main() -> int:
    """Return the exit code; `configure` has said what is wrong with params.yaml."""
    logging.getLogger("dvc").setLevel(logging.ERROR)
    try:
        print(*reproduce(only_known=True))  # noqa: T201
    except StageCmdFailedError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
