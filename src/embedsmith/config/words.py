"""Words of groups of people, as conf/words/ has them: what a bias audit asks for, and what debiasing starts from."""

from __future__ import annotations

from dataclasses import dataclass

from embedsmith.config.check import refuse_repetition


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another's mapping.
@dataclass(kw_only=True)
class Words:
    """One trait by which people are grouped, such as gender.

    Attributes
    ----------
    groups
        Words that stand for each group, by its name; no word stands for two.
    definitional
        Pairs that differ in the group and in little else: their differences span its direction.
    equalise
        Sets of words that are to differ in the group alone; no word is in two.
    specific
        Words that rightly carry the group, beside all of the above.
    neutral
        Words that should not, such as occupations.
    """

    groups: dict[str, list[str]]
    definitional: list[list[str]]
    equalise: list[list[str]]
    specific: list[str]
    neutral: list[str]

    def __post_init__(self) -> None:
        refuse_repetition("groups", (word for words in self.groups.values() for word in words))
        refuse_repetition("equalise", (word for words in self.equalise for word in words))
        for name, words in self.groups.items():
            if not words:
                raise ValueError(f"groups.{name}: empty; name its words")
        for pair in self.definitional:
            if len(pair) != 2:
                raise ValueError(f"definitional: must be pairs, not {pair}")
        if both := self.carrying & set(self.neutral):
            raise ValueError(f"neutral: {min(both)!r} is among the words that carry the group too; take it out of one")

    @property
    def carrying(self) -> set[str]:
        """All words that rightly carry the group."""
        sets = (*self.groups.values(), *self.definitional, *self.equalise, self.specific)
        return {word for words in sets for word in words}
