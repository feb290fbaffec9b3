from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embedsmith.corpus.document import Document
from embedsmith.corpus.source.huggingface import HuggingFace
from embedsmith.errors import InputError


def source(**keys: Any) -> HuggingFace:
    kept = {"licence": "free", "weight": 1.0, "limit": None, "dataset": "some/data", "revision": "a" * 40}
    kept |= {"subset": None, "split": "train", "text": "body", "id": None, "date": "day"}
    return HuggingFace(**{**kept, **keys})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data set that the library finds by its name in the working folder, where it looks before the Hub."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    (tmp_path / "some/data").mkdir(parents=True)
    table = pa.table({"body": ["one", None], "day": ["1999", None]})
    pq.write_table(table, tmp_path / "some/data/train-00000.parquet")
    return tmp_path


def test_rows_are_streamed_in_their_order(folder: Path) -> None:
    assert list(source().read(folder)) == [
        Document("some/data/train:1", "one", "1999"),
        Document("some/data/train:2", "", None),
    ]
    assert source().fingerprint(folder) == "a" * 40


def test_a_missing_column_is_named(folder: Path) -> None:
    with pytest.raises(InputError, match=r"^some/data/train: has no column 'text', which text names; it has"):
        list(source(text="text").read(folder))


def test_a_missing_split_is_one_line(folder: Path) -> None:
    with pytest.raises(InputError, match=r"^some/data/test: cannot be read: ") as caught:
        list(source(split="test").read(folder))
    assert "\n" not in str(caught.value)


def test_without_a_network_it_is_one_line(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from embedsmith.corpus.source.huggingface import HuggingFace\n"
        "from embedsmith.errors import InputError\n"
        "made = HuggingFace(licence='x', weight=1, limit=None, dataset='some/data', revision='a' * 40, subset=None,"
        " split='train', text='body', id=None, date=None)\n"
        "try: list(made.read(Path()))\n"
        "except InputError as error: print(error)"
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.stdout.startswith("some/data/train: cannot be read: ")
    assert done.stdout.count("\n") == 1


def test_a_missing_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    missing: ModuleType | None = None
    monkeypatch.setitem(sys.modules, "datasets", missing)
    with pytest.raises(InputError, match=r"pip install 'embedsmith\[huggingface\]'"):
        list(source().read(Path("unused")))


@pytest.mark.parametrize(("key", "value"), [("revision", "main"), ("dataset", "../data"), ("dataset", "/data")])
def test_what_is_not_pinned_is_refused(key: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"^{key}: must be"):
        source(**{key: value})
