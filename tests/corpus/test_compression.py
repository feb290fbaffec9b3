from __future__ import annotations

import bz2
import gzip
import lzma
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from embedsmith.corpus.compression import blocks
from embedsmith.errors import InputError

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lambda content: lzma.compress(content, preset=0),
    ".zst": lambda content: pa.Codec("zstd").compress(content, asbytes=True),
}
CONTENT = b"".join(b"line %d\n" % number for number in random.Random(1).choices(range(10**12), k=120_000))


def unpacked(path: Path) -> bytes:
    return b"".join(blocks(path, path.name))


@pytest.mark.parametrize("suffix", PACKERS)
def test_content_comes_back_in_blocks(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.txt{suffix.upper()}"
    path.write_bytes(PACKERS[suffix](CONTENT))
    read = list(blocks(path, path.name))
    assert b"".join(read) == CONTENT
    assert max(map(len, read)) <= 1 << 20


@pytest.mark.parametrize("suffix", PACKERS)
def test_concatenated_parts_are_read_as_one(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(PACKERS[suffix](CONTENT) + PACKERS[suffix](b"end"))
    assert unpacked(path) == CONTENT + b"end"


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("missing", [3, 200_000])
def test_a_file_that_was_cut_off_is_named(tmp_path: Path, suffix: str, missing: int) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(PACKERS[suffix](CONTENT)[:-missing])
    with pytest.raises(InputError, match=rf"^a{suffix}: ends too early"):
        unpacked(path)


@pytest.mark.parametrize("suffix", PACKERS)
def test_what_is_not_what_its_suffix_says_is_named(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"plain text that was never compressed" * 10)
    with pytest.raises(InputError, match=rf"^a{suffix}: cannot be read: ") as caught:
        unpacked(path)
    assert "\n" not in str(caught.value)


def test_an_xz_file_cannot_ask_for_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.xz"
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 30}]
    path.write_bytes(lzma.compress(b"small", filters=filters))
    with pytest.raises(InputError, match="Memory"):
        unpacked(path)


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".zst"])
def test_a_bomb_is_read_in_little_memory(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(PACKERS[suffix](bytes(1 << 26)))
    tracemalloc.start()
    try:
        assert sum(map(len, blocks(path, path.name))) == 1 << 26
        assert tracemalloc.get_traced_memory()[1] < 1 << 24
    finally:
        tracemalloc.stop()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^a\.txt: cannot be read: No such file"):
        unpacked(tmp_path / "a.txt")
