import json
import subprocess
from pathlib import Path

import pytest

from embedsmith.errors import InputError
from embedsmith.sweep.snapshot import cache_of, describe, place, take, writable

PARAMS = "local: data/raw\nmodels: [word2vec]\nseeds: [1]\nvariants: []\n"


def git(root, *words):
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    return subprocess.run(["git", *who, *words], cwd=root, capture_output=True, check=True).stdout


def write(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.fixture
def root(tmp_path):
    """A workspace: committed, edited, new and ignored files, results, and the user's own files."""
    root = tmp_path / "root"
    root.mkdir()
    write(
        root,
        {
            "params.yaml": PARAMS,
            "conf/model/word2vec.yaml": "committed",
            "src/gone.py": "",
            "dvc.lock": "results",
            "reports/summary.md": "results",
            ".gitignore": "/build/\n/data/raw/*\n/mlflow.db\n",
            ".dvc/config": "",
        },
    )
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "start")
    write(
        root,
        {
            "conf/model/word2vec.yaml": "edited",
            "conf/model/mine.yaml": "new",
            "conf/model/ümläut \n.yaml": "new",
            "data/raw/notes/own.txt": "own",
            "build/runs/old/params.yaml": "ignored",
            "mlflow.db": "ignored",
        },
    )
    (root / "src/gone.py").unlink()
    return root


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_edited_and_new_files_are_in_and_ignored_files_and_results_are_not(root, tmp_path):
    take(root, tmp_path / "copy")
    assert files(tmp_path / "copy") == [
        ".dvc/config",
        ".gitignore",
        "conf/model/mine.yaml",
        "conf/model/word2vec.yaml",
        "conf/model/ümläut \n.yaml",
        "data/raw/notes/own.txt",
        "params.yaml",
    ]
    assert (tmp_path / "copy/conf/model/word2vec.yaml").read_text() == "edited"


def test_a_name_that_is_no_utf8_is_in(root, tmp_path):
    name = b"conf/latin-\xe9.yaml".decode(errors="surrogateescape")
    (root / name).write_text("x")
    take(root, tmp_path / "copy")
    assert (tmp_path / "copy" / name).read_text() == "x"


def test_a_later_edit_leaks_into_no_job_neither_of_the_users_own_files(root, tmp_path):
    take(root, tmp_path / "copy")
    place(tmp_path / "copy", tmp_path / "0", "first", tmp_path / "cache")
    write(root, {"conf/model/word2vec.yaml": "later", "data/raw/notes/own.txt": "later", "conf/model/late.yaml": ""})
    place(tmp_path / "copy", tmp_path / "1", "second", tmp_path / "cache")
    for number, params in (("0", "first"), ("1", "second")):
        job = tmp_path / number
        assert (job / "params.yaml").read_text() == params
        assert (job / "conf/model/word2vec.yaml").read_text() == "edited"
        assert (job / "data/raw/notes/own.txt").read_text() == "own"
        assert not (job / "conf/model/late.yaml").exists()


def test_the_users_own_files_are_there_once_for_all_jobs(root, tmp_path):
    take(root, tmp_path / "copy")
    for number in ("0", "1"):
        place(tmp_path / "copy", tmp_path / number, PARAMS, tmp_path / "cache")
        assert (tmp_path / number / "data/raw").resolve() == (tmp_path / "copy/data/raw").resolve()
    assert not (tmp_path / "copy/data/raw").is_symlink()


def test_a_job_is_placed_again_when_it_is_resumed(root, tmp_path):
    take(root, tmp_path / "copy")
    place(tmp_path / "copy", tmp_path / "0", PARAMS, tmp_path / "cache")
    before = files(tmp_path / "0")
    (tmp_path / "0/dvc.lock").write_text("schema: '2.0'\nstages:\n  conf")  # cut short by a kill
    place(tmp_path / "copy", tmp_path / "0", PARAMS, tmp_path / "cache")
    assert files(tmp_path / "0") == before


def test_a_job_uses_the_cache_that_it_is_given(root, tmp_path):
    take(root, tmp_path / "copy")
    place(tmp_path / "copy", tmp_path / "0", PARAMS, tmp_path / "it's a cache")
    assert cache_of(tmp_path / "0") == tmp_path / "it's a cache"


def test_own_files_in_a_folder_by_an_absolute_path_stay_there(root, tmp_path):
    write(root, {"params.yaml": PARAMS.replace("data/raw", str(tmp_path / "mine")), "../mine/own.txt": "own"})
    take(root, tmp_path / "copy")
    place(tmp_path / "copy", tmp_path / "0", PARAMS, tmp_path / "cache")
    assert "own.txt" not in [Path(name).name for name in files(tmp_path / "copy")]


def test_own_files_beside_the_workspace_are_asked_for_by_their_absolute_path(root, tmp_path):
    write(root, {"params.yaml": PARAMS.replace("data/raw", "../mine"), "../mine/own.txt": "own"})
    with pytest.raises(InputError, match=r"local: \.\./mine lies outside of this folder; give its absolute path"):
        take(root, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_own_files_behind_a_link_are_in(root, tmp_path):
    write(tmp_path, {"elsewhere/own.txt": "linked"})
    write(root, {"params.yaml": PARAMS.replace("data/raw", "data/linked")})
    (root / "data/linked").symlink_to(tmp_path / "elsewhere")
    take(root, tmp_path / "copy")
    assert (tmp_path / "copy/data/linked/own.txt").read_text() == "linked"


def test_a_folder_without_git_is_refused(tmp_path):
    write(tmp_path, {"root/params.yaml": PARAMS})
    with pytest.raises(InputError, match="not a git repository; a job copies what git lists"):
        take(tmp_path / "root", tmp_path / "copy")


def test_a_folder_without_dvc_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"no DVC project; run where params.yaml and .dvc lie"):
        cache_of(tmp_path)


def test_what_repeats_a_run_is_kept_and_the_changes_apply(root, tmp_path):
    (root / "conf/model/word2vec.yaml").write_bytes(b"latin \xe9\n")
    describe(root, tmp_path)
    origin = json.loads((tmp_path / "origin.json").read_text())
    assert origin["commit"] == git(root, "rev-parse", "HEAD").decode().strip()
    assert {"processor", "python", "system", "packages"} <= set(origin)
    assert any(line.startswith("dvc==") for line in origin["packages"])
    git(root, "clone", "-q", str(root), str(tmp_path / "clone"))
    git(tmp_path / "clone", "apply", str(tmp_path / "uncommitted.diff"))
    assert (tmp_path / "clone/conf/model/word2vec.yaml").read_bytes() == b"latin \xe9\n"
    assert not (tmp_path / "clone/src/gone.py").exists()


def test_a_cache_that_is_not_there_yet_is_made_and_one_that_cannot_be_is_told(tmp_path):
    assert writable(tmp_path / "a/cache").is_dir()
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file/cache: DVC's cache cannot be written: Not a directory"):
        writable(tmp_path / "file/cache")
