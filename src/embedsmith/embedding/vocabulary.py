"""The words of an artifact, or the pieces of words: in order of their rows, stored compactly or one a line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, ClassVar, Self, overload

import numpy as np
import numpy.typing as npt

from embedsmith.embedding.codec.number import as_array
from embedsmith.embedding.errors import FormatError
from embedsmith.embedding.order import inverse, pack_order, unpack_order, width
from embedsmith.embedding.prefix_code import PADDING, PrefixCode, optimal_lengths

BLOCK = 32
"""Words of a block: one is decoded whole to find a word in it."""
CHUNK = 256
"""Blocks decoded side by side: a few hundred KB."""
LONG = 1024
"""Bytes of a block beyond which it is decoded alone: side by side, all take as many steps as the longest."""
KEPT = 256
"""Blocks that stay decoded: words are asked for again."""
KEPT_HEADS = 4096
"""First words of blocks that stay decoded: those that a search by halves asks for first come up in every search."""
KEPT_ROWS = 1 << 16
"""Words whose rows are remembered: text asks for the same ones again and again."""
FEW = 16
"""Words below which looking up one by one is faster."""
SHARED = 256
"""Symbol SHARED + k ends a word, and begins the next with the first k bytes of it; those below are bytes."""
SYMBOLS = 512
CODE_WORD = 12
"""Bits of a code word at most: a table of 4,096 entries decodes them."""

Bytes = npt.NDArray[np.uint8]
Int64s = npt.NDArray[np.int64]
SIZES = (np.uint8, np.uint16, np.uint32)


class FrontCoded(Sequence[str]):
    """Words that stay as they are stored, and are decoded when asked for; each has a row.

    Front coding in blocks, and a prefix code: the words are sorted, and a word is how many bytes it shares with the
    one before it, and its other bytes; both are symbols of one Huffman code. A word is found by bisecting the first
    words of the blocks (Martinez-Prieto et al. 2016, "Practical compressed string dictionaries", section 3.2, there
    with Hu-Tucker codes). The rows of the sorted words are an order that `embedding.order` stores.

    Parameters
    ----------
    count
        Words, V; one int64.
    lengths
        Bits of each symbol's code word, (512,) uint8.
    sizes
        Bytes of each block, (V / 32 rounded up,) uint8, uint16 or uint32.
    text
        The blocks, one after another, and padding; uint8.
    rows
        The rows of the words in the order of their UTF-8 bytes, packed; uint8.
    name
        Says in errors what the words are.
    """

    kind: ClassVar[str] = "front_coded"

    def __init__(
        self,
        count: np.ndarray,
        lengths: np.ndarray,
        sizes: np.ndarray,
        text: np.ndarray,
        rows: np.ndarray,
        name: str = "vocabulary",
    ) -> None:
        if count.dtype != np.int64 or count.shape != (1,) or count[0] < 0:
            raise FormatError(f"{name}: needs one int64 count of at least 0, got {count.dtype} {count.shape}")
        self._count, self._name = int(count[0]), name
        blocks = -(-self._count // BLOCK)
        if lengths.dtype != np.uint8 or lengths.shape != (SYMBOLS,):
            raise FormatError(f"{name}: needs a uint8 length of {SYMBOLS} symbols, got {lengths.dtype} {lengths.shape}")
        if sizes.dtype not in SIZES or sizes.shape != (blocks,):
            raise FormatError(f"{name}: {self._count} words are {blocks} blocks, got {sizes.dtype} {sizes.shape} sizes")
        if text.dtype != np.uint8 or text.shape != (int(sizes.sum(dtype=np.int64)) + PADDING,):
            raise FormatError(f"{name}: the blocks are not as large as their sizes say, got {text.dtype} {text.shape}")
        if rows.dtype != np.uint8 or rows.shape != (width(self._count),):
            raise FormatError(f"{name}: needs the packed rows of {self._count} words, got {rows.dtype} {rows.shape}")
        if lengths.max() > CODE_WORD:
            raise FormatError(f"{name}: a code word of {lengths.max()} bits; at most {CODE_WORD} can be")
        self._lengths, self._sizes, self._text, self._rows = lengths, sizes, text, rows
        try:
            self._code = PrefixCode(lengths)
        except FormatError as error:
            raise FormatError(f"{name}: {error}") from None
        self._block = lru_cache(KEPT)(self._alone)
        self._head = lru_cache(KEPT_HEADS)(lambda block: self._alone(block, 1)[0])
        self._row = lru_cache(KEPT_ROWS)(self._search)

    @classmethod
    def of(cls, words: Sequence[str], name: str = "vocabulary") -> Self:
        """Return `words` as they are stored; `name` says in errors what they are.

        Raises
        ------
        FormatError
            If a word is empty, holds a line break or half a character, or stands twice.
        """
        encoded = require_storable(words, name)
        order = sorted(range(len(words)), key=encoded.__getitem__)
        suffixes, shared = [], []
        before = b""
        for place, row in enumerate(order):
            word = encoded[row]
            both = _shared(before, word) if place % BLOCK else 0
            suffixes.append(word[both:])
            shared.append(both)
            before = word
        ends = np.cumsum(np.fromiter(map(len, suffixes), np.int64, len(order)))
        starts = ends - np.fromiter(map(len, suffixes), np.int64, len(order))
        last = np.append(ends[BLOCK - 1 : -1 : BLOCK], ends[-1:])
        letters = np.frombuffer(b"".join(suffixes), dtype=np.uint8).astype(np.int64)
        marks = np.concatenate([np.full(len(last), SHARED), SHARED + np.array(shared, dtype=np.int64)])
        symbols = np.insert(letters, np.concatenate([last, starts]), marks)
        # Before the end of a block stand its bytes and its words' marks, and the end marks of the blocks before.
        words_before = np.minimum(np.arange(1, len(last) + 1) * BLOCK, len(order))
        bounds = np.concatenate([[0], last + words_before + np.arange(1, len(last) + 1)])
        lengths = optimal_lengths(np.bincount(symbols, minlength=SYMBOLS), CODE_WORD)
        text, sizes = PrefixCode(lengths).encode(symbols, bounds)
        smallest = next(kind for kind in SIZES if sizes.max(initial=0) <= np.iinfo(kind).max)
        rows = pack_order(np.array(order, dtype=np.int64))
        return cls(as_array(len(order)), lengths, sizes.astype(smallest), text, rows, name)

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """What is stored, by name."""
        return {
            "count": as_array(self._count),
            "lengths": self._lengths,
            "sizes": self._sizes,
            "text": self._text,
            "rows": self._rows,
        }

    @property
    def nbytes(self) -> int:
        """Bytes of what is stored."""
        return sum(array.nbytes for array in self.arrays.values())

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        """Return the word of `row`, or those of several."""
        if isinstance(row, slice):
            return [self[each] for each in range(*row.indices(self._count))]
        if not -self._count <= row < self._count:
            raise IndexError(row)
        block, place = divmod(int(self._places[row]), BLOCK)
        return self._decoded(self._block(block)[place])

    def __iter__(self) -> Iterator[str]:
        """Yield the words in order of their rows; they are held as UTF-8 meanwhile, a third of what `str` takes."""
        buffer = bytearray()
        ends = np.zeros(self._count + 1, dtype=np.int64)
        place = 0
        for start in range(0, len(self._sizes), CHUNK):
            for words in self._side_by_side(np.arange(start, min(start + CHUNK, len(self._sizes)))):
                for word in words:
                    buffer += word
                    place += 1
                    ends[place] = len(buffer)
        text = bytes(buffer)
        del buffer
        for start in range(0, self._count, BLOCK * CHUNK):
            places = self._places[start : start + BLOCK * CHUNK]
            for begin, end in zip(ends[places].tolist(), ends[places + 1].tolist(), strict=True):
                yield self._decoded(text[begin:end])

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.find(word) >= 0

    def index(self, value: Any, start: int = 0, stop: int | None = None) -> int:
        """Return the row of a word; ValueError if there is none from `start` to `stop`."""
        row = self.find(value) if isinstance(value, str) else -1
        if row < 0 or row not in range(*slice(start, stop).indices(self._count)):
            raise ValueError(f"{value!r} is not in the {self._name}")
        return row

    def count(self, value: Any) -> int:
        """Return 1 for a word, 0 for any other."""
        return int(value in self)

    def find(self, word: str) -> int:
        """Return the row of `word`; -1 if there is none."""
        return self._row(word)

    def _search(self, word: str) -> int:
        encoded = word.encode(errors="surrogatepass")
        block = bisect_right(range(len(self._sizes)), encoded, key=self._head) - 1
        if block < 0:
            return -1
        try:
            place = self._block(block).index(encoded)
        except ValueError:
            return -1
        return int(self._order(np.array([block * BLOCK + place]))[0])

    def find_all(self, words: Sequence[str]) -> Int64s:
        """Return the row of each of n `words`, (n,); -1 for one that there is not. Each block is decoded once."""
        if len(words) < FEW:
            return np.array([self.find(word) for word in words], dtype=np.int64)
        by_block: dict[int, list[int]] = {}
        encoded = [word.encode(errors="surrogatepass") for word in words]
        for number, word in enumerate(encoded):
            by_block.setdefault(bisect_right(self._heads, word) - 1, []).append(number)
        by_block.pop(-1, None)
        places = np.full(len(words), -1, dtype=np.int64)
        wanted = iter(by_block)
        while blocks := list(islice(wanted, CHUNK)):
            for block, decoded in zip(blocks, self._side_by_side(np.array(blocks)), strict=True):
                first = {word: block * BLOCK + place for place, word in enumerate(decoded)}
                for number in by_block[block]:
                    places[number] = first.get(encoded[number], -1)
        known = places >= 0
        places[known] = self._order(places[known])
        return places

    @cached_property
    def _starts(self) -> Int64s:
        """The byte at which each block begins."""
        starts: Int64s = np.cumsum(self._sizes, dtype=np.int64) - self._sizes
        return starts

    @cached_property
    def _heads(self) -> list[bytes]:
        """The first word of each block."""
        heads: list[bytes] = []
        for start in range(0, len(self._sizes), CHUNK):
            blocks = np.arange(start, min(start + CHUNK, len(self._sizes)))
            heads += [words[0] for words in self._side_by_side(blocks, 1)]
        return heads

    @cached_property
    def _places(self) -> npt.NDArray[np.uint32]:
        """The place of each row's word among the sorted ones."""
        try:
            return inverse(self._rows, self._count)
        except FormatError as error:
            raise FormatError(f"{self._name}: {error}") from None

    def _order(self, places: Int64s) -> Int64s:
        """Return the rows of the words at `places` among the sorted ones, (n,)."""
        rows = unpack_order(self._rows, self._count, places)
        if np.any(rows >= self._count):
            raise FormatError(f"{self._name}: a row is beyond the {self._count} that there are; restore the file")
        return rows

    def _alone(self, block: int, most: int = BLOCK) -> list[bytes]:
        """Decode the first words of one block, at most so many."""
        start = int(self._starts[block])
        stream = self._text[start : start + int(self._sizes[block])].tobytes()
        return self._words(self._code.decode(stream), min(most, self._in_block(block)))

    def _side_by_side(self, blocks: Int64s, most: int = BLOCK) -> list[list[bytes]]:
        """Decode the first words of n `blocks`, at most so many of each."""
        counts = [min(most, self._in_block(block)) for block in blocks.tolist()]
        long = self._sizes[blocks] > LONG
        found: list[list[bytes]] = [[] for _ in counts]
        for place in np.flatnonzero(long).tolist():
            found[place] = self._alone(int(blocks[place]), most)
        places = np.flatnonzero(~long)
        if not len(places):
            return found
        wanted = np.array(counts)[places]
        ended = np.full(len(places), -1)  # the first symbol of a block ends no word
        steps = []
        for symbols in islice(self._code.steps(self._text, self._starts[blocks[places]]), 8 * LONG):
            steps.append(symbols)
            ended += symbols >= SHARED
            if np.all(ended >= wanted):
                break
        for place, symbols in zip(places.tolist(), np.stack(steps, axis=1).tolist(), strict=True):
            found[place] = self._words(symbols, counts[place])
        return found

    def _in_block(self, block: int) -> int:
        return min(BLOCK, self._count - block * BLOCK)

    def _words(self, symbols: Iterable[int], count: int) -> list[bytes]:
        """Return the first `count` words of the symbols of a block."""
        words: list[bytes] = []
        stream = iter(symbols)
        word = bytearray()
        if next(stream, None) == SHARED:
            for symbol in stream:
                if symbol < SHARED:
                    word.append(symbol)
                    continue
                words.append(bytes(word))
                if len(words) == count:
                    return words
                if symbol - SHARED > len(word):
                    break
                del word[symbol - SHARED :]
        raise FormatError(f"{self._name}: a block of words is damaged; restore the file")

    def _decoded(self, word: bytes) -> str:
        try:
            return word.decode()
        except UnicodeDecodeError:
            raise FormatError(f"{self._name}: a word is not UTF-8; restore the file") from None


