from __future__ import annotations

import json

import pytest

from embedsmith.files import rounded, write_json


def test_floats_keep_six_digits_and_the_noise_about_zero_goes():
    value = {"b": [0.123456789, 1234567.89, 3], "a": {"tiny": -3e-17, "small": 1.23456789e-9, "flag": True}}

    assert rounded(value) == {
        "b": [0.123457, 1234570.0, 3],
        "a": {"tiny": 0.0, "small": 1.23457e-09, "flag": True},
    }


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_no_result(value):
    with pytest.raises(ValueError, match="is no result"):
        rounded({"score": value})


def test_equal_metrics_are_equal_bytes_whatever_the_order(tmp_path):
    write_json(tmp_path / "a" / "one.json", {"b": {"score": 0.1 + 0.2}, "a": {"score": 1}})
    write_json(tmp_path / "a" / "two.json", {"a": {"score": 1}, "b": {"score": 0.3}})

    one, two = ((tmp_path / "a" / name).read_bytes() for name in ("one.json", "two.json"))
    assert one == two
    assert one.endswith(b"}\n")
    assert json.loads(one) == {"a": {"score": 1}, "b": {"score": 0.3}}
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["one.json", "two.json"]


def test_a_failed_write_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "one.json"
    write_json(path, {"a": 1})

    with pytest.raises(ValueError, match="is no result"):
        write_json(path, {"a": float("nan")})
    assert json.loads(path.read_text()) == {"a": 1}
