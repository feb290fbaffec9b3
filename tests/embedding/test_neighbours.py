"""Approximate neighbours: an exported index asked with the words of an artifact."""

import sys

import numpy as np
import pytest

import embedsmith
from embedsmith.embedding import Dense, Embedding, FormatError, Int8, NGrams, save
from embedsmith.export.write import export

ROWS = 3_000
WORDS = [f"w{row}" for row in range(ROWS)]


def topics(rows=ROWS, dimension=32, seed=0):
    """Vectors as those of words are: in topics, with a few strong directions and a mean that is not zero."""
    draw = np.random.default_rng(seed)
    centres = draw.normal(size=(60, dimension))
    spread = np.linspace(2, 0.3, dimension)
    return ((centres[draw.integers(60, size=rows)] + draw.normal(size=(rows, dimension))) * spread + 0.3).astype("f4")


@pytest.fixture(scope="module")
def embedding():
    matrix = topics()
    scales = np.abs(matrix).max(axis=1) / 127
    codes = np.rint(matrix / scales[:, None]).astype(np.int8)
    units = NGrams(3, 3, 5, np.arange(5, dtype=np.int32), Dense(topics(5)))
    return Embedding(WORDS, Int8(codes, scales), ("int8",), units)


@pytest.fixture(scope="module", params=["faiss", "usearch"])
def folder(request, embedding, tmp_path_factory):
    path = tmp_path_factory.mktemp("index")
    save(embedding, path / "e")
    export(path / "e", request.param, path / request.param, force=False)
    return path / request.param


def test_nearly_all_of_the_ten_nearest_are_found(embedding, folder):
    index = embedsmith.load_index(folder)
    asked = WORDS[::10]
    exact = embedding.nearest_many(asked, 10)
    found = [embedding.nearest(word, 10, index) for word in asked]
    recall = np.mean([len(dict(one).keys() & dict(other).keys()) / 10 for one, other in zip(exact, found, strict=True)])
    assert recall == 1 if folder.name == "faiss" else recall > 0.95
    for one, other in zip(exact, found, strict=True):
        assert len(other) == 10
        assert set(one) & set(other) == {(word, cosine) for word, cosine in other if word in dict(one)}  # exact cosines


def test_unseen_words_and_vectors_may_be_asked_for(embedding, folder):
    index = embedsmith.load_index(folder)
    assert embedding.nearest("unheard", 1, index) == embedding.nearest("unheard", 1)
    assert embedding.nearest(embedding["w5"], 1, index)[0][0] == "w5"
    assert embedding.nearest("w5", 0, index) == []
    assert len(embedding.nearest("w5", 2 * ROWS, index)) == ROWS - 1 or folder.name == "usearch"


def test_an_index_says_what_it_holds(folder):
    assert repr(embedsmith.load_index(folder)) == "<Index: 3,000 words x 32>"


def test_an_index_of_other_words_or_dimensions_is_refused(folder):
    index = embedsmith.load_index(folder)
    with pytest.raises(ValueError, match="not of the words of this embedding"):
        Embedding.dense(WORDS[::-1], topics()).nearest("w5", 3, index)
    with pytest.raises(ValueError, match="not of the words of this embedding"):
        Embedding.dense(WORDS[:-1], topics()[:-1]).nearest("w5", 3, index)
    with pytest.raises(ValueError, match="an index of 32 dimensions for vectors of 16"):
        Embedding.dense(WORDS, topics()[:, :16]).nearest("w5", 3, index)


def test_a_missing_package_is_one_line(folder, monkeypatch):
    for package in ("faiss", "usearch", "usearch.index"):
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=r"is missing; pip install 'embedsmith\[export\]'"):
        embedsmith.load_index(folder)


@pytest.mark.parametrize("kind", ["faiss", "usearch"])
def test_what_is_no_index_is_refused(tmp_path, kind):
    with pytest.raises(FormatError, match="holds no index; `embedsmith export ARTIFACT usearch OUT` writes one"):
        embedsmith.load_index(tmp_path)
    (tmp_path / f"index.{kind}").write_bytes(b"nothing of the kind" * 9)
    with pytest.raises(FormatError, match=rf"index\.{kind}: not an index"):
        embedsmith.load_index(tmp_path)


def test_words_that_are_missing_or_too_few_are_refused(folder, tmp_path):
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "words.txt").write_text("w0\nw1\n")
    with pytest.raises(FormatError, match="2 words for 3000 rows"):
        embedsmith.load_index(tmp_path)
    (tmp_path / "words.txt").unlink()
    with pytest.raises(FormatError, match=r"words\.txt: cannot be read"):
        embedsmith.load_index(tmp_path)
