from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedsmith.corpus.document import LONGEST
from embedsmith.corpus.text import decode, documents, lines, text_blocks
from embedsmith.errors import InputError


def in_blocks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@pytest.mark.parametrize(
    ("data", "text", "broken"),
    [
        (b"caf\xc3\xa9", "café", 0),
        (b"caf\xe9 \xff!", "caf\ufffd \ufffd!", 2),
        (b"cut \xe2\x82", "cut \ufffd", 2),
        ("really \ufffd".encode(), "really \ufffd", 0),
    ],
)
def test_broken_bytes_are_replaced_and_counted(data: bytes, text: str, broken: int) -> None:
    assert decode(data) == (text, broken)


@given(st.binary(max_size=40), st.integers(1, 7))
def test_lines_do_not_depend_on_blocks(data: bytes, size: int) -> None:
    assert list(lines(in_blocks(data, size), "a")) == [line + b"\n" for line in data.split(b"\n")[:-1]] + [
        last for last in data.split(b"\n")[-1:] if last
    ]


def test_a_line_without_end_is_refused_in_time() -> None:
    endless = itertools.chain([b"one\n"], itertools.repeat(b"x" * (1 << 20)))
    read = lines(endless, "a.jsonl")
    assert next(read) == b"one\n"
    with pytest.raises(InputError, match=r"^a\.jsonl:2: the line is longer than 16 MiB"):
        next(read)


@pytest.mark.parametrize("binary", [b"\x7fELF\x02\x01\x00\x00", "text".encode("utf-16"), bytes(range(128, 256)) * 9])
def test_a_binary_file_is_refused(binary: bytes) -> None:
    with pytest.raises(InputError, match=r"^a\.txt: is binary or"):
        list(text_blocks(iter([binary]), "a.txt"))


def test_text_with_some_broken_bytes_is_no_binary_file() -> None:
    latin = "Le café est très près de la forêt.".encode("latin-1")
    assert list(text_blocks(iter([latin]), "a.txt")) == [latin]


def test_a_byte_order_mark_is_no_text() -> None:
    assert list(text_blocks(iter([b"\xef\xbb\xbfid,text\n", b"1,a\n"]), "a.csv")) == [b"id,text\n", b"1,a\n"]


def test_a_short_file_is_one_document() -> None:
    (document,) = documents(in_blocks(b"one\ntwo \xff\n", 3), "notes/a.txt", 1000)
    assert (document.id, document.text, document.replaced) == ("notes/a.txt", "one\ntwo \ufffd\n", 1)


def test_an_empty_file_is_one_empty_document() -> None:
    assert [document.text for document in documents(iter([]), "a.txt", 1000)] == [""]


@given(st.text(alphabet="ab é日😀\n", max_size=300), st.integers(1, 50), st.integers(8, 30))
def test_parts_of_a_long_file_add_up(text: str, size: int, part: int) -> None:
    parts = list(documents(in_blocks(text.encode(), size), "a.txt", part))
    assert "".join(document.text for document in parts) == text
    assert all(len(document.text.encode()) <= part and not document.replaced for document in parts)
    assert [document.id for document in parts][:3] == ["a.txt", "a.txt#2", "a.txt#3"][: len(parts)]


def test_parts_end_with_lines_or_else_words() -> None:
    text = b"one two\nthree four\nfive six seven eight nine ten"
    assert [part.text for part in documents(iter([text]), "a.txt", 20)] == [
        "one two\nthree four\n",
        "five six seven ",
        "eight nine ten",
    ]


def test_an_endless_file_is_read_in_parts() -> None:
    endless = documents(itertools.repeat(b"word " * 200_000), "a.txt", LONGEST // 64)
    assert sum(len(document.text) for document in itertools.islice(endless, 100)) > 100 * LONGEST // 65
