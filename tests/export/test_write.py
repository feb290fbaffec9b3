import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embedsmith.cli import main
from embedsmith.embedding import Dense, Embedding, NGrams, save
from embedsmith.export.format import names

ROOT = Path(__file__).parents[2]
LIGHT = ["glove", "model2vec", "static-embedding", "word2vec", "word2vec-text"]
WITHOUT_PACKAGES = """
import sys
from embedsmith.cli import main
for name in sys.argv[2:]:
    assert main(["export", sys.argv[1], name, f"{sys.argv[1]}.{name}"]) == 0
tops = {name.partition(".")[0] for name in sys.modules}
third = {name for name in tops if "site-packages" in str(getattr(sys.modules[name], "__file__", ""))}
print(*sorted(third - {"embedsmith", "_distutils_hack"}))
"""


@pytest.fixture
def folder(tmp_path):
    save(Embedding.dense(["the", "river"], np.eye(2)), tmp_path / "e")
    return tmp_path / "e"


def run(capsys, *arguments):
    code = main(["export", *map(str, arguments)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def contents(path):
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return {str(file.relative_to(path)): file.read_bytes() for file in files if file.is_file()}


def test_the_command_says_what_it_wrote_and_how_to_open_it(folder, capsys):
    out = folder.parent / "deep" / "v.bin"
    printed = run(capsys, folder, "word2vec", out)
    opened = f"gensim.models.KeyedVectors.load_word2vec_format('{out}', binary=True)"
    assert printed == (0, f"{out}: 2 words x 2; {opened}\n", "")


def test_the_command_says_that_unseen_words_stay_behind(tmp_path, capsys):
    rows = Dense(np.ones((2, 2), np.float32))
    unseen = NGrams(3, 3, 2, np.arange(2, dtype=np.int32), rows)
    save(Embedding.dense(["a", "b"], np.eye(2), fallback=unseen), tmp_path / "e")
    assert "; vectors of unseen words stay behind; " in run(capsys, tmp_path / "e", "glove", tmp_path / "o")[1]


@pytest.mark.parametrize("name", names())
def test_the_same_artifact_gives_the_same_bytes(folder, tmp_path, name, capsys):
    for out in ("one", "two"):
        assert run(capsys, folder, name, tmp_path / out)[0] == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize("name", names())
def test_what_is_there_is_replaced_only_by_force(folder, tmp_path, name, capsys):
    out = tmp_path / "out"
    run(capsys, folder, name, out)
    before = contents(out)
    save(Embedding.dense(["other", "words"], np.eye(2)), folder)

    line = f"embedsmith export: {out}: exists; choose another place, or give --force to replace it\n"
    assert run(capsys, folder, name, out) == (1, "", line)
    assert contents(out) == before
    assert run(capsys, folder, name, out, "--force")[0] == 0
    assert contents(out) != before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["e", "out"]


def test_force_removes_nothing_that_is_not_an_export(folder, tmp_path, capsys):
    before = contents(folder)
    code, _, error = run(capsys, folder, "model2vec", folder, "--force")
    assert code == 1
    assert "holds embedding.json, which is none of the export's" in error
    assert contents(folder) == before

    assert "is no file, and the format is one" in run(capsys, folder, "glove", folder, "--force")[2]
    (tmp_path / "note.txt").write_text("mine")
    assert (
        "is no folder, and the format is one" in run(capsys, folder, "model2vec", tmp_path / "note.txt", "--force")[2]
    )
    (tmp_path / "link").symlink_to(folder)
    assert run(capsys, folder, "model2vec", tmp_path / "link", "--force")[0] == 1
    assert contents(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["e", "link", "note.txt"]


@pytest.mark.parametrize("name", LIGHT)
@pytest.mark.parametrize("word", ["new york", "a\tb", "a\u00a0b", "a\u2028b", "a\x00b", "a\x85b"])
def test_a_word_with_white_space_or_control_characters_is_refused(tmp_path, name, word, capsys):
    save(Embedding.dense(["the", word], np.eye(2)), tmp_path / "e")
    code, _, error = run(capsys, tmp_path / "e", name, tmp_path / "out")
    assert code == 1
    assert error.startswith(f"embedsmith export: the word {word!r} holds white space or a control character")
    assert error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["e"]


@pytest.mark.parametrize("name", ["glove", "model2vec"])
def test_an_export_that_fails_leaves_what_was_there(folder, tmp_path, name, capsys):
    out = tmp_path / "out"
    run(capsys, folder, name, out)
    before = contents(out)
    save(Embedding.dense(["the", "new york"], np.eye(2)), folder)
    assert run(capsys, folder, name, out, "--force")[0] == 1
    assert contents(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["e", "out"]


def test_an_index_takes_words_with_spaces(tmp_path, capsys):
    save(Embedding.dense(["the", "new york"], np.eye(2)), tmp_path / "e")
    assert run(capsys, tmp_path / "e", "faiss", tmp_path / "out")[0] == 0
    assert (tmp_path / "out" / "words.txt").read_text() == "the\nnew york\n"


def test_a_misspelt_format_is_told_the_nearest(folder, tmp_path, capsys):
    error = run(capsys, folder, "word2vec_text", tmp_path / "out")[2]
    assert error == "embedsmith export: there is no format 'word2vec_text'; did you mean 'word2vec-text'?\n"


def test_what_is_no_artifact_is_said_to_be_none(tmp_path, capsys):
    code, _, error = run(capsys, tmp_path / "nowhere", "glove", tmp_path / "out")
    assert code == 1
    assert "is not an embedding" in error


def test_an_artifact_that_was_altered_goes_nowhere(folder, tmp_path, capsys):
    matrix = folder / "embedding.safetensors"
    written = bytearray(matrix.read_bytes())
    written[-1] ^= 1
    matrix.write_bytes(written)
    code, _, error = run(capsys, folder, "word2vec", tmp_path / "v.bin")
    assert (code, error.count("\n")) == (1, 1)
    assert f"{matrix}: altered since it was written; restore the file" in error
    assert not (tmp_path / "v.bin").exists()


def test_a_place_that_cannot_be_written_is_named(folder, tmp_path, capsys):
    (tmp_path / "file").write_text("no folder")
    code, _, error = run(capsys, folder, "glove", tmp_path / "file" / "out")
    assert code == 1
    assert error == f"embedsmith export: {tmp_path / 'file' / 'out'}: cannot be written: File exists\n"


@pytest.mark.parametrize("name", sorted(set(names()) - set(LIGHT)))
def test_a_missing_package_is_named_with_the_extra_that_brings_it(folder, tmp_path, name, capsys, monkeypatch):
    for module in [module for module in sys.modules if module.partition(".")[0] == name]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, name, None)
    code, _, error = run(capsys, folder, name, tmp_path / "out")
    assert code == 1
    assert "is missing; pip install 'embedsmith[export]'" in error
    assert not (tmp_path / "out").exists()


def test_all_but_the_indexes_need_numpy_and_safetensors_alone(folder):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PACKAGES, str(folder), *LIGHT], capture_output=True, text=True, check=True
    )
    assert set(done.stdout.splitlines()[-1].split()) <= {"numpy", "safetensors"}


def test_the_readme_shows_every_format():
    section = (ROOT / "README.md").read_text().partition("## Going elsewhere")[2].partition("\n## ")[0]
    assert [name for name in names() if f" {name} " not in section] == []
