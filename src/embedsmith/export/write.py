"""Writing an artifact in another format, whole or not at all."""

from __future__ import annotations

import importlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from embedsmith.config.nearest import nearest
from embedsmith.embedding import FormatError, load, verify
from embedsmith.errors import InputError
from embedsmith.export import format as room


def export(artifact: Path, name: str, out: Path, *, force: bool) -> str:
    """Write the `artifact` in the format `name` to `out`; return one line that says what is there and how to open it.

    Parameters
    ----------
    force
        Whether what was exported to `out` before is replaced.

    Raises
    ------
    InputError
        If there is no such artifact or format, the artifact was altered since it was written, the format cannot hold
        the words, `out` exists and is not to be replaced, or cannot be written.
    """
    if name not in room.names():
        raise InputError(f"there is no format {name!r}{nearest(name, room.names())}")
    if os.path.lexists(out) and not force:
        raise InputError(f"{out}: exists; choose another place, or give --force to replace it")
    module = importlib.import_module(f"{room.__name__}.{name.replace('-', '_')}")
    try:
        verify(artifact)  # what goes elsewhere takes no hash along that could tell
        embedding = load(artifact)
    except FormatError as error:
        raise InputError(str(error)) from None
    draft = out.with_name(f".{out.name}.{os.getpid()}.draft")
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        module.write(embedding, draft)
        _replace(draft, out)
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror or error}") from None
    finally:
        _remove(draft)
    left = embedding.fallback and not getattr(module, "COMPOSES", False)
    unseen = "; vectors of unseen words stay behind" if left else ""
    return f"{out}: {len(embedding):,} words x {embedding.dimension}{unseen}; {module.OPEN.format(path=out)}"


def _replace(draft: Path, out: Path) -> None:
    """Give `draft` the name `out`; of what was there, nothing goes that an export did not write.

    Raises
    ------
    InputError
        If `out` is a file and `draft` a folder, or the other way round, or a folder that holds anything else.
    """
    if os.path.lexists(out):
        if out.is_symlink() or out.is_dir() != draft.is_dir():
            kind = "folder" if draft.is_dir() else "file"
            raise InputError(f"{out}: is no {kind}, and the format is one; remove it, or choose another place")
        foreign = sorted(_members(out) - _members(draft))
        if foreign:
            raise InputError(f"{out}: holds {foreign[0]}, which is none of the export's; choose another place")
        if out.is_dir():
            shutil.rmtree(out)
    draft.replace(out)


def _members(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def _remove(draft: Path) -> None:
    if draft.is_dir():
        shutil.rmtree(draft, ignore_errors=True)
    else:
        with suppress(OSError):  # there is none, or no place for one
            draft.unlink()
