from pathlib import Path

import pytest
import yaml

from embedsmith.config.choices import read, read_yaml
from embedsmith.config.compose import compose, locate
from embedsmith.config.experiment import use
from embedsmith.errors import InputError
from embedsmith.evaluate import download
from embedsmith.stages.configure import check, require_data_sets, resolve

ROOT = Path(__file__).parents[2]


def names(group):
    return sorted(path.stem for path in (ROOT / "conf" / group).glob("*.yaml"))


def composed(project, *overrides, experiment="default"):
    use(project, experiment, overrides)
    choices, values = read(project)
    return choices, values, *compose(project, choices, values)


@pytest.mark.parametrize("experiment", names("experiment"))
def test_every_experiment_composes_and_fits_its_schema(project, experiment):
    choices, values, config, _ = composed(project, experiment=experiment)
    check(config)
    files = resolve(choices, config, values)
    assert {path.parts[2] for path in files} >= {"ingest.yaml", "train", "compress", "report.yaml"}


@pytest.mark.parametrize("model", names("model"))
def test_every_model_fits_its_schema(project, model):
    check(composed(project, f"models=[{model}]")[2])


@pytest.mark.parametrize("variant", names("variant"))
def test_every_variant_fits_its_schema(project, variant):
    check(composed(project, f"variants=[{variant}]")[2])


@pytest.mark.parametrize("variant", ["hard_debias", "hard_debias-int8", "double_hard_debias", "inlp"])
def test_debiasing_takes_its_words_from_a_file_that_may_be_another(project, variant):
    link = variant.removesuffix("-int8")
    gender = read_yaml(Path("conf/words/gender.yaml"))
    assert composed(project, f"variants=[{variant}]")[2]["variant"][variant][link]["words"] == gender
    own = gender | {"specific": [], "definitional": [["her", "his"], ["she", "he"]]}
    Path("conf/words/own.yaml").write_text(yaml.safe_dump(own))
    key = f"words@variant.{variant}.{link}.words"
    choices, values, config, sources = composed(project, f"variants=[{variant}]", f"{key}=own")
    check(config)
    assert config["variant"][variant][link]["words"] == own
    files = resolve(choices, config, values)
    assert files[Path("build/config/compress/word2vec/1.yaml")]["variants"][variant][link]["words"] == own
    assert locate(f"variant.{variant}.{link}.words", values, sources) == "conf/words/own.yaml"
    with pytest.raises(InputError, match=f"{key}: there is no conf/words/gendre.yaml; did you mean 'gender'"):
        composed(project, f"{key}=gendre")


def test_words_can_be_given_where_a_variant_has_them_alone(project):
    with pytest.raises(InputError, match="conf: .*words@variant.hard_debias.hard_debias.words") as caught:
        composed(project, "variants=[int8]", "words@variant.hard_debias.hard_debias.words=gender")
    assert "\n" not in str(caught.value)


def test_a_limit_may_be_of_any_metric_that_there_is(project):
    config = composed(project, "evaluate.anisotropy.limits.hubness={low: null, high: 10}")[2]
    check(config)
    assert config["evaluate"]["anisotropy"]["limits"]["hubness"] == {"low": None, "high": 10}
    assert "mean_cosine" in config["evaluate"]["anisotropy"]["limits"]
    with pytest.raises(InputError, match=r"limits.hubnes: there is no such metric; did you mean 'hubness'\?"):
        check(composed(project, "evaluate.anisotropy.limits.hubnes={low: null, high: 10}")[2])
    with pytest.raises(InputError, match="limits.hubness.hihg"):
        check(composed(project, "evaluate.anisotropy.limits.hubness.hihg=10")[2])


@pytest.mark.parametrize("corpus", names("corpus"))
def test_every_corpus_fits_its_schema(project, corpus):
    check(composed(project, f"corpus={corpus}")[2])


@pytest.mark.parametrize("tokenizer", names("tokenizer"))
def test_every_tokenizer_fits_its_schema(project, tokenizer):
    check(composed(project, f"tokenizer={tokenizer}")[2])


