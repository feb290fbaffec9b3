"""A page as one file: style, scripts, the plotting library and the plots within it; it can load nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from embedsmith.report import format as text

FILES = resources.files("embedsmith.report")


def read(name: str) -> Markup:
    """Return a file of ours that lies beside this one, as it is to stand in a page."""
    return Markup((FILES / name).read_text(encoding="utf-8"))  # noqa: S704  our own file


def filled(
    template: str,
    figures: Mapping[str, Any],
    *,
    filters: Mapping[str, Callable[..., Any]] | None = None,
    evaluating: bool = False,
    **values: Any,
) -> str:
    """Return the page that `template`, a file beside this one, makes of `values`.

    Parameters
    ----------
    figures
        Plain plots by name; `page.js` draws each into the element `plot-NAME`.
    evaluating
        Whether plots may compile code, which those drawn by WebGL do.
    """
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (FILES / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for show in (text.integer, text.percent, text.setting, text.times):
        environment.filters[show.__name__] = show
    environment.filters |= filters or {}
    return environment.get_template(template).render(
        figures=figures,
        style=read("page.css"),
        script=read("page.js"),
        plotly=Markup(get_plotlyjs()),  # noqa: S704  the library itself
        evaluating=Markup(" 'unsafe-eval'") if evaluating else "",
        **values,
    )
