from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from omegaconf import OmegaConf

from embedsmith.model.fasttext import FastText
from embedsmith.model.word2vec import Word2Vec
from embedsmith.tokenizer.tokens import SENTENCE_END, Ids, Tokens
from embedsmith.tokenizer.words import Vocabulary

CONF = Path(__file__).parents[2] / "conf/model"

Sentences = Sequence[Sequence[str]]


def tokens_of(train: Sentences, held_out: Sentences = ()) -> Tokens:
    """The tokens of sentences that are lists of words."""
    vocabulary = Vocabulary.of(Counter(word for sentence in train for word in sentence), 1)

    def ids(sentences: Sentences) -> Ids:
        flat = [id_ for sentence in sentences for id_ in (*vocabulary.encode(sentence), SENTENCE_END)]
        return np.array(flat, dtype=np.int32)

    none = ids([])
    return Tokens(vocabulary.words, vocabulary.counts, ids(train), ids(held_out), none, none)


def topics(sentences: int, seed: int) -> list[list[str]]:
    """Sentences of ten words, each of them about one of four topics: a word's neighbours are those of its topic."""
    draw = random.Random(seed)
    chosen = (draw.choice(["sea", "sky", "law", "art"]) for _ in range(sentences))
    return [[f"{topic}{chr(97 + draw.randrange(12))}" for _ in range(10)] for topic in chosen]


@pytest.fixture(scope="session")
def toy() -> Tokens:
    return tokens_of(topics(3000, seed=1), topics(300, seed=2))


def defaults(name: str) -> dict[str, Any]:
    """The project's own settings of a model."""
    values: Any = OmegaConf.to_container(OmegaConf.load(CONF / f"{name}.yaml"))
    base = defaults("word2vec") if "defaults" in values else {}
    return {**base, **{key: value for key, value in values.items() if key not in ("kind", "defaults")}}


@pytest.fixture(params=[Word2Vec, FastText])
def model(request: pytest.FixtureRequest) -> Callable[..., Word2Vec]:
    """Each trained model, small, with some settings changed."""
    small = {"vector_size": 20, "epochs": 4, "history_points": 8, "loss_pairs": 500, "sample": 0.0}
    if request.param is FastText:
        small["buckets"] = 1000
    values = {**defaults(request.param.__name__.lower()), **small}
    return lambda **changes: request.param(**{**values, **changes})
