from __future__ import annotations

import hashlib
import io
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request

import pytest

from embedsmith.errors import InputError
from embedsmith.evaluate import download
from embedsmith.evaluate.dataset import DataSet

from .test_dataset import PACKAGED

TEXT = b"a\tb\t1\n"
SHA256 = hashlib.sha256(TEXT).hexdigest()
URL = "https://example.org/sets/own%20pairs.tsv?version=2"


@pytest.fixture
def web(tmp_path, monkeypatch):
    """A web of one file, with a cache of its own; what was asked of it, and what it answers."""
    monkeypatch.setattr(download.platformdirs, "user_cache_path", lambda name: tmp_path / name)

    class Web:
        def __init__(self):
            self.asked = []
            self.answer = TEXT

        def open(self, url, timeout):
            self.asked.append(url)
            if isinstance(self.answer, Exception):
                raise self.answer
            return io.BytesIO(self.answer)

    web = Web()
    monkeypatch.setattr(download, "build_opener", lambda handler: web)
    return web


def test_a_file_is_downloaded_once(web, tmp_path):
    first, second = download.fetch(URL, SHA256), download.fetch(URL, SHA256)

    assert first == second == tmp_path / "embedsmith/files" / SHA256 / "own pairs.tsv"
    assert first.read_bytes() == TEXT
    assert web.asked == [URL]
    assert list(first.parent.iterdir()) == [first]


def test_a_data_set_of_the_web_is_read_and_its_name_tells_its_format(web):
    pinned = {"package": None, "version": None, "member": None, "url": URL, "sha256": SHA256}
    dataset = DataSet(**PACKAGED | pinned)

    dataset.require()

    assert dataset.read() == "a\tb\t1\n"
    assert dataset.location == "own pairs.tsv"
    assert len(web.asked) == 1


def test_another_file_than_the_pinned_one_is_refused_and_not_kept(web, tmp_path):
    web.answer = b"something else"

    with pytest.raises(InputError, match=f"its sha256 is [0-9a-f]{{64}}, declared {SHA256}; do not use it"):
        download.fetch(URL, SHA256)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_in_the_cache_that_was_altered_is_downloaded_again(web):
    path = download.fetch(URL, SHA256)
    path.write_bytes(b"altered")

    assert download.fetch(URL, SHA256).read_bytes() == TEXT
    assert len(web.asked) == 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (URLError(OSError(-3, "Temporary failure in name resolution")), "no network, or the server is out of reach"),
        (TimeoutError("timed out"), r"no network, or the server is out of reach \(timed out\)"),
        (HTTPError(URL, 404, "Not Found", None, None), "the server answers 404 Not Found"),
        (URLError("it redirects to http://example.org, which is not https"), "it redirects to http"),
    ],
)
def test_what_cannot_be_downloaded_is_told_in_one_line_with_what_to_do(web, tmp_path, answer, said):
    web.answer = answer

    with pytest.raises(
        InputError, match=rf"own%20pairs.*cannot be downloaded: {said}.*; or put the file at "
    ) as caught:
        download.fetch(URL, SHA256)

    assert "\n" not in str(caught.value)
    put_at = Path(str(caught.value).partition("put the file at ")[2])
    assert put_at == tmp_path / "embedsmith/files" / SHA256 / "own pairs.tsv"
    put_at.write_bytes(TEXT)
    assert download.fetch(URL, SHA256).read_bytes() == TEXT


def test_a_file_that_is_too_large_is_given_up(web, monkeypatch):
    monkeypatch.setattr(download, "LARGEST", 3)

    with pytest.raises(InputError, match="is larger than"):
        download.fetch(URL, SHA256)


def test_no_redirection_leaves_https():
    handler = download._OnlyHttps()
    request = Request(URL)

    assert handler.redirect_request(request, None, 302, "Found", {}, "https://example.org/b").full_url.endswith("/b")
    with pytest.raises(URLError, match="redirects to http://example.org/b, which is not https"):
        handler.redirect_request(request, None, 302, "Found", {}, "http://example.org/b")


@pytest.mark.parametrize(
    ("url", "sha256", "message"),
    [
        ("http://example.org/a.txt", SHA256, "^url: must begin with https://"),
        ("file:///etc/passwd", SHA256, "^url: must begin with https://"),
        ("https:///a.txt", SHA256, "^url: must begin with https://"),
        ("https://example.org/", SHA256, "^url: must end in the name of a file"),
        (URL, "abc", "^sha256: must be 64 lower-case hexadecimal digits, not 'abc'; a url is pinned by it"),
        (URL, None, "^sha256: must be 64 lower-case hexadecimal digits"),
    ],
)
def test_a_url_that_pins_nothing_is_refused_by_its_key(url, sha256, message):
    pinned = {"package": None, "version": None, "member": None, "url": url, "sha256": sha256}
    with pytest.raises(ValueError, match=message):
        DataSet(**PACKAGED | pinned)
