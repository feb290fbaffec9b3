import json
import struct

import numpy as np
import pytest

import embedsmith
from embedsmith.embedding import Dense, Embedding, FormatError, Int8, describe, save, verify

WORDS = ["the", "naïve", "bank", "日本"]


@pytest.fixture
def matrix():
    return np.random.default_rng(0).normal(size=(4, 6)).astype(np.float32)


@pytest.fixture
def artifact(tmp_path, matrix):
    save(Embedding.dense(WORDS, matrix), tmp_path / "plain", {"model": "abc"})
    return tmp_path / "plain"


def test_what_was_saved_is_what_is_loaded(artifact, matrix):
    loaded = embedsmith.load(artifact)
    assert list(loaded.words) == WORDS
    assert loaded.chain == ()
    np.testing.assert_array_equal(loaded.matrix(), matrix)
    np.testing.assert_array_equal(loaded["naïve"], matrix[1])
    np.testing.assert_array_equal(loaded.vectors(["日本", "the"]), matrix[[3, 0]])
    assert "bank" in loaded
    assert "river" not in loaded
    assert len(loaded) == 4


def test_int8_rows_are_codes_times_the_scale_of_their_row(tmp_path):
    codes = np.array([[1, -127], [2, 3]], dtype=np.int8)
    scales = np.array([0.5, 2.0], dtype=np.float32)
    save(Embedding(["a", "b"], Int8(codes, scales), ("int8",)), tmp_path / "small")
    loaded = embedsmith.load(tmp_path / "small")
    np.testing.assert_array_equal(loaded.matrix(), [[0.5, -63.5], [4, 6]])
    assert loaded.chain == ("int8",)


def test_the_same_embedding_gives_the_same_bytes(tmp_path, artifact, matrix):
    save(Embedding.dense(WORDS, matrix), tmp_path / "again", {"model": "abc"})
    for file in artifact.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()


def test_nbytes_counts_rows_and_words_and_headers_are_the_rest_of_the_disk(artifact):
    loaded = embedsmith.load(artifact)
    assert loaded.nbytes == Embedding.dense(WORDS, loaded.matrix()).nbytes
    assert loaded.nbytes == 4 * 6 * 4 + loaded.words.nbytes
    on_disk = sum((artifact / name).stat().st_size for name in ("embedding.safetensors", "vocabulary.safetensors"))
    assert 0 < on_disk - loaded.nbytes < 600


def test_rows_stay_on_the_disk_until_they_are_asked_for(artifact):
    assert isinstance(embedsmith.load(artifact).codec.arrays["matrix"], np.memmap)


def test_whoever_may_read_other_files_may_read_an_artifacts(artifact, tmp_path):
    other = tmp_path / "other"
    other.touch()
    assert {path.stat().st_mode for path in artifact.iterdir()} == {other.stat().st_mode}


def test_the_safetensors_library_reads_the_same_matrix(artifact, matrix):
    from safetensors.numpy import load_file

    np.testing.assert_array_equal(load_file(artifact / "embedding.safetensors")["matrix"], matrix)


def test_nearest_agrees_with_cosines_over_all_pairs(tmp_path):
    matrix = np.random.default_rng(1).normal(size=(20_000, 8)).astype(np.float32)  # more than two blocks
    matrix[7] = 0
    embedding = Embedding.dense([f"w{i}" for i in range(20_000)], matrix)
    norms = np.linalg.norm(matrix, axis=1)
    norms[7] = 1
    cosines = matrix @ matrix[3] / norms / norms[3]
    cosines[3] = -2
    expected = [f"w{i}" for i in np.argsort(-cosines)[:5]]
    found = embedding.nearest("w3", 5)
    assert [word for word, _ in found] == expected
    np.testing.assert_allclose([cosine for _, cosine in found], np.sort(cosines)[::-1][:5], atol=1e-6)
    assert [word for word, _ in embedding.nearest(matrix[3], 1)] == ["w3"]


def test_nearest_gives_no_more_than_there_is(artifact):
    assert len(embedsmith.load(artifact).nearest("bank", 10)) == 3


def test_an_unknown_word_is_a_key_error(artifact):
    with pytest.raises(KeyError, match="river"):
        embedsmith.load(artifact)["river"]


