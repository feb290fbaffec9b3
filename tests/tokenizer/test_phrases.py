from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models.phrases import Phrases as GensimPhrases
from gensim.test.utils import datapath

from embedsmith.errors import InputError
from embedsmith.tokenizer import documents, join, phrases
from embedsmith.tokenizer.build import build
from embedsmith.tokenizer.join import join_files
from embedsmith.tokenizer.settings import Phrases
from embedsmith.tokenizer.tokens import HELD_OUT, TRAIN, Ids, Tokens, open_ids
from embedsmith.tokenizer.words import Vocabulary, splitter
from tokenizer.conftest import Corpus, Settings
from tokenizer.test_build import texts

Text = Sequence[Sequence[str]]
FILES = ("words.txt", "counts.bin", TRAIN, HELD_OUT)


def chosen(**changes: Any) -> Phrases:
    return Phrases(**{"scoring": "npmi", "threshold": 0.4, "min_count": 3, "passes": 1, **changes})


def toy() -> list[list[str]]:
    """Sentences of a few words in any order, some of which like to stand side by side."""
    draw = random.Random(0)
    words = ["new", "york", "city", "times", "the", "of", "a", "high", "blood", "pressure", *"bcdefghijk"]
    liked = {"new": "york", "york": "times", "high": "blood", "blood": "pressure", "a": "a"}
    text = []
    for _ in range(600):
        sentence = [draw.choice(words)]
        while len(sentence) < draw.randint(1, 9):
            last = sentence[-1]
            sentence.append(liked[last] if last in liked and draw.random() < 0.6 else draw.choice(words))
        text.append(sentence)
    return text


def real() -> list[list[str]]:
    """300 news stories, 60,000 words, most of them rare."""
    split = splitter(r"[\p{L}\p{M}]+", True)
    return [split(line) for line in Path(datapath("lee_background.cor")).read_text(encoding="utf-8").splitlines()]


TEXTS = {"toy": toy, "real": real}


def ids_of(text: Text, vocabulary: Vocabulary) -> Ids:
    return np.array([id_ for sentence in text for id_ in (*vocabulary.encode(sentence), -1)], np.int32)


def vocabulary_of(text: Text) -> Vocabulary:
    return Vocabulary.of(Counter(word for sentence in text for word in sentence), 1)


def written(text: Text, folder: Path, held_out: Text = ()) -> Vocabulary:
    """Write the token files of a text, as the second pass does; its vocabulary."""
    vocabulary = vocabulary_of(text)
    folder.mkdir(exist_ok=True)
    ids_of(text, vocabulary).tofile(folder / TRAIN)
    ids_of(held_out, vocabulary).tofile(folder / HELD_OUT)
    return vocabulary


def sentences(ids: Ids, words: Sequence[str]) -> list[list[str]]:
    lines: list[list[str]] = [[]]
    for id_ in ids.tolist():
        if id_ < 0:
            lines.append([])
        else:
            lines[-1].append(words[id_])
    return lines[:-1]


def gensim_of(text: Text, settings: Phrases) -> GensimPhrases:
    """gensim's model of the same phrases; it multiplies Mikolov's scores by another constant, the kinds of words."""
    model = GensimPhrases(
        text,
        min_count=settings.min_count,
        threshold=settings.threshold,
        scoring="npmi" if settings.scoring == "npmi" else "default",
    )
    if settings.scoring == "mikolov":
        model.threshold *= len(model.vocab) / sum(map(len, text))
    return model


