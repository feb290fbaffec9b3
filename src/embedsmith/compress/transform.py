"""The contract that every link of a chain keeps."""

from __future__ import annotations

from typing import ClassVar, Protocol, Self

from embedsmith.embedding import Embedding


class Transform(Protocol):
    """One step from an embedding to another, of the same words; `prune` may leave fewer.

    A dataclass: its fields are its parameters, keyword-only, stored as given. What `fit` learns is kept in
    attributes that end in an underscore. A random choice takes a `seed` parameter.

    Attributes
    ----------
    last
        Whether it decides how rows are stored, so that no link may follow: a later one would decode and
        store anew, and keep the loss without the saving. Only `low_rank` may be followed, by a link that is last too:
        that one is given the coefficients as if they were the embedding, and stores them in its way.
    """

    last: ClassVar[bool]

    def fit(self, embedding: Embedding) -> Self:
        """Learn from `embedding`; a transform that learns nothing returns itself."""
        ...

    def transform(self, embedding: Embedding) -> Embedding:
        """Return the transformed embedding; `embedding` stays as it is.

        Its fallback goes the same way: `Embedding.converted` applies one conversion of rows to the words and to the
        units of unseen words.
        """
        ...
