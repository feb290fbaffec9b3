from pathlib import Path

import numpy as np
import pytest

from embedsmith.compress.chain import ROOMS, apply, compose
from embedsmith.compress.cost import rows_per_second, size
from embedsmith.config.check import build
from embedsmith.config.choices import Choices
from embedsmith.config.compose import compose as resolved
from embedsmith.config.rooms import _member, _modules
from embedsmith.config.words import Words
from embedsmith.embedding import Dense, Embedding, Pieces, save
from embedsmith.errors import InputError


@pytest.fixture
def embedding():
    return Embedding.dense([f"w{i}" for i in range(50)], np.random.default_rng(0).normal(size=(50, 8)))


def test_links_apply_in_the_order_written(embedding):
    small = apply(compose({"pca": {"reduction": 4}, "int8": {}}, "variant.small"), embedding)
    assert small.chain == ("pca", "int8")
    assert small.codec.name == "int8"
    assert small.dimension == 2


def test_a_link_after_the_one_that_stores_rows_is_refused():
    with pytest.raises(InputError, match="variant.x: pca cannot follow int8.*put int8 last"):
        compose({"int8": {}, "pca": {"reduction": 4}}, "variant.x")


@pytest.mark.parametrize(
    ("chain", "said"),
    [
        ({"pac": {}}, "'pac' is not a kind of compress or mitigate; did you mean 'pca'"),
        ({"centre": {}}, "'centre' is not a kind of compress or mitigate; did you mean 'center'"),
        ({"pca": {"reductoin": 4}}, "pca.reductoin: unknown key; did you mean 'reduction'"),
        ({"pca": {}}, "pca.reduction: missing"),
        ({"pca": {"reduction": "four"}}, "could not be converted to Float"),
        ({"pca": None}, "must be a mapping"),
        ({"chain": {}}, "'chain' is not a kind"),
        ({}, "the chain is empty"),
    ],
)
def test_a_wrong_chain_is_told_in_one_line(chain, said):
    with pytest.raises(InputError, match=said) as caught:
        compose(chain, "variant.x")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("variant.x")


def test_size_is_every_byte_of_the_folder(tmp_path, embedding):
    save(embedding, tmp_path / "e")
    measured = size(tmp_path / "e")
    assert measured["bytes"] == sum(file.stat().st_size for file in (tmp_path / "e").iterdir())
    assert measured["model_bytes"] == (tmp_path / "e" / "embedding.safetensors").stat().st_size
    assert measured["vocabulary_bytes"] == (tmp_path / "e" / "vocabulary.safetensors").stat().st_size
    assert (measured["words"], measured["dimension"]) == (50, 8)
    assert rows_per_second(embedding) > 0
    assert measured["fallback_bytes"] == 0


def test_what_unseen_words_are_composed_of_counts_apart_from_the_rows_of_words(tmp_path, embedding):
    pieces = Pieces(["▁", "w"], np.zeros(2, np.float32), "bpe", Dense(np.ones((2, 8), np.float32)))
    composing = Embedding(embedding.words, embedding.codec, fallback=pieces)
    save(embedding, tmp_path / "plain")
    save(apply({}, composing), tmp_path / "composing")
    plain, measured = size(tmp_path / "plain"), size(tmp_path / "composing")
    files = [tmp_path / "composing" / name for name in ("fallback.safetensors", "fallback.names.safetensors")]
    assert measured["fallback_bytes"] == sum(file.stat().st_size for file in files)
    assert measured["model_bytes"] == plain["model_bytes"]
    assert measured["bytes"] > plain["bytes"] + measured["fallback_bytes"]  # the description is longer too


def test_a_chain_carries_the_fallback_to_its_end(embedding):
    pieces = Pieces(["▁", "w"], np.zeros(2, np.float32), "bpe", Dense(np.ones((2, 8), np.float32)))
    small = apply(
        compose({"pca": {"reduction": 4}, "int8": {}}, "variant.small"),
        Embedding(embedding.words, embedding.codec, fallback=pieces),
    )
    assert small.chain == ("pca", "int8")
    assert small["wait"].shape == (2,)
    assert small.fallback.codec.name == "int8"


def test_a_cure_is_a_link_like_any_other_and_none_follows_the_one_that_stores_rows(embedding):
    small = apply(compose({"center": {}, "pca": {"reduction": 4}, "int8": {}}, "variant.small"), embedding)
    assert small.chain == ("center", "pca", "int8")
    with pytest.raises(InputError, match=r"variant.x: center cannot follow int8.*put int8 last"):
        compose({"int8": {}, "center": {}}, "variant.x")


def test_no_name_is_that_of_links_in_two_rooms():
    members = [{name for name in _modules(room) if _member(room, name)} for room in ROOMS]
    assert members[0].isdisjoint(members[1])


ROOT = Path(__file__).parents[2]
VARIANTS = [path.stem for path in sorted((ROOT / "conf/variant").glob("*.yaml"))]
CHOICES = Choices(local="data/raw", models=["random"], seeds=[1], variants=VARIANTS)
LISTS = ("definitional", "equalise", "specific", "neutral")


def few(links):
    """The same links with short lists of words, which are held against their schema in each of many chains."""
    cut = {name: dict(link) for name, link in links.items()}
    for link in cut.values():
        if "words" in link:
            words = dict(link["words"])
            words["groups"] = {group: listed[:10] for group, listed in words["groups"].items()}
            link["words"] = words | {
                key: words[key][:10] for key in ("definitional", "equalise", "specific", "neutral")
            }
    return cut


SINGLE = {
    name: few(links)
    for name, links in resolved(ROOT, CHOICES, {})[0]["variant"].items()
    if len(links) == 1 and (not name.startswith("trellis-") or name == "trellis-128x")
}
LISTED = sorted(build(Words, SINGLE["hard_debias"]["hard_debias"]["words"], "words").carrying)


@pytest.mark.parametrize("first", SINGLE)
def test_any_two_links_compose_or_are_refused_with_the_reason(first):
    draw = np.random.default_rng(0)
    words = [*LISTED, *(f"w{i}" for i in range(600 - len(LISTED)))]
    embedding = Embedding.dense(words, draw.normal(size=(600, 24)))
    for second, links in SINGLE.items():
        if next(iter(links)) in SINGLE[first]:
            continue
        small = _composed(SINGLE[first] | links, embedding)
        if isinstance(small, str):
            assert next(iter(links)) in small or next(iter(SINGLE[first])) in small, second
            assert "\n" not in small
        else:
            assert small.chain == (*SINGLE[first], *links)
            assert np.isfinite(small.matrix()).all(), second


def _composed(links, embedding):
    """The embedding after a chain, or why it is refused."""
    try:
        return apply(compose(links, "variant.x"), embedding)
    except InputError as error:
        return str(error)
