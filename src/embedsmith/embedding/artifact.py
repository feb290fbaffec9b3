"""The artifact on disk: a folder of `embedding.safetensors`, `vocabulary.safetensors` and `embedding.json`.

Where unseen words have vectors, `fallback.safetensors` holds what they are composed of, and
`fallback.names.safetensors` the names of it, if it has any. Formats 1 and 2 had words and names one a line, in
`vocabulary.txt` and `fallback.txt`; format 1 had no fallback.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embedsmith.embedding import fallback, tensors, vocabulary
from embedsmith.embedding.codec import decode
from embedsmith.embedding.embedding import Embedding
from embedsmith.embedding.errors import FormatError
from embedsmith.embedding.fallback import Fallback

FORMAT = 3
COMPACT = 3
"""The first format whose words are front-coded; those before had a text."""
DESCRIPTION = "embedding.json"
MATRIX = "embedding.safetensors"
UNITS = "fallback.safetensors"
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
        tensors.write(draft / words_file(FORMAT), vocabulary.stored(embedding.words).arrays)
        described = None if embedding.fallback is None else _save_fallback(embedding.fallback, draft)
        description = {
            "format": FORMAT,
            "chain": list(embedding.chain),
            "codec": embedding.codec.name,
            "words": len(embedding),
            "dimension": embedding.dimension,
            "arrays": _shapes(embedding.codec.arrays),
            "fallback": described,
            "files": {name: _signature(draft / name) for name in _files(described, FORMAT)},
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
    words = _strings(folder / words_file(description["format"]), description)
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
        complete = set(files) == set(_files(description.get("fallback"), version))
        complete = complete and isinstance(description["chain"], list)
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


def words_file(version: int) -> str:
    """Return the name of the file of words in an artifact of a format."""
    return "vocabulary.safetensors" if version >= COMPACT else "vocabulary.txt"


def unit_names_file(version: int) -> str:
    """Return the name of the file of the names of a fallback's units in an artifact of a format."""
    return "fallback.names.safetensors" if version >= COMPACT else "fallback.txt"


def _files(described: dict[str, Any] | None, version: int) -> list[str]:
    """Return the files of an artifact of a format, its description apart, whose fallback is `described`."""
    if described is None:
        return [MATRIX, words_file(version)]
    names = [unit_names_file(version)] if described["strings"] else []
    return [MATRIX, words_file(version), UNITS, *names]


def _save_fallback(unseen: Fallback, draft: Path) -> dict[str, Any]:
    """Write the files of a fallback into `draft`, and return their description."""
    arrays = unseen.arrays | {CODEC + name: array for name, array in unseen.codec.arrays.items()}
    tensors.write(draft / UNITS, arrays)
    for strings in unseen.strings.values():
        tensors.write(draft / unit_names_file(FORMAT), vocabulary.stored(strings, "fallback").arrays)
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
        strings = {name: _strings(folder / unit_names_file(description["format"]), description) for name in names}
        return fallback.decode(kind, decode(described["codec"], rows), dict(settings), own, strings)
    except (KeyError, TypeError):
        raise FormatError(f"{folder / DESCRIPTION}: incomplete description of the fallback") from None


def _strings(path: Path, description: Mapping[str, Any]) -> Sequence[str]:
    """Open a file of strings; hashing it too costs little, where a matrix is mapped and not read."""
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != description["files"][path.name]["sha256"]:
        raise FormatError(f"{path}: altered since it was written; restore the file")
    if description["format"] >= COMPACT:
        return vocabulary.decode_arrays(tensors.open_mapped(path), str(path))
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
