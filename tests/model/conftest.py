from __future__ import annotations

import io
import math
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from omegaconf import OmegaConf

from embedsmith.config.check import build
from embedsmith.config.rooms import find
from embedsmith.embedding import Embedding
from embedsmith.model import sampling
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.tokenizer.tokens import SENTENCE_END, Ids, Tokens
from embedsmith.tokenizer.words import Vocabulary

CONF = Path(__file__).parents[2] / "conf/model"
SMALL = {
    "vector_size": 20,
    "parts": 2,
    "epochs": 3,
    "sample": 0.0,
    "learning_rate": 0.05,
    "history_points": 8,
    "baseline": False,
}
"""Settings of toy models."""
SMALL_TABLE = 1 << 16

Sentences = Sequence[Sequence[str]]


def tokens_of(train: Sentences, held_out: Sentences = (), pieces: Path = Path("no pieces")) -> Tokens:
    """The tokens of sentences that are lists of words."""
    vocabulary = Vocabulary.of(Counter(word for sentence in train for word in sentence), 1)

    def ids(sentences: Sentences) -> Ids:
        flat = [id_ for sentence in sentences for id_ in (*vocabulary.encode(sentence), SENTENCE_END)]
        return np.array(flat, dtype=np.int32)

    words = vocabulary.words
    return Tokens(words, vocabulary.counts, ids(train), ids(held_out), list(words), pieces)


def made_up_words(number: int, seed: int) -> list[str]:
    """Distinct words of three syllables, whose spelling says nothing."""
    draw = random.Random(seed)
    words: dict[str, None] = {}
    while len(words) < number:
        words["".join(draw.choice("bdfgklmnprst") + draw.choice("aeiou") for _ in range(3))] = None
    return list(words)


TOPICS = [made_up_words(48, seed=0)[start : start + 12] for start in range(0, 48, 12)]
TOPIC = {word: number for number, words in enumerate(TOPICS) for word in words}


def topics(sentences: int, seed: int) -> list[list[str]]:
    """Sentences of ten words, each of them about one of four topics: a word's neighbours are those of its topic."""
    draw = random.Random(seed)
    return [draw.choices(draw.choice(TOPICS), k=10) for _ in range(sentences)]


def sentencepiece_model(sentences: Sentences, kind: str, pieces: int) -> bytes:
    """Train at most so many pieces, 256 of bytes among them, on sentences."""
    from sentencepiece import SentencePieceTrainer

    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(" ".join(sentence) for sentence in sentences),
        model_writer=model,
        model_type=kind,
        vocab_size=pieces,
        hard_vocab_limit=False,
        byte_fallback=True,
        character_coverage=1.0,
        bos_id=-1,
        eos_id=-1,
        num_threads=1,
        minloglevel=2,
    )
    return model.getvalue()


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    """3000 sentences about four topics, with pieces of unigram's; some words have pieces, most are cut."""
    pieces = tmp_path_factory.mktemp("toy") / "pieces.model"
    text = topics(3000, seed=1)
    pieces.write_bytes(sentencepiece_model(text, "unigram", 300))
    return tokens_of(text, topics(300, seed=2), pieces)


@pytest.fixture(scope="session")
def short_toy(toy: Tokens) -> Tokens:
    """The same words, all of them, in 600 sentences: seven blocks."""
    text = [toy.words, *topics(600, seed=3)]
    return tokens_of(text, pieces=toy.pieces)


def defaults(name: str) -> dict[str, Any]:
    """The project's own settings of a model, and its `kind`: conf/model/NAME.yaml over what it is based on."""
    values: Any = OmegaConf.to_container(OmegaConf.load(CONF / f"{name}.yaml"))
    merged: dict[str, Any] = {}
    for base in values.pop("defaults", []):
        if isinstance(base, str) and base != "_self_":
            base, _, key = base.partition("@")
            merged |= {key: defaults(base)} if key else defaults(base)
    return merged | values


def model(name: str, **changes: Any) -> Any:
    """A model of conf/model/, small, with some settings changed; those of a hybrid's halves as well."""
    values = {**defaults(name), **({"pieces": "unigram", "alpha": 0.1} if name == "pieces" else {})}
    if name == "hybrid":
        own = {key: changes.pop(key) for key in ("below", "words", "subwords") if key in changes}
        halves = {key: values[key] | SMALL | changes for key in ("words", "subwords")}
        values = {**values, **halves, "baseline": False, **own}
    else:
        values = {**values, **SMALL, **changes}
    return build(find("embedsmith.model", values.pop("kind"), name), values, name)


@pytest.fixture(autouse=True)
def small_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shuffling millions of negatives is most of the time that a toy takes."""
    monkeypatch.setattr(sampling, "TABLE", SMALL_TABLE)


TRAINED = ["word2vec", "cbow", "fasttext", "pieces", "hybrid"]
"""Models of conf/model/ that are trained step by step, one of each way."""


def train(
    settings: Any,
    tokens: Tokens,
    *,
    seed: int = 1,
    threads: int = 1,
    history: History | None = None,
    checkpoint: Checkpoint | None = None,
) -> Embedding:
    """Train, without any checkpoint if none is given."""
    course: dict[str, Any] = {"history": history or History(), "checkpoint": checkpoint or never()}
    embedding: Embedding = settings.train(tokens, seed=seed, threads=threads, **course)
    return embedding


def never() -> Checkpoint:
    """A checkpoint that there is not, and that is never due."""
    return Checkpoint(Path("no checkpoints"), math.inf)


def contents(embedding: Embedding) -> bytes:
    """All that an embedding holds: its rows, and those of what unseen words are composed of."""
    held = [*embedding.codec.arrays.values()]
    if embedding.fallback is not None:
        held += [*embedding.fallback.codec.arrays.values(), *embedding.fallback.arrays.values()]
    return b"".join(np.ascontiguousarray(array).tobytes() for array in held)


def purity(embedding: Embedding, near: int = 8) -> float:
    """Which share of the words that are nearest to a word are of its topic."""
    found = [TOPIC[other] == TOPIC[word] for word in TOPIC for other, _ in embedding.nearest(word, near)]
    return float(np.mean(found))


def is_likely(observed: Sequence[float] | np.ndarray, shares: Sequence[float] | np.ndarray) -> bool:
    """Whether a chi-square test takes the numbers `observed` for draws by `shares`, at one in 10,000."""
    from scipy.stats import chisquare

    counts, weights = np.asarray(observed, float), np.asarray(shares, float)
    return bool(chisquare(counts, weights / weights.sum() * counts.sum()).pvalue > 1e-4)
