import math

import pytest

from embedsmith.report import format as text


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (17_208_400, "17.2 MB"), (4_474_184, "4.47 MB"), (2.5e9, "2.50 GB")],
)
def test_bytes_have_three_digits_and_a_decimal_unit(count, shown):
    assert text.size(count) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.986, "98.6%"), (0.05, "5%"), (-0.0001, "0%"), (1.0, "100%")])
def test_a_share_is_a_percentage_without_needless_zeros(value, shown):
    assert text.percent(value) == shown


def test_an_interval_and_a_deviation_are_empty_where_there_is_none():
    assert text.between(0.1234, 0.5678) == "0.123 to 0.568"
    assert text.deviation(0.0042) == "± 0.004"
    assert text.between(math.nan, math.nan) == text.deviation(math.nan) == ""


@pytest.mark.parametrize(("value", "shown"), [(3.8462, "3.85x"), (4.0, "4x"), (1.99998, "2x"), (13.8, "13.8x")])
def test_a_factor_has_at_most_two_decimals(value, shown):
    assert text.times(value) == shown


def test_what_was_not_measured_is_a_dash():
    assert {show(math.nan) for show in (text.score, text.percent, text.times, text.size)} == {text.NONE}


def test_changes_and_differences_have_their_sign():
    assert [text.change(value) for value in (0.017, -0.25)] == ["+1.7%", "-25%"]
    assert [text.difference(value) for value in (0.0071, -0.02, 0.0)] == ["+0.007", "-0.020", "+0.000"]
    assert text.difference(math.nan) == ""


@pytest.mark.parametrize(("p", "shown"), [(0.0002, "p < 0.001"), (0.0123, "p 0.012"), (1.0, "p 1"), (math.nan, "")])
def test_a_p_value_is_shown_to_three_decimals(p, shown):
    assert text.p_value(p) == shown


def test_names_are_joined_as_in_a_sentence():
    assert [text.listing(["a", "b", "c"][:count]) for count in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_a_long_list_is_cut_and_a_mapping_is_its_names():
    assert text.setting(list("a" * (text.MANY + 3))).endswith("a, 3 more")
    assert text.setting({"groups": ["she"], "definitional": []}) == "groups, definitional"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(True, "yes"), (16000, "16,000"), (0.0001, "0.0001"), (["a", 2], "a, 2"), (None, text.NONE), ("bpe", "bpe")],
)
def test_a_setting_is_shown_by_its_type(value, shown):
    assert text.setting(value) == shown
