from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from embedsmith.errors import InputError
from embedsmith.tokenizer import documents, pieces
from embedsmith.tokenizer.build import build
from embedsmith.tokenizer.settings import TokenizerSettings
from embedsmith.tokenizer.tokens import Tokens
from tokenizer.conftest import Corpus, Settings


def texts(number: int, seed: int = 0) -> list[str]:
    draw = random.Random(seed)
    words = [f"{a}{b}{c}" for a in "bdfg" for b in "aeiou" for c in "lmn"]
    return ["\n".join(" ".join(draw.choices(words, k=6)).capitalize() + "." for _ in range(4)) for _ in range(number)]


def documents_of(folder: Path, settings: TokenizerSettings) -> list[tuple[bool, list[str]]]:
    """The sentences of each document, and whether it is held out."""
    return [(chunk.held_out, own) for chunk in documents.read(folder, settings) for own in chunk.sentences()]


def decoded(ids: list[int], words: list[str]) -> list[list[str]]:
    lines: list[list[str]] = [[]]
    for id_ in ids:
        if id_ < 0:
            lines.append([])
        else:
            lines[-1].append(words[id_])
    return lines[:-1]


def test_the_tokens_are_the_text_and_the_counts_are_those_of_a_counter(
    corpus: Corpus, settings: Settings, tmp_path: Path
) -> None:
    chosen = settings(held_out=0.2)
    folder = corpus(texts(60), shards=3)
    build(folder, chosen, tmp_path / "out")
    tokens = Tokens.open(tmp_path / "out")
    expected: dict[bool, list[list[str]]] = {True: [], False: []}
    for held_out, sentences in documents_of(folder, chosen):
        expected[held_out] += [s.lower().rstrip(".").split() for s in sentences]
    assert decoded(tokens.train.tolist(), tokens.words) == expected[False]
    known = set(tokens.words)
    assert decoded(tokens.held_out.tolist(), tokens.words) == [[w for w in s if w in known] for s in expected[True]]
    counts = Counter(word for sentence in expected[False] for word in sentence)
    assert dict(zip(tokens.words, tokens.counts.tolist(), strict=True)) == counts


ODD = ["ΟΔΟΣ Σ\nİstanbul İ", "Straße ẞ ǅ\u0345", "na\u0308ıve ſ K Å", "猫\u3000あ\u2028x", "a\x00b\x1c", "𐐀𐐨 ﬁ"]


def test_compiled_code_and_regular_expressions_leave_the_same_bytes(
    corpus: Corpus, settings: Settings, tmp_path: Path
) -> None:
    odd = [" ".join(words) for words in zip(ODD * 20, texts(120), strict=True)] + ["long Σ " * 2000, "ab" * 5000]
    folder = corpus(odd, shards=4, a=1.5)
    for name, pattern in {"compiled": r"[\p{L}\p{M}]+", "regex": r"(?:[\p{L}\p{M}])+"}.items():
        build(folder, settings(held_out=0.3, min_count=2, word_pattern=pattern), tmp_path / name)
    for name in ("words.txt", "counts.bin", "train.bin", "held_out.bin", "tokens.json", "pieces.model"):
        assert (tmp_path / "compiled" / name).read_bytes() == (tmp_path / "regex" / name).read_bytes(), name
    assert {"οδος", "σ", "i̇stanbul", "straße"} <= set(Tokens.open(tmp_path / "compiled").words)


def test_the_number_of_threads_changes_no_token(
    corpus: Corpus, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "CHUNK", 300)  # enough chunks for all of them
    folder = corpus(texts(100), shards=3, a=1.5)
    for threads in (1, 5):
        build(folder, settings(threads=threads, held_out=0.2), tmp_path / f"{threads}")
    for name in ("words.txt", "counts.bin", "train.bin", "held_out.bin"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "5" / name).read_bytes(), name


