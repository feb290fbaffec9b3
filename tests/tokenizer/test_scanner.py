from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from embedsmith.tokenizer import documents
from embedsmith.tokenizer.documents import Chunk
from embedsmith.tokenizer.scanner import CompiledScanner, RegexScanner, Scanner, scanner
from embedsmith.tokenizer.tokens import SENTENCE_END
from embedsmith.tokenizer.words import Vocabulary, splitter

LETTERS = r"[\p{L}\p{M}]+"

# Letters whose case changes their length, depends on the context or is undone by another's; marks; joiners; digits.
ODD = "aBzΣσςİıIßẞſKÅȺⱥǅǆÀà\u0301\u0307\u200d\u00ad\u0345ﬁ猫あ𐐀𐐨😀·'’ \n\t\u00a0\u2028\u0085\x1c09_-~\x00\ue000"
TEXT = st.text(st.one_of(st.sampled_from(ODD), st.characters(codec="utf-8")), max_size=80)


def chunk(texts: list[str], times: int = 1) -> Chunk:
    data = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, data)], dtype=np.int64)
    order = np.repeat(np.arange(len(texts)), times)
    return Chunk(np.frombuffer(b"".join(data) or b"\0", dtype=np.uint8), ends[order], ends[order + 1], held_out=False)


def sentences_of(text: str) -> list[str]:
    return [part for line in text.split("\n") for part in documents.cut(line)]


@pytest.mark.parametrize("lowercase", [True, False])
@pytest.mark.parametrize("pattern", [LETTERS, r"\w+", r"\S+", r"[^\d\-]+", r"(?:[\p{L}\p{M}])+", r"\w+(?:'\w+)*"])
@settings(deadline=None)  # the first call compiles
@given(texts=st.lists(TEXT, max_size=5), longest=st.integers(3, 40))
@example(texts=["ΑΣ ΑΣΑ", "Σ", "İSTANBUL\nΟΔΟΣ", "plain"], longest=5)
def test_words_are_the_matches_in_each_lower_cased_sentence(
    pattern: str, lowercase: bool, texts: list[str], longest: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "LONGEST", longest)
        split = splitter(pattern, lowercase)
        sentences = [sentence for text in texts for sentence in sentences_of(text)]
        words = [split(sentence) for sentence in sentences]
        own = scanner(pattern, lowercase)
        assert list(own.count(chunk(texts))) == sentences
        counts = Counter(word for sentence in words for word in sentence)
        assert own.counted(1) == counts
        assert own.types() == len(counts)
        vocabulary = Vocabulary.of(counts, 2)
        own.learn(vocabulary)
        encoded = own.encode(chunk(texts))
        known = [vocabulary.encode(sentence) for sentence in words]
        assert encoded.ids.tolist() == [id_ for ids in known if ids for id_ in (*ids, SENTENCE_END)]
        assert encoded.ids.dtype == np.int32
        assert list(encoded.sentences) == sentences
        assert encoded.words == sum(map(len, words))
        assert encoded.documents == sum(bool(sentences_of(text)) for text in texts)


def test_a_class_of_characters_is_compiled_and_any_other_pattern_is_not() -> None:
    assert isinstance(scanner(LETTERS, lowercase=True), CompiledScanner)
    assert isinstance(scanner(r"\w+(?:-\w+)*", lowercase=True), RegexScanner)


@pytest.mark.parametrize("pattern", [LETTERS, r"(?:[\p{L}\p{M}])+"])
def test_several_threads_count_what_one_counts(pattern: str) -> None:
    chunks = [chunk([f"{'word' * (number % 7)} Σ{'ab'[number % 2]} the", "the end"]) for number in range(200)]
    one, many = scanner(pattern, lowercase=True), scanner(pattern, lowercase=True)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(many.count, chunks))
    for each in chunks:
        one.count(each)
    assert many.counted(1) == one.counted(1)
    assert one.counted(1)["the"] == 400
    assert many.counted(101) == {"the": 400, "end": 200}


@pytest.mark.parametrize("own", [scanner(LETTERS, lowercase=True), scanner(r"(?:[\p{L}\p{M}])+", lowercase=True)])
def test_a_document_that_is_read_twice_counts_twice(own: Scanner) -> None:
    sentences = own.count(chunk(["One Σ\ntwo", "three"], times=2))
    assert list(sentences) == ["One Σ", "two", "One Σ", "two", "three", "three"]
    assert own.counted(1) == {"one": 2, "σ": 2, "two": 2, "three": 2}


@pytest.mark.parametrize("pattern", [LETTERS, r"(?:[\p{L}\p{M}])+"])
def test_a_thread_that_met_no_word_does_not_hide_what_others_met(pattern: str) -> None:
    own = scanner(pattern, lowercase=True)
    together = Barrier(8)

    def count(part: Chunk) -> None:
        together.wait()
        own.count(part)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, [chunk([text] * 300) for text in ["12 34"] * 4 + ["a b"] * 4]))
    assert own.counted(1) == {"a": 1200, "b": 1200}


def test_nothing_counted_is_nothing() -> None:
    assert scanner(LETTERS, lowercase=True).counted(1) == {}
    assert scanner(LETTERS, lowercase=True).types() == 0
