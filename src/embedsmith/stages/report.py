"""report: every result side by side, as reports/summary.md and reports/index.html."""

from __future__ import annotations

from pathlib import Path

from embedsmith.config.instances import Inputs
from embedsmith.files import write_text
from embedsmith.report import page, summary
from embedsmith.report.content import gather
from embedsmith.report.listing import entries
from embedsmith.stages.process import run
from embedsmith.stages.resolved import resolved


def report() -> None:
    """Write the summary and the page."""
    config, _ = resolved("report")
    inputs = Inputs(Path())
    keys = {
        entry.run(variant): inputs.run_key(entry.model, entry.seed, variant)
        for entry in entries(config["models"])
        for variant in entry.variants
    }
    content = gather(Path(), config, keys)
    write_text("reports/summary.md", summary.render(content))
    write_text("reports/index.html", page.render(content))


if __name__ == "__main__":
    run(report)
