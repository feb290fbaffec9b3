from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from embedsmith.errors import InputError
from embedsmith.tokenizer import pieces
from tokenizer.conftest import Settings

TEXT = ["the cat sat on the mat.", "a dog ran after the cat; it was a fast dog.", "mats and cats and rats."] * 20


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
@pytest.mark.parametrize("text", ["the cat 😀 sat", "👩‍👩‍👧 नमस्ते", "می‌خواهم", "日本語 and ½ cat"])
def test_any_text_survives_encoding_through_the_byte_pieces(settings: Settings, kind: str, text: str) -> None:
    processor = pieces.load(pieces.train(TEXT, settings(kind=kind, vocab_size=280)))
    ids = processor.encode(text)
    assert processor.unk_id() not in ids
    assert processor.decode(ids) == text.replace("½", "1⁄2")  # NFKC
    assert any(pieces.byte_pieces(processor)[ids])


def test_without_byte_fallback_an_unseen_character_is_unknown(settings: Settings) -> None:
    processor = pieces.load(pieces.train(TEXT, settings(vocab_size=24, byte_fallback=False)))
    assert processor.unk_id() in processor.encode("cat 😀")
    assert not pieces.byte_pieces(processor).any()


def test_case_is_folded_where_words_are_lower_cased(settings: Settings) -> None:
    folded = pieces.load(pieces.train(TEXT, settings(vocab_size=280)))
    kept = pieces.load(pieces.train(TEXT, settings(vocab_size=280, lowercase=False)))
    assert folded.decode(folded.encode("The CAT")) == "the cat"
    assert kept.decode(kept.encode("The CAT")) == "The CAT"


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_a_model_is_the_same_in_another_folder_and_process(settings: Settings, tmp_path: Path, kind: str) -> None:
    here = pieces.train(TEXT, settings(kind=kind, vocab_size=280))
    program = (
        "import sys; from embedsmith.tokenizer import pieces; from embedsmith.tokenizer.settings import *;"
        f"sys.stdout.buffer.write(pieces.train({TEXT!r}, {settings(kind=kind, vocab_size=280)!r}))"
    )
    there = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=True)
    assert there.stdout == here
    assert there.stderr == b""


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_too_many_pieces_are_refused_with_the_largest_possible_number(settings: Settings, kind: str) -> None:
    with pytest.raises(InputError) as error:
        pieces.train(TEXT, settings(kind=kind, vocab_size=16000))
    assert str(error.value).startswith("tokenizer.vocab_size: 16000 is too large for this text; use at most ")
    largest = int(str(error.value).split("at most ")[1].split(",")[0])
    assert pieces.load(pieces.train(TEXT, settings(kind=kind, vocab_size=largest))).get_piece_size() == largest


def test_too_few_pieces_are_refused_with_the_number_that_the_characters_need(settings: Settings) -> None:
    with pytest.raises(InputError, match=r"^tokenizer.vocab_size: 100 is too small .* use more than \d+, or lower"):
        pieces.train(TEXT, settings(vocab_size=100))


def test_the_listing_has_a_line_for_each_piece_by_id(settings: Settings) -> None:
    processor = pieces.load(pieces.train(TEXT, settings(vocab_size=280)))
    lines = pieces.listing(processor).split("\n")[:-1]
    assert [line.split("\t")[0] for line in lines] == [processor.id_to_piece(id_) for id_ in range(280)]
    assert lines[0] == "<unk>\t0"
    assert lines[1] == "<0x00>\t0"
