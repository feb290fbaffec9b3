import numpy as np
import pytest

from embedsmith.compress.chain import compose
from embedsmith.compress.opq import OPQ, allocate, procrustes
from embedsmith.compress.pq import PQ
from embedsmith.embedding import Dense, Embedding, NGrams
from embedsmith.errors import InputError

PARTS = {"parts": 4, "bits": 4, "iterations": 5, "seed": 1}


@pytest.fixture(scope="module")
def rows():
    """Rows whose dimensions depend on each other, of lengths from short to long."""
    draw = np.random.default_rng(0)
    mixed = (draw.normal(size=(800, 12)) * 0.7 ** np.arange(12)) @ np.linalg.qr(draw.normal(size=(12, 12)))[0]
    return (mixed * draw.uniform(0.2, 5, size=(800, 1))).astype(np.float32)


def embedding(rows, fallback=None):
    return Embedding.dense([f"w{i}" for i in range(len(rows))], rows, fallback=fallback)


def directions(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def cosine_error(before, after):
    before, after = directions(before[:300].astype(np.float64)), directions(after[:300].astype(np.float64))
    return np.square(before @ before.T - after @ after.T).mean()


def test_it_loses_less_than_product_quantisation_alone(rows):
    before = embedding(rows)
    plain = PQ(**PARTS).fit(before).transform(before)
    errors = [
        cosine_error(rows, OPQ(**PARTS, rounds=rounds).fit(before).transform(before).matrix()) for rounds in (0, 10)
    ]
    assert errors[0] < 0.7 * cosine_error(rows, plain.matrix())
    assert errors[1] < 0.7 * cosine_error(rows, plain.matrix())


def test_the_rotation_is_as_good_as_that_of_faiss(rows):
    import faiss

    reference = faiss.OPQMatrix(12, 4)
    reference.pq = faiss.ProductQuantizer(12, 4, 4)
    reference.train(directions(rows))
    link = OPQ(**PARTS, rounds=20).fit(embedding(rows))
    turned = [embedding(rows @ link.rotation_), embedding(reference.apply(rows))]
    errors = [cosine_error(rows, PQ(**PARTS).transform(each).matrix()) for each in turned]
    assert errors[0] < 1.05 * errors[1]


@pytest.mark.parametrize("rounds", [0, 3])
def test_the_rotation_changes_no_cosine_and_no_length(rows, rounds):
    rotation = OPQ(**PARTS | {"parts": 5}, rounds=rounds).fit(embedding(rows)).rotation_
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(12), atol=1e-5)


def test_each_round_fits_centroids_and_rotation_better(rows):
    before = embedding(rows)
    errors = []
    for rounds in (0, 20):
        link = OPQ(**PARTS, rounds=rounds).fit(before)
        turned = directions(rows) @ link.rotation_
        decoded = PQ(**PARTS | {"iterations": 30}).transform(embedding(turned)).matrix()
        errors.append(np.square(turned - decoded).sum())
    assert errors[1] < errors[0]


def test_variances_are_allocated_so_that_their_products_are_even():
    assert allocate(np.array([2.0, 16.0, 4.0, 8.0]), np.array([2, 2])) == [[1, 0], [3, 2]]
    assert allocate(np.array([0.0, 1.0, 0.0]), np.array([1, 2])) == [[1], [0, 2]]


def test_procrustes_agrees_with_scipy(rows):
    from scipy.linalg import orthogonal_procrustes

    target = np.random.default_rng(3).normal(size=rows.shape).astype(np.float32)
    expected, _ = orthogonal_procrustes(rows.astype(np.float64), target)
    np.testing.assert_allclose(procrustes(rows, target), expected, atol=1e-5)


def test_units_are_turned_as_the_words_are(rows):
    units = rows[:40]  # so that every cosine between words and units is known
    fallback = NGrams(3, 4, 40, np.arange(40, dtype=np.int32), Dense(units))
    before = embedding(rows, fallback)
    fine = {"parts": 12, "bits": 5, "iterations": 10, "seed": 1, "rounds": 2}
    after = OPQ(**fine).fit(before).transform(before)
    cosines = (directions(after.fallback.codec.rows(slice(0, 40))) * directions(after.matrix()[:40])).sum(axis=1)
    assert cosines.min() > 0.98


def test_the_same_seed_gives_the_same_rotation(rows):
    one, again = (OPQ(**PARTS, rounds=2).fit(embedding(rows)).rotation_ for _ in range(2))
    np.testing.assert_array_equal(one, again)


def test_impossible_settings_are_refused(rows):
    with pytest.raises(InputError, match="variant.x.opq.rounds: must be at least 0"):
        compose({"opq": PARTS | {"rounds": -1}}, "variant.x")
    with pytest.raises(InputError, match="opq: 13 parts are more than the 12 dimensions"):
        OPQ(**PARTS | {"parts": 13}, rounds=1).fit(embedding(rows))
    with pytest.raises(InputError, match="opq: 9 rows are fewer than 2\\^4 centroids"):
        OPQ(**PARTS, rounds=1).fit(embedding(rows[:9]))
