import json

import numpy as np
import pytest
from tokenizers import Tokenizer

from embedsmith.embedding import Embedding
from embedsmith.export import word_level


def tokenizer(path, words):
    word_level.write(Embedding.dense(words, np.zeros((len(words), 2))), path)
    return Tokenizer.from_file(str(path))


@pytest.mark.parametrize(
    "words",
    [
        ["the", "naïve", "日本", "हिन्दी", "ςοφος"],
        ["don't", "x-ray", "4th", "a^b", "[c]", "d\\e", "f&&g", "ⅷ", "²x"],
        ["Paris", "ﬁne", "I", "i"],
    ],
    ids=["letters and marks", "other characters", "as written"],
)
def test_every_word_of_a_text_is_its_own_row(tmp_path, words):
    read = tokenizer(tmp_path / "tokenizer.json", words)
    assert read.encode(" ".join(words)).ids == list(range(len(words)))
    assert read.get_vocab_size() == len(words) + 1


def test_a_text_is_cut_and_lower_cased_as_the_words_were(tmp_path):
    read = tokenizer(tmp_path / "tokenizer.json", ["the", "river", "fine"])
    assert read.encode("The—River's (ﬁne) 42").tokens == ["the", "river", "[UNK]", "fine"]


def test_a_text_keeps_its_capitals_if_a_word_has_one(tmp_path):
    read = tokenizer(tmp_path / "tokenizer.json", ["Paris", "paris"])
    assert read.encode("Paris paris PARIS").ids == [0, 1, 2]


def test_a_word_that_is_called_as_the_unknown_one_keeps_its_row(tmp_path):
    read = tokenizer(tmp_path / "tokenizer.json", ["[UNK]", "a"])
    assert read.encode("[UNK] a b").tokens == ["[UNK]", "a", "[[UNK]]"]
    assert read.encode("[UNK] a b").ids == [0, 1, 2]


def test_the_file_says_what_the_library_would_write(tmp_path):
    path = tmp_path / "tokenizer.json"
    assert json.loads(tokenizer(path, ["a", "don't"]).to_str()) == json.loads(path.read_text(encoding="utf-8"))
