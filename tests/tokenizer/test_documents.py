from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from embedsmith.errors import InputError
from embedsmith.tokenizer import documents
from embedsmith.tokenizer.documents import LONGEST, cut, read, repeats, shares
from embedsmith.tokenizer.settings import TokenizerSettings
from tokenizer.conftest import Corpus, Settings


def read_back(folder: Path, settings: TokenizerSettings, held_out: bool = False) -> list[list[str]]:
    return [own for chunk in read(folder, settings) if chunk.held_out == held_out for own in chunk.sentences()]


def test_documents_come_in_order_over_all_shards_without_blank_lines(corpus: Corpus, settings: Settings) -> None:
    folder = corpus(["one\ntwo", "three\n\n \nfour", "five", "", " \n"], shards=2)
    assert read_back(folder, settings(held_out=0.0)) == [["one", "two"], ["three", "four"], ["five"], [], []]


def test_a_chunk_holds_no_more_than_it_should_and_nothing_is_lost_between_two(
    corpus: Corpus, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "CHUNK", 50)
    texts = [f"text {number}" for number in range(100)] + ["long " * 40] + ["short"] * 3
    folder = corpus(texts, shards=3, a=2.0)
    chunks = list(read(folder, settings(held_out=0.0)))
    assert len(chunks) > 20
    assert all(len(chunk.starts) == 1 or (chunk.stops - chunk.starts).sum() <= 50 + 200 for chunk in chunks)
    own = [text for chunk in chunks for [text] in chunk.sentences()]
    assert own == [text.strip() for text in texts for _ in range(2)]


def test_the_share_held_out_is_about_what_was_asked_and_stays_when_documents_are_added(
    corpus: Corpus, settings: Settings, tmp_path: Path
) -> None:
    folder = corpus([f"text {n}" for n in range(2000)])
    held_out = read_back(folder, settings(held_out=0.2), held_out=True)
    assert 0.17 < len(held_out) / 2000 < 0.23
    (tmp_path / "corpus").rename(tmp_path / "before")
    more = corpus([f"text {n}" for n in range(3000)])
    again = read_back(more, settings(held_out=0.2), held_out=True)
    assert again[: len(held_out)] == held_out


def test_a_document_is_read_by_the_weight_of_its_source(corpus: Corpus, settings: Settings) -> None:
    folder = corpus([("a", f"x {n}") for n in range(1000)] + [("b", f"y {n}") for n in range(1000)], a=2.0, b=0.3)
    read_texts = [text for [text] in read_back(folder, settings(held_out=0.0))]
    assert [text for text in read_texts if text[0] == "x"] == [f"x {n}" for n in range(1000) for _ in range(2)]
    assert 250 < sum(text[0] == "y" for text in read_texts) < 350


def test_a_held_out_document_is_read_once_whatever_its_weight(corpus: Corpus, settings: Settings) -> None:
    folder = corpus([f"x {n}" for n in range(50)], a=7.5)
    chosen = settings(held_out=0.5)
    held_out = [text for [text] in read_back(folder, chosen, held_out=True)]
    train = [text for [text] in read_back(folder, chosen)]
    assert len(held_out) == len(set(held_out))
    assert {train.count(text) for text in train} == {7, 8}
    assert set(held_out) | set(train) == {f"x {n}" for n in range(50)}
    assert not set(held_out) & set(train)


def test_repeats_are_the_weight_in_expectation() -> None:
    drawn = repeats([1.25] * 4000, [f"a/{n}" for n in range(4000)], seed=3)
    assert set(drawn.tolist()) == {1, 2}
    assert drawn.mean() == pytest.approx(1.25, abs=0.03)


def test_a_whole_weight_is_no_matter_of_chance() -> None:
    assert repeats([2.0, 0.0, 1.0], ["a/1", "a/2", "a/3"], seed=3).tolist() == [2, 0, 1]


def test_draws_are_even_fixed_by_the_name_and_independent_for_other_purposes_and_seeds() -> None:
    names = [f"a/{n}" for n in range(1000)]
    drawn = shares("held out", names, 1)
    assert 0 <= drawn.min() < 0.01 < 0.99 < drawn.max() < 1
    assert drawn.mean() == pytest.approx(0.5, abs=0.03)
    assert shares("held out", names[7:8], 1).tolist() == drawn[7:8].tolist()
    assert abs(float(((drawn - 0.5) * (shares("weight", names, 1) - 0.5)).mean())) < 0.01
    assert abs(float(((drawn - 0.5) * (shares("held out", names, 2) - 0.5)).mean())) < 0.01


def test_a_draw_is_the_digest_as_a_fraction() -> None:
    # blake2b of "1/held out/a/1" in 8 bytes, by b2sum -l 64
    assert shares("held out", ["a/1"], 1).tolist() == [0x7B8AC59F98259CA9 / 2**64]


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


def test_text_that_is_no_utf8_is_refused_by_its_file(corpus: Corpus, settings: Settings) -> None:
    folder = corpus(["fine"])
    raw = pa.array([b"\xc3("]).view(pa.utf8())
    table = pa.table({"source": ["a"], "id": ["0"], "date": pa.array([None], pa.string()), "text": raw})
    parquet.write_table(table, folder / "part-00001.parquet")
    with pytest.raises(InputError, match=r"part-00001\.parquet: holds text that is not UTF-8; run the ingest stage"):
        list(read(folder, settings()))
