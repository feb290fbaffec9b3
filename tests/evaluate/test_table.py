from __future__ import annotations

import pytest

from embedsmith.errors import InputError
from embedsmith.evaluate.table import read


def fields(dataset):
    return [values for _, values in read(dataset)]


@pytest.mark.parametrize(
    ("name", "text", "columns"),
    [
        ("own.csv", '"A river,\r\na lake",water\r\n', None),
        ("own.csv", 'label,text\nwater,"A river,\na lake"\n', ["text", "label"]),
        ("own.csv", "label\ttext\nwater\tA river, a lake\n", ["text", "label"]),
        ("own.tsv", "# comment\n\nA river, a lake\twater\n", None),
        ("own.tsv", "1\twater\tA river, a lake\n", ["3", "2"]),
        ("own.json", '{"1": {"text": " A river, a lake", "label": "water", "more": null}}', None),
        ("own.json", '[{"extract": "A river, a lake", "topic": "water"}]', ["extract", "topic"]),
    ],
)
def test_a_table_is_read_as_its_name_and_columns_say(declare, name, text, columns):
    found = fields(declare(name, text, kind="labelled", columns=columns))

    assert [[" ".join(value.split()) for value in values] for values in found] == [["A river, a lake", "water"]]


def test_columns_of_a_file_without_a_header_are_numbered(declare):
    text = "main\tMSRvid\t2012\t0001\t5.000\tA man sits.\tA man is sitting.\n"

    assert fields(declare("sts.csv", text, kind="sentences", columns=["6", "7", "5"])) == [
        ["A man sits.", "A man is sitting.", "5.000"]
    ]


def test_numbers_of_json_are_read_as_text(declare):
    text = '[{"word": "cat", "category": 3}]'

    assert fields(declare("own.json", text, kind="categories")) == [["cat", "3"]]


@pytest.mark.parametrize(
    ("name", "text", "columns", "message"),
    [
        ("own.csv", "text,lable\na,b\n", ["text", "label"], r"own\.csv:1: no column 'label'; did you mean 'lable'\?"),
        ("own.csv", "text,label\na,b\nc\n", ["text", "label"], r"own\.csv:3: 1 columns; text, label are needed"),
        ("own.csv", 'a,b\n"c,d\n', None, r"own\.csv:2: not comma-separated"),
        ("own.tsv", "a\tb\n", ["1", "3"], r"own\.tsv:1: 2 columns; text, label are needed"),
        ("own.json", "{", None, r"own\.json:1: not JSON"),
        ("own.json", "[" * 100_000, None, r"own\.json: not JSON: nested too deep"),
        ("own.json", "3", None, r"own\.json: must be a list of objects, or an object of them"),
        ("own.json", "[3]", None, r"own\.json: entry 1: must be an object with named values"),
        ("own.json", '[{"text": "a"}]', None, r"own\.json: entry 1: no column 'label'"),
        ("own.json", '[{"text": ["a"], "label": "b"}]', None, r"own\.json: entry 1: 'text' is \"\['a'\]\", no text or"),
        (
            "own.json",
            '[{"text": "a", "label": null}]',
            None,
            r"own\.json: entry 1: 'label' is 'None', no text or number",
        ),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(declare, name, text, columns, message):
    with pytest.raises(InputError, match=message) as caught:
        fields(declare(name, text, kind="labelled", columns=columns))
    assert "\n" not in str(caught.value)
