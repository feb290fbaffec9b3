import json
import shutil

import pytest

from embedsmith.cli import main
from embedsmith.errors import InputError
from embedsmith.report.audit import audit, table
from embedsmith.report.listing import entries
from report.tree import write


def test_every_variant_but_those_of_baselines_is_held_to_the_limits(cured):
    root, _ = cured
    found = {each.run: each for each in audit(root)}
    assert list(found) == [
        *("word2vec/s1/untouched", "word2vec/s1/fp16", "word2vec/s1/int8", "word2vec/s1/pca"),
        *("word2vec/s1/center", "word2vec/s1/center-int8"),
    ]
    assert found["word2vec/s1/center"].verdict == "passes"
    untouched = found["word2vec/s1/untouched"]
    assert (untouched.verdict, untouched.limits) == ("fails", 1)
    assert str(untouched.breaches[0]).startswith("mean_cosine is 0.0")
    assert str(untouched.breaches[0]).endswith("; the limit is at most 0.05")


def test_the_table_lists_each_breach(cured):
    root, configuration = cured
    rows = {row.cells[0].text: row.cells for row in table(audit(root), entries(configuration["models"])).rows}
    assert rows["center-int8"][1].verdict == "passes"
    assert rows["int8"][1].verdict == "fails"
    assert rows["int8"][2].text.endswith("the limit is at most 0.05")


def test_limits_of_bias_count_too_and_what_was_refused_keeps_none(cured):
    root, _ = cured
    limits = {"rnd_gender": {"low": None, "high": 0.01}, "weat2": {"low": -1, "high": 1}}
    path = root / "build/config/bias/word2vec/1.yaml"
    resolved = {"bias": {"tests": {}, "limits": limits}}
    write(path, json.dumps(resolved))
    center = next(each for each in audit(root) if each.variant == "center")
    assert [str(breach) for breach in center.breaches] == [
        "rnd_gender is 0.03; the limit is at most 0.01",
        "weat2 has no score; the limit is -1 to 1",
    ]
    assert center.limits == 3


def test_without_limits_there_is_no_table(reported):
    root, configuration = reported
    assert {each.verdict for each in audit(root)} == {"passes"}
    assert table(audit(root), entries(configuration["models"])) is None


def test_missing_metrics_are_told_in_one_line(cured):
    root, _ = cured
    (root / "reports/metrics/word2vec/1/anisotropy.json").unlink()
    with pytest.raises(InputError, match=r"^reports/metrics/word2vec/1/anisotropy\.json: no such file"):
        audit(root)


def test_the_command_fails_where_a_limit_is_broken_and_passes_where_none_is(cured, monkeypatch, capsys):
    root, _ = cured
    monkeypatch.chdir(root)
    assert main(["audit"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("word2vec/s1/untouched: mean_cosine is 0.0")
    assert told[-1] == "3 of 6 variants within their limits"
    path = root / "build/config/anisotropy/word2vec/1.yaml"
    write(path, json.dumps({"anisotropy": {"limits": {"mean_cosine": {"low": None, "high": 1}}}}))
    assert main(["audit"]) == 0
    assert capsys.readouterr().out == "6 of 6 variants within their limits\n"


def test_nothing_to_audit_is_no_broken_limit(cured, monkeypatch, capsys):
    root, _ = cured
    shutil.rmtree(root / "build/config")
    monkeypatch.chdir(root)
    assert main(["audit"]) == 2
    assert "embedsmith audit: build/config: no such folder; run `dvc repro` first" in capsys.readouterr().err
