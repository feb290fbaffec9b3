"""One module a format: what `embedsmith export` calls `word2vec-text` is `word2vec_text.py` here.

Each has a function `write(embedding, path)`, which writes a file or makes a folder, and `OPEN`, the Python that opens
what was written, with `{path}` in it; and `COMPOSES = True` if it takes along what unseen words are composed of.
"""

from __future__ import annotations

import pkgutil


def names() -> list[str]:
    """Return the formats by the names that the command gives them."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__))