def test_an_override_reaches_the_files_of_its_stage_and_no_other(project):
    choices, values, config, _ = composed(project)
    before = resolve(choices, config, values)
    choices, values, config, _ = composed(project, "model.word2vec.window=7")
    after = resolve(choices, config, values)
    changed = {str(path) for path in after if before[path] != after[path]}
    assert changed == {"build/config/train/word2vec/1.yaml", "build/config/report.yaml"}


def test_a_baseline_is_measured_untouched_only(project):
    choices, values, config, _ = composed(project)
    files = resolve(choices, config, values)
    assert files[Path("build/config/compress/random/1.yaml")]["variants"] == {}
    assert list(files[Path("build/config/compress/word2vec/1.yaml")]["variants"]) == choices.variants


def test_a_model_of_the_users_own_extends_another(project):
    Path("conf/model/wide.yaml").write_text("defaults: [word2vec, _self_]\nwindow: 10\n")
    config = composed(project, "models=[wide]")[2]
    check(config)
    assert (config["model"]["wide"]["window"], config["model"]["wide"]["kind"]) == (10, "word2vec")


@pytest.mark.parametrize("evaluation", names("evaluate"))
def test_every_evaluation_fits_its_schema(project, evaluation):
    check(composed(project, f"evaluate={evaluation}")[2])


def test_a_data_set_may_lie_in_the_folder_of_the_users_own_files(project, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    config = composed(project, f"local={folder}", "evaluate=medical")[2]
    check(config)
    sets = config["evaluate"]["similarity"]["sets"]
    assert list(sets) == ["wordsim353", "simlex999", "google", "umnsrs", "mayosrs", "minimayosrs"]
    assert sets["umnsrs"]["path"] == f"{folder}/UMNSRS-sim.txt"
    assert "local" not in config


def test_a_data_set_that_is_not_there_is_told_before_anything_is_computed(project, tmp_path):
    config = composed(project, "evaluate=medical")[2]
    for name in ("MayoSRS", "MiniMayoSRS"):
        Path(f"data/raw/{name}.txt").write_text("a\tb\t1\n")
    with pytest.raises(InputError, match=r"^data/raw/UMNSRS-sim\.txt: no such file; .* https://github\.com/") as caught:
        require_data_sets(config)
    assert "\n" not in str(caught.value)
    Path("data/raw/UMNSRS-sim.txt").write_text("a\tb\t1\n")
    require_data_sets(config)


def test_sets_of_the_web_are_fetched_and_superseded_ones_told_before_anything_is_computed(project, monkeypatch, capsys):
    fetched = []
    monkeypatch.setattr(download, "fetch", lambda url, sha256: fetched.append(url))
    require_data_sets(composed(project, "evaluate=similarity")[2])
    assert len(fetched) == 6
    assert all(url.startswith("https://raw.githubusercontent.com/mfaruqui/eval-word-vectors/") for url in fetched)
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("configure: data set rw is superseded by CARD-660")


def test_settings_that_are_null_by_default_may_be_given(project):
    path = Path("conf/evaluate/neutral.yaml")
    path.write_text(path.read_text().replace("  least: 20", "  least: null  #"))
    config = composed(project, "evaluate.similarity.least={a: 1, b: 2}", "evaluate.similarity.seed=3")[2]
    assert config["evaluate"]["similarity"]["least"] == {"a": 1, "b": 2}
    with pytest.raises(InputError, match=r"^evaluate\.similarity\.least: "):
        check(config)


def test_a_budget_adds_a_variant_wherever_variants_are_listed(project):
    choices, values, config, _ = composed(project, "compress.budget=[25MB, 10MB]", "compress.keep=0.99")
    check(config)
    files = resolve(choices, config, values)
    sought = ["budget-25MB", "budget-10MB", "keep-0.99"]
    assert files[Path("build/config/bias/word2vec/1.yaml")]["variants"] == ["untouched", *choices.variants, *sought]
    assert files[Path("build/config/report.yaml")]["models"]["word2vec"]["variants"][-3:] == sought
    assert files[Path("build/config/compress/word2vec/1.yaml")]["search"]["budget"] == ["25MB", "10MB"]
    assert files[Path("build/config/compress/random/1.yaml")]["search"] is None
    assert files[Path("build/config/report.yaml")]["models"]["random"]["variants"] == ["untouched"]


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("compress.budget=lots", "compress.budget: must be a size, as 25MB or 800kB, not 'lots'"),
        ("compress.keep=2", "compress.keep: must be above 0 and at most 1, as 0.99, not 2"),
        ("compress.agreement.words=0", "compress.agreement: words: must be at least 1"),
    ],
)
def test_an_impossible_search_is_told_before_anything_is_computed(project, override, said):
    config = composed(project, override)[2]
    with pytest.raises(InputError, match="compress") as caught:
        check(config)
    assert said.partition(": ")[2] in str(caught.value)


