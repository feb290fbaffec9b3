import hashlib
import json

import numpy as np
import pytest

import embedsmith
from embedsmith.compress.cost import size
from embedsmith.embedding import Dense, Embedding, FormatError, Int8, NGrams, Pieces, describe, save, verify, vocabulary
from embedsmith.embedding.tensors import open_mapped

WORDS = ["the", "river", "bank"]
PIECES = ["▁the", "▁", "r", "iver", "s", "é"]


def ngrams(dimension=4):
    rows = np.arange(0, 100, 2, dtype=np.int32)
    return NGrams(3, 4, 100, rows, Dense(np.random.default_rng(1).normal(size=(50, dimension)).astype(np.float32)))


def pieces(dimension=4):
    rows = Dense(np.random.default_rng(2).normal(size=(6, dimension)).astype(np.float32))
    return Pieces(PIECES, np.array([-2, -1, -3, -4, -3, -np.inf], dtype=np.float32), "unigram", rows)


def embedding(fallback):
    matrix = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    return Embedding.dense(WORDS, matrix, fallback=fallback)


@pytest.fixture(params=[ngrams, pieces])
def composing(request):
    return embedding(request.param())


@pytest.fixture
def artifact(composing, tmp_path):
    save(composing, tmp_path / "e")
    return tmp_path / "e"


def test_an_unseen_word_is_the_mean_of_its_units(composing):
    units = composing.fallback.units("rivers")
    expected = composing.fallback.codec.rows(units).astype(np.float64).mean(axis=0)
    np.testing.assert_allclose(composing["rivers"], expected, rtol=1e-6)
    mixed = composing.vectors(["bank", "rivers", "the"])
    np.testing.assert_array_equal(mixed[[0, 2]], composing.matrix()[[2, 0]])
    np.testing.assert_array_equal(mixed[1], composing["rivers"])


def test_a_repeated_unit_counts_as_often_as_it_stands():
    both = embedding(pieces())
    rows = both.fallback.codec.matrix
    np.testing.assert_allclose(both["ss"], (rows[1] + 2 * rows[4]) / 3, rtol=1e-6)


def test_a_word_of_the_vocabulary_keeps_its_own_vector(composing):
    np.testing.assert_array_equal(composing["river"], composing.matrix()[1])
    assert "river" in composing
    assert not composing.composes("river")


def test_an_unseen_word_is_not_in_the_vocabulary_and_yet_composed(composing):
    assert "rivers" not in composing
    assert composing.composes("rivers")


def test_a_word_without_units_is_a_key_error():
    both = embedding(pieces())
    for word in ("日本", ""):
        assert not both.composes(word)
        with pytest.raises(KeyError):
            both[word]
    assert not embedding(ngrams()).composes("")
    assert not embedding(None).composes("rivers")
    with pytest.raises(KeyError, match="rivers"):
        embedding(None)["rivers"]


def test_nearest_takes_an_unseen_word(composing):
    found = composing.nearest("rivers", 5)
    assert {word for word, _ in found} == set(WORDS)
    assert found == composing.nearest(composing["rivers"], 5)


def test_the_rows_of_a_fallback_are_of_the_words_dimension():
    with pytest.raises(ValueError, match="fallback of 5 dimensions for words of 4"):
        embedding(ngrams(5))


def test_a_conversion_reaches_the_words_and_the_units_alike(composing):
    doubled = composing.converted(lambda rows: Dense(rows * 2))
    np.testing.assert_array_equal(doubled["river"], composing["river"] * 2)
    np.testing.assert_array_equal(doubled["rivers"], composing["rivers"] * 2)
    assert embedding(None).converted(lambda rows: Dense(rows * 2)).fallback is None


def test_what_was_saved_composes_the_same_vectors_from_a_mapped_file(composing, artifact):
    loaded = embedsmith.load(artifact)
    np.testing.assert_array_equal(loaded["rivers"], composing["rivers"])
    assert loaded.fallback.settings == composing.fallback.settings
    assert all(isinstance(array, np.memmap) for array in loaded.fallback.codec.arrays.values())
    assert all(isinstance(array, np.memmap) for array in loaded.fallback.arrays.values())
    verify(artifact)


def test_quantised_rows_of_units_are_stored_too(tmp_path):
    codes = np.random.default_rng(0).integers(-127, 127, (50, 4)).astype(np.int8)
    stored = ngrams().with_codec(Int8(codes, np.full(50, 0.5, np.float32)))
    save(embedding(stored), tmp_path / "e")
    expected = codes[stored.units("rivers")].mean(axis=0) / 2
    np.testing.assert_allclose(embedsmith.load(tmp_path / "e")["rivers"], expected, rtol=1e-6)


def test_the_same_fallback_gives_the_same_bytes(composing, artifact, tmp_path):
    save(composing, tmp_path / "again")
    assert {file.name for file in artifact.iterdir()} == {file.name for file in (tmp_path / "again").iterdir()}
    for file in artifact.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()


def test_only_pieces_have_a_file_of_strings_and_only_a_fallback_a_file_of_units(tmp_path):
    plain = {"embedding.json", "embedding.safetensors", "vocabulary.safetensors"}
    for fallback, more in ((None, set()), (ngrams(), {"fallback.safetensors"})):
        save(embedding(fallback), tmp_path / "e")
        assert {file.name for file in (tmp_path / "e").iterdir()} == plain | more
    save(embedding(pieces()), tmp_path / "e")
    assert {file.name for file in (tmp_path / "e").iterdir()} - plain == {
        "fallback.safetensors",
        "fallback.names.safetensors",
    }
    assert list(embedsmith.load(tmp_path / "e").fallback.pieces) == PIECES


