from __future__ import annotations

import gzip
import json
import logging
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from embedsmith.corpus.build import build
from embedsmith.corpus.document import LONGEST, Document, Source
from embedsmith.corpus.settings import CorpusSettings, Deduplicate
from embedsmith.corpus.source.files import Files
from embedsmith.errors import InputError

SETTINGS = CorpusSettings(deduplicate=Deduplicate(near=0.8, shingle=5, permutations=128, seed=1))
NOWHERE = Path("no folder of the user's")


@dataclass(frozen=True, kw_only=True)
class Given(Source):
    documents: tuple[Document, ...]

    def read(self, local: Path) -> Iterator[Document]:
        yield from self.documents

    def fingerprint(self, local: Path) -> str:
        return "pin"


def given(*documents: Document, limit: int | None = None) -> Given:
    return Given(licence="free", weight=2.0, limit=limit, documents=documents)


def rows(folder: Path) -> list[tuple[str, str, str | None, str]]:
    table = pq.read_table(sorted(folder.glob("*.parquet")))
    return list(zip(*(table[name].to_pylist() for name in ("source", "id", "date", "text")), strict=True))


def test_the_corpus_holds_clean_sentences_and_its_counts(tmp_path: Path) -> None:
    sources: dict[str, Source] = {
        "web": given(
            Document("1", "<p>Caf&eacute; one. It is open, 24 hours.</p>", "1999-05", 3),
            Document("2", "***", "2001"),
            Document("3", "Café one. It is open, 24 hours.", "last year"),
        ),
        "notes": given(
            Document("b\n", "cafe\u0301 one. It is OPEN, 24 hours!", None),
            Document("a", "Something else.\r\nAnd more.", "2000-01-31"),
            Document("never", "Beyond the limit.", None),
            limit=2,
        ),
    }
    facts = build(sources, SETTINGS, NOWHERE, tmp_path)
    assert rows(tmp_path) == [
        ("web", "1", "1999-05", "Café one.\nIt is open, 24 hours."),
        ("notes", "a", "2000-01-31", "Something else.\nAnd more."),
    ]
    text = (tmp_path / "corpus.json").read_text()
    corpus = json.loads(text)
    assert text == json.dumps(corpus, indent=1, sort_keys=True) + "\n"
    web, notes = corpus["sources"].pop("web"), corpus["sources"].pop("notes")
    assert web == {
        "documents": 1,
        "sentences": 2,
        "words": 6,
        "characters": 31,
        "duplicates": {"exact": 1, "near": 0},
        "empty": 1,
        "replaced_bytes": 3,
        "unread_dates": 1,
        "dates": {"documents": 1, "first": "1999-05", "last": "1999-05"},
        "licence": "free",
        "weight": 2.0,
        "sha256": "pin",
    }
    assert notes["duplicates"] == {"exact": 0, "near": 1}
    assert corpus == {
        "documents": 2,
        "sentences": 4,
        "words": 10,
        "characters": 56,
        "duplicates": {"exact": 1, "near": 1},
        "empty": 1,
        "replaced_bytes": 3,
        "unread_dates": 1,
        "dates": {"documents": 2, "first": "1999-05", "last": "2000-01-31"},
        "sources": {},
    }
    assert set(facts) == {"seconds", "documents_per_second", "words_per_second"}


def test_what_was_mended_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    source = given(Document("a", "caf\ufffd", "31/12/1999", 1), Document("b", "fine", "1999"))
    with caplog.at_level(logging.WARNING):
        build({"web": source}, SETTINGS, NOWHERE, tmp_path)
    assert [record.getMessage() for record in caplog.records] == [
        "source web: 1 bytes are not UTF-8 and were replaced, the first in a",
        "source web: 1 of 2 dates are not ISO 8601 (such as 1999-12-31) and were left out, the first '31/12/1999' of a",
    ]


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([], "source web: is empty"),
        ([Document("a", "", None), Document("b", "--", None)], "source web: none of its 2 documents holds text"),
        ([Document("a", "x" * (LONGEST + 1), None)], "source web: a: is longer than 16777216 characters"),
    ],
)
def test_a_source_without_text_is_named(tmp_path: Path, documents: list[Document], message: str) -> None:
    with pytest.raises(InputError) as caught:
        build({"web": given(*documents)}, SETTINGS, NOWHERE, tmp_path)
    assert str(caught.value).startswith(message)


