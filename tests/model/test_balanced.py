from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embedsmith.config.check import build
from embedsmith.config.choices import read
from embedsmith.config.compose import compose
from embedsmith.config.experiment import use
from embedsmith.errors import InputError
from embedsmith.model import swap as swap_module
from embedsmith.model.balanced import Balanced, balance, with_copies
from embedsmith.model.checkpoint import Checkpoint
from embedsmith.model.history import History
from embedsmith.model.swap import Swap, Swapper
from embedsmith.tokenizer.tokens import Ids, Tokens, open_ids
from model.conftest import TOPICS, contents, defaults, model, tokens_of, topics, train
from model.test_sgns import Fragile, Interrupted

PAIRS = [list(pair) for pair in zip(TOPICS[0][:4], TOPICS[1][:4], strict=True)]
"""Words of two topics."""
SWAP = Swap(pairs=PAIRS, names={}, least=4)
PARTNERS = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}
KINDS = ["word2vec", "cbow", "fasttext", "pieces", "hybrid", "glove", "svd"]


def balanced(name: str, **changes: Any) -> Balanced:
    """A small model of conf/model/ on balanced text."""
    if name in ("glove", "svd"):
        inner = {**defaults(name), "vector_size": 20}
    else:
        settings = model(name, **changes)
        inner = {"kind": defaults(name)["kind"], **vars(settings)}
    return Balanced(baseline=False, swap=SWAP, model=inner)


def by_hand(sentences: list[list[str]]) -> list[list[str]]:
    """Each sentence, and behind it its swapped copy if a word of it is swapped."""
    result = []
    for sentence in sentences:
        result.append(sentence)
        copy = [PARTNERS.get(word, word) for word in sentence]
        if copy != sentence:
            result.append(copy)
    return result


def text_of(ids: Ids, words: list[str]) -> list[list[str]]:
    """The sentences of ids."""
    found: list[list[str]] = [[]]
    for id_ in ids.tolist():
        if id_ < 0:
            found.append([])
        else:
            found[-1].append(words[id_])
    assert not found[-1]
    return found[:-1]


@pytest.fixture(scope="module")
def text() -> list[list[str]]:
    draw = random.Random(3)
    return [sentence[: draw.randint(1, 10)] for sentence in topics(900, seed=8)]


@pytest.fixture(scope="module")
def tokens(text: list[list[str]], toy: Tokens) -> Tokens:
    return tokens_of(text, topics(40, seed=5), toy.pieces)


def test_each_sentence_with_a_word_to_swap_is_followed_by_its_copy(text: list[list[str]], tokens: Tokens) -> None:
    both = balance(tokens, Swapper.of(SWAP, tokens))
    expected = by_hand(text)
    assert 1.1 * len(text) < len(expected) < 1.9 * len(text)
    assert text_of(both.train, tokens.words) == expected
    assert text_of(both.held_out, tokens.words) == by_hand(topics(40, seed=5))
    counts = Counter(word for sentence in expected for word in sentence)
    assert both.counts.tolist() == [counts[word] for word in tokens.words]
    assert both.words == tokens.words


def test_a_word_and_its_counterpart_are_seen_equally_often_with_the_same_words(tokens: Tokens) -> None:
    both = balance(tokens, Swapper.of(SWAP, tokens))
    index = {word: id_ for id_, word in enumerate(tokens.words)}
    near: dict[str, Counter[str]] = {word: Counter() for word in PARTNERS}
    for sentence in text_of(both.train, tokens.words):
        for word in near.keys() & set(sentence):
            near[word].update(sentence)
    for one, other in PAIRS:
        assert both.counts[index[one]] == both.counts[index[other]] > 0
        assert near[one] == Counter({PARTNERS.get(word, word): count for word, count in near[other].items()})


