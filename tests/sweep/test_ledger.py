import subprocess
import sys
from types import SimpleNamespace

import pytest
import yaml
from dvc.repo import Repo
from filelock import Timeout

from embedsmith.sweep.ledger import Ledger, entry_of, is_of

KEY = "0123456789abcdef" * 4
ENTRY = {
    "cmd": "make it",
    "deps": [{"path": "in", "hash": "md5", "md5": "d41d8cd98f00b204e9800998ecf8427e", "size": 0}],
    "outs": [{"path": "out", "hash": "md5", "md5": "d41d8cd98f00b204e9800998ecf8427e", "size": 0}],
}
STAGE = SimpleNamespace(cmd="make it", outs=[SimpleNamespace(def_path="out")])


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "cache")


def entry_file(tmp_path):
    (file,) = (tmp_path / "cache/embedsmith/ledger").rglob("*.json")
    return file


def test_what_was_recorded_is_found_by_its_key_alone(ledger):
    assert ledger.find(KEY) is None
    ledger.record(KEY, ENTRY)
    assert ledger.find(KEY) == ENTRY
    assert ledger.find(KEY.replace("0", "1")) is None


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "0123", KEY.upper(), KEY + "/", KEY + "\n", "é" * 32])
def test_what_is_no_key_opens_no_file(ledger, key):
    for use in (ledger.find, ledger.lock, lambda key: ledger.record(key, ENTRY)):
        with pytest.raises(ValueError, match="is no key"):
            use(key)


@pytest.mark.parametrize("damage", ["", "{", '{"cmd": "ma', "[]", "null", "\udcff", "3"])
def test_a_damaged_entry_is_as_none(ledger, tmp_path, damage):
    ledger.record(KEY, ENTRY)
    entry_file(tmp_path).write_bytes(damage.encode(errors="surrogateescape"))
    assert ledger.find(KEY) is None


def test_an_entry_is_of_the_stage_with_its_command_and_its_outputs():
    assert is_of(ENTRY, STAGE)
    assert not is_of({**ENTRY, "cmd": "make another"}, STAGE)
    assert not is_of({**ENTRY, "outs": [*ENTRY["outs"], {**ENTRY["outs"][0], "path": ".ssh/authorized_keys"}]}, STAGE)
    assert not is_of({**ENTRY, "outs": [{**ENTRY["outs"][0], "path": "elsewhere"}]}, STAGE)


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"cmd": "make it"},
        {"cmd": "make it", "outs": "out"},
        {"cmd": "make it", "outs": ["out"]},
        {"cmd": "make it", "outs": [{"md5": "d41d8cd98f00b204e9800998ecf8427e"}]},
        {**ENTRY, "outs": [{"path": ["out"]}]},
        {**ENTRY, "deps": "in"},
        {**ENTRY, "deps": ["in"]},
        {**ENTRY, "unknown": 1},
    ],
)
def test_an_entry_that_dvc_would_not_have_written_is_refused(entry):
    assert not is_of(entry, STAGE)


def test_the_entry_of_a_stage_is_what_dvc_locks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Repo.init(no_scm=True).close()
    (tmp_path / "dvc.yaml").write_text("stages: {copy: {cmd: cp in out, deps: [in], outs: [out]}}")
    (tmp_path / "in").write_text("text")
    with Repo() as repo:
        (stage,) = repo.reproduce()
        entry = entry_of(stage)
        assert repo.dvcfs.read_text("out") == "text"
    assert is_of(entry, stage)
    assert [out["path"] for out in entry["outs"]] == ["out"]
    assert yaml.safe_load((tmp_path / "dvc.lock").read_text())["stages"]["copy"] == entry


def test_the_lock_of_a_process_that_was_killed_is_free(ledger, tmp_path):
    hold = (
        "import sys, time; from pathlib import Path; from embedsmith.sweep.ledger import Ledger\n"
        f"lock = Ledger(Path(sys.argv[1])).lock('{KEY}'); lock.acquire(); print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", hold, str(tmp_path / "cache")], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Timeout):
        ledger.lock(KEY).acquire(blocking=False)
    holder.kill()
    holder.wait()
    with ledger.lock(KEY).acquire(timeout=5):
        pass