def test_a_source_that_only_copies_another_is_no_error(tmp_path: Path) -> None:
    build({"a": given(Document("1", "Text.")), "b": given(Document("1", "Text."))}, SETTINGS, NOWHERE, tmp_path)
    assert json.loads((tmp_path / "corpus.json").read_text())["sources"]["b"]["duplicates"]["exact"] == 1


def test_many_documents_fill_several_shards_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embedsmith.corpus.shards._GROUP", 2000)
    monkeypatch.setattr("embedsmith.corpus.shards._SHARD", 3)
    documents = [Document(str(number), f"Document {number} {'word ' * (number % 50)}") for number in range(700)]
    build({"web": given(*documents)}, SETTINGS, NOWHERE, tmp_path)
    assert [row[1] for row in rows(tmp_path)] == [str(number) for number in range(700)]
    shards = sorted(tmp_path.glob("*.parquet"))
    assert [shard.name for shard in shards[:2]] == ["part-00000.parquet", "part-00001.parquet"]
    assert pq.ParquetFile(shards[0]).num_row_groups == 3


@pytest.fixture
def local(tmp_path: Path) -> Path:
    folder = tmp_path / "local"
    folder.mkdir()
    lines = [json.dumps({"text": f"Row {n} has <b>a number</b> and words. " * (n % 7 + 1)}) for n in range(600)]
    (folder / "rows.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    (folder / "a.txt").write_bytes("Ein Text über nichts. ".encode("latin-1"))
    return folder


BUILD = """
import sys
from pathlib import Path
from embedsmith.corpus.build import build
from embedsmith.corpus.settings import CorpusSettings, Deduplicate
from embedsmith.corpus.source.files import Files
files = Files(licence="x", weight=1.0, limit=None, glob=["*"], text="text", id=None, date=None, header=None, part=1000)
settings = CorpusSettings(deduplicate=Deduplicate(near=0.8, shingle=5, permutations=128, seed=1))
build({"files": files}, settings, Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_a_second_run_leaves_the_same_bytes(tmp_path: Path, local: Path) -> None:
    made = []
    for number, threads in (("1", "1"), ("2", "4")):
        out = tmp_path / number
        out.mkdir()
        environment = {"PYTHONHASHSEED": number, "OMP_NUM_THREADS": threads, "RAYON_NUM_THREADS": threads}
        subprocess.run(
            [sys.executable, "-c", BUILD, str(local), str(out)], env=environment, check=True, capture_output=True
        )
        made.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert made[0] == made[1]
    assert set(made[0]) == {"corpus.json", "part-00000.parquet"}


def test_progress_is_shown_on_a_terminal_and_nowhere_else(tmp_path: Path, local: Path) -> None:
    (tmp_path / "out").mkdir()
    command = [sys.executable, "-c", BUILD, str(local), str(tmp_path / "out")]
    piped = subprocess.run(command, capture_output=True, text=True, check=True)
    assert piped.stdout == ""
    assert piped.stderr == "source files: 1 bytes are not UTF-8 and were replaced, the first in a.txt\n"
    terminal, stderr = pty.openpty()
    subprocess.run(command, stderr=stderr, check=True, env={**os.environ, "TERM": "xterm", "COLUMNS": "100"})
    os.close(stderr)
    shown = os.read(terminal, 1 << 16).decode()
    os.close(terminal)
    assert "ingest" in shown
    assert "601 documents" in shown


def test_errors_of_a_file_name_source_and_file(tmp_path: Path, local: Path) -> None:
    (local / "cut.csv.gz").write_bytes(gzip.compress(b"text\n" + os.urandom(5000).hex().encode())[:-20])
    files = Files(
        licence="x", weight=1.0, limit=None, glob=["*"], text="text", id=None, date=None, header=None, part=1000
    )
    with pytest.raises(InputError, match=r"^source mine: cut\.csv\.gz: ends too early"):
        build({"mine": files}, SETTINGS, local, tmp_path)
