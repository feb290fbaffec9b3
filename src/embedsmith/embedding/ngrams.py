"""Character n-grams that share rows by their hash, as fastText has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from embedsmith.embedding.codec import Codec, Dense
from embedsmith.embedding.errors import FormatError

FNV_OFFSET = 2166136261
FNV_PRIME = 16777619


def bucket_numbers(word: str, min_n: int, max_n: int, buckets: int) -> list[int]:
    """Return the bucket of each n-gram of `<word>`, of `min_n` to `max_n` characters, in order of their places.

    The n-grams are those of `Dictionary::computeSubwords` of fastText (Bojanowski et al. 2017, "Enriching word
    vectors with subword information"): `<` and `>` alone are none; the whole `<word>` is one, if it is short enough.
    Their hash is the 32-bit FNV-1a over UTF-8, but that each byte is widened as a signed one.
    """
    characters = [character.encode("utf-8", "surrogatepass") for character in f"<{word}>"]
    found = []
    for start in range(len(characters)):
        value = FNV_OFFSET
        for n, character in enumerate(characters[start : start + max_n], start=1):
            for byte in character:
                signed = byte if byte < 0x80 else byte | 0xFFFFFF00
                value = (value ^ signed) * FNV_PRIME & 0xFFFFFFFF
            boundary = n == 1 and start in (0, len(characters) - 1)
            if n >= min_n and not boundary:
                found.append(value % buckets)
    return found


@dataclass(frozen=True, eq=False, repr=False)
class NGrams:
    """A word is the n-grams of its characters.

    Attributes
    ----------
    min_n, max_n
        Characters of the shortest and of the longest n-gram, `<` and `>` at the word's ends counted.
    buckets
        What hashes are taken modulo.
    rows
        The buckets that have a row, ascending, (n,) int32; row i of `codec` is that of bucket `rows[i]`. An n-gram in
        another bucket is none of the units.
    codec
        The rows, (n, dimension) when decoded.
    """

    min_n: int
    max_n: int
    buckets: int
    rows: npt.NDArray[np.int32]
    codec: Codec

    kind: ClassVar[str] = "ngrams"

    def __post_init__(self) -> None:
        numbers = (self.min_n, self.max_n, self.buckets)
        if any(type(number) is not int for number in numbers) or not 1 <= self.min_n <= self.max_n or self.buckets < 1:
            raise FormatError(f"ngrams: {self.min_n} to {self.max_n} characters in {self.buckets} buckets cannot be")
        if self.rows.dtype != np.int32 or self.rows.shape != self.codec.shape[:1]:
            raise FormatError(
                f"ngrams: needs one int32 bucket a row, got {self.rows.dtype} {self.rows.shape} for"
                f" {self.codec.shape[0]} rows"
            )
        bounded = not len(self.rows) or (self.rows[0] >= 0 and self.rows[-1] < self.buckets)
        if not bounded or np.any(self.rows[1:] <= self.rows[:-1]):
            raise FormatError(f"ngrams: the buckets of the rows are not ascending from 0 to {self.buckets - 1}")

    @property
    def settings(self) -> dict[str, Any]:
        return {"min_n": self.min_n, "max_n": self.max_n, "buckets": self.buckets}

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        return {"rows": self.rows}

    @property
    def strings(self) -> dict[str, Sequence[str]]:
        return {}

    def units(self, word: str) -> npt.NDArray[np.int64]:
        wanted = np.array(bucket_numbers(word, self.min_n, self.max_n, self.buckets), dtype=np.int64)
        if not len(self.rows):
            return wanted[:0]
        places = np.searchsorted(self.rows, wanted)
        places[places == len(self.rows)] = 0  # beyond the last: any that is not equal
        units: npt.NDArray[np.int64] = places[self.rows[places] == wanted]
        return units

    def with_codec(self, codec: Codec) -> Self:
        return replace(self, codec=codec)

    def of_rows(self, places: npt.NDArray[np.int64]) -> Self:
        return replace(self, rows=self.rows[places], codec=Dense(self.codec.rows(places)))
