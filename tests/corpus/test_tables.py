from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embedsmith.corpus.document import Document
from embedsmith.corpus.tables import Columns, delimited, json_lines, parquet
from embedsmith.errors import InputError

ALL = Columns("text", "id", "date")
TEXT = Columns("text", None, None)


def from_json(*lines: bytes, columns: Columns = TEXT) -> list[Document]:
    return list(json_lines(iter(lines), columns, "a.jsonl"))


def from_csv(data: str, columns: Columns = TEXT, *, tabs: bool = False) -> list[Document]:
    lines = [line.encode() for line in data.splitlines(keepends=True)]
    return list(delimited(iter(lines), columns, "a.tsv" if tabs else "a.csv", tabs=tabs))


def test_json_lines_give_text_id_and_date() -> None:
    read = from_json(b'{"text": "a\\nb", "id": 7, "date": 1999}\n', b" \n", b'{"text": null}', columns=ALL)
    assert read == [Document("7", "a\nb", "1999"), Document("a.jsonl:3", "", None)]


def test_broken_bytes_in_json_are_counted() -> None:
    assert from_json(b'{"text": "caf\xe9"}') == [Document("a.jsonl:1", "caf\ufffd", None, 1)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"text": "cut', "a.jsonl:2: is no JSON: Unterminated string"),
        (b"not json", "a.jsonl:2: is no JSON: Expecting value"),
        (b"[" * 100_000, "a.jsonl:2: is no JSON: nested too deep"),
        (b'["text"]', "a.jsonl:2: is no JSON object but"),
        (b'{"body": 1, "id": 2}', "a.jsonl:2: has no column 'text', which text names; it has 'body', 'id'"),
        (b'{"text": ["a"]}', "a.jsonl:2: 'text' holds ['a'], not text"),
    ],
)
def test_a_bad_json_line_is_named(line: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        from_json(b'{"text": "good"}\n', line)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_csv_agrees_with_pandas(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "text": ['say "hi", now', "two\nlines\n", "", "ünï, cödé"],
            "date": ["2001-01-01", "2002", "", "2003-05"],
        }
    )
    path = tmp_path / "a.csv"
    for order in (["id", "text", "date"], ["date", "id", "text"]):
        table[order].to_csv(path, index=False)
        read = from_csv(path.read_text(), ALL)
        assert [document.text for document in read] == table["text"].tolist()
        assert [document.id for document in read] == table["id"].tolist()
        assert [document.date for document in read] == table["date"].tolist()


def test_rows_are_named_by_the_line_where_they_begin() -> None:
    read = from_csv('n,text\n1,"two\nlines"\n\n2,one')
    assert [(document.id, document.text) for document in read] == [("a.csv:2", "two\nlines"), ("a.csv:5", "one")]


def test_a_short_row_has_an_empty_text() -> None:
    assert [document.text for document in from_csv("id,text\n1\n2,b\n")] == ["", "b"]


@pytest.mark.parametrize("data", ["id,body\n1,a\n", "id,body", "id,body\n"])
def test_a_csv_without_the_column_names_those_it_has(data: str) -> None:
    with pytest.raises(InputError, match=r"^a\.csv: has no column 'text', which text names; it has 'id', 'body'$"):
        from_csv(data)


@pytest.mark.parametrize("data", ['text\n"open\nmore\n', 'text\n"open', 'text\nfine\n"open\n'])
def test_a_quote_left_open_is_refused(data: str) -> None:
    with pytest.raises(InputError, match=r"^a\.csv: ends within a quote"):
        from_csv(data)


@pytest.mark.parametrize("data", ['text\n"closed"\n', 'text\n"closed"', "text\nplain", 'text\n""\n', 'text\n5" disk\n'])
def test_a_closed_quote_is_not(data: str) -> None:
    assert len(from_csv(data)) == 1


def test_a_table_whose_first_line_names_nothing_has_its_columns_named() -> None:
    lines = [b"7,first\n", b"8,second\n"]
    read = list(delimited(iter(lines), Columns("body", "n", None), "a.csv", tabs=False, header=["n", "body"]))
    assert read == [Document("7", "first"), Document("8", "second")]
    with pytest.raises(InputError, match=r"^a\.csv: has no column 'text', which text names; it has 'n', 'body'$"):
        list(delimited(iter(lines), TEXT, "a.csv", tabs=False, header=["n", "body"]))


def test_a_quote_in_tsv_is_a_character() -> None:
    assert [document.text for document in from_csv('id\ttext\n1\t"open\n2\tb\n', tabs=True)] == ['"open', "b"]


def test_broken_bytes_in_csv_are_counted_where_they_are() -> None:
    lines = [b"text\n", b"a\xff\n", b"b\n", b'"\xff\n', b'\xff"\n']
    assert [document.replaced for document in delimited(iter(lines), TEXT, "a.csv", tabs=False)] == [1, 0, 2]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.binary(), pa.dictionary(pa.int32(), pa.string())])
def test_parquet_gives_text_id_and_date(tmp_path: Path, kind: pa.DataType) -> None:
    table = pa.table(
        {
            "text": pa.array(["one", None, "drei ü"]).cast(kind),
            "id": [10, 11, 12],
            "date": [datetime.date(1999, 5, 1), None, datetime.date(2000, 1, 1)],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    assert list(parquet(tmp_path / "a.parquet", ALL, "a.parquet")) == [
        Document("10", "one", "1999-05-01"),
        Document("11", "", None),
        Document("12", "drei ü", "2000-01-01"),
    ]


def test_parquet_without_the_column_names_those_it_has(tmp_path: Path) -> None:
    pq.write_table(pa.table({"body": ["a"], "n": [1]}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"^a\.parquet: has no column 'text', which text names; it has 'body', 'n'$"):
        list(parquet(tmp_path / "a.parquet", TEXT, "a.parquet"))
    with pytest.raises(InputError, match=r"^a\.parquet: column 'n' holds int64, not text$"):
        list(parquet(tmp_path / "a.parquet", Columns("n", None, None), "a.parquet"))


def test_what_is_no_parquet_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 but not really PAR1")
    with pytest.raises(InputError, match=r"^a\.parquet: cannot be read as Parquet: "):
        list(parquet(tmp_path / "a.parquet", TEXT, "a.parquet"))