def test_nbytes_counts_the_fallback_and_headers_are_the_rest_of_the_disk(artifact):
    on_disk = sum(file.stat().st_size for file in artifact.iterdir() if file.suffix != ".json")
    loaded = embedsmith.load(artifact)
    assert 0 < on_disk - loaded.nbytes < 1200
    without = Embedding(loaded.words, loaded.codec)
    of_rows = sum(array.nbytes for array in loaded.fallback.codec.arrays.values())
    assert loaded.nbytes - without.nbytes > of_rows


def test_a_truncated_altered_or_missing_file_of_the_fallback_is_named(artifact):
    path = artifact / "fallback.safetensors"
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    with pytest.raises(FormatError, match=f"fallback.safetensors: {len(data) - 1} bytes where {len(data)}"):
        embedsmith.load(artifact)
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(FormatError, match=r"fallback.safetensors: altered"):
        verify(artifact)
    path.unlink()
    with pytest.raises(FormatError, match=r"fallback.safetensors: 0 bytes"):
        embedsmith.load(artifact)


def test_altered_pieces_are_found_by_load(tmp_path):
    save(embedding(pieces()), tmp_path / "e")
    path = tmp_path / "e/fallback.names.safetensors"
    path.write_bytes(path.read_bytes()[:-9] + bytes([1] * 9))
    with pytest.raises(FormatError, match=r"fallback.names.safetensors: altered"):
        embedsmith.load(tmp_path / "e")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "bytes"}, "fallback 'bytes' is unknown to this version; known: ngrams, pieces"),
        ({"kind": "pieces"}, "fallback 'pieces' does not store"),
        ({"kind": ["ngrams"]}, "incomplete description of the fallback"),
        ({"codec": "pickle"}, "codec 'pickle' is unknown"),
        ({"settings": {"min_n": 3, "max_n": "4", "buckets": 100}}, "cannot be"),
        ({"settings": {"min_n": 3}}, "does not store"),
        ({"settings": 3}, "incomplete description of the fallback"),
        ({"arrays": {}}, "its arrays are not the ones described"),
    ],
)
def test_a_description_of_a_fallback_that_does_not_fit_is_refused(tmp_path, change, said):
    save(embedding(ngrams()), tmp_path / "e")
    description = describe(tmp_path / "e")
    description["fallback"] |= change
    (tmp_path / "e/embedding.json").write_text(json.dumps(description))
    with pytest.raises(FormatError, match=said) as caught:
        embedsmith.load(tmp_path / "e")
    assert "\n" not in str(caught.value)
    assert str(tmp_path / "e") in str(caught.value)


@pytest.mark.parametrize("fallback", [None, {}, [], {"strings": ["pieces"]}])
def test_a_description_and_the_files_that_it_names_belong_together(tmp_path, fallback):
    save(embedding(ngrams()), tmp_path / "e")
    description = describe(tmp_path / "e")
    (tmp_path / "e/embedding.json").write_text(json.dumps(description | {"fallback": fallback}))
    with pytest.raises(FormatError, match=r"embedding.json: (incomplete|not the) description"):
        embedsmith.load(tmp_path / "e")


def as_text(folder, version):
    """Make of an artifact what it was in a format that had words and names one a line."""
    description = describe(folder) | {"format": version}
    for compact, text in (("vocabulary.safetensors", "vocabulary.txt"), ("fallback.names.safetensors", "fallback.txt")):
        if compact not in description["files"]:
            continue
        data = vocabulary.encode(vocabulary.decode_arrays(open_mapped(folder / compact)))
        (folder / compact).unlink()
        (folder / text).write_bytes(data)
        del description["files"][compact]
        description["files"][text] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    if version == 1:
        del description["fallback"]
    (folder / "embedding.json").write_text(json.dumps(description))


def test_an_artifact_of_the_format_that_had_no_fallback_is_still_read(tmp_path):
    save(embedding(None), tmp_path / "e")
    as_text(tmp_path / "e", 1)
    loaded = embedsmith.load(tmp_path / "e")
    assert loaded.fallback is None
    np.testing.assert_array_equal(loaded["bank"], embedding(None)["bank"])
    verify(tmp_path / "e")
    assert size(tmp_path / "e")["vocabulary_bytes"] == len("the\nriver\nbank\n")


def test_an_artifact_of_the_format_that_had_texts_is_still_read(composing, artifact):
    as_text(artifact, 2)
    loaded = embedsmith.load(artifact)
    assert list(loaded.words) == WORDS
    np.testing.assert_array_equal(loaded["rivers"], composing["rivers"])
    verify(artifact)
    texts = [file for file in artifact.glob("*.txt") if file.name != "vocabulary.txt"]
    assert len(texts) == (composing.fallback.kind == "pieces")
    (artifact / "vocabulary.txt").write_text("the\nriver\nbunk\n")
    with pytest.raises(FormatError, match=r"vocabulary.txt: altered"):
        embedsmith.load(artifact)


def test_pieces_that_cannot_be_stored_are_refused(tmp_path):
    twice = Pieces(["a", "a"], np.zeros(2, np.float32), "bpe", Dense(np.zeros((2, 4), np.float32)))
    with pytest.raises(FormatError, match="fallback: 'a' stands twice"):
        save(embedding(twice), tmp_path / "e")
    assert list(tmp_path.iterdir()) == []


def test_an_embedding_says_that_it_composes(composing):
    kind = composing.fallback.kind
    assert repr(composing) == f"<Embedding: 3 words x 4, untouched, unseen ones by {kind}>"
