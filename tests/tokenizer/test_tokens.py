from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embedsmith.tokenizer import tokens
from embedsmith.tokenizer.tokens import IdWriter, Tokens, open_ids, write_vocabulary
from embedsmith.tokenizer.words import Vocabulary


def test_sentences_come_back_with_their_ends_and_empty_ones_leave_no_trace(tmp_path: Path) -> None:
    with IdWriter(tmp_path / "ids.bin") as writer:
        writer.add([5, 0, 7])
        writer.add([])
        writer.add(iter([2_000_000_000]))
    ids = open_ids(tmp_path / "ids.bin")
    assert ids.tolist() == [5, 0, 7, -1, 2_000_000_000, -1]
    assert ids.dtype == np.int32


def test_ids_are_written_as_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "BUFFER", 8)
    path = tmp_path / "ids.bin"
    with IdWriter(path) as writer:
        for _ in range(5000):
            writer.add([1, 2, 3])
        assert path.stat().st_size > 0.8 * 5000 * 4 * 4
    assert len(open_ids(path)) == 5000 * 4


def test_the_files_are_little_endian_whatever_the_machine(tmp_path: Path) -> None:
    with IdWriter(tmp_path / "ids.bin") as writer:
        writer.add([258])
    assert (tmp_path / "ids.bin").read_bytes() == b"\x02\x01\x00\x00\xff\xff\xff\xff"


def test_tokens_open_what_was_written_an_empty_part_included(tmp_path: Path) -> None:
    write_vocabulary(Vocabulary(["the", "café", "猫"], np.array([9, 2, 1])), tmp_path)
    for name, sentences in {
        "train": [[0, 1], [2]],
        "held_out": [],
        "pieces_train": [[7]],
        "pieces_held_out": [],
    }.items():
        with IdWriter(tmp_path / f"{name}.bin") as writer:
            for sentence in sentences:
                writer.add(sentence)
    opened = Tokens.open(tmp_path)
    assert opened.words == ["the", "café", "猫"]
    assert opened.counts.tolist() == [9, 2, 1]
    assert opened.train.tolist() == [0, 1, -1, 2, -1]
    assert isinstance(opened.train, np.memmap)
    assert opened.held_out.tolist() == []
    assert opened.pieces_train.tolist() == [7, -1]