class Index(Mapping[str, int]):
    """The row of each word, by decoding the block in which it would stand."""

    def __init__(self, words: FrontCoded) -> None:
        self._words = words

    def __getitem__(self, word: str) -> int:
        row = self._words.find(word) if isinstance(word, str) else -1
        if row < 0:
            raise KeyError(word)
        return row

    def get(self, word: str, default: Any = None) -> Any:
        """Return the row of `word`, or `default`."""
        row = self._words.find(word)
        return default if row < 0 else row

    def __contains__(self, word: object) -> bool:
        return word in self._words

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def index(words: Sequence[str]) -> Mapping[str, int]:
    """Return the row of each word, by the word."""
    return Index(words) if isinstance(words, FrontCoded) else {word: row for row, word in enumerate(words)}


def stored(words: Sequence[str], name: str = "vocabulary") -> FrontCoded:
    """Return `words` as an artifact stores them.

    Raises
    ------
    FormatError
        As `FrontCoded.of` does.
    """
    return words if isinstance(words, FrontCoded) else FrontCoded.of(words, name)


def decode_arrays(arrays: Mapping[str, np.ndarray], name: str = "vocabulary") -> FrontCoded:
    """Return the words that are stored as `arrays`.

    Raises
    ------
    FormatError
        If they are not the arrays of words.
    """
    try:
        return FrontCoded(**arrays, name=name)
    except TypeError:
        raise FormatError(f"{name}: words do not store {', '.join(sorted(arrays))}") from None


