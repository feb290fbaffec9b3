from dataclasses import dataclass

import pytest

from embedsmith.config.check import build
from embedsmith.config.rooms import find
from embedsmith.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Settings:
    window: int
    rate: float
    names: list[str]
    limit: int | None

    def __post_init__(self):
        if self.window < 1:
            raise ValueError(f"window: must be at least 1, not {self.window}")


GOOD = {"window": 5, "rate": 1, "names": ["a"], "limit": None}


def test_values_become_the_dataclass():
    assert build(Settings, GOOD, "model.x") == Settings(window=5, rate=1.0, names=["a"], limit=None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"windw": 5}, "model.x.windw: unknown key; did you mean 'window'?"),
        ({"window": "wide"}, "model.x.window: Value 'wide' of type 'str' could not be converted to Integer"),
        ({"window": 0}, "model.x.window: must be at least 1, not 0"),
        ({"window": None}, "model.x.window: Incompatible value 'None'"),
        ({"window": [1]}, "model.x.window: "),
        ({"names": 3}, "model.x"),
        ({"rate": float("inf")}, "model.x.rate: must be a finite number, not inf"),
        ({"rate": float("nan")}, "model.x.rate: must be a finite number, not nan"),
    ],
)
def test_what_is_wrong_is_one_line_that_begins_with_the_key(change, said):
    with pytest.raises(InputError) as caught:
        build(Settings, GOOD | change, "model.x")
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_a_missing_key_and_a_value_that_is_no_mapping_are_told():
    with pytest.raises(InputError, match="model.x.rate: missing"):
        build(Settings, {key: value for key, value in GOOD.items() if key != "rate"}, "model.x")
    with pytest.raises(InputError, match="model.x: must be a mapping"):
        build(Settings, None, "model.x")


def test_a_kind_is_the_class_of_its_module_and_a_module_without_one_is_no_kind():
    assert find("embedsmith.compress", "pca", "x").__name__ == "PCA"
    with pytest.raises(InputError, match="x: 'pac' is not a kind of compress; did you mean 'pca'"):
        find("embedsmith.compress", "pac", "x")
    for other in ("cost", "transform"):  # functions alone; a class that is no member
        with pytest.raises(InputError, match=f"'{other}' is not a kind of compress"):
            find("embedsmith.compress", other, "x")


def test_a_kind_may_lie_in_any_of_several_rooms():
    rooms = ("embedsmith.compress", "embedsmith.mitigate")
    assert find(rooms, "pca", "x").__name__ == "PCA"
    assert find(rooms, "hard_debias", "x").__name__ == "HardDebias"
    for kind, near in (("pac", "pca"), ("whitten", "whiten")):
        with pytest.raises(
            InputError, match=f"x: '{kind}' is not a kind of compress or mitigate; did you mean '{near}'"
        ):
            find(rooms, kind, "x")


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another's mapping.
@dataclass(kw_only=True)
class Part:
    share: float

    def __post_init__(self):
        if self.share > 1:
            raise ValueError(f"share: must be at most 1, not {self.share:g}")


@dataclass(frozen=True, kw_only=True)
class Whole:
    part: Part | None
    parts: dict[str, Part]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"part": {"share": 2}, "parts": {}}, "model.x.part.share: must be at most 1, not 2"),
        ({"part": None, "parts": {"a": {"share": 1}, "b": {"share": 3}}}, "model.x.parts.b.share: must be at most 1"),
    ],
)
def test_an_impossible_value_within_a_part_is_told_by_its_whole_key(values, said):
    with pytest.raises(InputError) as error:
        build(Whole, values, "model.x")
    assert str(error.value).startswith(said)
