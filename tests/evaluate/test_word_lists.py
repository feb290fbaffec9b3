from __future__ import annotations

import json

import pytest

from embedsmith.errors import InputError
from embedsmith.evaluate.word_lists import load


def test_lists_are_read_by_name(declare):
    lists = {"flowers": ["aster", "rose"], "insects": ["ant"]}

    assert load(declare("own.json", json.dumps(lists), kind="word_lists")) == lists


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": ["b"],\n "c": [}', r"own\.json:2: not JSON"),
        ('["a"]', r"own\.json: must be an object of named lists"),
        ('{"a": "b"}', r"own\.json: list 'a' must be a list of words"),
        ('{"a": ["b", 1]}', r"own\.json: list 'a' must be a list of words"),
        ('{"a": []}', r"own\.json: list 'a' is empty"),
        ('{"a": ["b", "c", "b"]}', r"own\.json: list 'a' holds 'b' twice"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(declare, text, message):
    with pytest.raises(InputError, match=message):
        load(declare("own.json", text, kind="word_lists"))
