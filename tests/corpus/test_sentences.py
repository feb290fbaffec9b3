from __future__ import annotations

import textwrap
import time

import pytest

from embedsmith.corpus.sentences import split, wrapped

PROSE = (
    "The committee met on the first day of the month and heard the report of its chairman. It was long, and nobody "
    "had read it before. Members asked many questions, some of which were answered, and others were put off until "
    "the next meeting. In the end the report was accepted with a large majority, which surprised everyone present. "
    "The next item was the budget. It was discussed for three hours without any result at all."
)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("He left. She stayed! Did they? Yes.", ["He left.", "She stayed!", "Did they?", "Yes."]),
        ('"No." (Really.) Then “yes!” Done', ['"No."', "(Really.)", "Then “yes!”", "Done"]),
        ("Version 3.5 is at www.example.com now.", ["Version 3.5 is at www.example.com now."]),
        ("Mr. J. R. Smith, Mrs. Lee and Dr. Who met.", ["Mr. J. R. Smith, Mrs. Lee and Dr. Who met."]),
        ("In the U.S. Army e.g. this holds.", ["In the U.S. Army e.g. this holds."]),
        ("Wait... what?! OK", ["Wait... what?!", "OK"]),
        ("Ist das so? Äpfel sind rot. Öl nicht.", ["Ist das so?", "Äpfel sind rot.", "Öl nicht."]),
        ("Est-ce vrai ? Oui.", ["Est-ce vrai ?", "Oui."]),
        ("今日は。元気ですか?はい!", ["今日は。", "元気ですか?", "はい!"]),
        ("यह है। वह है।", ["यह है।", "वह है।"]),
        ("هل أنت؟ نعم.", ["هل أنت؟", "نعم."]),
        ("Title\n\nFirst  paragraph\twith\nspaces", ["Title", "First paragraph with", "spaces"]),
        ("* * *\n---\n\n  \n", []),
    ],
)
def test_splitting_by_hand(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


@pytest.mark.parametrize("width", [40, 60, 72])
def test_wrapping_leaves_no_trace(width: int) -> None:
    filled = textwrap.fill(PROSE, width)
    assert wrapped(filled)
    assert split(filled + "\n\n" + filled) == split(PROSE) * 2


def test_lines_of_an_author_stay_apart() -> None:
    lines = PROSE.replace(". ", ".\n").lower().replace(".", "")
    assert not wrapped(lines)
    assert split(lines) == lines.split("\n")


@pytest.mark.parametrize("piece", [".", ".!", ". ", ".)", "A.", "! ", "\n ", "a\n"])
def test_splitting_takes_linear_time(piece: str) -> None:
    began = time.perf_counter()
    split(piece * 100_000)
    assert time.perf_counter() - began < 5  # quadratic time would be minutes
