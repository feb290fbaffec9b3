import json

from embedsmith.runs.job import Job
from embedsmith.sweep.report import ended


def job(root, number, status="done", error=None, stages=()):
    folder = root / "build/sweeps/s" / number
    folder.mkdir(parents=True)
    events = [{"time": 1.0, "stage": stage, "how": how} for stage, how in stages]
    (folder / "stages.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    return Job(name=f"s/{number}", sweep="s", overrides=[], status=status, error=error)


def test_what_was_computed_and_what_was_shared_is_counted_and_what_is_always_looked_at_is_not(tmp_path):
    first = job(tmp_path, "0", stages=[("configure", "running"), ("configure", "ran"), ("track", "ran")])
    second = job(tmp_path, "1", stages=[("configure", "known"), ("ingest", "restored"), ("track", "ran")])
    lines, failed = ended(tmp_path, [first, second])
    assert lines == ["build/sweeps/s: 2 of 2 jobs done; 1 stages computed, 2 shared or restored"]
    assert not failed


def test_each_job_that_failed_is_named_with_its_error_and_its_log(tmp_path):
    jobs = [job(tmp_path, "0"), job(tmp_path, "1", "failed", "train: no memory"), job(tmp_path, "2", "running")]
    lines, failed = ended(tmp_path, jobs)
    assert failed
    assert lines[0].startswith("build/sweeps/s: 1 of 3 jobs done")
    assert lines[1] == f"s/1 failed: train: no memory ({tmp_path}/build/sweeps/s/1/job.log)"
    assert lines[2] == f"s/2 did not end ({tmp_path}/build/sweeps/s/2/job.log)"
    assert lines[3] == "embedsmith run --resume s: runs those again, the others stay"


def test_a_single_run_has_said_why_itself(tmp_path):
    single = Job(name="r", sweep=None, overrides=[], status="failed", error="what its last stage printed says why")
    lines, failed = ended(tmp_path, [single])
    assert failed
    assert lines[1] == "r failed: what its last stage printed says why"
    assert len(lines) == 2


def test_no_job_is_no_failure(tmp_path):
    assert ended(tmp_path, []) == (["build/sweeps: 0 of 0 jobs done; 0 stages computed, 0 shared or restored"], False)
