"""The artifact on disk: a folder of `embedding.safetensors`, `vocabulary.txt` and `embedding.json`."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embedsmith.embedding import tensors, vocabulary
from embedsmith.embedding.codec import decode
from embedsmith.embedding.embedding import Embedding
from embedsmith.embedding.errors import FormatError

FORMAT = 1
DESCRIPTION = "embedding.json"
MATRIX = "embedding.safetensors"
WORDS = "vocabulary.txt"


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
        description = {
            "format": FORMAT,
            "chain": list(embedding.chain),
            "codec": embedding.codec.name,
            "words": len(embedding),
            "dimension": embedding.dimension,
            "arrays": {name: [str(a.dtype), *a.shape] for name, a in embedding.codec.arrays.items()},
            "files": {name: _signature(draft / name) for name in (MATRIX, WORDS)},
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
    for name in (MATRIX, WORDS):
        expected = description["files"][name]["bytes"]
        actual = (folder / name).stat().st_size if (folder / name).is_file() else 0
        if actual != expected:
            raise FormatError(f"{folder / name}: {actual} bytes where {expected} were written; restore the file")
    # The words are read here anyway, so that hashing them too costs little; the matrix is mapped, not read.
    data = (folder / WORDS).read_bytes()
    if hashlib.sha256(data).hexdigest() != description["files"][WORDS]["sha256"]:
        raise FormatError(f"{folder / WORDS}: altered since it was written; restore the file")
    try:
        codec = decode(description["codec"], tensors.open_mapped(folder / MATRIX))
        embedding = Embedding(vocabulary.decode(data), codec, tuple(description["chain"]))
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
        complete = set(description["files"]) == {MATRIX, WORDS} and isinstance(description["chain"], list)
    except FileNotFoundError:
        raise FormatError(f"{path}: no such file; {folder} is not an embedding") from None
    except (ValueError, KeyError, TypeError):
        raise FormatError(f"{path}: not the description of an embedding") from None
    if version != FORMAT:
        raise FormatError(f"{path}: format {version}, this version reads format {FORMAT}; upgrade embedsmith")
    if not complete:
        raise FormatError(f"{path}: incomplete description")
    return description


def _signature(path: Path) -> dict[str, int | str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}
