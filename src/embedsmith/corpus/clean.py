"""From the text that a source holds to plain text: mark-up stripped, Unicode normalised."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import date, datetime

# Only what HTML defines counts as a tag, so that "a < b and c > d" or "<someone@example.org>" stays text.
_BLOCK = (
    "address|article|aside|blockquote|body|br|caption|center|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption"
    "|figure|footer|form|h[1-6]|head|header|hr|html|legend|li|main|menu|nav|ol|option|p|pre|section|select|summary"
    "|table|tbody|td|textarea|tfoot|th|thead|title|tr|ul"
)
_INLINE = (
    "a|abbr|acronym|audio|b|base|bdi|bdo|big|button|canvas|cite|code|col|colgroup|data|datalist|del|dfn|em|embed|font"
    "|i|iframe|img|input|ins|kbd|label|link|map|mark|meta|meter|noscript|object|output|param|picture|progress|q|rp|rt"
    "|ruby|s|samp|script|small|source|span|strike|strong|style|sub|sup|template|time|track|tt|u|var|video|wbr"
)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK})\b[^<>]*>", re.IGNORECASE)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})\b[^<>]*>", re.IGNORECASE)
_HIDDEN = [  # what a browser does not show, by its opening and its end
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<script\b", re.IGNORECASE), re.compile(r"</script\s*>", re.IGNORECASE)),
    (re.compile(r"<style\b", re.IGNORECASE), re.compile(r"</style\s*>", re.IGNORECASE)),
]
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# Invisible characters that only steer layout: controls, soft hyphens, directional marks, zero-width spaces.
# The zero-width joiners stay, since Persian and the Indic scripts spell with them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def strip_markup(text: str) -> str:
    """Return `text` without HTML: comments, scripts and tags gone, entities as their characters.

    A block element ends a line, an inline one leaves no trace (``H<sub>2</sub>O`` becomes ``H2O``). The time
    taken is linear in the length of the text, whatever the text holds.
    """
    if "<" in text:
        for opening, end in _HIDDEN:
            text = _remove(text, opening, end)
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", text))
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
    return text


def _remove(text: str, opening: re.Pattern[str], end: re.Pattern[str]) -> str:
    """Remove each stretch from an `opening` to the next `end`; an opening that nothing ends is kept."""
    kept = []
    start = 0
    while (begin := opening.search(text, start)) and (close := end.search(text, begin.end())):
        kept.append(text[start : begin.start()])
        start = close.end()
    return "".join(kept) + text[start:] if kept else text


def normalise(text: str) -> str:
    r"""Return `text` in Unicode normal form NFKC, with line ends as ``\n`` and no invisible characters.

    Half of a surrogate pair, which JSON can smuggle in and no file can hold, becomes U+FFFD.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _SURROGATE.sub("\ufffd", text))
    if text.replace("\n", "").isprintable():  # nothing to do for most texts, and this tells it fast
        return text
    return _INVISIBLE.sub("", _LINE_END.sub("\n", text))


def iso_date(value: str) -> str | None:
    """Return `value` as an ISO 8601 date, as precise as it was (``1999``, ``1999-05``, a day, a time), or None.

    Midnight without a time zone is how data frames write a day, and is read as one.
    """
    value = value.strip()
    try:
        if re.fullmatch(r"\d{4}(-\d\d)?", value):
            date.fromisoformat((value + "-01-01")[:10])
            return value
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    midnight = moment.tzinfo is None and moment == datetime(moment.year, moment.month, moment.day)
    return moment.date().isoformat() if midnight else moment.isoformat()
