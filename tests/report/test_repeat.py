import shlex

import yaml

from embedsmith.config.experiment import parse
from embedsmith.report.repeat import single, whole

CHOICES = {
    "models": ["word2vec", "glove"],
    "seeds": [1, 2],
    "variants": ["int8", "pca"],
    "tokenizer": "bpe",
    "model.glove.epochs": 5,
    "model.word2vec.window": 10,
    "variant.pca.pca.reduction": 2.0,
    "words@variant.int8.int8.words": "gender",
    "corpus.note": 'it\'s: a "test"',
}


def given(command):
    """Choices that the shell hands on, by key."""
    words = shlex.split(command)
    assert words[:3] == ["embedsmith", "use", "default"]
    assert words[-3:] == ["&&", "dvc", "repro"]
    return dict(parse(word) for word in words[3:-3])


def test_the_command_of_a_whole_run_says_all_that_was_chosen():
    assert given(whole(CHOICES)) == yaml.safe_load(yaml.safe_dump(CHOICES))


def test_the_command_of_one_variant_says_what_is_its_own():
    own = given(single(CHOICES, "word2vec", 2, "pca"))
    assert own == {
        **{"models": ["word2vec"], "seeds": [2], "variants": ["pca"], "tokenizer": "bpe"},
        **{"model.word2vec.window": 10, "variant.pca.pca.reduction": 2.0, "corpus.note": CHOICES["corpus.note"]},
    }


def test_the_untouched_model_needs_no_variant():
    own = given(single(CHOICES, "glove", 1, "untouched"))
    assert own["variants"] == []
    assert "variant.pca.pca.reduction" not in own
    assert own["model.glove.epochs"] == 5
