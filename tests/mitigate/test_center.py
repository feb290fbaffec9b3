import numpy as np

from embedsmith.evaluate.pairs import Pairs
from embedsmith.evaluate.spaces import answer
from embedsmith.evaluate.terms import Weights
from embedsmith.mitigate.center import Center


def test_the_mean_of_all_words_is_zero(embedding):
    mean = Center().fit(embedding).transform(embedding).matrix().mean(axis=0, dtype=np.float64)
    np.testing.assert_allclose(mean, 0, atol=1e-6)


def test_it_is_what_evaluation_calls_the_centred_model(embedding):
    names = embedding.words
    pairs = Pairs([*names[:300], "unseen"], [*names[300:600], names[0]], np.arange(301.0))
    variants = {"untouched": embedding, "center": Center().fit(embedding).transform(embedding)}
    found = answer(variants, {"pairs": pairs}, compose=True, weights=Weights.of(None, {}), threads=1)["pairs"]
    untouched, center, centred = found.outcomes[:, :, 0].T
    np.testing.assert_array_equal(center[:-1], centred[:-1])
    np.testing.assert_allclose(
        center[-1], centred[-1], atol=1e-6
    )  # composed of centred units, or centred once composed
    assert np.abs(center - untouched).max() > 0.01
