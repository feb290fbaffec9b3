"""Give the project in the working directory a params.yaml, fetch what is known, and print the names of what is not."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from dvc.exceptions import ConfirmRemoveError, DvcException
from dvc.lock import LockError
from dvc.stage.exceptions import StageCmdFailedError

from embedsmith.config.choices import PARAMS
from embedsmith.sweep.reproduce import reproduce


def main() -> int:
    """Take the params.yaml that the command line names; return the exit code, the last line says what is wrong."""
    logging.getLogger("dvc").setLevel(logging.CRITICAL)
    before = PARAMS.read_text(encoding="utf-8", errors="surrogateescape") if PARAMS.is_file() else None
    try:
        print(*reproduce(params=Path(sys.argv[1]).read_text(encoding="utf-8"), only_known=True))  # noqa: T201
    except StageCmdFailedError:  # of `configure`, which has said why
        if before is not None:
            PARAMS.write_text(before, encoding="utf-8", errors="surrogateescape")
    except LockError:
        _say("DVC is at work in this folder; wait for it to end")
    except ConfirmRemoveError as error:
        _say(f"{str(error).partition('without')[0]}: it was edited and is in no cache; move it away and apply again")
    except DvcException as error:
        _say(" ".join(str(error).split()))
    else:
        return 0
    return 1


def _say(message: str) -> None:
    print(message, file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
