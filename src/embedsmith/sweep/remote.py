"""A DVC remote as the cache of several machines: what one has computed, the others fetch.

DVC's own layout is used, so that `dvc pull --run-cache` brings on any machine what a sweep has made. Beside it lie
leases: an object per run-cache key, made by a write that only one writer can win, and renewed while that one computes.
S3 has no locks that end with their holder; a lease that is not renewed is broken by who waits for it, by that one's own
clock, so that the clocks of two machines need not agree. Two that break it in the same moment both compute: that costs
time, and no result. A lease was chosen rather than a launcher's own coordination: it is the same for all launchers.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dvc.repo import Repo
from dvc.stage import PipelineStage

from embedsmith.errors import InputError
from embedsmith.sweep.ledger import Entry

RENEW = 15.0
"""Seconds between two renewals of a lease."""
BROKEN = 60.0
"""Seconds without a renewal after which a lease may be broken."""


class Remote:
    """The remote `name` of a DVC project."""

    def __init__(self, repo: Repo, name: str) -> None:
        self._repo, self._name = repo, name
        with self._said():
            self._odb = repo.cloud.get_remote_odb(name, "sweep", hash_name="md5-dos2unix")
        self._fs: Any = self._odb.fs
        self._seen: dict[str, tuple[bytes, float]] = {}

    def fetch(self, key: str) -> bool:
        """Bring what the remote's run cache has of `key`, entries and outputs; say whether it has any."""
        cache = self._repo.stage_cache
        folder = self._path("runs", key[:2], key)
        with self._said():
            self._fs.fs.invalidate_cache()
            entries = self._fs.find(folder) if self._fs.exists(folder) else []
            for entry in entries:
                local = Path(cache._get_cache_path(key, self._fs.name(entry)))
                local.parent.mkdir(parents=True, exist_ok=True)
                draft = local.with_name(f".{local.name}.{os.getpid()}.draft")
                self._fs.get_file(entry, str(draft))
                draft.replace(local)
                loaded = cache._load_cache(key, local.name)
                if loaded:
                    self._transfer(cache._create_stage(loaded), self._repo.cloud.pull)
            return bool(entries)

    def publish(self, entry: Entry, key: str) -> None:
        """Send the outputs of a finished stage and then its entry of the run cache, unless they are there."""
        cache = self._repo.stage_cache
        with self._said():
            if self._fs.exists(self._path("runs", key[:2], key)):
                return
            self._transfer(cache._create_stage(entry), self._repo.cloud.push)
            for local in Path(cache._get_cache_dir(key)).iterdir():
                self._fs.put_file(str(local), self._path("runs", key[:2], key, local.name))

    @contextmanager
    def lease(self, key: str) -> Iterator[bool]:
        """Hold the lease of `key` while the body computes it; yield whether it was free."""
        path, own = self._path("leases", key), f"{socket.gethostname()} {os.getpid()} {uuid.uuid4().hex}"
        with self._said():
            taken = self._take(key, path, own)
        if not taken:
            yield False
            return
        ended = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(path, own, ended), daemon=True)
        renewing.start()
        try:
            yield True
        finally:
            ended.set()
            renewing.join()
            with suppress(Exception):  # one that cannot be removed is broken by who wants it
                self._fs.fs.rm_file(path)

    def _take(self, key: str, path: str, own: str) -> bool:
        """Make the lease; break one that has not been renewed for long, by this process's clock."""
        if self._make(path, _content(own)):
            return True
        self._fs.fs.invalidate_cache()
        try:
            found = self._fs.fs.cat_file(path)
        except FileNotFoundError:
            return self._make(path, _content(own))
        content, since = self._seen.get(key, (b"", 0.0))
        if found != content:
            self._seen[key] = found, time.monotonic()
            return False
        if time.monotonic() - since < BROKEN:
            return False
        self._fs.fs.rm_file(path)
        return self._make(path, _content(own))

    def _make(self, path: str, content: bytes) -> bool:
        """Write an object that must not be there yet; say whether this process did."""
        try:
            self._fs.makedirs(self._fs.parent(path), exist_ok=True)
            self._fs.fs.pipe_file(path, content, mode="create")
        except (FileExistsError, OSError) as error:
            if (
                isinstance(error, FileExistsError)
                or "PreconditionFailed" in repr(error)
                or "pre-condition" in str(error)
            ):
                return False
            raise
        return True

    def _renew(self, path: str, own: str, ended: threading.Event) -> None:
        while not ended.wait(RENEW):
            with suppress(Exception):  # what fails now may do at the next turn
                self._fs.fs.pipe_file(path, _content(own))

    def _transfer(self, stage: PipelineStage, how: Any) -> None:
        for odb, objects in stage.get_used_objs(remote=self._name).items():
            result = how(objects, remote=self._name, odb=odb)
            if result.failed:
                raise OSError(f"{len(result.failed)} files could not be transferred")

    def _path(self, *parts: str) -> str:
        return str(self._fs.join(self._odb.path, *parts))

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Turn whatever a remote's client raises into one line."""
        try:
            yield
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise InputError(
                f"remote {self._name}: {reason[:200]}; what is computed is in this machine's cache, `--resume` goes on"
            ) from None


def _content(own: str) -> bytes:
    """Return what a lease holds; it differs at each renewal."""
    return json.dumps({"by": own, "renewed": time.time_ns()}).encode()
