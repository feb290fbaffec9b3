"""The variants of a model as the evaluating stages read them."""

import numpy as np
import pytest

from embedsmith.embedding import Embedding, FormatError, save
from embedsmith.stages.variants import load_variants

WORDS = ["the", "cat", "naïve", "sat"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Three variants, of which one has lost a word."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "data/variants/word2vec/1"
    for name, words in {"untouched": WORDS, "int8": WORDS, "prune": WORDS[:3]}.items():
        save(Embedding.dense(words, np.eye(4)[: len(words)]), folder / name)
    return folder


def test_variants_come_in_the_order_of_their_names_with_their_own_words(folder):
    found = load_variants("word2vec", "1", ["prune", "untouched", "int8"])

    assert {name: list(variant.words) for name, variant in found.items()} == {
        **{"prune": WORDS[:3], "untouched": WORDS, "int8": WORDS}
    }
    assert list(found) == ["prune", "untouched", "int8"]


def test_the_words_that_variants_share_are_decoded_once(folder):
    found = load_variants("word2vec", "1", ["untouched", "int8", "prune"])

    assert found["untouched"].words is found["int8"].words
    assert found["prune"].words is not found["int8"].words


def test_an_altered_variant_is_refused(folder):
    path = folder / "int8/embedding.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"!")

    with pytest.raises(FormatError, match="int8/embedding.safetensors: altered"):
        load_variants("word2vec", "1", ["untouched", "int8"])
