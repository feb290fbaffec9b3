"""Splitting text into sentences, in any language.

The rules are those of Unicode Standard Annex 29 (https://unicode.org/reports/tr29/#Sentence_Boundaries), which
need no list of words of any language, with two changes for plain text: ``.``, ``!`` and ``?`` end a sentence only
before white space or a letter without case (Chinese, Thai), so that addresses stay whole; and the period after
a single capital or a short abbreviation without vowels (``J. Smith``, ``U.S. Army``, ``Mrs. Smith``) ends none.
"""

from __future__ import annotations

import itertools
import re

import regex

# Possessive, and tried only where a run of marks begins, so that the time is linear whatever the text holds.
_END = regex.compile(
    r"""
    (?<! [\p{SB=ST}\p{SB=AT}] )
    (                                                               # what stays with the sentence:
      (?: [\p{SB=AT}]*+ \p{SB=ST} [\p{SB=ST}\p{SB=AT}]*+ [\p{SB=CL}]*+        # "!", "?", "。", closing quotes, brackets
        | (?<! (?<!\p{L}) \p{Lu} [bcdfghjklmnpqrstvwxz]{0,2} )                # or, not after "J" or "Mrs",
          [\p{SB=AT}]++ [\p{SB=CL}]*+                                         # a period
          (?! \s*+ [^\p{L}\p{SB=ST}\p{SB=AT}\n]{0,16}+ \p{Ll} )               # before no small letter (UAX 29, SB8)
      )
    )
    (?: [^\S\n]++ | (?=\p{SB=LE}) )
    """,
    regex.VERBOSE,
)
_WORD = re.compile(r"[^\W_]")
_WRAP_SAMPLE = 200  # lines that decide whether a text is hard-wrapped
_WRAP_ENDS = 4  # line ends that it takes: fewer may be of like length by chance
_WRAP_SHARE = 0.8  # of their ends must be explained by the width


def split(text: str) -> list[str]:
    """Return the sentences of normalised `text`, white space in each reduced to single spaces.

    An empty line always ends a sentence, and so does every line end, unless the text is hard-wrapped.
    What holds no letter and no digit is no sentence.
    """
    if "\n" in text and wrapped(text):
        text = re.sub(r"(?<=\S)[^\S\n]*\n(?=[^\S\n]*\S)", " ", text)
    lines = _END.sub(r"\1\n", text).split("\n")
    return [" ".join(line.split()) for line in lines if _WORD.search(line)]


def wrapped(text: str) -> bool:
    """Say whether the line ends of `text` come from wrapping at a width rather than from its author.

    A line end is explained by wrapping if the first word of the next line would not have fitted any more. The
    width is the 95th percentile of line lengths, so that one long line does not set it.
    """
    lines = [line.rstrip() for line in text.split("\n", _WRAP_SAMPLE)[:_WRAP_SAMPLE]]
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return False
    width = lengths[int(0.95 * (len(lengths) - 1))]
    ends = [
        len(line) + 1 + len(following.split(None, 1)[0]) > width
        for line, following in itertools.pairwise(lines)
        if line and following
    ]
    return len(ends) >= _WRAP_ENDS and sum(ends) >= _WRAP_SHARE * len(ends)
