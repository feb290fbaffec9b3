"""What every finished stage instance wrote, by a key that is known before it runs.

DVC's run cache is asked by the content of what a stage reads, which has to lie in the folder. The ledger is asked by
the hash of configuration and code (`config.instances`), so that a job learns in an instant what is there already.
An entry is what DVC writes into dvc.lock; the outputs lie in DVC's cache.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from dvc.schema import COMPILED_LOCK_FILE_STAGE_SCHEMA
from dvc.stage import PipelineStage
from dvc.stage.serialize import to_single_stage_lockfile
from filelock import FileLock
from voluptuous import Invalid

from embedsmith.files import write_text

KEY = re.compile(r"[0-9a-f]{32,64}")
Entry = dict[str, Any]


class Ledger:
    """The entries, and the locks of what is being computed, in the DVC cache that the jobs share.

    Locks are the kernel's: a process that is killed leaves none.
    """

    def __init__(self, cache: Path) -> None:
        self._folder = cache / "embedsmith"

    def find(self, key: str) -> Entry | None:
        """Return the entry of `key`; None where there is none that can be read."""
        path = self._path(key)
        try:
            entry = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return entry if isinstance(entry, dict) else None

    def record(self, key: str, entry: Entry) -> None:
        """Keep the entry of `key`."""
        write_text(self._path(key), json.dumps(entry) + "\n")

    def lock(self, key: str) -> FileLock:
        """Return the lock that a process holds while it computes what has `key`."""
        path = self._folder / "locks" / f"{_checked(key)}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(path)

    def _path(self, key: str) -> Path:
        return self._folder / "ledger" / _checked(key)[:2] / f"{key}.json"


def entry_of(stage: PipelineStage) -> Entry:
    """Return what DVC writes of a finished stage into dvc.lock."""
    entry: Entry = json.loads(json.dumps(to_single_stage_lockfile(stage)))  # its ordered mappings as plain ones
    return entry


def is_of(entry: Entry, stage: PipelineStage) -> bool:
    """Whether `entry` is of this command and these outputs, as it must be: files of a cache are not trusted."""
    try:
        COMPILED_LOCK_FILE_STAGE_SCHEMA(entry)
    except Invalid:
        return False
    outs = {out["path"] for out in entry.get("outs", [])}
    return bool(entry["cmd"] == stage.cmd and outs == {out.def_path for out in stage.outs})


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key")
    return key
