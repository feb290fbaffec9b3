import pytest

from embedsmith.errors import InputError
from embedsmith.report.content import gather
from embedsmith.report.summary import render


def summary(reported, keys=None):
    root, configuration = reported
    return render(gather(root, configuration, keys or {}))


def test_it_holds_the_table_and_the_claims_with_their_verdicts(reported):
    text = summary(reported)
    assert "| int8<br>word2vec | " in text
    assert "| untouched<br>random | " in text
    assert "| 0.589<br>0.509 to 0.659 | 99.5%<br>98% to 101% |" in text
    assert "| fp16<br>word2vec | 2x smaller<br>loses under 0.5% |" in text
    assert "loses 30%, 20% to 40% | **does not hold**<br>loses more |" in text


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
