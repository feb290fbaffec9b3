"""Hydra composition of conf/ with the choices and overrides of params.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml
from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from embedsmith.config.choices import NAME, PARAMS, Choices
from embedsmith.config.nearest import nearest
from embedsmith.errors import InputError

CONF = Path("conf")
OPEN = ("evaluate.anisotropy.limits", "evaluate.bias.limits")
"""Mappings to which names may be added that conf/ does not have: the schema knows which there can be."""


def compose(root: Path, choices: Choices, overrides: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the resolved configuration, and the file that each part of it comes from.

    Parameters
    ----------
    root
        The project's folder, with conf/ in it.
    choices
        Its `local`, the folder of the user's own files, is what `${local}` stands for in conf/.
    overrides
        Values by dotted key. A key that is a group of conf/ (`tokenizer: bpe`) chooses a file of it; with `@` and a
        key after it, the file that stands there (`words@variant.hard_debias.hard_debias.words: gender`).

    Raises
    ------
    InputError
        For a name that conf/ does not have, a key that nothing reads, or a file that does not compose.
    """
    conf = (root / CONF).resolve()
    if not (conf / "config.yaml").is_file():
        raise InputError(f"{CONF / 'config.yaml'}: no such file; run where params.yaml and conf/ lie")
    groups = {key: str(value) for key, value in overrides.items() if (conf / key.partition("@")[0]).is_dir()}
    for key, name in groups.items():
        _require(conf, key.partition("@")[0], name, key)
    for name in choices.models:
        _require(conf, "model", name, "models")
    for name in choices.variants:
        _require(conf, "variant", name, "variants")
    selections = [f"{key}={name}" for key, name in groups.items()]
    selections += [f"+model@model.{name}={name}" for name in choices.models]
    selections += [f"+variant@variant.{name}={name}" for name in choices.variants]
    try:
        with initialize_config_dir(str(conf), version_base="1.3"):
            composed = hydra_compose("config", selections, return_hydra_config=True)
    except yaml.YAMLError as error:
        raise InputError(f"{_broken(conf)}: not YAML: {getattr(error, 'problem', None) or error}") from None
    except (HydraException, OmegaConfBaseException) as error:
        raise InputError(f"{CONF}: {' '.join(str(error).split())}") from None
    sources = _sources(composed.hydra.runtime.choices)
    OmegaConf.set_readonly(composed.hydra, False)
    config = OmegaConf.masked_copy(composed, [str(key) for key in composed if key != "hydra"])
    defaults = config.copy()
    for key, value in overrides.items():
        if key not in groups:
            _require_key(root, defaults, key)
            OmegaConf.update(config, key, value, merge=False)
    return _resolve(config, choices.local), sources


def locate(key: str, overrides: Mapping[str, Any], sources: Mapping[str, str]) -> str:
    """Return the file to mend for the dotted `key`: params.yaml if it says anything of it, else one of conf/."""
    if any(key == own or key.startswith(f"{own}.") or own.startswith(f"{key}.") for own in overrides):
        return str(PARAMS)
    parts = key.split(".")
    for length in range(len(parts), 0, -1):
        if file := sources.get(".".join(parts[:length])):
            return file
    return str(CONF / "config.yaml")


def _broken(conf: Path) -> str:
    """Return file and line of the first file of `conf` that is no YAML; Hydra does not say which it was."""
    for path in sorted(conf.rglob("*.yaml")):
        try:
            yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            return f"{CONF / path.relative_to(conf)}{f':{mark.line + 1}' if mark else ''}"
    return str(CONF)


def _require(conf: Path, group: str, name: str, key: str) -> None:
    if not NAME.fullmatch(name):
        raise InputError(f"{PARAMS}: {key}: {name!r} is not a name of letters, digits, - and _")
    if not (conf / group / f"{name}.yaml").is_file():
        known = [path.stem for path in (conf / group).glob("*.yaml")]
        raise InputError(f"{PARAMS}: {key}: there is no {CONF / group / name}.yaml{nearest(name, known)}")


def _sources(runtime_choices: Mapping[str, str]) -> dict[str, str]:
    """From Hydra's `group@package: name` to the file by package."""
    sources = {}
    for option, name in runtime_choices.items():
        group, _, package = str(option).partition("@")
        if name and not group.startswith("hydra"):
            sources[package or group] = str(CONF / group / f"{name}.yaml")
    return sources


def _require_key(root: Path, defaults: DictConfig, key: str) -> None:
    """Refuse a `key` that conf/ does not have; what stands below a null or in OPEN, the schema will check."""
    node: Any = defaults
    parts = key.split(".")
    for depth, part in enumerate(parts):
        if node is None or ".".join(parts[:depth]) in OPEN:
            return
        if not OmegaConf.is_dict(node) or part not in node:
            if parts[0] in ("model", "variant") and depth == 1 and (root / CONF / parts[0] / f"{part}.yaml").is_file():
                raise InputError(f"{PARAMS}: {key}: {part} is not in `{parts[0]}s`; list it there, or take this out")
            known = [str(name) for name in node] if OmegaConf.is_dict(node) else []
            known += [field.name for field in fields(Choices)] if depth == 0 else []
            above = ".".join(parts[:depth])
            inside = f" in {above}" if above else ""
            raise InputError(f"{PARAMS}: {key}: unknown key {part!r}{inside}{nearest(part, known)}")
        node = node[part] if depth < len(parts) - 1 else node


def _resolve(config: DictConfig, local: str) -> dict[str, Any]:
    OmegaConf.update(config, "local", local, force_add=True)
    try:
        plain: dict[str, Any] = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)  # type: ignore[assignment]
    except OmegaConfBaseException as error:
        raise InputError(f"{CONF}: {error.full_key or ''}: {str(error.msg or error).splitlines()[0]}") from None
    del plain["local"]  # a choice, no part of conf/
    return plain