@pytest.mark.parametrize("words", [["a", "a"], ["a", ""], ["a", "b\nc"]])
def test_words_that_cannot_be_stored_are_refused_and_leave_nothing(tmp_path, words):
    with pytest.raises(FormatError, match="vocabulary"):
        save(Embedding.dense(words, np.ones((2, 2))), tmp_path / "bad")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_keeps_what_was_there(artifact, matrix):
    before = {file.name: file.read_bytes() for file in artifact.iterdir()}
    with pytest.raises(FormatError):
        save(Embedding.dense(["a", "a"], np.ones((2, 2))), artifact)
    assert {file.name: file.read_bytes() for file in artifact.iterdir()} == before


def test_a_truncated_file_of_rows_is_named(artifact):
    path = artifact / "embedding.safetensors"
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FormatError, match=f"embedding.safetensors: {size - 1} bytes where {size} were written"):
        embedsmith.load(artifact)


def test_altered_rows_are_found_by_verify_and_altered_words_by_load(artifact):
    verify(artifact)
    rows = artifact / "embedding.safetensors"
    data = rows.read_bytes()
    rows.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(FormatError, match="altered"):
        verify(artifact)
    rows.write_bytes(data)
    words = artifact / "vocabulary.safetensors"
    words.write_bytes(words.read_bytes()[:-9] + bytes([1] * 9))
    with pytest.raises(FormatError, match=r"vocabulary.safetensors: altered"):
        embedsmith.load(artifact)


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [2**62, 4], "data_offsets": [0, 16]},
        {"dtype": "F32", "shape": [-1, -4], "data_offsets": [0, 16]},
        {"dtype": "F32", "shape": [1, 4], "data_offsets": [4, 20]},
        {"dtype": "OBJECT", "shape": [1, 4], "data_offsets": [0, 16]},
        {"dtype": "F32", "shape": "all", "data_offsets": [0, 16]},
        [],
    ],
)
def test_a_header_that_lies_about_its_data_is_refused(artifact, entry):
    header = json.dumps({"matrix": entry}).encode()
    path = artifact / "embedding.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(16))
    description = describe(artifact)
    description["files"]["embedding.safetensors"]["bytes"] = path.stat().st_size
    (artifact / "embedding.json").write_text(json.dumps(description))
    with pytest.raises(FormatError, match="header"):
        embedsmith.load(artifact)


def test_what_is_no_artifact_is_said_to_be_none(tmp_path, artifact):
    with pytest.raises(FormatError, match="is not an embedding"):
        embedsmith.load(tmp_path / "nowhere")
    description = describe(artifact)
    (artifact / "embedding.json").write_text(json.dumps(description | {"format": 99}))
    with pytest.raises(FormatError, match="format 99"):
        embedsmith.load(artifact)
    (artifact / "embedding.json").write_text(json.dumps(description | {"codec": "pickle"}))
    with pytest.raises(FormatError, match="codec 'pickle' is unknown"):
        embedsmith.load(artifact)
    (artifact / "embedding.json").write_text("[]")
    with pytest.raises(FormatError, match="not the description"):
        embedsmith.load(artifact)


def test_a_description_that_names_a_file_elsewhere_is_refused(artifact):
    description = describe(artifact)
    description["files"]["../../etc/passwd"] = {"bytes": 1, "sha256": ""}
    (artifact / "embedding.json").write_text(json.dumps(description))
    with pytest.raises(FormatError, match="incomplete description"):
        verify(artifact)


def test_a_matrix_of_another_type_or_shape_is_refused():
    with pytest.raises(FormatError, match="float64"):
        Dense(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="2 words for 3 rows"):
        Embedding.dense(["a", "b"], np.zeros((3, 2)))


def test_rows_handed_out_cannot_be_written_to(matrix):
    embedding = Embedding.dense(WORDS, matrix)
    with pytest.raises(ValueError, match="read-only"):
        embedding.matrix()[0, 0] = 1


def test_an_embedding_says_what_it_is_in_one_line(matrix):
    assert repr(Embedding.dense(WORDS, matrix, ("pca", "int8"))) == "<Embedding: 4 words x 6, pca + int8>"
    assert repr(Embedding.dense(WORDS, matrix)) == "<Embedding: 4 words x 6, untouched>"
