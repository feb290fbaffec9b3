import numpy as np
import pytest
from sklearn.manifold import trustworthiness
from threadpoolctl import threadpool_limits

from embedsmith.report.layout import Layout, lay_out

SETTINGS = {"words": 100, "perplexity": 10.0, "iterations": 250, "seed": 1}


def groups(each=30, dimension=12):
    """Unit vectors around three directions."""
    random = np.random.default_rng(3)
    centres = np.repeat(np.eye(dimension)[:3] * 4, each, axis=0)
    vectors = centres + random.normal(size=centres.shape) * 0.5
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_neighbours_are_near_each_other_in_the_plane():
    vectors = groups()
    places = lay_out(vectors, Layout(**SETTINGS))
    assert places.shape == (90, 2)
    assert trustworthiness(vectors, places, n_neighbors=5) > 0.85
    assert places.min() == 0
    assert places.max() == 1


def test_the_same_seed_lays_out_the_same_to_the_last_bit():
    vectors = groups()
    with threadpool_limits(1):
        first, second = (lay_out(vectors, Layout(**SETTINGS)) for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_fewer_words_than_the_perplexity_asks_for_are_laid_out_all_the_same():
    assert lay_out(groups(each=1), Layout(**SETTINGS)).shape == (3, 2)


def test_two_words_have_places():
    assert np.isfinite(lay_out(np.eye(2), Layout(**SETTINGS))).all()


@pytest.mark.parametrize(
    ("key", "wrong"), [("words", 1), ("perplexity", 0.0), ("iterations", 249), ("seed", -1), ("seed", 1 << 32)]
)
def test_an_impossible_setting_is_refused_by_its_name(key, wrong):
    with pytest.raises(ValueError, match=rf"^{key}: must"):
        Layout(**SETTINGS | {key: wrong})
