"""Articles of the English Wikipedia, from the dump that gensim bundles for its tests."""

from __future__ import annotations

import bz2
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embedsmith.corpus.document import Document
from embedsmith.corpus.packaged import Packaged
from embedsmith.corpus.wheel import open_member

_DUMP = "gensim/test/test_data/enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
_REDIRECT = re.compile(r"\s*#redirect", re.IGNORECASE)
# Sections of lists, not of prose; they close an article.
_APPENDIX = re.compile(
    r"^==\s*(?:see also|notes|footnotes|references|citations|sources|bibliography|further reading|external links)\s*==",
    re.IGNORECASE | re.MULTILINE,
)
_HEADING = re.compile(r"^(=+)\s*(.*?)\s*\1\s*$", re.MULTILINE)
_FILE = re.compile(r"^[^\n|]*\.(?:jpe?g|png|svg|gif|tiff?|og[gv]|webm)\s*\|", re.IGNORECASE | re.MULTILINE)
_BULLET = re.compile(r"^[*#:;\s]+", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Enwiki(Packaged):
    """One document an article, without mark-up, references and the lists that close it."""

    def read(self, local: Path) -> Iterator[Document]:
        """Yield the articles in the order of the dump; pages that only redirect are left out."""
        from gensim.corpora.wikicorpus import extract_pages

        with open_member(self.wheel(), _DUMP) as packed, bz2.open(packed) as dump:
            for title, wikitext, page in extract_pages(dump, filter_namespaces=("0",)):
                if wikitext and not _REDIRECT.match(wikitext):  # pages of other namespaces come empty
                    yield Document(page, f"{title}\n\n{plain(wikitext)}")


def plain(wikitext: str) -> str:
    """Return the prose of an article, one paragraph a line of its wikitext."""
    from gensim.corpora.wikicorpus import filter_wiki

    text: str = filter_wiki(wikitext)
    if appendix := _APPENDIX.search(text):
        text = text[: appendix.start()]
    text = _FILE.sub("", _HEADING.sub(r"\2", text))
    return _BULLET.sub("", re.sub("'{2,}", "", text)).replace("\n", "\n\n")
