from pathlib import Path

import pytest
import yaml

from embedsmith.config.check import build
from embedsmith.config.words import Words
from embedsmith.errors import InputError

GOOD = {
    "groups": {"female": ["she"], "male": ["he"]},
    "definitional": [["she", "he"]],
    "equalise": [["queen", "king"]],
    "specific": ["beard"],
    "neutral": ["doctor"],
}


def test_all_words_but_the_neutral_ones_carry_the_group():
    assert build(Words, GOOD, "words").carrying == {"she", "he", "queen", "king", "beard"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"groups": {"a": ["x"], "b": ["x"]}}, "words.groups: 'x' stands twice"),
        ({"groups": {"a": []}}, "words.groups.a: empty"),
        ({"definitional": [["she"]]}, "words.definitional: must be pairs"),
        ({"equalise": [["a", "b"], ["b", "c"]]}, "words.equalise: 'b' stands twice"),
        ({"neutral": ["beard"]}, "words.neutral: 'beard' is among the words that carry the group"),
    ],
)
def test_words_that_contradict_each_other_are_refused(change, said):
    with pytest.raises(InputError, match=said):
        build(Words, GOOD | change, "words")


@pytest.mark.parametrize("path", sorted(Path("conf/words").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_file_of_words_fits_its_schema(path):
    assert build(Words, yaml.safe_load(path.read_text()), "words").groups
