import pytest
import yaml

from embedsmith.errors import InputError
from embedsmith.report.content import gather
from embedsmith.report.summary import render
from report.tree import write, write_renamed


def summary(reported, keys=None):
    root, configuration = reported
    return render(gather(root, configuration, keys or {}))


def test_it_holds_the_table_and_the_claims_with_their_verdicts(reported):
    text = summary(reported)
    assert "| int8<br>word2vec | " in text
    assert "| untouched<br>random | " in text
    assert "| 0.589<br>0.509 to 0.659 | 0.846<br>0.833 to 0.859 | 99.5%<br>98% to 101% |" in text
    assert "| fp16 | 2x smaller<br>loses under 0.5% |" in text
    assert "**does not hold**<br>" in text
    assert "loses 30%, 20% to 40%, loses more |" in text


def test_rare_words_are_shown_only_where_words_were_renamed(reported):
    root, configuration = reported
    before = summary(reported)
    assert "## Rare words" not in before
    write_renamed(root, configuration, better={"word2vec"})
    text = summary(reported)
    assert "| model<br>overlap of the 10 nearest | 5<br>40 words | 50<br>40 words |" in text
    assert text.replace(text[text.index("## Rare words") : text.index("## By frequency")], "") == before


def test_scores_are_shown_by_frequency(reported):
    text = summary(reported)
    assert "## By frequency" in text
    assert "| wordsim353<br>word2vec | –<br>12 of 15 | 0.492<br>0.392 to 0.692, 348 of 353 |" in text


def test_findings_are_numbered_and_cures_stand_beneath_the_untouched_model(cured):
    text = summary(cured)
    assert "\n1. word2vec: mean similarity rises significantly with center (+3%, p 0.006)" in text
    assert "| center<br>word2vec | 0.610 ▲<br>kept 103%, p 0.006 |" in text
    assert "| untouched<br>word2vec | **fails** | mean_cosine is 0.0" in text
    assert summary(cured) == text


def test_bias_is_shown_by_set_of_words(reported):
    text = summary(reported)
    assert "### Association tests, word2vec" in text
    assert "### Words of gender, word2vec" in text
    assert "### What remains, random" in text


def test_without_variants_there_are_no_claims(reported):
    root, configuration = reported
    configuration["models"]["word2vec"]["variants"] = ["untouched"]
    write(root / "build/config/report.yaml", yaml.safe_dump(configuration))
    assert "## Claims" not in summary(reported)


def test_every_row_of_a_table_has_as_many_cells_as_its_head(reported):
    for block in summary(reported).split("\n\n"):
        if block.startswith("|"):
            assert len({line.count("|") for line in block.splitlines()}) == 1


def test_run_keys_do_not_change_it(reported):
    assert summary(reported, {"word2vec/s1/int8": "a"}) == summary(reported, {"word2vec/s1/int8": "b"})


@pytest.mark.parametrize(
    "path",
    [
        "data/corpus/corpus.json",
        "data/tokens/tokens.json",
        "reports/plots/word2vec/1/history.csv",
        "reports/plots/word2vec/1/spectrum.csv",
    ],
)
def test_a_missing_file_is_told_in_one_line(reported, path):
    root, configuration = reported
    (root / path).unlink()
    with pytest.raises(InputError, match=rf"^{path}: no such file; run `dvc repro` or `dvc pull`$"):
        gather(root, configuration, {})
