from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from embedsmith.errors import InputError
from embedsmith.tokenizer.tokens import Tokens, open_ids, write_ids, write_vocabulary
from embedsmith.tokenizer.words import Vocabulary


def written(path: Path, *parts: list[int]) -> Path:
    with path.open("wb") as file:
        for ids in parts:
            write_ids(file, np.array(ids, dtype=np.int32))
    return path


def test_ids_come_back_one_part_behind_the_other(tmp_path: Path) -> None:
    ids = open_ids(written(tmp_path / "ids.bin", [5, 0, 7, -1], [], [2_000_000_000, -1]))
    assert ids.tolist() == [5, 0, 7, -1, 2_000_000_000, -1]
    assert ids.dtype == np.int32


def test_the_files_are_little_endian_whatever_the_machine(tmp_path: Path) -> None:
    for order in ("<i4", ">i4"):
        with (tmp_path / "ids.bin").open("wb") as file:
            write_ids(file, np.array([258, -1], dtype=order))
        assert (tmp_path / "ids.bin").read_bytes() == b"\x02\x01\x00\x00\xff\xff\xff\xff"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_vocabulary(Vocabulary(["the", "café", "猫", "the~1"], np.array([9, 2, 1, 1])), tmp_path)
    written(tmp_path / "train.bin", [0, 1, -1, 2, -1])
    written(tmp_path / "held_out.bin")
    (tmp_path / "pieces.model").write_bytes(b"model")
    return tmp_path


def test_tokens_open_what_was_written_an_empty_part_included(folder: Path) -> None:
    opened = Tokens.open(folder)
    assert opened.words == ["the", "café", "猫", "the~1"]
    assert opened.counts.tolist() == [9, 2, 1, 1]
    assert opened.train.tolist() == [0, 1, -1, 2, -1]
    assert isinstance(opened.train, np.memmap)
    assert opened.held_out.tolist() == []
    assert opened.spellings == opened.words
    assert opened.pieces.read_bytes() == b"model"


def test_renamed_words_are_spelled_as_their_originals_were_and_these_by_one_character(folder: Path) -> None:
    entry = {"original": "the", "occurrences": 1, "spelling": "the", "original_spelling": "\ue000"}
    (folder / "renamed.json").write_text(json.dumps({"the~1": entry}))
    assert Tokens.open(folder).spellings == ["\ue000", "café", "猫", "the"]


@pytest.mark.parametrize("content", ['{"the~1": {"original": "the"}}', '{"the~1": 3}', "[]", "{"])
def test_a_damaged_table_of_renamed_words_is_refused(folder: Path, content: str) -> None:
    (folder / "renamed.json").write_text(content)
    with pytest.raises(InputError, match=r"renamed\.json: .*run `dvc repro`$"):
        Tokens.open(folder)