def test_the_size_of_blocks_changes_nothing(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Swap(pairs=[*PAIRS, [TOPICS[0][0], TOPICS[1][5]]], names={}, least=4)
    whole = balance(tokens, Swapper.of(settings, tokens))
    monkeypatch.setattr(swap_module, "BLOCK", 1)
    parts = balance(tokens, Swapper.of(settings, tokens))
    np.testing.assert_array_equal(parts.train, whole.train)
    np.testing.assert_array_equal(parts.counts, whole.counts)


def test_text_that_is_mapped_is_balanced_as_well_and_stays_as_it_is(tokens: Tokens, tmp_path: Path) -> None:
    expected = balance(tokens, Swapper.of(SWAP, tokens))
    tokens.train.astype("<i4").tofile(tmp_path / "train.bin")
    (tmp_path / "empty.bin").touch()
    before = (tmp_path / "train.bin").read_bytes()
    mapped = replace(tokens, train=open_ids(tmp_path / "train.bin"), held_out=open_ids(tmp_path / "empty.bin"))
    found = balance(mapped, Swapper.of(SWAP, mapped))
    np.testing.assert_array_equal(found.train, expected.train)
    assert len(found.held_out) == 0
    assert (tmp_path / "train.bin").read_bytes() == before


def test_nothing_to_swap_leaves_the_sentences_as_they_are() -> None:
    ids = np.array([3, -1, 4, 5, -1], np.int32)
    np.testing.assert_array_equal(with_copies(ids, ids.copy()), ids)
    swapped = np.array([3, -1, 4, 6, -1], np.int32)
    np.testing.assert_array_equal(with_copies(ids, swapped), [3, -1, 4, 5, -1, 4, 6, -1])


@pytest.mark.parametrize("name", KINDS)
def test_any_model_is_what_it_would_be_on_a_text_balanced_by_hand(
    text: list[list[str]], tokens: Tokens, name: str
) -> None:
    changes = {"below": 100} if name == "hybrid" else {}
    settings = balanced(name, **changes)
    index = {word: id_ for id_, word in enumerate(tokens.words)}
    ids = [id_ for sentence in by_hand(text) for id_ in (*(index[word] for word in sentence), -1)]
    counts = np.bincount(np.array(ids)[np.array(ids) >= 0])
    direct = replace(tokens, train=np.array(ids, np.int32), counts=counts)
    history, expected = History(), History()
    found = train(settings, tokens, history=history)
    assert contents(found) == contents(train(settings._model(), direct, history=expected))
    assert history.points == expected.points
    assert found.words == tokens.words
    assert contents(found) != contents(train(settings._model(), tokens))


@pytest.mark.parametrize("name", ["word2vec", "fasttext", "glove", "svd"])
def test_any_number_of_threads_gives_the_same_bytes(tokens: Tokens, name: str) -> None:
    assert len({contents(train(balanced(name), tokens, threads=threads)) for threads in (1, 2, 3)}) == 1


def test_a_run_that_is_interrupted_goes_on_to_the_same_bytes(tokens: Tokens, tmp_path: Path) -> None:
    settings = balanced("word2vec")
    expected = contents(train(settings, tokens))
    for lasts in (1, 4):
        with pytest.raises(Interrupted):
            train(settings, tokens, checkpoint=Fragile(tmp_path, lasts), threads=2)
    assert contents(train(settings, tokens, checkpoint=Checkpoint(tmp_path, 0))) == expected


def test_too_few_known_words_are_refused_before_anything_is_trained(tokens: Tokens) -> None:
    settings = replace(balanced("word2vec"), swap=Swap(pairs=[["she", "he"]], names={}, least=1))
    with pytest.raises(InputError, match="^swap.least: of 1 pairs of words to swap, the vocabulary knows 0, not 1; "):
        train(settings, tokens)


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        ({}, "model.kind: missing; say which"),
        ({"kind": "word3vec"}, "model.kind: 'word3vec' is not a kind of model; did you mean 'word2vec'"),
        ({"kind": "random", "baseline": True, "vector_size": 0}, "model.vector_size: must be at least 1, not 0"),
    ],
)
def test_an_impossible_model_is_refused_by_its_key(inner: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        Balanced(baseline=False, swap=SWAP, model=inner)


@pytest.mark.parametrize("name", ["word2vec", "fasttext"])
def test_the_balanced_models_of_the_project_are_those_they_are_named_after(project: Path, name: str) -> None:
    use(project, "default", [f"models=[{name},{name}-balanced]", f"model.{name}-balanced.model.epochs=7"])
    config, sources = compose(project, *read(project))
    values = dict(config["model"][f"{name}-balanced"])
    assert values.pop("kind") == "balanced"
    settings = build(Balanced, values, "model")
    assert settings.model == config["model"][name] | {"epochs": 7}
    assert ["she", "he"] in settings.swap.pairs
    assert sources[f"model.{name}-balanced.swap"] == "conf/swap/gender.yaml"
