"""What `embedsmith run` says at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from embedsmith.runs.folders import RUNS, SWEEPS
from embedsmith.runs.job import DONE, FAILED, LOG, Job
from embedsmith.sweep.search import FOUND, front
from embedsmith.sweep.stages import RAN, outcome, read_events

TRACK = "track"
"""It looks each time what is logged, and is no result that could be shared."""
SHOWN = 8
"""How many of the best jobs are told of."""


def ended(root: Path, jobs: Sequence[Job]) -> tuple[list[str], bool]:
    """Return the lines that sum the jobs up, those that failed named with their error and log; and if any failed."""
    counts: Counter[bool] = Counter()
    lines, failed = [], [job for job in jobs if job.status != DONE]
    for job in jobs:
        over = outcome(read_events(_folder(root, job)))
        counts.update(how == RAN for stage, how in over.items() if stage != TRACK)
    done = len(jobs) - len(failed)
    where = SWEEPS / jobs[0].sweep if jobs and jobs[0].sweep else RUNS / jobs[0].name if jobs else SWEEPS
    lines.append(
        f"{where}: {done} of {len(jobs)} jobs done; {counts[True]} stages computed, {counts[False]} shared or restored"
    )
    if best := front(root / where):
        lines.append("no other job is better in every objective:" if len(best) > 1 else "the best:")
        lines += best[:SHOWN] + ([f"and {len(best) - SHOWN} more, in {where / FOUND}"] if best[SHOWN:] else [])
    for job in failed:
        log = f" ({_folder(root, job) / LOG})" if job.sweep else ""
        how = f"failed: {job.error}" if job.status == FAILED else "did not end"
        lines.append(f"{job.name} {how}{log}")
    if failed and jobs[0].sweep:
        lines.append(f"embedsmith run --resume {jobs[0].sweep}: runs those again, the others stay")
    return lines, bool(failed)


def _folder(root: Path, job: Job) -> Path:
    return root / (SWEEPS if job.sweep else RUNS) / job.name
