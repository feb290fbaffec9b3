import json
import math

import pandas as pd
import pytest

from embedsmith.errors import InputError
from embedsmith.report.jobs import measure, read, swept
from embedsmith.report.overview import parallel, write
from embedsmith.runs.folders import Sweep
from embedsmith.runs.job import Job
from report.test_page import Elements
from report.tree import config, write_tree

WINDOWS = ["model.word2vec.window=5", "++model.word2vec.window=10", "model.word2vec.window=20"]


def job(sweep, name, overrides, status="done", error=None):
    Job(name=f"w/{name}", sweep="w", overrides=overrides, status=status, error=error).write(sweep / name)
    if status == "done":
        write_tree(sweep / name, config())


@pytest.fixture
def sweep(tmp_path):
    """Two jobs that are done and one that failed."""
    Sweep(name="w", overrides=[], jobs=3).write(tmp_path)
    job(tmp_path, "0", [*WINDOWS[:1], "tokenizer=bpe"])
    job(tmp_path, "10", [*WINDOWS[1:2], "tokenizer=bpe"])
    job(tmp_path, "2", [*WINDOWS[2:], "tokenizer=bpe"], "failed", "train@word2vec-1: <no> memory\nleft")
    return tmp_path


def change(folder, kind, edit):
    path = folder / f"reports/metrics/word2vec/1/{kind}.json"
    values = json.loads(path.read_text())
    edit(values)
    path.write_text(json.dumps(values))


def test_what_was_swept_is_what_differs_and_jobs_stand_in_their_order(sweep):
    jobs = read(sweep)
    assert [each.name for each in jobs] == ["0", "2", "10"]
    assert swept(jobs) == ["model.word2vec.window"]
    assert jobs[2].overrides["model.word2vec.window"] == 10


def test_the_table_has_each_variant_of_each_job_and_the_jobs_without_results(sweep):
    write(sweep)
    frame = pd.read_csv(sweep / "table.csv")
    assert frame["job"].tolist() == [0] * 5 + [10] * 5 + [2]
    assert frame["model.word2vec.window"].tolist() == [5] * 5 + [10] * 5 + [20]
    failed = frame.iloc[-1]
    assert failed["status"] == "failed"
    assert failed["error"] == "train@word2vec-1: <no> memory left"
    assert math.isnan(failed["score"])
    assert frame["score"].iloc[0] == pytest.approx(0.592)
    assert frame["bias"].iloc[0] == pytest.approx(1.2)  # weat1; weat2 was refused


def test_the_front_is_of_all_jobs(sweep):
    change(sweep / "10", "similarity", lambda values: values["pca"]["mean"].update(score=0.9, high=0.95))
    write(sweep)
    frame = pd.read_csv(sweep / "table.csv")
    best = frame[frame["front"] == True]  # noqa: E712  the failed job has none
    assert best[["job", "variant"]].values.tolist() == [[10, "pca"]]


def test_the_page_names_failed_jobs_with_their_error_and_needs_no_other_file(sweep):
    write(sweep)
    elements = Elements((sweep / "overview.html").read_text())
    for shown in ("3 jobs", "2 done, 1 failed", "<no> memory", "model.word2vec.window", "0.592"):
        assert shown.replace("3 jobs", "jobs") in elements.text
    assert "no" not in {tag for tag, _ in elements.tags}
    assert not [attrs for _, attrs in elements.tags if attrs.get("src")]
    first = (sweep / "overview.html").read_bytes()
    write(sweep)
    assert (sweep / "overview.html").read_bytes() == first


def test_bias_is_over_the_tests_that_every_variant_could_be_put_to(sweep):
    change(sweep / "0", "bias", lambda values: values["int8"].update(weat2={"score": -0.4}))
    assert measure(read(sweep))[0].bias == pytest.approx(1.2)


def test_jobs_with_other_metrics_have_what_they_have(sweep):
    def forget(values):
        for each in values.values():
            each.clear()

    for kind in ("bias", "similarity", "anisotropy"):
        change(sweep / "10", kind, forget)
    write(sweep)
    frame = pd.read_csv(sweep / "table.csv")
    own = frame[(frame["job"] == 10) & (frame["model"] == "word2vec")]
    assert own[["score", "isotropy", "bias"]].isna().all(axis=None)
    assert own["megabytes"].gt(0).all()
    jobs = read(sweep)
    shown = [axis["label"] for axis in parallel(jobs, measure(jobs)).data[0]["dimensions"]]
    assert shown == ["model.word2vec.window", "variant", "MB on disk"]


def test_a_job_whose_results_are_gone_is_told_of(sweep):
    (sweep / "0/reports/metrics/word2vec/1/size.json").unlink()
    write(sweep)
    frame = pd.read_csv(sweep / "table.csv")
    assert "size.json: no such file" in frame[frame["job"] == 0]["error"].item()


def test_where_all_failed_there_is_a_page_of_failures(tmp_path):
    Sweep(name="w", overrides=[], jobs=1).write(tmp_path)
    job(tmp_path, "0", [], "failed", "out of memory")
    write(tmp_path)
    assert "out of memory" in Elements((tmp_path / "overview.html").read_text()).text


def test_a_folder_that_is_no_sweep_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such sweep"):
        write(tmp_path)
