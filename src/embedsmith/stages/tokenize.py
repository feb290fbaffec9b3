"""tokenize: data/corpus/ to data/tokens/, the vocabulary, the text as word ids, and a model of pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from embedsmith.config.check import build
from embedsmith.stages.output import folder
from embedsmith.stages.process import run
from embedsmith.stages.resolved import resolved
from embedsmith.tokenizer.build import build as build_tokens
from embedsmith.tokenizer.settings import TokenizerSettings


def tokenize() -> dict[str, Any]:
    """Tokenize the corpus."""
    config, where = resolved("tokenize")
    settings = build(TokenizerSettings, config, where)
    with folder("data/tokens") as out:
        return build_tokens(Path("data/corpus"), settings, out)


if __name__ == "__main__":
    run(tokenize)
