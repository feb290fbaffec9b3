import numpy as np
import pytest

import embedsmith
from embedsmith.compress.chain import apply, compose
from embedsmith.compress.prune import Prune, importance, nearest
from embedsmith.embedding import Dense, Embedding, NGrams, Pieces, save
from embedsmith.errors import InputError

WORDS = [f"w{row}" for row in range(60)]


@pytest.fixture
def embedding():
    return Embedding.dense(WORDS, np.random.default_rng(0).normal(size=(60, 8)))


def pieces():
    rows = Dense(np.random.default_rng(1).normal(size=(4, 8)).astype(np.float32))
    return Pieces(["▁w", "1", "2", "▁"], np.zeros(4, np.float32), "bpe", rows)


def prune(**changed):
    return Prune(**{"by": "frequency", "share": 0.5, "number": None, "composed": True} | changed)


def test_a_pruned_word_has_the_row_of_the_kept_word_of_largest_cosine(embedding):
    small = prune().transform(embedding)
    matrix = embedding.matrix()
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    expected = (unit[30:] @ unit[:30].T).argmax(axis=1)
    np.testing.assert_array_equal(small.matrix()[:30], matrix[:30])
    np.testing.assert_array_equal(small.matrix()[30:], matrix[expected])
    assert list(small.words) == WORDS
    assert small.codec.inner.shape == (30, 8)
    assert small.nbytes == embedding.nbytes - 30 * 8 * 4 + 60 * 2


def test_the_nearest_row_worked_out_by_hand():
    kept = np.array([[1, 0], [0, 5], [0, 0], [2, 0]], np.float32)
    asked = np.array([[9, 1], [-1, 2], [0, 0], [-3, -1]], np.float32)
    assert nearest(asked, kept).tolist() == [0, 1, 0, 2]  # of equal cosines the first; to zero all are 0


def test_a_word_that_the_model_composes_leaves_the_vocabulary_and_has_a_vector_still(embedding):
    composing = Embedding(embedding.words, embedding.codec, fallback=pieces())
    words = [*WORDS[:58], "日本", "w121"]
    small = prune().transform(Embedding(words, embedding.codec, fallback=pieces()))
    assert list(small.words) == [*WORDS[:30], "日本"]  # nothing but `▁` has a piece in it
    assert small.composes("w121")
    rows = composing.fallback.codec.matrix
    np.testing.assert_allclose(small["w121"], (rows[0] + 2 * rows[1] + rows[2]) / 4, rtol=1e-6)
    assert small.vectors(words).shape == (60, 8)
    assert np.any(np.all(embedding.matrix()[:30] == small["日本"], axis=1))


def test_where_every_pruned_word_is_composed_rows_are_plain(embedding):
    buckets = np.arange(50, dtype=np.int32)
    fallback = NGrams(1, 2, 50, buckets, Dense(np.ones((50, 8), np.float32)))
    small = prune().transform(Embedding(embedding.words, embedding.codec, fallback=fallback))
    assert (len(small), small.codec.name) == (30, "dense")
    assert all(small.composes(word) for word in WORDS[30:])


def test_composed_words_share_rows_too_if_it_is_said(embedding):
    composing = Embedding(embedding.words, embedding.codec, fallback=pieces())
    small = prune(composed=False).transform(composing)
    assert list(small.words) == WORDS
    np.testing.assert_array_equal(small.matrix(), prune().transform(embedding).matrix())


def test_a_number_of_words_is_kept_or_all_of_fewer(embedding):
    assert prune(share=None, number=7).transform(embedding).codec.inner.shape == (7, 8)
    whole = prune(share=None, number=700).transform(embedding)
    assert whole.codec.name == "dense"
    np.testing.assert_array_equal(whole.matrix(), embedding.matrix())


