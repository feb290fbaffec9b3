"""report: every result side by side, as summary.md, index.html, variants.csv and scores/ in reports/."""

from __future__ import annotations

from pathlib import Path

from embedsmith.files import write_json, write_text
from embedsmith.report import page, summary
from embedsmith.report.content import gather
from embedsmith.report.keys import keys
from embedsmith.report.scores import scores
from embedsmith.report.variants import variants
from embedsmith.stages.output import folder
from embedsmith.stages.process import run
from embedsmith.stages.resolved import resolved


def report() -> None:
    """Write the summary, the page, the table and the key figures."""
    config, _ = resolved("report")
    content = gather(Path(), config, keys(Path(), config))
    with folder("reports/scores") as out:
        for path, figures in scores(content.frame).items():
            write_json(out / path, figures)
    table = variants(content.frame, content.listing)
    write_text("reports/variants.csv", table.to_csv(index=False, float_format="%.6g", lineterminator="\n"))
    write_text("reports/summary.md", summary.render(content))
    write_text("reports/index.html", page.render(content))


if __name__ == "__main__":
    run(report)
