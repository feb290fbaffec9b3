"""report: every result side by side, as reports/summary.md, reports/index.html and reports/scores/."""

from __future__ import annotations

from pathlib import Path

from embedsmith.config.instances import Inputs
from embedsmith.files import write_json, write_text
from embedsmith.report import page, summary
from embedsmith.report.content import gather
from embedsmith.report.listing import entries
from embedsmith.report.scores import scores
from embedsmith.stages.output import folder
from embedsmith.stages.process import run
from embedsmith.stages.resolved import resolved


def report() -> None:
    """Write the summary, the page and the key figures."""
    config, _ = resolved("report")
    inputs = Inputs(Path())
    keys = {
        entry.run(variant): inputs.run_key(entry.model, entry.seed, variant)
        for entry in entries(config["models"])
        for variant in entry.variants
    }
    content = gather(Path(), config, keys)
    with folder("reports/scores") as out:
        for path, figures in scores(content.frame).items():
            write_json(out / path, figures)
    write_text("reports/summary.md", summary.render(content))
    write_text("reports/index.html", page.render(content))


if __name__ == "__main__":
    run(report)
