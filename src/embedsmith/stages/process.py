"""What every stage's process keeps: it ends with its parent, says one line when it fails, and notes its times."""

from __future__ import annotations

import errno
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from embedsmith.config.instances import Inputs
from embedsmith.embedding import FormatError
from embedsmith.errors import InputError
from embedsmith.files import write_json
from embedsmith.lifetime import end_with_parent
from embedsmith.stages.output import remove_drafts

RUNTIME = Path("build/runtime")
SCRATCH = Path("build/tmp")
NAME = re.compile(r"[A-Za-z0-9@_-]+")
"""A stage instance; part of the paths of its notes and its temporary files."""


_input_hash: list[str] = []


def input_hash() -> str:
    """Return the hash of all that goes into the stage instance that this process runs."""
    return _input_hash[-1]


def run(stage: Callable[..., dict[str, Any] | None]) -> NoReturn:
    """Run `stage` with the words of the command line, as the process of one stage instance.

    What it returns are facts of this run, such as throughput: they may differ between equal runs, and are written
    beside the outputs under build/runtime/, with the time and the peak memory that it took.
    """
    words = sys.argv[1:]
    name = stage.__name__ + ("@" + "-".join(words) if words else "")
    end_with_parent()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: _leave(name, number))
    sys.exit(_attempt(name, stage, words))


def _attempt(name: str, stage: Callable[..., dict[str, Any] | None], words: list[str]) -> int:
    started = time.perf_counter()
    if not NAME.fullmatch(name):
        return _fail(name, "not the name of a stage instance")
    try:
        inputs = Inputs(Path())
        if name not in inputs.instances:
            return _fail(name, "dvc.yaml has no such instance, with the models and seeds of params.yaml")
        key = inputs.hash(name)
        _input_hash.append(key)
        _use_scratch(name)
        facts = stage(*words) or {}
        _note(name, key, time.perf_counter() - started, facts)
    except (InputError, FormatError) as error:
        return _fail(name, str(error))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _fail(name, f"no space left on the disk of {Path.cwd()}; free some and run `dvc repro` again")
        if error.errno in (errno.EACCES, errno.EROFS):
            return _fail(
                name, f"{error.filename}: cannot be written; change its permissions, or mount it to be written to"
            )
        raise
    except MemoryError:
        return _fail(name, "out of memory; choose a smaller corpus, vocabulary or vector_size")
    finally:
        _remove_scratch(name)
    return 0


def _fail(name: str, message: str) -> int:
    remove_drafts()
    print(f"{name}: {' '.join(message.split())}", file=sys.stderr)  # noqa: T201
    return 1


def _leave(name: str, number: int) -> NoReturn:
    """End at once: threads of a trainer may hold the interpreter's own exit up for minutes."""
    remove_drafts()
    _remove_scratch(name)
    print(f"{name}: interrupted; nothing half-written is left, run `dvc repro` to go on", file=sys.stderr)  # noqa: T201
    sys.stderr.flush()
    os._exit(128 + number)


def _use_scratch(name: str) -> None:
    """Give temporary files a folder of this stage's, on the project's own disk, without what a killed run left."""
    _remove_scratch(name)
    (SCRATCH / name).mkdir(parents=True)
    tempfile.tempdir = str(SCRATCH / name)


def _remove_scratch(name: str) -> None:
    shutil.rmtree(SCRATCH / name, ignore_errors=True)


def _note(name: str, key: str, seconds: float, facts: dict[str, Any]) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    noted = facts | {"seconds": round(seconds, 3), "peak_memory_bytes": peak}
    write_json(RUNTIME / f"{name}-{key}.json", noted)
