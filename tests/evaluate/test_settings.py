"""The shipped configuration fits the code."""

from __future__ import annotations

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from embedsmith.config.check import build
from embedsmith.evaluate.anisotropy import Anisotropy
from embedsmith.evaluate.bias import Bias
from embedsmith.evaluate.bias.lists import Lists
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.downstream import Downstream
from embedsmith.evaluate.limits import Limit
from embedsmith.evaluate.similarity import Similarity

CONF = Path(__file__).parents[2] / "conf"


@pytest.fixture(scope="module")
def composed():
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return OmegaConf.to_container(compose("config").evaluate, resolve=True)


def test_every_key_of_the_default_is_a_setting(composed):
    assert set(composed) == {"similarity", "anisotropy", "bias", "downstream"}
    similarity = build(Similarity, composed["similarity"], "evaluate.similarity")
    assert {name: dataset.kind for name, dataset in similarity.sets.items()} == {
        "wordsim353": "pairs",
        "simlex999": "pairs",
        "google": "analogies",
    }
    anisotropy = build(Anisotropy, composed["anisotropy"], "evaluate.anisotropy")
    assert anisotropy.limits["mean_cosine"] == Limit(low=None, high=0.5)
    assert build(Bias, composed["bias"], "evaluate.bias").lists["weat"].kind == "word_lists"


def test_the_ten_tests_are_those_of_caliskan_with_all_their_lists(composed):
    tests = build(Bias, composed["bias"], "evaluate.bias").tests

    assert list(tests) == [f"weat{number}" for number in range(1, 11)]
    named = {name for test in tests.values() for name in (*test.targets, *test.attributes)}
    # The package holds 31 lists, and each of them has its place.
    assert len(named) == 31


def test_the_default_audits_are_of_shipped_words_and_lists(composed):
    bias = build(Bias, composed["bias"], "evaluate.bias")
    lists = Lists(bias)

    assert set(bias.words) == {path.stem for path in (CONF / "words").glob("*.yaml")}
    for name, audit in bias.audits.items():
        assert min(map(len, lists.subject(name, audit).groups)) >= bias.minimum_known


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in (CONF / "dataset").glob("*.yaml") if path.stem != "unset")
)
def test_every_data_set_fits_its_schema(name):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        composed = compose("config", [f"+dataset@extra={name}", "+local=data/raw"])
    dataset = build(DataSet, OmegaConf.to_container(composed, resolve=True)["extra"], name)
    assert dataset.reference


def test_topics_are_classified_by_words_as_the_tokenizer_has_them(composed):
    downstream = build(Downstream, composed["downstream"], "evaluate.downstream")
    assert {name: dataset.kind for name, dataset in downstream.sets.items()} == {"topics": "labelled"}
    assert (downstream.word_pattern, downstream.lowercase) == (r"[\p{L}\p{M}]+", True)


@pytest.mark.parametrize("language", ["french", "spanish"])
def test_another_language_has_no_english_words_and_its_own_topics(language):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        evaluate = OmegaConf.to_container(compose("config", [f"evaluate={language}"]).evaluate, resolve=True)
    assert evaluate["similarity"]["sets"] == evaluate["bias"]["lists"] == evaluate["bias"]["tests"] == {}
    assert build(Similarity, evaluate["similarity"], "evaluate.similarity").intrinsic == []
    topics = build(Downstream, evaluate["downstream"], "evaluate.downstream").sets["topics"]
    assert topics.member.endswith({"french": "fr-fr.json", "spanish": "es-es.json"}[language])
