"""Small wheels like those of the registry, for tests that need no network."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

MakeWheel = Callable[[str, Mapping[str, bytes]], tuple[Path, str]]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache of this test alone."""
    folder = tmp_path / "cache"
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: folder / name)
    return folder / "embedsmith" / "wheels"


@pytest.fixture
def make_wheel(tmp_path: Path) -> MakeWheel:
    """Write a wheel of version 1.0 and return its path and hash."""

    def make(package: str, members: Mapping[str, bytes]) -> tuple[Path, str]:
        folder = tmp_path / "registry"
        folder.mkdir(exist_ok=True)
        path = folder / f"{package.replace('-', '_')}-1.0-py3-none-any.whl"
        about = f"{package.replace('-', '_')}-1.0.dist-info"
        metadata = {
            f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n".encode(),
            f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{about}/RECORD": b"",
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {**members, **metadata}.items():
                archive.writestr(name, content)
        return path, hashlib.sha256(path.read_bytes()).hexdigest()

    return make
