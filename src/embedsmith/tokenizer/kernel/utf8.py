"""UTF-8 inside kernels. Texts are valid: who hands one in has checked it."""

from __future__ import annotations

from embedsmith.compiled import compiled
from embedsmith.tokenizer.kernel.arrays import Bytes


@compiled
def character(text: Bytes, at: int) -> tuple[int, int]:
    """Return the code point that begins at byte `at`, and where the next one begins."""
    first = text[at]
    if first < 0x80:
        return int(first), at + 1
    if first < 0xE0:
        return ((first & 0x1F) << 6) | (text[at + 1] & 0x3F), at + 2
    if first < 0xF0:
        return ((first & 0x0F) << 12) | ((text[at + 1] & 0x3F) << 6) | (text[at + 2] & 0x3F), at + 3
    return (
        ((first & 0x07) << 18) | ((text[at + 1] & 0x3F) << 12) | ((text[at + 2] & 0x3F) << 6) | (text[at + 3] & 0x3F),
        at + 4,
    )


@compiled
def put(point: int, out: Bytes, at: int) -> int:
    """Write code point `point` to `out` from byte `at` on; return where the next one goes."""
    if point < 0x80:
        out[at] = point
        return at + 1
    if point < 0x800:
        out[at] = 0xC0 | (point >> 6)
        out[at + 1] = 0x80 | (point & 0x3F)
        return at + 2
    if point < 0x10000:
        out[at] = 0xE0 | (point >> 12)
        out[at + 1] = 0x80 | ((point >> 6) & 0x3F)
        out[at + 2] = 0x80 | (point & 0x3F)
        return at + 3
    out[at] = 0xF0 | (point >> 18)
    out[at + 1] = 0x80 | ((point >> 12) & 0x3F)
    out[at + 2] = 0x80 | ((point >> 6) & 0x3F)
    out[at + 3] = 0x80 | (point & 0x3F)
    return at + 4
