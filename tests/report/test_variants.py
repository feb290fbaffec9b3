import json
import math
from pathlib import Path

import pytest
import yaml

from embedsmith.report.listing import entries
from embedsmith.report.results import results
from embedsmith.report.variants import variants

TEMPLATES = Path(".dvc/plots")


def declared():
    """Every plot that dvc.yaml declares, by its path."""
    for stage in yaml.safe_load(Path("dvc.yaml").read_text())["stages"].values():
        for plot in stage.get("plots", ()):
            yield from plot.items()


def test_a_row_has_size_scores_and_isotropy_of_a_variant(reported):
    root, configuration = reported
    frame = variants(results(root), entries(configuration["models"])).set_index("run")
    own = frame.loc["word2vec/s1/int8"]
    assert own["megabytes"] == pytest.approx(
        json.loads((root / "reports/metrics/word2vec/1/size.json").read_text())["int8"]["bytes"] / 1e6
    )
    assert own["low"] < own["mean"] < own["high"]
    assert {"wordsim353", "topics", "isoscore", "kept"} <= set(frame.columns)
    assert math.isnan(frame.loc["random/s1/untouched"]["kept"])


def test_the_template_of_each_declared_plot_is_there_and_takes_its_data():
    named = [(path, plot["template"]) for path, plot in declared() if "template" in plot]
    assert {path.rpartition("/")[2] for path, _ in named} == {"spectrum.csv", "variants.csv"}
    for _, name in named:
        template = json.loads((TEMPLATES / f"{name}.json").read_text())
        assert template["data"] == {"values": "<DVC_METRIC_DATA>"}
        assert "<DVC_METRIC_COLOR>" in json.dumps(template)
