"""Files from the web: pinned by SHA-256, fetched once over HTTPS into the user's cache."""

from __future__ import annotations

import hashlib
import re
import tempfile
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import platformdirs

from embedsmith.errors import InputError

LARGEST = 1 << 28
"""Bytes of one file."""
PATIENCE = 30.0
"""Seconds without an answer."""
_BLOCK = 1 << 20


def check(url: str, sha256: str) -> None:
    """Raise `ValueError`, the key first, unless the two pin one file."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(f"url: must begin with https://, not {url!r}")
    if not Path(unquote(parts.path)).name:
        raise ValueError(f"url: must end in the name of a file, not {url!r}")
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError(f"sha256: must be 64 lower-case hexadecimal digits, not {sha256!r}; a url is pinned by it")


def fetch(url: str, sha256: str) -> Path:
    """Return the path of the file in the user's cache, downloading it if it is not there yet.

    Raises
    ------
    InputError
        If it cannot be downloaded, is too large, or its hash is another. Nothing of it is kept then.
    """
    check(url, sha256)
    path = platformdirs.user_cache_path("embedsmith") / "files" / sha256 / Path(unquote(urlsplit(url).path)).name
    if path.is_file() and _sha256(path) == sha256:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="download-") as folder:
        draft = Path(folder, path.name)
        try:
            with draft.open("wb") as file:
                _download(url, file)
        except (OSError, HTTPException) as error:
            raise InputError(f"{url}: cannot be downloaded: {_reason(error)}; or put the file at {path}") from None
        found = _sha256(draft)
        if found != sha256:
            raise InputError(f"{url}: its sha256 is {found}, declared {sha256}; do not use it unless you know why")
        return draft.replace(path)


class _OnlyHttps(HTTPRedirectHandler):
    """Follows no redirection to where anybody on the way may change what is sent."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme != "https":
            raise URLError(f"it redirects to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _download(url: str, file: IO[bytes]) -> None:
    taken = 0
    with build_opener(_OnlyHttps).open(url, timeout=PATIENCE) as answer:
        while block := answer.read(_BLOCK):
            taken += len(block)
            if taken > LARGEST:
                raise InputError(f"{url}: is larger than {LARGEST >> 20} MiB, the most that a data set may have")
            file.write(block)


def _reason(error: Exception) -> str:
    """Return why in a few words; what a server that answers says is no lack of a network."""
    if isinstance(error, HTTPError):
        return f"the server answers {error.code} {error.reason}"
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, str):
        return reason
    return f"no network, or the server is out of reach ({' '.join(str(reason).split()) or type(reason).__name__})"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
