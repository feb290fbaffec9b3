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

from filelock import FileLock

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
        try:
            entry = json.loads(self._path(key).read_text(encoding="utf-8"))
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


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key")
    return key
