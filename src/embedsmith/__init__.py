"""embedsmith: embeddings that fit a budget, and what each choice costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embedsmith.embedding import Embedding, load, load_index
    from embedsmith.report.results import results

__version__ = "0.1.0"
__all__ = ["Embedding", "load", "load_index", "results"]


def __getattr__(name: str) -> Any:
    # The base install reads embeddings; the frame of results needs pandas, of the pipeline extra.
    if name in ("Embedding", "load", "load_index"):
        from embedsmith import embedding

        return getattr(embedding, name)
    if name == "results":
        try:
            from embedsmith.report.results import results
        except ModuleNotFoundError as error:
            raise ImportError(f"{error.name} is missing; pip install 'embedsmith[pipeline]'") from None
        return results
    raise AttributeError(f"module 'embedsmith' has no attribute {name!r}")