SETTINGS = {
    "npmi": {"scoring": "npmi", "threshold": 0.4},
    "low npmi": {"scoring": "npmi", "threshold": 0.05},
    "mikolov": {"scoring": "mikolov", "threshold": 4.1},
    "low mikolov": {"scoring": "mikolov", "threshold": 1.51},
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("settings", SETTINGS)
def test_the_pairs_and_their_scores_are_those_of_gensim(text: str, settings: str) -> None:
    own, lines = chosen(**SETTINGS[settings], min_count=4), TEXTS[text]()
    vocabulary = vocabulary_of(lines)
    blocks = [ids_of(lines[start : start + 50], vocabulary) for start in range(0, len(lines), 50)]
    keys = phrases.find(blocks, vocabulary.counts, own)
    assert (np.diff(keys) > 0).all()
    counted, times = phrases.count_pairs(blocks, vocabulary.counts, own.min_count)
    first, second = phrases.ids_of(counted)
    total = int(vocabulary.counts.sum())
    scores = phrases.score(times, vocabulary.counts[first], vocabulary.counts[second], total, own)
    model = gensim_of(lines, own)
    scale = total / len(model.vocab) if own.scoring == "mikolov" else 1
    expected = {phrase: value * scale for phrase, value in model.export_phrases().items()}
    found = {
        f"{vocabulary.words[one]}_{vocabulary.words[other]}": value
        for one, other, key, value in zip(*map(np.ndarray.tolist, (first, second, counted, scores)), strict=True)
        if key in keys
    }
    assert len(expected) > (2 if text == "toy" else 30)
    assert found == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("passes", [1, 2, 3])
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("settings", SETTINGS)
def test_the_sentences_are_joined_as_gensim_joins_them(text: str, settings: str, passes: int, tmp_path: Path) -> None:
    own, lines = chosen(**SETTINGS[settings], passes=passes), TEXTS[text]()
    vocabulary = written(lines, tmp_path)
    expected: list[list[str]] = lines
    for _ in range(passes):
        model = gensim_of(expected, own)
        expected = [list(model[sentence]) for sentence in expected]
    joined, known, _ = join_files(tmp_path, vocabulary, own, 1)
    assert sentences(open_ids(tmp_path / TRAIN), joined.words) == [line for line in expected if line]
    assert joined.words == vocabulary_of(expected).words
    assert joined.counts.tolist() == vocabulary_of(expected).counts.tolist()
    assert known == sum(map(len, lines))


def test_scores_are_those_worked_out_by_hand() -> None:
    """Of 100 words a is seen 10 times, b 20 times, and a b 5 times; p is .1, .2 and .05."""
    counts = [np.array([number]) for number in (5, 10, 20)]
    assert phrases.score(*counts, 100, chosen()) == pytest.approx(np.log(0.05 / (0.1 * 0.2)) / -np.log(0.05))
    assert phrases.score(*counts, 100, chosen(scoring="mikolov", min_count=3)) == pytest.approx(100 * (5 - 3) / 200)


def test_pairs_are_joined_from_left_to_right_and_never_over_the_end_of_a_sentence() -> None:
    keys = np.array([0 << 32 | 0, 0 << 32 | 1, 1 << 32 | 2], np.int64)
    names = np.array([10, 11, 12], np.int32)
    for before, after in (
        ([0, 1, 2, -1], [11, 2, -1]),
        ([0, 0, 0, -1, 0, -1], [10, 0, -1, 0, -1]),
        ([0, 0, 1, 2, 2, -1], [10, 12, 2, -1]),
        ([0, -1, 1, -1], [0, -1, 1, -1]),
        ([3, 2, 1, -1], [3, 2, 1, -1]),
    ):
        assert phrases.join(np.array(before, np.int32), keys, names, 12).tolist() == after


def test_the_size_of_blocks_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for size in (1 << 21, 5, 64):
        monkeypatch.setattr(join, "BLOCK", size)
        vocabulary = written(toy(), tmp_path / str(size), toy()[:20])
        joined, *known = join_files(tmp_path / str(size), vocabulary, chosen(passes=2), 5)
        parts = [(tmp_path / str(size) / name).read_bytes() for name in (TRAIN, HELD_OUT)]
        found.append((joined.words, joined.counts.tolist(), known, parts))
    assert found[0] == found[1] == found[2]


def test_a_phrase_that_is_made_in_two_ways_is_one_word(tmp_path: Path) -> None:
    index = {"a": 0, "b": 1, "c": 2, "a_b": 3, "b_c": 4}
    ids = join._number(np.array([0 << 32 | 4, 3 << 32 | 2], np.int64), index)
    assert ids.tolist() == [5, 5]
    assert list(index)[5] == "a_b_c"
    vocabulary = written([["x", "a", "b", "c"]] * 9, tmp_path)
    joined, *_ = join_files(tmp_path, vocabulary, chosen(threshold=0, passes=2), 1)
    assert joined.words == ["x_a_b_c"]
    assert joined.counts.tolist() == [9]


def test_what_is_rare_when_all_is_joined_is_left_out_and_so_is_a_sentence_of_nothing_else(tmp_path: Path) -> None:
    text = [["new", "york"], ["york"], ["go", "to", "new", "york"], ["to", "go"], ["go", "new", "york"], ["go", "to"]]
    vocabulary = written(text, tmp_path, [["york"], ["to", "new", "york"]])
    joined, known, held_out = join_files(tmp_path, vocabulary, chosen(threshold=0.5), 2)
    assert dict(zip(joined.words, joined.counts.tolist(), strict=True)) == {"go": 4, "new_york": 3, "to": 3}
    lines = [["new_york"], ["go", "to", "new_york"], ["to", "go"], ["go", "new_york"], ["go", "to"]]
    assert sentences(open_ids(tmp_path / TRAIN), joined.words) == lines
    assert sentences(open_ids(tmp_path / HELD_OUT), joined.words) == [["to", "new_york"]]
    assert (known, held_out) == (13, 3)
    vocabulary = written(text, tmp_path)
    with pytest.raises(
        InputError, match="^tokenizer.phrases: no word or phrase is seen 9 times when phrases are joined"
    ):
        join_files(tmp_path, vocabulary, chosen(), 9)


def documents_of_toy() -> list[str]:
    """The toy's sentences, three a document."""
    lines = [" ".join(sentence) for sentence in toy()]
    return ["\n".join(lines[start : start + 3]) for start in range(0, len(lines), 3)]


@pytest.mark.parametrize("pattern", [r"[\p{L}\p{M}]+", r"(?:[\p{L}\p{M}])+"], ids=["compiled", "regex"])
def test_the_pipelines_tokens_are_those_of_its_text_joined(
    corpus: Corpus, settings: Settings, tmp_path: Path, pattern: str
) -> None:
    own = settings(phrases=chosen(passes=2), min_count=4, held_out=0.2, word_pattern=pattern)
    folder = corpus([*documents_of_toy(), *texts(60)], shards=2)
    build(folder, own, tmp_path / "out")
    tokens = Tokens.open(tmp_path / "out")
    split, text = splitter(pattern, True), []
    for chunk in documents.read(folder, own):
        text += [split(line) for part in chunk.sentences() for line in part if not chunk.held_out]
    expected: list[list[str]] = text
    for _ in range(2):
        model = gensim_of(expected, chosen())
        expected = [list(model[sentence]) for sentence in expected]
    kept = vocabulary_of(expected)
    often = {word for word, count in zip(kept.words, kept.counts, strict=True) if count >= 4}
    lines = [[word for word in sentence if word in often] for sentence in expected]
    assert sentences(tokens.train, tokens.words) == [line for line in lines if line]
    assert {"new_york", "high_blood_pressure"} <= set(tokens.words)
    np.testing.assert_array_equal(tokens.counts, np.bincount(tokens.train[tokens.train >= 0]))
    assert (np.diff(tokens.counts) <= 0).all()


def test_off_nothing_is_joined_and_on_any_number_of_threads_gives_the_same(
    corpus: Corpus, settings: Settings, tmp_path: Path
) -> None:
    folder = corpus([*documents_of_toy(), *texts(60)], shards=3)
    changes = {"min_count": 4, "held_out": 0.2}
    build(folder, settings(**changes), tmp_path / "off")
    assert not any("_" in word for word in Tokens.open(tmp_path / "off").words)
    assert "phrases" not in (tmp_path / "off/tokens.json").read_text()
    for threads in (1, 3):
        build(folder, settings(**changes, phrases=chosen(passes=2), threads=threads), tmp_path / str(threads))
    for name in (*FILES, "tokens.json"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "3" / name).read_bytes(), name
    assert '"phrases": ' in (tmp_path / "1/tokens.json").read_text()
    assert not list((tmp_path / "1").glob("*.draft"))


def test_a_word_that_looks_like_a_phrase_is_refused(corpus: Corpus, settings: Settings, tmp_path: Path) -> None:
    folder = corpus(["a new_york minute", "a new york minute", *texts(60)])
    build(folder, settings(word_pattern=r"\w+"), tmp_path / "off")
    with pytest.raises(InputError) as error:
        build(folder, settings(word_pattern=r"\w+", phrases=chosen()), tmp_path / "on")
    assert str(error.value) == (
        "tokenizer.phrases: the word 'new_york' holds _, which joins phrases; use a word_pattern without"
    )
