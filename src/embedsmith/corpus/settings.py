"""What the corpus can be told, beside its sources."""

from __future__ import annotations

from dataclasses import dataclass


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another.
@dataclass(kw_only=True)
class Deduplicate:
    """When a document counts as a copy of an earlier one.

    Attributes
    ----------
    near : float
        Jaccard similarity of their shingles from which on it does, as estimated by MinHash.
    shingle : int
        Words in a shingle. At 5, one word changed in the middle of a text of 48 words or fewer, such as an entry of a
        dictionary, takes it below a similarity of 0.8, so that short texts count as copies only when all but equal.
    permutations : int
        Length of a MinHash signature; the estimate has a standard error of at most 0.5 / sqrt(permutations).
    seed : int
        Of the permutations.
    """

    near: float
    shingle: int
    permutations: int
    seed: int

    def __post_init__(self) -> None:
        if not 0.75 <= self.near <= 1:
            raise ValueError(f"near: must be between 0.75 and 1, not {self.near}; bands of 8 miss what is less alike")
        if self.shingle < 1:
            raise ValueError(f"shingle: must be at least 1 word, not {self.shingle}")
        if self.permutations < 8 or self.permutations % 8:
            raise ValueError(f"permutations: must be a positive multiple of 8, not {self.permutations}")
        if not 0 <= self.seed < 1 << 32:
            raise ValueError(f"seed: must be between 0 and 2^32 - 1, not {self.seed}")


@dataclass(frozen=True, kw_only=True)
class CorpusSettings:
    """The ``corpus`` node of the configuration without its ``sources``."""

    deduplicate: Deduplicate
