from __future__ import annotations

from pathlib import Path

import pytest

from embedsmith.errors import InputError
from embedsmith.tokenizer.documents import LONGEST, cut, read, repeats, share
from tokenizer.conftest import Corpus, Settings


def test_documents_come_in_order_over_all_shards_without_blank_lines(corpus: Corpus, settings: Settings) -> None:
    folder = corpus(["one\ntwo", "three\n\n \nfour", "five"], shards=2)
    read_back = [document.sentences for document in read(folder, settings(held_out=0.0))]
    assert read_back == [["one", "two"], ["three", "four"], ["five"]]


def test_the_share_held_out_is_about_what_was_asked_and_stays_when_documents_are_added(
    corpus: Corpus, settings: Settings, tmp_path: Path
) -> None:
    folder = corpus([f"text {n}" for n in range(2000)])
    held_out = [d.sentences[0] for d in read(folder, settings(held_out=0.2)) if d.held_out]
    assert 0.17 < len(held_out) / 2000 < 0.23
    (tmp_path / "corpus").rename(tmp_path / "before")
    more = corpus([f"text {n}" for n in range(3000)])
    again = [d.sentences[0] for d in read(more, settings(held_out=0.2)) if d.held_out]
    assert again[: len(held_out)] == held_out


def test_a_document_is_read_by_the_weight_of_its_source(corpus: Corpus, settings: Settings) -> None:
    folder = corpus([("a", f"x {n}") for n in range(1000)] + [("b", f"y {n}") for n in range(1000)], a=2.0, b=0.3)
    times = {"x": 0, "y": 0}
    for document in read(folder, settings(held_out=0.0)):
        times[document.sentences[0][0]] += document.times
    assert times["x"] == 2000
    assert 250 < times["y"] < 350


def test_a_held_out_document_is_read_once_whatever_its_weight(corpus: Corpus, settings: Settings) -> None:
    folder = corpus([f"x {n}" for n in range(50)], a=7.5)
    documents = list(read(folder, settings(held_out=0.5)))
    assert {d.times for d in documents if d.held_out} == {1}
    assert {d.times for d in documents if not d.held_out} == {7, 8}


def test_repeats_are_the_weight_in_expectation() -> None:
    drawn = [repeats(1.25, f"a/{n}", seed=3) for n in range(4000)]
    assert set(drawn) == {1, 2}
    assert sum(drawn) / 4000 == pytest.approx(1.25, abs=0.03)


def test_draws_for_different_purposes_and_seeds_are_independent() -> None:
    assert len({share("held out", "a/1", 1), share("weight", "a/1", 1), share("held out", "a/1", 2)}) == 3


def test_a_long_line_is_cut_before_a_space_and_nothing_is_lost() -> None:
    line = "word " * 3000
    parts = list(cut(line))
    assert max(map(len, parts)) <= LONGEST
    assert " ".join(parts).split() == line.split()


def test_a_long_line_without_spaces_is_cut_all_the_same() -> None:
    parts = list(cut("あ" * 10000))
    assert "".join(parts) == "あ" * 10000
    assert [len(part) for part in parts] == [LONGEST, LONGEST, 10000 - 2 * LONGEST]


def test_a_folder_without_a_corpus_is_told(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(InputError, match="no corpus here"):
        list(read(tmp_path, settings()))
