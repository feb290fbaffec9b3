"""The artifact on disk: a folder of `embedding.safetensors`, `vocabulary.txt` and `embedding.json`.

Where unseen words have vectors, `fallback.safetensors` holds what they are composed of, and `fallback.txt` the names of
it, if it has any. Format 1 had no fallback.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from embedsmith.embedding import fallback, tensors, vocabulary
from embedsmith.embedding.codec import decode
from embedsmith.embedding.embedding import Embedding
from embedsmith.embedding.errors import FormatError
from embedsmith.embedding.fallback import Fallback

FORMAT = 2
DESCRIPTION = "embedding.json"
MATRIX = "embedding.safetensors"
WORDS = "vocabulary.txt"
UNITS = "fallback.safetensors"
UNIT_NAMES = "fallback.txt"
CODEC = "codec."
"""Before the names of the codec's arrays among those of a fallback."""


def save(embedding: Embedding, folder: str | Path, inputs: Mapping[str, str] | None = None) -> None:
    """Write `embedding` as an artifact; `folder` appears whole or not at all.

    Parameters
    ----------
    inputs
        Where it comes from, as names and hashes; kept in the description.
    """
    folder = Path(folder)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        tensors.write(draft / MATRIX, embedding.codec.arrays)
        (draft / WORDS).write_bytes(vocabulary.encode(embedding.words))
        described = None if embedding.fallback is None else _save_fallback(embedding.fallback, draft)
        description = {
            "format": FORMAT,
            "chain": list(embedding.chain),
            "codec": embedding.codec.name,
            "words": len(embedding),
            "dimension": embedding.dimension,
            "arrays": _shapes(embedding.codec.arrays),
            "fallback": described,
            "files": {name: _signature(draft / name) for name in _files(described)},
            "inputs": dict(inputs or {}),
        }
        (draft / DESCRIPTION).write_text(json.dumps(description, indent=1, sort_keys=True) + "\n")
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def load(folder: str | Path) -> Embedding:
    """Open an artifact: rows stay on disk, memory-mapped, until they are asked for.

    Raises
    ------
    FormatError
        If there is no artifact, or it is truncated, altered, or of a newer format.
    """
    folder = Path(folder)
    description = describe(folder)
    for name, written in description["files"].items():
        expected = written["bytes"]
        actual = (folder / name).stat().st_size if (folder / name).is_file() else 0
        if actual != expected:
            raise FormatError(f"{folder / name}: {actual} bytes where {expected} were written; restore the file")
    words = _strings(folder / WORDS, description)
    try:
        codec = decode(description["codec"], tensors.open_mapped(folder / MATRIX))
        unseen = _load_fallback(folder, description)
        embedding = Embedding(words, codec, tuple(description["chain"]), unseen)
    except ValueError as error:
        message = str(error)
        raise FormatError(message if str(folder) in message else f"{folder}: {message}") from None
    if embedding.codec.shape != (description["words"], description["dimension"]):
        raise FormatError(f"{folder / MATRIX}: shape {embedding.codec.shape} is not the one described")
    return embedding


def verify(folder: str | Path) -> None:
    """Read every byte of the artifact and compare it with the hashes in its description.

    Raises
    ------
    FormatError
        Naming the first file that differs.
    """
    folder = Path(folder)
    for name, expected in describe(folder)["files"].items():
        if not (folder / name).is_file() or _signature(folder / name) != expected:
            raise FormatError(f"{folder / name}: altered since it was written; restore the file")


def describe(folder: str | Path) -> dict[str, Any]:
    """Return the description of the artifact in `folder`."""
    path = Path(folder) / DESCRIPTION
    try:
        description: dict[str, Any] = json.loads(path.read_text())
        version = description["format"]
        files = description["files"]
        complete = set(files) == set(_files(description.get("fallback"))) and isinstance(description["chain"], list)
        complete = complete and all({"bytes", "sha256"} <= set(signature) for signature in files.values())
    except FileNotFoundError:
        raise FormatError(f"{path}: no such file; {folder} is not an embedding") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FormatError(f"{path}: not the description of an embedding") from None
    if version not in range(1, FORMAT + 1):
        raise FormatError(f"{path}: format {version}, this version reads formats up to {FORMAT}; upgrade embedsmith")
    if not complete:
        raise FormatError(f"{path}: incomplete description")
    return description


def _files(described: dict[str, Any] | None) -> list[str]:
    """Return the files of an artifact, its description apart, whose fallback is `described`."""
    if described is None:
        return [MATRIX, WORDS]
    return [MATRIX, WORDS, UNITS, UNIT_NAMES] if described["strings"] else [MATRIX, WORDS, UNITS]


def _save_fallback(unseen: Fallback, draft: Path) -> dict[str, Any]:
    """Write the files of a fallback into `draft`, and return their description."""
    arrays = unseen.arrays | {CODEC + name: array for name, array in unseen.codec.arrays.items()}
    tensors.write(draft / UNITS, arrays)
    for strings in unseen.strings.values():
        (draft / UNIT_NAMES).write_bytes(vocabulary.encode(strings, "fallback"))
    return {
        "kind": unseen.kind,
        "settings": unseen.settings,
        "strings": list(unseen.strings),
        "codec": unseen.codec.name,
        "arrays": _shapes(arrays),
    }


def _load_fallback(folder: Path, description: Mapping[str, Any]) -> Fallback | None:
    described = description.get("fallback")
    if described is None:
        return None
    try:
        kind, settings, names = described["kind"], described["settings"], described["strings"]
        arrays = tensors.open_mapped(folder / UNITS)
        if _shapes(arrays) != described["arrays"]:
            raise FormatError(f"{folder / UNITS}: its arrays are not the ones described")
        rows = {name.removeprefix(CODEC): array for name, array in arrays.items() if name.startswith(CODEC)}
        own = {name: array for name, array in arrays.items() if not name.startswith(CODEC)}
        strings = {name: _strings(folder / UNIT_NAMES, description) for name in names}
        return fallback.decode(kind, decode(described["codec"], rows), dict(settings), own, strings)
    except (KeyError, TypeError):
        raise FormatError(f"{folder / DESCRIPTION}: incomplete description of the fallback") from None


def _strings(path: Path, description: Mapping[str, Any]) -> list[str]:
    """Read a file of strings; hashing it too costs little, where a matrix is mapped and not read."""
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != description["files"][path.name]["sha256"]:
        raise FormatError(f"{path}: altered since it was written; restore the file")
    try:
        return vocabulary.decode(data, path.stem)
    except ValueError as error:
        raise FormatError(f"{path}: {error}") from None


def _shapes(arrays: Mapping[str, np.ndarray]) -> dict[str, list[str | int]]:
    return {name: [str(array.dtype), *array.shape] for name, array in arrays.items()}


def _signature(path: Path) -> dict[str, int | str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}