def test_a_second_run_elsewhere_leaves_the_same_bytes(corpus: Corpus, settings: Settings, tmp_path: Path) -> None:
    folder = corpus(texts(40), a=1.5)
    chosen = settings(held_out=0.1, sentences=50)
    for out in ("first", "deep/down/second"):
        build(folder, chosen, tmp_path / out)
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert set(names) == {
        *("words.txt", "counts.bin", "train.bin", "held_out.bin", "tokens.json", "pieces.model", "pieces.vocab"),
    }
    for name in names:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "deep/down/second" / name).read_bytes(), name


def test_a_weight_repeats_the_documents(corpus: Corpus, settings: Settings, tmp_path: Path) -> None:
    build(corpus(texts(10), a=3.0), settings(held_out=0.0, vocab_size=290), tmp_path / "out")
    facts = json.loads((tmp_path / "out/tokens.json").read_text())
    assert facts["text"]["train"] == {"documents": 30, "sentences": 120, "words": 720}
    assert (Tokens.open(tmp_path / "out").train >= 0).sum() == 720


def test_the_facts_by_hand(corpus: Corpus, settings: Settings, tmp_path: Path) -> None:
    chosen = settings(held_out=0.5, min_count=2, vocab_size=268)
    folder = corpus(["aa bb aa 12", "aa bb cc", "aa dd 😀", "bb aa cc", "cc zz aa", "aa bb ee"] * 4)
    build(folder, chosen, tmp_path / "out")
    facts = json.loads((tmp_path / "out/tokens.json").read_text())
    read_texts = documents_of(folder, chosen)
    train = [w for apart, [line] in read_texts if not apart for w in line.split() if w.isalpha()]
    held_out = [line for apart, [line] in read_texts if apart]
    counts = Counter(train)
    known = {word for word, count in counts.items() if count >= 2}
    words = [w for line in held_out for w in line.split() if w.isalpha()]
    assert facts["words"] == {
        "types": len(counts),
        "tokens": len(train),
        "vocabulary": len(known),
        "coverage": round(sum(w in known for w in train) / len(train), 6),
        "unknown_rate": round(sum(w not in known for w in words) / len(words), 6),
    }
    processor = pieces.load((tmp_path / "out/pieces.model").read_bytes())
    encoded = [id_ for line in held_out for id_ in processor.encode(line)]
    assert facts["pieces"]["fertility"] == pytest.approx(len(encoded) / sum(len(x.split()) for x in held_out), rel=1e-5)
    assert facts["pieces"]["characters_per_token"] == pytest.approx(sum(map(len, held_out)) / len(encoded), rel=1e-5)
    assert facts["pieces"]["byte_rate"] == round(sum(map(processor.is_byte, encoded)) / len(encoded), 6)
    assert facts["pieces"]["unknown_rate"] == 0


def test_nothing_held_out_leaves_the_metrics_without_a_value(
    corpus: Corpus, settings: Settings, tmp_path: Path
) -> None:
    runtime = build(corpus(texts(10)), settings(held_out=0.0), tmp_path / "out")
    facts = json.loads((tmp_path / "out/tokens.json").read_text())
    assert facts["words"]["unknown_rate"] is None
    assert facts["pieces"]["fertility"] is None
    assert set(runtime) == {"count_seconds", "pieces_seconds", "encode_seconds", "words_per_second"}


@pytest.mark.parametrize(
    ("text", "change", "message"),
    [
        ("a b c", {"min_count": 5}, "tokenizer.min_count: no word is seen 5 times (the most frequent, 'a', 1); lower"),
        ("12 34 !", {}, "tokenizer: the training text holds no word; give more text"),
        ("a b c", {"held_out": 0.999999}, "tokenizer: the training text holds no word; give more text"),
        ("a b c", {"word_pattern": "[a-z ]+"}, "tokenizer.word_pattern: the word 'a b c' holds white space"),
        ("", {}, "tokenizer: the training text holds no word; give more text"),
    ],
)
def test_a_vocabulary_that_nothing_can_be_trained_on_is_refused(
    corpus: Corpus, settings: Settings, tmp_path: Path, text: str, change: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError) as error:
        build(corpus([text]), settings(**{"held_out": 0.0, **change}), tmp_path / "out")
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)
