from __future__ import annotations

from pathlib import Path

import pytest

from embedsmith.model import slices
from embedsmith.model.slices import write_slices
from model.conftest import tokens_of


@pytest.mark.parametrize("block", [1, 2, 7, 1 << 20])
def test_sentences_are_dealt_out_in_turn_whatever_the_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(slices, "BLOCK", block)
    text = [[f"w{n}", *["x"] * (n % 4)] for n in range(25)]
    written = write_slices(tokens_of(text), tmp_path, 3)
    for place, piece in enumerate(written):
        lines = [line.split() for line in piece.path.read_text(encoding="utf-8").split("\n")]
        assert lines == [*text[place::3], []]
        assert piece.words == sum(map(len, text[place::3]))


def test_there_are_no_empty_slices(tmp_path: Path) -> None:
    assert [piece.words for piece in write_slices(tokens_of([["a", "b"], ["c"]]), tmp_path, 5)] == [2, 1]
