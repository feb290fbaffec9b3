import json

from hypothesis import given
from hypothesis import strategies as st
from mlflow.utils.validation import _validate_metric_name, _validate_param

from embedsmith.tracking.client import _batches
from embedsmith.tracking.run import LONGEST, Point, numbers, params


def test_settings_are_text_by_dotted_key():
    values = {"kind": "bpe", "vocab_size": 16000, "limit": None, "lowercase": True, "columns": ["a", "b"], "empty": ""}
    assert params({"x": values}, "tokenizer.") == {
        "tokenizer.x.kind": "bpe",
        "tokenizer.x.vocab_size": "16000",
        "tokenizer.x.limit": "null",
        "tokenizer.x.lowercase": "true",
        "tokenizer.x.columns": '["a", "b"]',
        "tokenizer.x.empty": '""',
    }


def test_a_setting_longer_than_mlflow_keeps_is_cut():
    cut = params({"words": ["word"] * 5000}, "")["words"]
    assert len(cut) == LONGEST
    assert cut.endswith("…")


def test_a_score_goes_by_the_name_of_its_metric_and_what_is_no_number_is_left_out():
    values = {"share": {"score": 0.9, "low": 0.8, "reference": "centred"}, "weat2": {"refused": True}, "bytes": 7}
    assert numbers(values) == [Point("share", 0.9), Point("share.low", 0.8), Point("bytes", 7.0)]


names = st.text(min_size=1, max_size=20).filter(lambda name: name.strip(". /:") == name)


@given(st.dictionaries(names, st.one_of(st.none(), st.booleans(), st.text(max_size=50), st.floats(allow_nan=False))))
def test_mlflow_takes_whatever_a_configuration_holds(values):
    for name, text in params(values, "group.").items():
        _validate_param(name, text)
        json.dumps(text)
    for point in numbers(values, "group."):
        _validate_metric_name(point.name)


def test_batches_hold_all_and_are_no_longer_than_allowed():
    assert [list(batch) for batch in _batches([1, 2, 3, 4, 5], 2)] == [[1, 2], [3, 4], [5]]
    assert list(_batches([], 2)) == []
