from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from embedsmith.embedding.ngrams import bucket_numbers
from embedsmith.model.fasttext import FastText
from embedsmith.tokenizer.tokens import Tokens
from model.conftest import contents, defaults, model, purity, train


def units_of(word: str, buckets: int) -> list[int]:
    return bucket_numbers(word, 3, 6, buckets)


def test_only_buckets_in_which_an_n_gram_of_the_vocabulary_falls_have_a_row(short_toy: Tokens) -> None:
    for buckets in (50, 2000, 1 << 30):
        fallback = train(model("fasttext", buckets=buckets, epochs=1), short_toy).fallback
        assert fallback is not None
        occurring = {bucket for word in short_toy.words for bucket in units_of(word, buckets)}
        assert fallback.arrays["rows"].tolist() == sorted(occurring)
        assert fallback.codec.shape == (len(occurring), 20)
    assert len(occurring) > 500


def test_an_unseen_word_is_the_mean_of_its_n_grams_that_have_a_row(short_toy: Tokens) -> None:
    embedding = train(model("fasttext", buckets=2000), short_toy)
    assert embedding.fallback is not None
    rows = embedding.fallback.codec.rows(slice(0, embedding.fallback.codec.shape[0]))
    place = {bucket: row for row, bucket in enumerate(embedding.fallback.arrays["rows"].tolist())}
    for word in (short_toy.words[0] + "s", "un" + short_toy.words[5], short_toy.words[7][:4]):
        found = [place[bucket] for bucket in units_of(word, 2000) if bucket in place]
        assert found
        np.testing.assert_allclose(embedding[word], rows[found].astype(np.float64).mean(axis=0), rtol=1e-5, atol=1e-7)
    with pytest.raises(KeyError):
        embedding["ж"]


def test_a_word_is_the_mean_of_its_own_row_and_its_n_grams(short_toy: Tokens) -> None:
    """Its own row is what is left of the mean: it began small and at random, and was trained as the others were."""
    embedding = train(model("fasttext", buckets=1 << 30), short_toy)
    assert embedding.fallback is not None
    rows = embedding.fallback.codec.rows(slice(0, embedding.fallback.codec.shape[0])).astype(np.float64)
    place = {bucket: row for row, bucket in enumerate(embedding.fallback.arrays["rows"].tolist())}
    for word in short_toy.words[::9]:
        grams = [place[bucket] for bucket in units_of(word, 1 << 30)]
        own = embedding[word] * (1 + len(grams)) - rows[grams].sum(axis=0)
        whole = place[units_of(word, 1 << 30)[3]]  # `<` and five characters, of this word alone: it took the same steps
        assert np.linalg.norm(own) == pytest.approx(np.linalg.norm(rows[whole]), rel=0.05)
        assert own @ rows[whole] / np.linalg.norm(own) / np.linalg.norm(rows[whole]) > 0.98


def test_words_shorter_than_any_n_gram_have_their_own_row_alone(short_toy: Tokens) -> None:
    embedding = train(model("fasttext", min_n=20, max_n=25), short_toy)
    assert embedding.fallback is not None
    assert embedding.fallback.codec.shape == (0, 20)
    assert purity(embedding) > 0.9
    assert not embedding.composes(short_toy.words[0] + "s")


def test_a_word_is_read_by_its_spelling(short_toy: Tokens) -> None:
    word, other = short_toy.words[0], short_toy.words[20]
    renamed = replace(short_toy, words=["x~5" if w == word else w for w in short_toy.words])
    plain, spelled = (train(model("fasttext"), tokens) for tokens in (short_toy, renamed))
    assert contents(plain) == contents(spelled)  # it has another name, and the same spelling
    opaque = replace(short_toy, spellings=["\ue000" if w == word else w for w in short_toy.words])
    embedding = train(model("fasttext", epochs=1), opaque)
    assert embedding.fallback is not None
    found = set(embedding.fallback.arrays["rows"].tolist())
    assert set(units_of("\ue000", 200_000)) <= found
    assert set(units_of(other, 200_000)) <= found
    assert not set(units_of(word, 200_000)) <= found


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_neighbours_are_those_of_the_topic_as_they_are_for_gensim(toy: Tokens, architecture: str) -> None:
    """The words are spelled at random, so that n-grams alone tell nothing."""
    from gensim.models import FastText as Theirs

    from embedsmith.embedding import Embedding
    from model.conftest import topics

    network = Theirs(
        topics(3000, seed=1),
        vector_size=20,
        window=5,
        negative=5,
        sample=0,
        epochs=3,
        min_count=1,
        sg=int(architecture == "skipgram"),
        alpha=0.05,
        workers=1,
        seed=1,
        bucket=2000,
    )
    theirs = Embedding.dense(toy.words, network.wv[toy.words])
    ours = train(model("fasttext", architecture=architecture, buckets=2000), toy)
    untrained = train(
        model("fasttext", architecture=architecture, epochs=1, learning_rate=1e-7, min_learning_rate=1e-8), toy
    )
    assert purity(untrained) < 0.5
    assert purity(theirs) > 0.98
    assert purity(ours) > 0.98


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"min_n": 7}, "min_n: must be at most max_n (6), not 7"),
        ({"min_n": 0}, "min_n: must be at least 1, not 0"),
        ({"buckets": 0}, "buckets: must be at least 1, not 0"),
        ({"buckets": 1 << 31}, "buckets: must be below 2^31, not 2147483648"),
        ({"vector_size": 0}, "vector_size: must be at least 1, not 0"),
    ],
)
def test_an_impossible_value_is_refused_by_its_key(change: dict[str, int], message: str) -> None:
    values = {**defaults("fasttext"), **change}
    del values["kind"]
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        FastText(**values)
    assert str(error.value) == message