def test_a_chain_that_cannot_be_is_told_before_anything_is_searched(project):
    with Path("conf/compress/default.yaml").open("a") as file:
        file.write("  wrong:\n    int8: {}\n    pca:\n      reduction: [2.0, 4.0]\n")
    with pytest.raises(InputError, match=r"^compress\.chains\.wrong: pca cannot follow int8"):
        check(composed(project)[2])


def test_no_variants_is_a_choice_too(project):
    choices, values, config, _ = composed(project, "variants=[]")
    check(config)
    files = resolve(choices, config, values)
    assert files[Path("build/config/similarity/word2vec/1.yaml")]["variants"] == ["untouched"]
    assert files[Path("build/config/compress/word2vec/1.yaml")]["variants"] == {}


def test_an_error_names_the_file_to_mend(project):
    path = Path("conf/model/word2vec.yaml")
    path.write_text(path.read_text().replace("window: 5", "window: 0"))
    _, values, config, sources = composed(project)
    with pytest.raises(InputError, match="model.word2vec.window: must be at least 1") as caught:
        check(config)
    key = str(caught.value).partition(":")[0]
    assert locate(key, values, sources) == "conf/model/word2vec.yaml"
    assert locate(key, {key: 0}, sources) == "params.yaml"


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["models=[word2vek]"], "models: there is no conf/model/word2vek.yaml; did you mean 'word2vec'"),
        (["corpus=defalt"], "corpus: there is no conf/corpus/defalt.yaml; did you mean 'default'"),
        (["model.word2vec.windw=3"], "unknown key 'windw' in model.word2vec; did you mean 'window'"),
        (["model.gloss.window=3"], "unknown key 'gloss' in model"),
        (["threds=3"], "unknown key 'threds'; did you mean 'threads'"),
        (["threads.x=3"], "unknown key 'x' in threads"),
        (["evaluate.x={}"], "unknown key 'x' in evaluate"),
        (["evaluate={}"], "evaluate: '{}' is not a name"),
        (["modles=[word2vec]"], "unknown key 'modles'; did you mean 'models'"),
        (["models=[random]", "model.word2vec.window=3"], "word2vec is not in `models`; list it there"),
        (["corpus=../model/word2vec"], "corpus: '../model/word2vec' is not a name"),
    ],
)
def test_a_name_that_conf_does_not_have_is_told_in_one_line(project, overrides, said):
    with pytest.raises(InputError, match=said) as caught:
        composed(project, *overrides)
    assert str(caught.value).startswith("params.yaml: ")
    assert "\n" not in str(caught.value)


def test_a_broken_file_of_conf_is_named_with_its_line(project):
    Path("conf/model/word2vec.yaml").write_text("kind: word2vec\nwindow: [5\n")
    with pytest.raises(InputError, match=r"^conf/model/word2vec.yaml:3: not YAML"):
        composed(project)


def test_a_key_that_nothing_reads_is_refused_in_conf_too(project):
    with Path("conf/config.yaml").open("a") as file:
        file.write("threds: 3\n")
    with pytest.raises(InputError, match="threds: unknown key; did you mean 'threads'"):
        check(composed(project)[2])
