"""What the workspace's own `dvc repro` has computed, made known to the jobs."""

from __future__ import annotations

from pathlib import Path

from dvc.exceptions import DvcException
from dvc.repo import Repo, lock_repo

from embedsmith.config.instances import Inputs
from embedsmith.errors import InputError
from embedsmith.sweep.ledger import Ledger, entry_of


def seed(root: Path, ledger: Ledger) -> int:
    """Enter into the ledger what is up to date in the workspace at `root`; return how many instances that are.

    DVC leaves out of its run cache what has an output in git, which is most of what is measured. A workspace in which
    DVC is running, or whose params.yaml or dvc.lock cannot be read, is left alone: its results will be known later.
    """
    found = 0
    try:
        inputs = Inputs(root)
        repo = Repo(str(root))
        with lock_repo(repo):
            for stage in repo.index.stages:
                if stage.addressing not in inputs.instances or stage.always_changed:
                    continue
                key = inputs.hash(stage.addressing)
                if ledger.find(key) or stage.changed():
                    continue
                repo.stage_cache.save(stage)
                ledger.record(key, entry_of(stage))
                found += 1
    except (DvcException, InputError, KeyError):
        pass
    return found
