"""Each format, opened by the program that it is of."""

import importlib.util
import json

import faiss
import numpy as np
import pytest
from gensim.models import KeyedVectors
from model2vec import StaticModel
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from usearch.index import Index

import embedsmith
from embedsmith.embedding import describe
from embedsmith.export.write import export

from .conftest import WORDS

GENSIM = {"word2vec": {"binary": True}, "word2vec-text": {}, "glove": {"no_header": True}}


@pytest.mark.parametrize("name", GENSIM)
def test_gensim_reads_the_same_words_vectors_and_neighbours(artifact, tmp_path, name):
    export(artifact, name, tmp_path / "out", force=False)
    embedding = embedsmith.load(artifact)

    read = KeyedVectors.load_word2vec_format(str(tmp_path / "out"), **GENSIM[name])
    assert read.index_to_key == WORDS
    np.testing.assert_array_equal(read.vectors, embedding.matrix())
    assert_same(read.most_similar("river", topn=5), embedding.nearest("river", 5))


def test_the_binary_file_is_the_one_that_gensim_writes(artifact, tmp_path):
    export(artifact, "word2vec", tmp_path / "ours", force=False)
    read = KeyedVectors.load_word2vec_format(str(tmp_path / "ours"), binary=True)
    read.save_word2vec_format(str(tmp_path / "theirs"), binary=True)
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()


@pytest.mark.parametrize("value", [1e-45, 3.4028235e38, 0.1, -1 / 3, 16777217.0, 0.0])
def test_text_tells_every_value_exactly(tmp_path, value):
    embedding = embedsmith.Embedding.dense(["a"], [[value]])
    embedsmith.embedding.save(embedding, tmp_path / "e")
    export(tmp_path / "e", "glove", tmp_path / "out", force=False)
    written = np.float32(float((tmp_path / "out").read_text().split()[1]))
    assert written == embedding.matrix()[0, 0]


@pytest.mark.parametrize("name", ["model2vec", "static-embedding"])
def test_model2vec_reads_both_folders(artifact, tmp_path, name):
    export(artifact, name, tmp_path / "out", force=False)
    embedding = embedsmith.load(artifact)

    model = StaticModel.from_pretrained(tmp_path / "out")
    vectors = model.encode(WORDS)
    np.testing.assert_array_equal(vectors, embedding.matrix())
    assert_same(embedding.nearest(model.encode("river"), 6)[1:], embedding.nearest("river", 5))
    mean = embedding.vectors(["the", "river"]).mean(axis=0)
    np.testing.assert_allclose(model.encode("The RIVER, unheard-of!"), mean, rtol=1e-3)  # half precision: of the mean
    assert not model.encode("unheard-of").any()


def test_model2vec_takes_rows_as_they_are_stored(artifact, tmp_path):
    export(artifact, "model2vec", tmp_path / "out", force=False)
    tensors = load_file(tmp_path / "out" / "model.safetensors")
    kind = {"untouched": "float32", "fp16": "float16", "int8": "int8"}[artifact.name]
    assert tensors["embeddings"].dtype == kind
    assert json.loads((tmp_path / "out" / "config.json").read_text())["embedding_dtype"] == kind
    assert ("weights" in tensors) == (describe(artifact)["codec"] == "int8")


def test_a_static_embedding_is_the_mean_of_the_rows_that_the_tokenizer_names(artifact, tmp_path):
    export(artifact, "static-embedding", tmp_path / "out", force=False)
    embedding = embedsmith.load(artifact)

    (module,) = json.loads((tmp_path / "out" / "modules.json").read_text())
    assert module["type"] == "sentence_transformers.models.StaticEmbedding"
    folder = tmp_path / "out" / module["path"]
    rows = load_file(folder / "model.safetensors")["embedding.weight"]
    ids = Tokenizer.from_file(str(folder / "tokenizer.json")).encode("The unheard River").ids
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(rows[:-1], embedding.matrix())
    assert not rows[-1].any()
    assert ids == [WORDS.index("the"), len(WORDS), WORDS.index("river")]


@pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is None,
    reason="brings torch: pip install 'embedsmith[sentence-transformers]'; the tests above read the files without it",
)
@pytest.mark.parametrize("name", ["static-embedding", "model2vec"])
def test_sentence_transformers_encodes_the_same(artifact, tmp_path, name, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    export(artifact, name, tmp_path / "out", force=False)
    embedding = embedsmith.load(artifact)
    model = SentenceTransformer(str(tmp_path / "out"), device="cpu")
    assert [type(module).__name__ for module in model] == ["StaticEmbedding"]
    np.testing.assert_array_equal(model.encode(WORDS), embedding.matrix())
    assert_same(embedding.nearest(model.encode(["river"])[0], 6)[1:], embedding.nearest("river", 5))
    mean = embedding.vectors(["the", "river"]).sum(axis=0) / 3  # an unknown word counts, as a zero
    np.testing.assert_allclose(model.encode(["The RIVER unheard"])[0], mean, rtol=2e-3, atol=1e-3)


def test_faiss_finds_the_same_neighbours_with_the_same_cosines(artifact, tmp_path):
    export(artifact, "faiss", tmp_path / "out", force=False)
    embedding = embedsmith.load(artifact)

    index = faiss.read_index(str(tmp_path / "out" / "index.faiss"))
    assert (index.ntotal, index.d, index.metric_type) == (len(WORDS), 12, faiss.METRIC_INNER_PRODUCT)
    np.testing.assert_allclose(index.reconstruct_n(0, len(WORDS)), units(embedding), atol=1e-7)
    cosines, rows = index.search(units(embedding)[[WORDS.index("river")]], 6)
    words = (tmp_path / "out" / "words.txt").read_text(encoding="utf-8").splitlines()
    assert words == WORDS
    found = [(words[row], float(cosine)) for row, cosine in zip(rows[0], cosines[0], strict=True)]
    assert_same(found[1:], embedding.nearest("river", 5))


def test_usearch_finds_the_same_neighbours_with_the_same_cosines(artifact, tmp_path):
    export(artifact, "usearch", tmp_path / "out", force=False)
    embedding = embedsmith.load(artifact)

    index = Index.restore(str(tmp_path / "out" / "index.usearch"))
    np.testing.assert_allclose(index.get(np.arange(len(WORDS), dtype=np.uint64)), units(embedding), atol=1e-7)
    words = (tmp_path / "out" / "words.txt").read_text(encoding="utf-8").splitlines()
    matches = index.search(units(embedding)[WORDS.index("river")], 6)
    found = [(words[int(row)], 1 - float(far)) for row, far in zip(matches.keys, matches.distances, strict=True)]
    assert_same(found[1:], embedding.nearest("river", 5))


def test_rows_come_in_blocks_and_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr("embedsmith.export.blocks.BLOCK", 3)
    words = [f"w{chr(97 + n)}" for n in range(7)]
    embedding = embedsmith.Embedding.dense(words, np.arange(14).reshape(7, 2))
    embedsmith.embedding.save(embedding, tmp_path / "e")
    for name in ("word2vec", "static-embedding", "faiss"):
        export(tmp_path / "e", name, tmp_path / name, force=False)
    read = KeyedVectors.load_word2vec_format(str(tmp_path / "word2vec"), binary=True)
    np.testing.assert_array_equal(read.vectors, embedding.matrix())
    rows = load_file(tmp_path / "static-embedding" / "0_StaticEmbedding" / "model.safetensors")["embedding.weight"]
    np.testing.assert_array_equal(rows[:-1], embedding.matrix())
    index = faiss.read_index(str(tmp_path / "faiss" / "index.faiss"))
    np.testing.assert_allclose(index.reconstruct_n(0, 7), units(embedding), atol=1e-7)


def units(embedding):
    matrix = embedding.matrix()
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix / np.where(lengths > 0, lengths, 1)


def assert_same(found, expected):
    assert [word for word, _ in found] == [word for word, _ in expected]
    np.testing.assert_allclose([cosine for _, cosine in found], [cosine for _, cosine in expected], atol=1e-5)
