from __future__ import annotations

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from embedsmith.config.rooms import find
from embedsmith.corpus.document import Source
from embedsmith.corpus.settings import CorpusSettings

CONF = Path(__file__).parents[2] / "conf"
PINNED = {"dataset": "some/data", "revision": "a" * 40}  # what huggingface.yaml leaves to the user


@pytest.mark.parametrize("path", sorted((CONF / "source").glob("*.yaml")), ids=lambda path: path.stem)
def test_each_source_fits_its_schema(path: Path) -> None:
    values = OmegaConf.to_container(OmegaConf.load(path))
    assert isinstance(values, dict)
    values |= PINNED if path.stem == "huggingface" else {}
    kind = str(values.pop("kind"))
    schema = find("embedsmith.corpus.source", kind, str(path))
    source = OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(schema), values))
    assert isinstance(source, Source)
    assert set(values) == set(schema.__dataclass_fields__)


@pytest.mark.parametrize(
    ("name", "sources"),
    [
        ("default", ["sotu", "vital", "factbook", "enwiki", "gcide"]),
        ("quick", ["sotu", "vital"]),
        ("files", ["files"]),
        ("french", ["vital"]),
        ("spanish", ["vital"]),
        ("medical", ["medquad", "sotu", "vital", "factbook", "enwiki", "gcide"]),
    ],
)
def test_each_corpus_fits_its_schema(name: str, sources: list[str]) -> None:
    with initialize_config_dir(str(CONF), version_base="1.3"):
        corpus = OmegaConf.to_container(compose(f"corpus/{name}").corpus)
    assert isinstance(corpus, dict)
    assert list(corpus.pop("sources")) == sources
    settings = OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(CorpusSettings), corpus))
    assert isinstance(settings, CorpusSettings)


def test_all_corpora_agree_on_what_a_copy_is() -> None:
    names = sorted(path.stem for path in (CONF / "corpus").glob("*.yaml"))
    with initialize_config_dir(str(CONF), version_base="1.3"):
        settings = [compose(f"corpus/{name}").corpus.deduplicate for name in names]
    assert all(each == settings[0] for each in settings)