def require_storable(words: Sequence[str], name: str) -> list[bytes]:
    """Return `words` in UTF-8.

    Raises
    ------
    FormatError
        If a word is empty, holds a line break or half a character, or stands twice.
    """
    for word in words:
        if not word or "\n" in word or "\r" in word:
            raise FormatError(f"{name}: {word!r} cannot be stored, a word is one line that is not empty")
    if len(set(words)) != len(words):
        raise FormatError(f"{name}: {_twice(words)!r} stands twice")
    try:
        return [word.encode() for word in words]
    except UnicodeEncodeError as error:
        raise FormatError(f"{name}: {error.object!r} cannot be stored, it is not Unicode text") from None


def encode(words: Sequence[str], name: str = "vocabulary") -> bytes:
    """Return `words` as a text of one word a line; `name` says in errors what they are.

    Raises
    ------
    FormatError
        If a word is empty, holds a line break or half a character, or stands twice.
    """
    return b"".join(word + b"\n" for word in require_storable(list(words), name))


def decode(data: bytes, name: str = "vocabulary") -> list[str]:
    """Return the words of a text that `encode` wrote."""
    words = data.decode().split("\n")
    if words.pop() != "" or "" in words:
        raise FormatError(f"{name}: truncated, or with an empty line")
    return words


def _shared(one: bytes, other: bytes) -> int:
    """Return how many first bytes the two have in common, at most 255."""
    length = min(len(one), len(other), SYMBOLS - SHARED - 1)
    if one[:length] == other[:length]:
        return length
    return next(place for place in range(length) if one[place] != other[place])


def _twice(words: Sequence[str]) -> str:
    seen: set[str] = set()
    return next(word for word in words if word in seen or seen.add(word))  # type: ignore[func-returns-value]
