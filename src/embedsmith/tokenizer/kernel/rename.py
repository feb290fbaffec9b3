"""Some occurrences of a word by another id."""

from __future__ import annotations

from embedsmith.compiled import compiled
from embedsmith.tokenizer.kernel.arrays import I4, I8


@compiled
def rename(ids: I4, number: I4, names: I4, places: I8, ends: I8, seen: I8, next_: I8) -> None:
    """Replace the occurrences drawn for each of r words by the id of its other name, in place.

    Parameters
    ----------
    ids : int32 (n,)
        The next ids of the text.
    number : int32 (V,)
        For each id which of the r words it is, or -1.
    names : int32 (r,)
        Id of each word's other name.
    places : int64 (p,)
        The occurrences to replace, each word's own ascending, as numbers from 0 on; word by word.
    ends : int64 (r,)
        Where in `places` those of each word end.
    seen, next_ : int64 (r,)
        Occurrences met so far, and the place in `places` of the next to replace; both are brought up to date.
    """
    for at in range(len(ids)):
        if ids[at] < 0:
            continue
        word = number[ids[at]]
        if word >= 0:
            if next_[word] < ends[word] and seen[word] == places[next_[word]]:
                ids[at] = names[word]
                next_[word] += 1
            seen[word] += 1
