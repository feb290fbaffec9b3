from __future__ import annotations

import hashlib
import zipfile
from dataclasses import asdict
from typing import Any

import pytest

from embedsmith.corpus import wheel
from embedsmith.errors import InputError
from embedsmith.evaluate.dataset import DataSet

PACKAGED: dict[str, Any] = {
    "kind": "pairs",
    "package": "gensim",
    "version": "4.4.0",
    "sha256": "0" * 64,
    "platform": None,
    "member": "data/pairs.tsv",
    "url": None,
    "path": None,
    "columns": None,
    "omit": None,
    "licence": "none",
    "reference": "none",
    "superseded_by": None,
}


def test_a_users_file_is_read_without_its_byte_order_mark(declare):
    assert declare("own.tsv", "\ufeffa\tb\t1\n").read() == "a\tb\t1\n"


def test_a_member_is_read_from_the_pinned_wheel(tmp_path, monkeypatch):
    path = tmp_path / "some.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/pairs.tsv", "caf\u00e9\tb\t1\n")
    cached = {("gensim", "4.4.0", "0" * 64, None): path}
    monkeypatch.setattr(wheel, "fetch", lambda *pin: cached[pin])

    dataset = DataSet(**PACKAGED)

    assert dataset.read() == "caf\u00e9\tb\t1\n"
    assert dataset.location == "data/pairs.tsv"


def test_a_missing_file_is_named(declare, tmp_path):
    dataset = declare("own.tsv", "")
    (tmp_path / "own.tsv").unlink()

    with pytest.raises(InputError, match=r"own\.tsv: no such file"):
        dataset.read()


def test_a_missing_file_is_found_missing_before_it_is_read_with_what_it_is(declare, tmp_path):
    dataset = declare("own.tsv", "")
    dataset.require()
    (tmp_path / "own.tsv").unlink()
    dataset.reference = "Doe 2001, https://example.org/own"

    with pytest.raises(
        InputError, match=r"own\.tsv: no such file; put it there, .*: Doe 2001, https://example.org/own$"
    ):
        dataset.require()
    DataSet(**PACKAGED).require()


def test_a_folder_is_no_file(declare, tmp_path):
    dataset = declare("own.tsv", "")
    dataset.path = str(tmp_path)

    with pytest.raises(InputError, match="cannot be read"):
        dataset.read()


def test_a_file_that_is_not_text_is_refused(declare):
    with pytest.raises(InputError, match=r"own\.tsv: not UTF-8 text \(byte 2\)"):
        declare("own.tsv", b"ab\xff\x00").read()


def test_a_declared_hash_is_checked(declare):
    right = hashlib.sha256(b"a b 1").hexdigest()

    assert declare("own.tsv", "a b 1", sha256=right).read() == "a b 1"
    with pytest.raises(InputError, match=f"sha256 is {right}, declared abc"):
        declare("own.tsv", "a b 1", sha256="abc").read()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "pair"}, r"^kind: unknown kind 'pair' of data set; did you mean 'pairs'\?"),
        ({"path": "own.tsv"}, "^path: name one of a package, a url, or a path"),
        ({"package": None}, "^path: name one of a package, a url, or a path"),
        ({"version": None}, "^version: is needed with a package"),
        ({"sha256": None}, "^sha256: must be 64 lower-case hexadecimal digits"),
        ({"member": None}, "^member: is needed with a package"),
        ({"package": None, "path": "own.tsv", "member": None}, "^version: belongs to a package"),
        ({"columns": ["a", "b"]}, "^columns: of a set of pairs: names the columns of word, word, score, or is null"),
        ({"kind": "labelled", "columns": ["a"]}, "^columns: of a set of labelled: names the columns of text, label"),
        ({"kind": "analogies", "columns": ["a", "b", "c"]}, "^columns: of a set of analogies: must be null"),
        ({"omit": ["a"]}, "^omit: belongs to a labelled set"),
        ({"url": "https://example.org/a.txt"}, "^path: name one of a package, a url, or a path"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_by_its_key(change, message):
    with pytest.raises(ValueError, match=message):
        DataSet(**PACKAGED | change)


def test_a_declaration_keeps_what_it_is_given():
    assert asdict(DataSet(**PACKAGED)) == PACKAGED
