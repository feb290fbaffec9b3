from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from embedsmith.model.segmentation import Segmentation
from embedsmith.tokenizer.tokens import Tokens
from model.conftest import contents, defaults, model, purity, sentencepiece_model, tokens_of, topics, train


def test_the_neighbours_of_a_word_are_those_of_its_topic_though_cuts_vary(toy: Tokens) -> None:
    embedding = train(model("pieces", alpha=0.3, epochs=6), toy)
    assert embedding.words == toy.words
    untrained = train(model("pieces", alpha=0, epochs=1, learning_rate=1e-7, min_learning_rate=1e-8), toy)
    assert purity(untrained) < 0.4
    assert purity(embedding) > 0.6
    assert purity(train(model("pieces", alpha=0), toy)) > 0.8


def test_a_word_is_the_mean_of_its_best_pieces_and_so_is_an_unseen_one(toy: Tokens) -> None:
    embedding = train(model("pieces"), toy)
    assert embedding.fallback is not None
    rows = embedding.fallback.codec.rows(slice(0, embedding.fallback.codec.shape[0]))
    names = embedding.fallback.strings["pieces"]
    for word in [*toy.words[::7], "gobelin", "sade"]:
        units = embedding.fallback.units(word)
        assert "".join(names[unit] for unit in units) == f"▁{word}"
        np.testing.assert_allclose(embedding[word], rows[units].mean(axis=0), rtol=1e-5, atol=1e-7)


def test_any_word_has_a_vector_even_one_of_characters_without_pieces(toy: Tokens) -> None:
    """Spelled by private-use characters, as the originals of renamed words are."""
    spelled = {toy.words[3]: "\ue000", toy.words[9]: "\ue001"}
    tokens = replace(toy, spellings=[spelled.get(word, word) for word in toy.words])
    embedding = train(model("pieces"), tokens)
    assert np.all(np.linalg.norm(embedding.matrix(), axis=1) > 0)
    assert np.isfinite(embedding.matrix()).all()
    assert embedding.fallback is not None
    assert np.linalg.norm(embedding[toy.words[3]] - embedding[toy.words[9]]) > 0.1
    for word in ("quux", "é", "lina", "\ue000a"):
        assert embedding.composes(word) == (len(embedding.fallback.units(word)) > 0)
    assert embedding.composes("lina")


def test_words_of_one_character_without_a_piece_are_learned_from(toy: Tokens) -> None:
    """Each word a character of its own: pieces are then nothing but words."""
    signs = {word: chr(0xE000 + place) for place, word in enumerate(toy.words)}
    tokens = replace(toy, spellings=[signs[word] for word in toy.words])
    assert purity(train(model("pieces", epochs=6), tokens)) > 0.95


def test_pieces_that_no_word_was_cut_into_are_zero(toy: Tokens) -> None:
    embedding = train(model("pieces", alpha=0), toy)
    assert embedding.fallback is not None
    rows = embedding.fallback.codec.rows(slice(0, embedding.fallback.codec.shape[0]))
    used = np.unique(Segmentation(toy.pieces.read_bytes(), "unigram", toy.spellings).best.unit_of)
    assert np.flatnonzero(rows.any(axis=1)).tolist() == used.tolist()


def test_cuts_are_drawn_anew_in_each_epoch_unless_alpha_is_zero(
    short_toy: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    real = Segmentation.sampled

    def sampled(self: Segmentation, alpha: float, purpose: Any) -> Any:
        asked.append((alpha, list(purpose)))
        return real(self, alpha, purpose)

    monkeypatch.setattr(Segmentation, "sampled", sampled)
    train(model("pieces", alpha=0, epochs=2), short_toy)
    assert asked == []
    train(model("pieces", alpha=0.2, epochs=3), short_toy, seed=7)
    assert [alpha for alpha, _ in asked] == [0.2] * 3
    assert len({tuple(purpose) for _, purpose in asked}) == 3


def test_pieces_by_merging_are_trained_as_well(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("bpe") / "pieces.model"
    text = topics(1500, seed=1)
    file.write_bytes(sentencepiece_model(text, "bpe", 320))
    tokens = tokens_of(text, pieces=file)
    assert purity(train(model("pieces", pieces="bpe", epochs=8), tokens)) > 0.5


def test_another_alpha_gives_other_vectors(short_toy: Tokens) -> None:
    one, other = (contents(train(model("pieces", alpha=alpha, epochs=1), short_toy)) for alpha in (0.1, 0.9))
    assert one != other


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alpha": -0.1}, "alpha: must be from 0 to 1, not -0.1"),
        ({"alpha": 1.5}, "alpha: must be from 0 to 1, not 1.5"),
        ({"vector_size": 0}, "vector_size: must be at least 1, not 0"),
    ],
)
def test_an_impossible_value_is_refused_by_its_key(change: dict[str, float], message: str) -> None:
    from embedsmith.model.pieces import Pieces

    values = {**defaults("pieces"), "pieces": "unigram", **change}
    del values["kind"]
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        Pieces(**values)
    assert str(error.value) == message
