from pathlib import Path

import pytest

from embedsmith.errors import InputError
from embedsmith.sweep.words import count, refuse_unknown, split


def refused(*words):
    settings, _, choices = split(words)
    count(Path(), settings, choices)
    refuse_unknown(Path(), settings, choices)


def test_words_for_hydra_stand_apart_from_choices():
    words = ["sweep=seeds", "hydra/launcher=joblib", "tokenizer=bpe", "hydra.launcher.n_jobs=2", "seeds=[1],[2]"]
    own = ["tokenizer=bpe", "seeds=[1],[2]"]
    assert split(words) == ("seeds", ["hydra/launcher=joblib", "hydra.launcher.n_jobs=2"], own)
    assert split(own) == ("run", [], own)


def test_a_key_may_be_said_as_new_as_hydra_wants_it():
    assert split(["+a.b=1", "++c.d=2"])[2] == ["a.b=1", "c.d=2"]


@pytest.mark.parametrize("word", ["window", "=3", "++=3", "--window", ""])
def test_what_is_no_choice_is_refused(word):
    with pytest.raises(InputError, match="is not KEY=VALUE"):
        split([word])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["model.word2vec.windw=3"], "unknown key 'windw' in model.word2vec; did you mean 'window'?"),
        (["model.word2vec.windw=3,5"], "unknown key 'windw' in model.word2vec; did you mean 'window'?"),
        (["++model.word2vec.windw=3"], "unknown key 'windw' in model.word2vec; did you mean 'window'?"),
        (["experiment=quick,quik"], "there is no conf/experiment/quik.yaml; did you mean 'quick'?"),
        (["sweep=runn"], "there is no conf/sweep/runn.yaml; did you mean 'run'?"),
        (["tokenizer=unigram,bpee"], "tokenizer: there is no conf/tokenizer/bpee.yaml; did you mean 'bpe'?"),
        (["models=[word2vec],[word2vek]"], "there is no conf/model/word2vek.yaml; did you mean 'word2vec'?"),
        (["variants=[int9]"], "there is no conf/variant/int9.yaml; did you mean 'int8'?"),
        (["seeds=1,2"], "seeds: must be a list, as [A, B]"),
        (["model.word2vec.window=[3"], "no viable alternative at input '[3'"),
        (["model.word2vec.window=glob(*)"], "name the values, as model.word2vec.window=A,B"),
        (["~model.word2vec.window=3"], "nothing can be taken away"),
    ],
)
def test_an_unknown_name_is_refused_in_a_line_with_the_nearest(project, words, said):
    with pytest.raises(InputError) as caught:
        refused(*words)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "params.yaml" not in str(caught.value)  # it says nothing of these


def test_a_mistake_of_params_yaml_is_told_as_its_own(project):
    params = project / "params.yaml"
    params.write_text(params.read_text() + "\nmodel.word2vec.windw: 3\n")
    with pytest.raises(InputError, match=r"^params\.yaml: model\.word2vec\.windw: unknown key"):
        refused("model.word2vec.epochs=3")


def test_what_is_known_is_not_refused(project):
    refused("experiment=quick", "model.word2vec.window=3,5", "tokenizer=bpe,unigram", "objectives=[mean]", "of=int8")
    refused("model.word2vec.epochs=interval(1, 5)", "local='my files'", "seeds=[1],[2]")


@pytest.mark.parametrize(
    ("words", "jobs"),
    [
        ([], 1),
        (["seeds=[1,2]"], 1),
        (["model.word2vec.window=3,5", "tokenizer=bpe,unigram", "seeds=[1]"], 4),
        (["model.word2vec.window=range(1, 10)"], 9),
        (["model.word2vec.window=choice(3, 5, 10)"], 3),
        (["model.word2vec.window='3,5'"], 1),
        (["model.word2vec.window=interval(1, 10)"], None),
    ],
)
def test_the_jobs_of_a_grid_are_counted(project, words, jobs):
    assert count(project, "run", words) == jobs


def test_what_a_file_of_sweeps_goes_through_counts_and_is_tried(project):
    text = (project / "conf/sweep/run.yaml").read_text()
    for key in ("window", "windw"):
        params = f"  sweeper:\n    params:\n      ++model.word2vec.{key}: 3,5,7\n"
        (project / f"conf/sweep/{key}.yaml").write_text(f"{text}{params}")
    assert count(project, "window", ["seeds=[1],[2]"]) == 6
    refused("sweep=window")
    with pytest.raises(InputError, match="unknown key 'windw'"):
        refused("sweep=windw")
