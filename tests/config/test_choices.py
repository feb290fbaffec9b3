from pathlib import Path

import pytest
import yaml

from embedsmith.config.choices import read
from embedsmith.config.experiment import use
from embedsmith.errors import InputError


def write(text):
    Path("params.yaml").write_text(text)


BASE = "local: data/raw\nmodels: [word2vec]\nseeds: [1]\nvariants: [int8]\n"


def test_dotted_and_nested_overrides_are_the_same(project):
    write(BASE + "tokenizer: bpe\nmodel.word2vec.window: 3\n")
    dotted = read(project)
    write(BASE + "tokenizer: bpe\nmodel:\n  word2vec: {window: 3}\n")
    assert read(project) == dotted
    assert dotted[1] == {"tokenizer": "bpe", "model.word2vec.window": 3}


def test_an_empty_mapping_is_a_value_too(project):
    write(BASE + "evaluate.bias.limits: {}\nevaluate:\n  anisotropy: {limits: {}}\n")
    assert read(project)[1] == {"evaluate.bias.limits": {}, "evaluate.anisotropy.limits": {}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("models: [\n", r"params.yaml:2: not YAML"),
        ("- a\n", "params.yaml: must be a mapping"),
        (BASE.replace("[word2vec]", "[]"), "params.yaml: models: empty"),
        (BASE.replace("[word2vec]", "[word2vec, word2vec]"), "params.yaml: models: 'word2vec' stands twice"),
        (BASE.replace("[word2vec]", "[../../etc]"), "'../../etc' is not a name"),
        (BASE.replace("[1]", "[1, 1]"), "seeds: 1 stands twice"),
        (BASE.replace("[1]", "[-1]"), "seeds: must be at least 0"),
        (BASE.replace("[1]", "[one]"), "could not be converted to Integer"),
        ("models: [word2vec]\n", "params.yaml: local: missing"),
    ],
)
def test_a_wrong_params_yaml_is_told_in_one_line(project, text, said):
    write(text)
    with pytest.raises(InputError, match=said) as caught:
        read(project)
    assert "\n" not in str(caught.value)


def test_params_that_are_no_text_are_told(project):
    Path("params.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"params.yaml: not UTF-8"):
        read(project)
    Path("params.yaml").unlink()
    with pytest.raises(InputError, match=r"params.yaml: no such file"):
        read(project)


def test_use_writes_an_experiment_and_the_default_comes_back_byte_for_byte(project):
    use(project, "quick", ["model.word2vec.window=3", "seeds=[1, 2]"])
    choices, overrides = read(project)
    assert choices.seeds == [1, 2]
    assert overrides["corpus"] == "quick"
    assert overrides["model.word2vec.window"] == 3
    assert "# What this run does" in Path("params.yaml").read_text()
    use(project, "default")
    assert Path("params.yaml").read_bytes() == Path("conf/experiment/default.yaml").read_bytes()


def test_use_keeps_the_order_of_keys_and_writes_lists_on_one_line(project):
    use(project, "quick", ["seeds=[1, 2]", "tokenizer.rename.occurrences=[5, 10]", "tokenizer.rename.words=3"])
    text = Path("params.yaml").read_text()
    assert list(yaml.safe_load(text))[:4] == ["local", "models", "seeds", "variants"]
    assert "seeds: [1, 2]" in text
    assert "occurrences: [5, 10]" in text


def test_a_key_given_both_ways_is_refused(project):
    write(BASE + "model.word2vec.window: 3\nmodel: {word2vec: {window: 4}}\n")
    with pytest.raises(InputError, match="params.yaml: model.word2vec.window: given twice"):
        read(project)


def test_use_nests_its_overrides_where_dvc_finds_them_again(project):
    use(project, "quick", ["tokenizer=bpe", "model.word2vec.window=3", "model.word2vec.epochs=2"])
    document = yaml.safe_load(Path("params.yaml").read_text())
    assert document["model"] == {"word2vec": {"window": 3, "epochs": 2}}
    assert document["tokenizer"] == "bpe"
    assert document["tokenizer.vocab_size"] == 4000
    assert read(project)[1]["tokenizer.vocab_size"] == 4000


@pytest.mark.parametrize(
    ("name", "overrides", "said"),
    [
        ("quik", [], "did you mean 'quick'"),
        ("quick", ["window"], "'window' is not KEY=VALUE"),
        ("quick", ["a=["], "the value is not YAML"),
    ],
)
def test_use_refuses_what_it_cannot_read_and_leaves_the_file(project, name, overrides, said):
    before = Path("params.yaml").read_bytes()
    with pytest.raises(InputError, match=said):
        use(project, name, overrides)
    assert Path("params.yaml").read_bytes() == before


def test_a_seed_that_no_generator_takes_is_refused(project):
    write(BASE.replace("[1]", "[4294967296]"))
    with pytest.raises(InputError, match=r"params.yaml: seeds: must be at least 0 and below 2\^32, not 4294967296"):
        read(project)
