import json

import pytest
from rich.console import Console

from embedsmith.runs.folders import Sweep
from embedsmith.runs.job import Job
from embedsmith.sweep.live import State, follow, states, view
from embedsmith.sweep.stages import outcome, read_events


def event(stage, how):
    return json.dumps({"time": 1.0, "stage": stage, "how": how}) + "\n"


@pytest.fixture
def home(tmp_path):
    """A sweep of three jobs: one done, one at work, one not begun."""
    home = tmp_path / "2026-01-01_00-00-00"
    written = {
        "0": ("done", [("configure", "running"), ("configure", "ran"), ("ingest", "known"), ("train@x-1", "restored")]),
        "1": ("running", [("configure", "running"), ("configure", "ran"), ("train@x-1", "running")]),
    }
    for number, (status, events) in written.items():
        (home / number).mkdir(parents=True)
        Job(name=f"{home.name}/{number}", sweep=home.name, overrides=["models=[x]"], status=status).write(home / number)
        (home / number / "stages.jsonl").write_text("".join(event(*each) for each in events))
    Sweep(name=home.name, overrides=[], jobs=3).write(home)
    return home


def shown(home, seconds, rows=10):
    console = Console(width=120)
    with console.capture() as text:
        console.print(view(home, seconds, rows))
    return text.get()


def test_states_are_read_from_what_the_jobs_noted(home):
    first = State(name="0", overrides="models=[x]", status="done", ran=1, shared=2, now="")
    second = State(name="1", overrides="models=[x]", status="running", ran=1, shared=0, now="train@x-1")
    assert states(home) == [first, second]


def test_a_line_that_is_half_written_is_left_out_until_it_is_whole(home):
    whole = event("train@x-1", "ran")
    for end in range(len(whole)):
        (home / "1/stages.jsonl").write_text(event("configure", "ran") + whole[:end])
        assert [each["stage"] for each in read_events(home / "1")] == ["configure"]
    (home / "1/stages.jsonl").write_text(event("configure", "ran") + whole)
    assert len(read_events(home / "1")) == 2


@pytest.mark.parametrize("damage", ['{"time": 1.0, "st', "\x00\x00\x00", "3", "[]", "{}", ""])
def test_a_line_that_a_kill_cut_short_hides_only_itself(home, damage):
    text = f"{event('configure', 'ran')}{damage}\n{event('ingest', 'known')}"
    (home / "1/stages.jsonl").write_text(text)
    assert outcome(read_events(home / "1")) == {"configure": "ran", "ingest": "known"}


def test_a_stage_of_a_job_that_was_resumed_counts_once():
    pairs = [
        ("configure", "ran"),
        ("ingest", "running"),
        ("configure", "known"),
        ("ingest", "ran"),
        ("tokenize", "known"),
    ]
    events = [{"stage": stage, "how": how} for stage, how in pairs]
    assert outcome(events) == {"configure": "ran", "ingest": "ran", "tokenize": "known"}


def test_the_table_says_what_is_done_what_is_shared_and_what_is_left(home):
    text = shown(home, 60)
    assert "2026-01-01_00-00-00: 1 of 3 jobs, 2 stages computed, 2 shared, 1:00, 2:00 left" in text
    assert "train@x-1" in text
    assert "models=[x]" in text  # and no style of rich's


def test_where_there_is_no_room_for_all_jobs_those_at_work_are_shown(home):
    assert [line.split()[1] for line in shown(home, 60, rows=1).splitlines() if "models" in line] == ["1"]
    assert len([line for line in shown(home, 60, rows=0).splitlines() if "models" in line]) == 1


def test_nothing_is_promised_before_the_first_job_is_done(home):
    Job(name="0", sweep=home.name, overrides=[], status="running").write(home / "0")
    assert "left" not in shown(home, 60)


def test_without_a_terminal_nothing_is_shown(home, capfd):
    with follow(home):
        pass
    assert capfd.readouterr() == ("", "")
