"""What holds of every cure."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from embedsmith.compress.chain import apply
from embedsmith.compress.int8 import Int8
from embedsmith.embedding import Embedding, load, save
from embedsmith.errors import InputError
from embedsmith.mitigate.center import Center
from embedsmith.mitigate.double_hard_debias import DoubleHardDebias
from embedsmith.mitigate.hard_debias import HardDebias
from embedsmith.mitigate.inlp import INLP
from embedsmith.mitigate.remove_top import RemoveTop
from embedsmith.mitigate.whiten import Whiten

from .conftest import gender, planted

LINEAR = {
    "center": lambda: Center(),
    "remove_top": lambda: RemoveTop(components=2),
    "whiten": lambda: Whiten(method="pca", shrinkage=0.1, dimensions=7),
    "zca": lambda: Whiten(method="zca", shrinkage=0.0, dimensions=None),
    "inlp": lambda: INLP(words=gender(), number=100, frequent=5000, rounds=5, held_out=0.3, seed=1),
}
OF_WORDS = {
    "hard_debias": lambda: HardDebias(words=gender()),
    "double_hard_debias": lambda: DoubleHardDebias(words=gender(), candidates=4, clustered=50, frequent=5000, seed=1),
}
CURES = LINEAR | OF_WORDS
cures = pytest.mark.parametrize("name", CURES)


@cures
def test_the_result_is_float32_and_is_read_from_disk_as_it_was(name, embedding, tmp_path):
    cured = apply({name: CURES[name]()}, embedding)
    save(cured, tmp_path / "e")
    read = load(tmp_path / "e")
    assert read.chain == (name,)
    assert {array.dtype.name for array in read.codec.arrays.values()} == {"float32"}
    np.testing.assert_array_equal(read.matrix(), cured.matrix())
    np.testing.assert_array_equal(read["unseen"], cured["unseen"])


@cures
def test_two_runs_give_the_same_bytes_whatever_the_threads(name, embedding):
    results = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            cured = apply({name: CURES[name]()}, embedding)
        results.append(cured.matrix().tobytes() + cured.fallback.codec.rows(slice(0, 30)).tobytes())
    assert results[0] == results[1]


@cures
def test_what_was_given_stays_as_it_was(name, embedding):
    before = embedding.matrix().copy()
    cured = apply({name: CURES[name]()}, embedding)
    np.testing.assert_array_equal(embedding.matrix(), before)
    assert not np.shares_memory(cured.matrix(), embedding.matrix())


@pytest.mark.parametrize("name", LINEAR)
def test_a_composed_vector_is_cured_as_that_of_a_word_is(name, embedding):
    link = CURES[name]().fit(embedding)
    as_a_word = link.transform(Embedding.dense(["unseen"], [embedding["unseen"]]))
    np.testing.assert_allclose(link.transform(embedding)["unseen"], as_a_word["unseen"], atol=1e-5)


@cures
def test_bytes_can_follow_and_keep_what_was_cured(name, embedding):
    cured = apply({name: CURES[name]()}, embedding)
    small = apply({name: CURES[name](), "int8": Int8()}, embedding)
    assert small.chain == (name, "int8")
    step = np.abs(cured.matrix()).max(axis=1, keepdims=True) / 127
    assert np.all(np.abs(small.matrix() - cured.matrix()) <= 0.51 * step + 1e-6)


@cures
def test_a_zero_vector_is_no_failure(name, embedding):
    matrix = embedding.matrix().copy()
    matrix[[embedding.index["w0"], embedding.index["queen"]]] = 0
    cured = apply({name: CURES[name]()}, Embedding.dense(embedding.words, matrix))
    assert np.isfinite(cured.matrix()).all()


@cures
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_value_that_is_not_finite_is_refused_by_its_word(name, value):
    embedding = planted()
    matrix = embedding.matrix().copy()
    matrix[embedding.index["w7"], 3] = value
    with pytest.raises(InputError, match="the vector of 'w7' holds NaN or an infinite value") as caught:
        CURES[name]().fit(Embedding.dense(embedding.words, matrix))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", [name for name in CURES if name != "center"])
def test_one_word_is_too_few(name):
    with pytest.raises(InputError, match="too few|are needed"):
        CURES[name]().fit(Embedding.dense(["she"], np.ones((1, 24))))


def test_one_word_less_the_mean_of_all_is_zero():
    np.testing.assert_array_equal(apply({"center": Center()}, Embedding.dense(["she"], [[1, 2]])).matrix(), [[0, 0]])


@pytest.mark.parametrize("name", ["hard_debias", "double_hard_debias", "inlp"])
def test_too_few_known_words_are_refused(name):
    alone = Embedding.dense([f"w{i}" for i in range(50)], np.random.default_rng(0).normal(size=(50, 24)))
    with pytest.raises(InputError, match=f"{name}: both words of 0 of 10 definitional pairs are known") as caught:
        CURES[name]().fit(alone)
    assert "\n" not in str(caught.value)
