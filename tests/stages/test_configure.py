from pathlib import Path

from embedsmith.config.choices import Choices
from embedsmith.stages.configure import remove_unlisted


def test_what_is_not_listed_is_removed_but_never_what_lies_behind_a_link(tmp_path):
    models, elsewhere = tmp_path / "models", tmp_path / "elsewhere"
    for folder in (models / "kept/1", models / "kept/2", models / "dropped/1", elsewhere / "1"):
        folder.mkdir(parents=True)
    (models / "linked").symlink_to(elsewhere)
    remove_unlisted(models, Choices(local="data/raw", models=["kept"], seeds=[1], variants=[]))
    assert sorted(path.relative_to(models) for path in models.rglob("*")) == [
        Path("kept"),
        Path("kept/1"),
        Path("linked"),
    ]
    assert (elsewhere / "1").is_dir()
