"""The work of one job: every stage instance of the project in this folder, each computed once among all jobs.

`python -m embedsmith.sweep.reproduce` does what `dvc repro` does, and shares what it does with the other jobs on the
same cache. An instance that any of them finished is fetched by the ledger, or by DVC's run cache. One that another is
computing is left to it, and this job goes on with what else is ready. The lock is per run-cache key, held by the
process that also restores and commits, so that between a look at the cache and the result in it nobody comes first.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from dvc.exceptions import DvcException
from dvc.repo import Repo, lock_repo
from dvc.repo.reproduce import plan_repro
from dvc.stage import PipelineStage
from dvc.stage.cache import RunCacheNotFoundError, _can_hash, _get_stage_hash
from dvc.stage.exceptions import StageCmdFailedError
from dvc.utils.serialize import dump_yaml
from filelock import Timeout

from embedsmith.config.choices import PARAMS, read
from embedsmith.config.instances import Inputs
from embedsmith.errors import InputError
from embedsmith.files import write_text
from embedsmith.lifetime import end_with_parent
from embedsmith.sweep.cores import Cores
from embedsmith.sweep.job import FOLLOWED
from embedsmith.sweep.ledger import Entry, Ledger, entry_of, is_of
from embedsmith.sweep.places import FOLDER, PLACES, Places
from embedsmith.sweep.remote import Remote
from embedsmith.sweep.stages import KNOWN, RAN, RESTORED, RUNNING, clock, note

CONFIGURE, TRACK = "configure", "track"
POLL = 0.1
DRAFT = ".dvc.lock.draft"
KILLED = (", exited with -9", ", exited with 137")
"""What DVC says of a stage that got SIGKILL: which of the two is a matter of the user's shell."""


