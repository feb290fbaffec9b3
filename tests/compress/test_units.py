import numpy as np
import pytest

from embedsmith.compress.chain import apply, compose
from embedsmith.compress.units import uses
from embedsmith.embedding import Dense, Embedding, NGrams, Pieces
from embedsmith.errors import InputError

WORDS = ["river", "rivers", "lake"]


def composing(buckets=40):
    rows = np.random.default_rng(1).normal(size=(buckets, 4)).astype(np.float32)
    unseen = NGrams(3, 4, buckets, np.arange(buckets, dtype=np.int32), Dense(rows))
    return Embedding.dense(WORDS, np.eye(3, 4), fallback=unseen)


def fewer(embedding, share):
    return apply(compose({"units": {"share": share}}, "x"), embedding)


def test_the_units_that_most_words_hold_are_kept_with_their_rows():
    before = composing()
    after = fewer(before, 0.25)
    counts = np.zeros(40)
    for word in WORDS:
        counts[list(set(before.fallback.units(word).tolist()))] += 1
    np.testing.assert_array_equal(uses(before), counts)
    kept = sorted(sorted(range(40), key=lambda unit: -counts[unit])[:10])
    np.testing.assert_array_equal(after.fallback.rows, kept)
    np.testing.assert_array_equal(after.fallback.codec.rows(slice(0, 10)), before.fallback.codec.rows(np.array(kept)))
    np.testing.assert_array_equal(after.matrix(), before.matrix())


def test_a_word_is_the_mean_of_the_units_that_it_still_has():
    before, after = composing(), fewer(composing(), 0.5)
    left = [unit for unit in before.fallback.units("riverside").tolist() if unit in after.fallback.rows]
    expected = before.fallback.codec.rows(np.array(left)).mean(axis=0)
    np.testing.assert_allclose(after["riverside"], expected, rtol=1e-6)


def test_pieces_that_are_kept_keep_their_scores():
    pieces = ["▁r", "iver", "s", "lake", "▁"]
    scores = np.array([-1, -2, -3, -4, -5], dtype=np.float32)
    unseen = Pieces(pieces, scores, "unigram", Dense(np.eye(5, 4, dtype=np.float32)))
    after = fewer(Embedding.dense(WORDS, np.eye(3, 4), fallback=unseen), 0.4)
    assert list(after.fallback.pieces) == ["▁r", "iver"]
    np.testing.assert_array_equal(after.fallback.scores, [-1, -2])


def test_a_share_of_nothing_leaves_no_fallback_and_a_model_without_one_stays():
    assert fewer(composing(), 0).fallback is None
    plain = Embedding.dense(WORDS, np.eye(3, 4))
    np.testing.assert_array_equal(fewer(plain, 0.5).matrix(), plain.matrix())


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_impossible_shares_are_refused(share):
    with pytest.raises(InputError, match="x.units.share: must be 0 to 1"):
        compose({"units": {"share": share}}, "x")
