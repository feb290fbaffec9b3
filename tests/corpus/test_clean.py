from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedsmith.corpus.clean import iso_date, normalise, strip_markup


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("<p>One.</p><p>Two<br>three</p>", "\nOne.\n\nTwo\nthree\n"),
        ("H<sub>2</sub>O is <b class='x'>water</b>", "H2O is water"),
        ("a &lt;b&gt; &amp; &#233;&#xE9; AT&T &copy", "a <b> & éé AT&T &copy"),
        ("if a < b and c > d", "if a < b and c > d"),
        ("write to <someone@example.org>, not <unknown>", "write to <someone@example.org>, not <unknown>"),
        ("seen<!-- not <b>seen</b> --> again", "seen again"),
        ("x<script>if (a<b) { }</script >y<STYLE>p {}</STYLE>z", "xyz"),
        ("the <script tag is never closed", "the <script tag is never closed"),
        ("a comment <!-- that never ends", "a comment <!-- that never ends"),
    ],
)
def test_markup_goes_and_other_text_stays(marked: str, plain: str) -> None:
    assert strip_markup(marked) == plain


def test_an_escaped_tag_is_text() -> None:
    assert strip_markup("&lt;b&gt;") == "<b>"


@pytest.mark.parametrize("piece", ["<!--", "<script", "<a", "<a <!-- </style>", "&", "&amp", "<b>", "-->"])
def test_stripping_takes_linear_time(piece: str) -> None:
    began = time.perf_counter()
    strip_markup(piece * 100_000)
    assert time.perf_counter() - began < 5  # quadratic time would be minutes


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("ﬁne ２０２４ …", "fine 2024 ..."),
        ("cafe\u0301", "café"),
        ("a\u00a0b", "a b"),
        ("one\r\ntwo\rthree\u2028four\x0cfive", "one\ntwo\nthree\nfour\nfive"),
        ("soft\u00adhyphen zero\u200bwidth \ufeffmark \u202aleft\u202c nul\x00", "softhyphen zerowidth mark left nul"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("tab\tstays\nand line", "tab\tstays\nand line"),
    ],
)
def test_normalising_by_hand(raw: str, normal: str) -> None:
    assert normalise(raw) == normal


@given(st.text(alphabet=st.characters()))
def test_what_is_normalised_can_be_written_and_is_normal(text: str) -> None:
    normal = normalise(text)
    normal.encode()
    assert normalise(normal) == normal


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1999", "1999"),
        ("1999-05", "1999-05"),
        (" 1999-05-31 ", "1999-05-31"),
        ("19990531", "1999-05-31"),
        ("2017-03-05 00:00:00", "2017-03-05"),
        ("2017-03-05T10:00:00Z", "2017-03-05T10:00:00+00:00"),
        ("2017-03-05T00:00:00+01:00", "2017-03-05T00:00:00+01:00"),
        ("05/03/2017", None),
        ("1999-13", None),
        ("0000", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_keep_their_precision(written: str, read: str | None) -> None:
    assert iso_date(written) == read