@dataclass
class Job:
    """The stages of the project in the working directory, and what is known of them."""

    repo: Repo
    ledger: Ledger
    cores: Cores
    remote: Remote | None = None
    inputs: Inputs = field(default_factory=lambda: Inputs(Path()))
    entries: dict[str, Entry] = field(default_factory=dict)
    run_keys: dict[str, str | None] = field(default_factory=dict)

    def run(self, only_known: bool = False) -> list[str]:
        """Do every instance, in an order in which each comes after those that it reads from.

        Parameters
        ----------
        only_known
            Whether to compute nothing: what is not known yet stays undone.

        Returns
        -------
        The names of what stayed undone.
        """
        graph = self.repo.index.graph
        waiting = plan_repro(graph)
        done: set[PipelineStage] = set()
        try:
            while ready := [stage for stage in waiting if done.issuperset(graph.successors(stage))]:
                finished = next((stage for stage in ready if self._attempt(stage, only_known)), None)
                if finished:
                    done.add(finished)
                    waiting.remove(finished)
                elif only_known:
                    break
                else:
                    self.cores.leave()
                    time.sleep(POLL)
        finally:
            if self.entries:
                dump_yaml(DRAFT, {"schema": "2.0", "stages": self.entries})
                Path(DRAFT).replace("dvc.lock")  # whole, or not at all: one that is cut short stops DVC
        return [stage.addressing for stage in waiting]

    def _attempt(self, stage: PipelineStage, only_known: bool) -> bool:
        """Do `stage`, unless another job is at it; say whether it is done."""
        if stage.addressing == TRACK and FOLLOWED in os.environ:  # the sweep's own process does it
            stage.save_deps()
            self.entries[TRACK] = entry_of(stage)
            return True
        key = self.inputs.hash(stage.addressing)
        start = clock()
        if only_known and stage.addressing == CONFIGURE:  # it also removes what is not listed any more
            stage.run()
            self.entries[CONFIGURE] = entry_of(stage)
            self.inputs = Inputs(Path())
            return True
        if self._fetch(stage, key):
            return only_known or self._finish(stage, KNOWN, start)
        if only_known:
            return False
        with self._turn(stage) as mine:
            if not mine:
                return False
            if self._fetch(stage, key):  # another finished it meanwhile
                return self._finish(stage, KNOWN, start)
            how = RESTORED if self._restore(stage) else self._compute_once(stage)
            if how is None:
                return False
            self.entries[stage.addressing] = entry = entry_of(stage)
            if not stage.always_changed:
                self.ledger.record(key, entry)
            return self._finish(stage, how, start)

    def _finish(self, stage: PipelineStage, how: str, start: tuple[float, float]) -> bool:
        if stage.addressing == CONFIGURE:
            Path(read(Path())[0].local).mkdir(parents=True, exist_ok=True)  # as `configure` itself does
            self.inputs = Inputs(Path())  # the resolved files, on which all else depends, are there now
        if self.remote and (key := self._run_key(stage)) and stage.addressing in self.entries:
            self.remote.publish(self.entries[stage.addressing], key)
        seconds, processor = (round(now - then, 3) for now, then in zip(clock(), start, strict=True))
        note(stage.addressing, how, seconds=seconds, processor=processor)
        return True

    def _fetch(self, stage: PipelineStage, key: str) -> bool:
        """Bring the outputs that the ledger names, if it does and the cache has them; say whether it did."""
        entry = None if stage.always_changed else self.ledger.find(key)
        if entry is None or not is_of(entry, stage):
            return False
        cached = self.repo.stage_cache._create_stage(entry, wdir=stage.wdir)
        if not cached.outs_cached():
            return False
        in_git = {out.def_path for out in stage.outs if not out.use_cache}
        for out in cached.outs:
            # What git keeps is copied: a person may edit it, and a link leads into the cache.
            with self.repo.stage_cache._cache_type_copy() if out.def_path in in_git else nullcontext():
                out.checkout()
        self.entries[stage.addressing] = entry
        return True

    def _restore(self, stage: PipelineStage) -> bool:
        """Bring the outputs that DVC's run cache names, if it does; say whether it did."""
        stage.remove_outs(ignore_remove=False, force=False)
        key = self._run_key(stage)
        if (
            key is None or not Path(self.repo.stage_cache._get_cache_dir(key)).is_dir()
        ):  # DVC would hash all again first
            return False
        try:
            self.repo.stage_cache.restore(stage)
        except RunCacheNotFoundError:
            return False
        stage.save(run_cache=False)
        stage.commit()
        return True

    def _compute_once(self, stage: PipelineStage) -> str | None:
        """Compute `stage` unless another machine did; say how it was done, or None while another is at it."""
        key = self._run_key(stage)
        if self.remote is None or key is None:
            return self._compute(stage)
        if self.remote.fetch(key) and self._restore(stage):
            return RESTORED
        with self.remote.lease(key) as mine:
            if not mine:
                return None
            if self.remote.fetch(key) and self._restore(stage):  # it was finished between the two looks
                return RESTORED
            how = self._compute(stage)
            self.remote.publish(entry_of(stage), key)  # before the lease ends
            return how

    def _compute(self, stage: PipelineStage) -> str:
        note(stage.addressing, RUNNING)
        # What waits for a server needs no processor.
        with nullcontext() if stage.addressing == TRACK else self.cores.share():
            stage.run()
        # DVC leaves out of its run cache what has an output in git; the other jobs need that too.
        self.repo.stage_cache.save(stage)
        return RAN

    def _run_key(self, stage: PipelineStage) -> str | None:
        """Return DVC's run-cache key of a stage whose deps are there; None of what is never cached."""
        if stage.addressing not in self.run_keys:
            stage.save_deps()
            self.run_keys[stage.addressing] = _get_stage_hash(stage) if _can_hash(stage) else None
        return self.run_keys[stage.addressing]

    @contextmanager
    def _turn(self, stage: PipelineStage) -> Iterator[bool]:
        """Hold the lock of what `stage` computes; yield whether it was free. What is never cached needs none."""
        key = self._run_key(stage)
        if key is None:
            yield True
            return
        lock = self.ledger.lock(key)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()


def reproduce(*, params: str | None = None, only_known: bool = False, remote: str | None = None) -> list[str]:
    """Do the project in the working directory; return the names of the instances that stayed undone.

    Parameters
    ----------
    params
        The text that params.yaml gets first.
    only_known
        Whether to compute nothing.
    remote
        The DVC remote that is shared with other machines, if one is.

    Raises
    ------
    StageCmdFailedError
        If a stage fails, which has said why.
    LockError
        If DVC is at work in this folder; nothing is changed then.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # threads that spin take the other jobs' time
    repo = Repo()
    places = Places(Path.cwd().parent / FOLDER, int(os.environ[PLACES])) if PLACES in os.environ else None
    cores = Cores(places=places)
    try:
        with lock_repo(repo):
            if params is not None:
                write_text(PARAMS, params)
            shared = Remote(repo, remote) if remote else None
            return Job(repo, Ledger(cache_folder(repo)), cores, shared).run(only_known)
    finally:
        cores.leave()


def cache_folder(repo: Repo) -> Path:
    """Return the folder of the cache of a DVC project."""
    return Path(repo.cache.local.path).parents[1]


def main() -> int:
    """Do all of it, as a process that ends with its parent; return the exit code."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    end_with_parent()
    try:
        reproduce(remote=sys.argv[1] if len(sys.argv) > 1 else None)
    except StageCmdFailedError as error:
        if str(error).endswith(KILLED):  # it has said nothing
            command = str(error).partition(", exited with")[0]
            print(f"{command}: it was killed, maybe for want of memory", file=sys.stderr)  # noqa: T201
        return 1
    except (InputError, DvcException, OSError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