@pytest.mark.parametrize("after", [{"int8": {}}, {"pca": {"reduction": 2}, "int8": {}}, {"fp16": {}}])
def test_what_follows_is_given_the_rows_that_are_kept(tmp_path, embedding, after):
    links = {"prune": {"by": "frequency", "share": 0.5, "number": None, "composed": True}}
    small = apply(compose(links | after, "x"), embedding)
    kept = Embedding.dense(WORDS[:30], embedding.matrix()[:30])
    expected = apply(compose(after, "x"), kept)
    assert small.chain == ("prune", *after)
    assert small.codec.name == f"shared:{expected.codec.name}"
    np.testing.assert_array_equal(small.matrix()[:30], expected.matrix())
    numbers = apply(compose(links, "x"), embedding).codec.numbers
    np.testing.assert_array_equal(small.matrix(), expected.matrix()[numbers])
    save(small, tmp_path / "e")
    np.testing.assert_array_equal(embedsmith.load(tmp_path / "e").matrix(), small.matrix())


def test_coefficients_of_kept_rows_are_stored_in_the_way_of_a_last_link(tmp_path, embedding):
    links = {
        "prune": {"by": "frequency", "share": 0.5, "number": None, "composed": True},
        "low_rank": {"reduction": 2},
        "int8": {},
    }
    small = apply(compose(links, "x"), embedding)
    assert small.codec.name == "shared:low_rank:int8"
    save(small, tmp_path / "e")
    loaded = embedsmith.load(tmp_path / "e")
    np.testing.assert_array_equal(loaded.matrix(), small.matrix())
    assert list(loaded.words) == WORDS


def test_a_fallback_goes_through_the_links_that_follow(embedding):
    words = [*WORDS[:59], "日本"]
    links = {"prune": {"by": "frequency", "share": 0.5, "number": None, "composed": True}, "int8": {}}
    small = apply(compose(links, "x"), Embedding(words, embedding.codec, fallback=pieces()))
    assert small.fallback.codec.name == "int8"
    assert small.codec.name == "shared:int8"
    assert small.vectors(words).shape == (60, 8)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"by": "length"}, "by: must be frequency or importance, not 'length'"),
        ({"share": None}, "share: give either"),
        ({"number": 3}, "share: give either"),
        ({"share": 0.0}, "share: must be above 0"),
        ({"share": 1.1}, "share: must be above 0"),
        ({"share": None, "number": 0}, "number: must be at least 1"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(changed, said):
    with pytest.raises(ValueError, match=said):
        prune(**changed)


def test_a_share_that_keeps_nothing_is_told(embedding):
    with pytest.raises(InputError, match=r"prune: a share of 0.001 keeps none of 60 words; use at least 0.0167"):
        prune(share=0.001).transform(embedding)


def test_importance_worked_out_by_hand():
    rows = np.array([[1, 0], [3, 4], [2, 0], [0, 0], [-1, 0]], np.float32)
    np.testing.assert_allclose(importance(rows), [2, 1 - 0.6, 0, 1, 1], atol=1e-6)


def test_by_importance_a_word_that_is_like_a_more_frequent_one_shares_its_row(embedding):
    matrix = np.array(embedding.matrix())
    matrix[5], matrix[7] = 2 * matrix[3], matrix[4]  # they say nothing that others do not
    small = prune(by="importance", share=None, number=58).transform(Embedding.dense(WORDS, matrix))
    assert list(small.words) == WORDS
    assert small.codec.inner.shape == (58, 8)
    np.testing.assert_array_equal(small.matrix()[5], matrix[3])
    others = [row for row in range(60) if row != 5]
    np.testing.assert_array_equal(small.matrix()[others], matrix[others])


def test_importance_is_the_same_in_blocks_and_at_once():
    rows = np.random.default_rng(3).normal(size=(1100, 6)).astype(np.float32)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    expected = [1 - (unit[:row] @ unit[row]).max() for row in range(1, 1100)]
    np.testing.assert_allclose(importance(rows)[1:], expected, atol=1e-5)
