from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embedsmith.embedding import tensors
from embedsmith.model import checkpoint as module
from embedsmith.model.checkpoint import Checkpoint

ARRAYS = {"inputs": np.arange(12, dtype=np.float32).reshape(3, 4), "totals": np.array([1.5, 1e300])}
STATE = {"done": 7, "history": {"points": [[1, 0.5, 2.25]], "times": [0.1]}}


def test_what_was_saved_is_loaded_and_can_be_written_to(tmp_path: Path) -> None:
    Checkpoint(tmp_path / "deep/folder", 0).save(ARRAYS, STATE)
    loaded = Checkpoint(tmp_path / "deep/folder", 0).load()
    assert loaded is not None
    arrays, state = loaded
    assert state == STATE
    assert arrays.keys() == ARRAYS.keys()
    for name, array in arrays.items():
        assert array.dtype == ARRAYS[name].dtype
        np.testing.assert_array_equal(array, ARRAYS[name])
        array[:] = 0
    again = Checkpoint(tmp_path / "deep/folder", 0).load()
    assert again is not None
    np.testing.assert_array_equal(again[0]["inputs"], ARRAYS["inputs"])  # what was written to was no map of the file


def test_there_is_none_before_the_first(tmp_path: Path) -> None:
    assert Checkpoint(tmp_path / "none", 0).load() is None
    assert not (tmp_path / "none").exists()


def test_the_last_one_counts_and_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path, 0)
    for number in range(5):
        checkpoint.save({"a": np.full(1000, number, np.float32)}, {"done": number})
    loaded = checkpoint.load()
    assert loaded is not None
    assert (loaded[0]["a"][0], loaded[1]) == (4, {"done": 4})
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 2 * 4000
    assert len(list(tmp_path.iterdir())) == 2


def test_parts_know_nothing_of_each_other(tmp_path: Path) -> None:
    whole = Checkpoint(tmp_path, 0)
    whole.part("words").save({"a": np.zeros(1, np.float32)}, {"done": 1})
    whole.part("subwords").save({"a": np.ones(1, np.float32)}, {"done": 2})
    for name, done in (("words", 1), ("subwords", 2)):
        loaded = Checkpoint(tmp_path, 0).part(name).load()
        assert loaded is not None
        assert (float(loaded[0]["a"][0]), loaded[1]["done"]) == (done - 1, done)
    assert whole.load() is None


@pytest.mark.parametrize("broken", ["tensors", "state", "rename"])
def test_one_that_is_cut_off_while_it_is_written_leaves_the_last_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    checkpoint = Checkpoint(tmp_path, 0)
    checkpoint.save(ARRAYS, STATE)

    def half(path: Path, arrays: dict[str, np.ndarray]) -> None:
        real(path, arrays)
        path.write_bytes(path.read_bytes()[:70])
        raise KeyboardInterrupt

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    real = tensors.write
    with monkeypatch.context() as patch:
        if broken == "tensors":
            patch.setattr(module.tensors, "write", half)
        else:
            patch.setattr(Path, "write_text" if broken == "state" else "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            checkpoint.save({"inputs": np.zeros((3, 4), np.float32)}, {"done": 8})
    loaded = Checkpoint(tmp_path, 0).load()
    assert loaded is not None
    assert loaded[1] == STATE
    np.testing.assert_array_equal(loaded[0]["inputs"], ARRAYS["inputs"])
    checkpoint.save(ARRAYS, {"done": 9})  # and the next one clears up
    assert len(list(tmp_path.glob("*.safetensors"))) == 1


def test_a_stray_file_of_arrays_is_never_taken_for_the_last_one(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path, 0)
    checkpoint.save(ARRAYS, STATE)
    tensors.write(tmp_path / f"{10**20}-arrays.safetensors", {"inputs": np.zeros((3, 4), np.float32)})
    loaded = checkpoint.load()
    assert loaded is not None
    np.testing.assert_array_equal(loaded[0]["inputs"], ARRAYS["inputs"])


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])


def _empty(file: Path) -> None:
    file.write_bytes(b"")


DAMAGE: dict[str, tuple[str, Callable[[Path], None]]] = {
    "state cut off": ("state.json", _cut),
    "state empty": ("state.json", _empty),
    "state no JSON": ("state.json", lambda file: file.write_text("{done: 7}") and None),
    "state no UTF-8": ("state.json", lambda file: file.write_bytes(b'{"number": "\xff"}') and None),
    "state null": ("state.json", lambda file: file.write_text("null") and None),
    "state a list": ("state.json", lambda file: file.write_text("[1]") and None),
    "no number": ("state.json", lambda file: file.write_text('{"state": {}}') and None),
    "no state": (
        "state.json",
        lambda file: file.write_text(json.dumps({"number": json.loads(file.read_text())["number"]})) and None,
    ),
    "no such arrays": ("state.json", lambda file: file.write_text('{"number": 1, "state": {}}') and None),
    "arrays cut off": ("*-arrays.safetensors", _cut),
    "arrays empty": ("*-arrays.safetensors", _empty),
    "arrays gone": ("*-arrays.safetensors", Path.unlink),
    "arrays no tensors": ("*-arrays.safetensors", lambda file: file.write_bytes(b"\xff" * 4000) and None),
}


@pytest.mark.parametrize(("name", "damage"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_one_is_passed_over(tmp_path: Path, name: str, damage: Callable[[Path], None]) -> None:
    checkpoint = Checkpoint(tmp_path, 0)
    checkpoint.save(ARRAYS, STATE)
    damage(next(tmp_path.glob(name)))
    assert checkpoint.load() is None
    checkpoint.save(ARRAYS, STATE)
    assert checkpoint.load() is not None


def test_the_next_is_due_after_the_time_that_was_set_and_not_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    checkpoint = Checkpoint(tmp_path, 30)
    assert not checkpoint.due()
    now = 129.9
    assert not checkpoint.due()
    now = 130.0
    assert checkpoint.due()
    checkpoint.save(ARRAYS, STATE)
    assert not checkpoint.due()
    now = 160.0
    assert checkpoint.due()


def test_one_that_takes_long_to_write_makes_the_next_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    def slow(*_: object) -> None:
        nonlocal now
        now += 6

    checkpoint = Checkpoint(tmp_path, 30)
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    monkeypatch.setattr(module.tensors, "write", slow)
    checkpoint.save(ARRAYS, STATE)
    assert now == 6
    now = 6 + 6 * module.SHARE - 0.1
    assert not checkpoint.due()
    now = 6 + 6 * module.SHARE
    assert checkpoint.due()


def test_none_is_ever_due_where_seconds_are_infinite(tmp_path: Path) -> None:
    assert not Checkpoint(tmp_path, math.inf).due()
