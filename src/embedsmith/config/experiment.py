"""Experiments: conf/experiment/NAME.yaml, sets of choices that are written into params.yaml."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq

from embedsmith.config.choices import PARAMS, read_yaml
from embedsmith.config.dotted import leaves
from embedsmith.config.nearest import nearest
from embedsmith.errors import InputError

EXPERIMENTS = Path("conf/experiment")
DEFAULT = "default"


def use(root: Path, name: str, overrides: Iterable[str] = ()) -> None:
    """Write the choices of experiment `name`, and `key=value` overrides, into params.yaml.

    The file is replaced whole or not at all.

    Raises
    ------
    InputError
        If there is no such experiment, or an override is not `key=value` with a YAML value.
    """
    text = amend(choices_of(root, name), dict(parse(override) for override in overrides))
    draft = root / f".{PARAMS}.draft"
    draft.write_text(text, encoding="utf-8")
    draft.replace(root / PARAMS)


def choices_of(root: Path, name: str) -> str:
    """Return the text of params.yaml for experiment `name`: the default one, amended."""
    path = EXPERIMENTS / f"{name}.yaml"
    if not (root / path).is_file():
        known = [other.stem for other in (root / EXPERIMENTS).glob("*.yaml")]
        raise InputError(f"there is no {path}{nearest(name, known)}")
    default = (root / EXPERIMENTS / f"{DEFAULT}.yaml").read_text(encoding="utf-8")
    return default if name == DEFAULT else amend(default, read_yaml(root / path))


def amend(text: str, values: Mapping[str, Any]) -> str:
    """Return the YAML `text` with `values` set by dotted key; its comments stay."""
    if not values:
        return text
    editor = YAML()
    editor.width = 4096
    document = editor.load(text)
    for key, value in values.items():
        _put(document, key, value)
    out = io.StringIO()
    editor.dump(document, out)
    return out.getvalue()


def _put(document: Any, key: str, value: Any) -> None:
    """Set a value where the dotted `key` points to: nested, as `dvc exp run -S` does, so that it finds it again.

    Below a value that is no mapping (`tokenizer: bpe`), the key stays dotted.
    """
    node, parts = document, key.split(".")
    for part in parts[:-1]:
        below = node.get(part, {})
        if not isinstance(below, Mapping):
            document[key] = value
            return
        node[part] = below
        node = node[part]
    if isinstance(value, str) and isinstance(node.get(parts[-1]), Mapping):
        for name, item in leaves(node.pop(parts[-1]), f"{key}."):
            document[name] = item
    if node is not document:
        document.pop(key, None)
    node[parts[-1]] = _on_one_line(value)


def _on_one_line(value: Any) -> Any:
    """Return lists as YAML's `[a, b]`, as params.yaml has them; anything else as it is."""
    if isinstance(value, Mapping):
        return {key: _on_one_line(item) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    line = CommentedSeq(value)
    line.fa.set_flow_style()
    return line


def parse(override: str) -> tuple[str, Any]:
    """Return key and value of `key=value`, the value read as YAML."""
    key, equals, value = override.partition("=")
    if not key or not equals:
        raise InputError(f"{override!r} is not KEY=VALUE")
    try:
        return key.lstrip("+"), yaml.safe_load(value)
    except yaml.YAMLError:
        raise InputError(f"{override!r}: the value is not YAML") from None
