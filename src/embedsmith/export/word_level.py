"""tokenizer.json of the `tokenizers` library: from a text to the numbers of its words.

An artifact does not say how its words were cut from text; they show it well enough. Letters and marks are always part
of a word, any other character if it is part of one in the vocabulary. Text is brought to the normal form NFKC and
lower-cased if every word is in that form, or lower-case. The one difference from how embedsmith lower-cases: a
capital sigma becomes σ at a word's end too.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from embedsmith.embedding import Embedding
from embedsmith.export.lines import require_unbroken


def write(embedding: Embedding, path: Path) -> None:
    """Write the tokenizer of the words to `path`.

    A word's number is its row. One row more is of every unknown word, which the format does not know how to leave out.

    Raises
    ------
    InputError
        If a word holds white space or a control character.
    """
    require_unbroken(embedding.words)
    words = embedding.words
    unknown = "[UNK]"
    while unknown in embedding:
        unknown = f"[{unknown}]"
    tokenizer: dict[str, Any] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Sequence", "normalizers": _normalizers(words)},
        "pre_tokenizer": {
            "type": "Split",
            "pattern": {"Regex": pattern(words)},
            "behavior": "Removed",
            "invert": True,
        },
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: row for row, word in enumerate([*words, unknown])},
            "unk_token": unknown,
        },
    }
    path.write_text(json.dumps(tokenizer, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def pattern(words: Sequence[str]) -> str:
    r"""Return the pattern of a word, one class of characters: `[\p{L}\p{M}]+` and what else stands in `words`."""
    others = {character for character in set().union(*words) if unicodedata.category(character)[0] not in "LM"}
    digits = r"\p{N}" if any(unicodedata.category(character)[0] == "N" for character in others) else ""
    rest = sorted(character for character in others if unicodedata.category(character)[0] != "N")
    escaped = "".join(f"\\{character}" if character.isascii() else character for character in rest)
    return rf"[\p{{L}}\p{{M}}{digits}{escaped}]+"


def _normalizers(words: Sequence[str]) -> list[dict[str, Any]]:
    normalizers = []
    if all(unicodedata.is_normalized("NFKC", word) for word in words):
        normalizers.append({"type": "NFKC"})
    if all(word == word.lower() for word in words):
        normalizers.append({"type": "Lowercase"})
    return normalizers
