from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embedsmith.compiled import compiled, sources


@compiled
def halved(values: np.ndarray) -> int:
    total = 0
    for value in values:
        total += value // 2
    return total


def test_a_kernel_does_what_its_python_says() -> None:
    values = np.array([7, 8, 1])
    assert halved(values) == 3 + 4 + 0 == halved.py_func(values)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name in ("model/kernel/loss.py", "tokenizer/kernel/words.py", "tokenizer/settings.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    return tmp_path


@pytest.mark.parametrize("name", ["model/kernel/loss.py", "tokenizer/kernel/words.py"])
def test_an_edited_kernel_is_compiled_anew(package: Path, name: str) -> None:
    before = sources(package)
    (package / name).write_text("x = 2\n")
    assert sources(package) != before


def test_a_moved_kernel_is_compiled_anew(package: Path) -> None:
    before = sources(package)
    (package / "model/kernel/loss.py").rename(package / "model/kernel/gain.py")
    assert sources(package) != before


def test_what_was_compiled_is_kept_when_other_code_is_edited(package: Path) -> None:
    before = sources(package)
    (package / "tokenizer/settings.py").write_text("x = 2\n")
    assert sources(package) == before
