from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embedsmith.corpus.source.files import Files
from embedsmith.errors import InputError


def files(*glob: str, **keys: Any) -> Files:
    kept = {"licence": "free", "weight": 1.0, "limit": None, "text": "text", "id": None, "date": None}
    return Files(glob=list(glob), **{**kept, "header": None, "part": 1000, **keys})


@pytest.fixture
def local(tmp_path: Path) -> Path:
    folder = tmp_path / "local"
    (folder / "notes" / "deep").mkdir(parents=True)
    (folder / "b.txt").write_text("b text")
    (folder / "notes" / "a.txt.gz").write_bytes(gzip.compress(b"a text"))
    (folder / "notes" / "deep" / "c.jsonl").write_text('{"text": "c text"}\n')
    (folder / "notes" / ".hidden.txt").write_text("hidden")
    return folder


def read(source: Files, local: Path) -> list[tuple[str, str]]:
    return [(document.id, document.text) for document in source.read(local)]


def test_files_come_by_name_and_once(local: Path) -> None:
    everything = [("b.txt", "b text"), ("notes/a.txt.gz", "a text"), ("notes/deep/c.jsonl:1", "c text")]
    assert read(files("**/*"), local) == everything
    assert read(files("*.txt", "notes", "**/*.jsonl", "*.txt"), local) == everything
    assert read(files("notes/*"), local) == everything[1:]
    assert read(files("notes/*.gz"), local) == everything[1:2]


def test_each_format_is_read(local: Path) -> None:
    table = local / "tables"
    table.mkdir()
    (table / "a.csv").write_text('id,text\n1,"a, b"\n')
    (table / "b.tsv").write_text("id\ttext\n2\tc d\n")
    pq.write_table(pa.table({"id": [3], "text": ["e f"]}), table / "c.parquet")
    (table / "d.parquet.gz").write_bytes(gzip.compress((table / "c.parquet").read_bytes()))
    assert read(files("tables", id="id"), local) == [("1", "a, b"), ("2", "c d"), ("3", "e f"), ("3", "e f")]


def test_a_table_without_a_header_has_its_columns_named(local: Path) -> None:
    (local / "faq.tsv").write_text("1\twhat\tthis\n2\twhy\t\n")
    source = files("faq.tsv", header=["number", "question", "answer"], text="answer", id="number")
    assert read(source, local) == [("1", "this"), ("2", "")]


def test_a_long_text_file_is_read_in_parts(local: Path) -> None:
    (local / "long.txt").write_text("word word\n" * 250)
    assert [name for name, _ in read(files("long.txt"), local)] == ["long.txt", "long.txt#2", "long.txt#3"]


def test_the_fingerprint_changes_with_content_and_name(local: Path) -> None:
    first = files("**/*").fingerprint(local)
    assert files("**/*").fingerprint(local) == first
    (local / "b.txt").rename(local / "d.txt")
    second = files("**/*").fingerprint(local)
    (local / "d.txt").write_text("other")
    assert len({first, second, files("**/*").fingerprint(local)}) == 3


@pytest.mark.parametrize(
    ("glob", "message"),
    [("*.csv", "holds no file like '*.csv'"), ("notes/*.parquet", "holds no file like"), ("*/.hidden.txt", "holds no")],
)
def test_a_glob_without_files_is_named(local: Path, glob: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(files("**/*", glob), local)
    assert message in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no folder; put your text there"):
        read(files("*"), tmp_path / "nowhere")


def test_a_format_that_cannot_be_read_is_named(local: Path) -> None:
    (local / "notes" / "paper.pdf").write_bytes(b"%PDF")
    with pytest.raises(InputError, match=r"^notes/paper\.pdf: is none of \.txt, \.jsonl"):
        read(files("**/*"), local)


@pytest.mark.parametrize("glob", ["/etc/*", "../*", "notes/../../*", "", "."])
def test_a_glob_that_leaves_the_folder_is_refused(glob: str) -> None:
    with pytest.raises(ValueError, match="^glob: "):
        files(glob)


@pytest.mark.parametrize("glob", ["*.txt", "link/*", "**/*.txt", "link"])
def test_a_link_out_of_the_folder_is_refused(local: Path, glob: str) -> None:
    outside = local.parent / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (local / "link").symlink_to(outside)
    (local / "secret.txt").symlink_to(outside / "secret.txt")
    with pytest.raises(InputError, match="is a link that leads out of the folder"):
        read(files(glob), local)


def test_a_link_within_the_folder_is_followed(local: Path) -> None:
    (local / "z.txt").symlink_to(local / "b.txt")
    assert read(files("z.txt"), local) == [("z.txt", "b text")]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"weight": 0.0}, "^weight: must be above 0"),
        ({"weight": float("nan")}, "^weight: must be above 0"),
        ({"limit": 0}, "^limit: must be at least 1"),
        ({"part": 10}, "^part: must be between"),
    ],
)
def test_impossible_values_are_refused(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        files("*", **keys)
    with pytest.raises(ValueError, match="^glob: must name at least one"):
        files()
