"""The words that settings name: lists out of data sets, and none on both sides of a measure."""

from __future__ import annotations

from collections.abc import Sequence

from embedsmith.config.nearest import nearest
from embedsmith.errors import InputError
from embedsmith.evaluate import word_lists
from embedsmith.evaluate.bias.measures import Subject
from embedsmith.evaluate.bias.settings import NEUTRAL, Association, Audit, Bias

WHERE = "evaluate.bias"


class Lists:
    """The lists of all data sets, by name.

    Raises
    ------
    InputError
        For a list that cannot be read, or that two data sets have.
    """

    def __init__(self, settings: Bias) -> None:
        self._settings = settings
        self._words: dict[str, list[str]] = {}
        for dataset in settings.lists.values():
            loaded = word_lists.load(dataset)
            if twice := sorted(self._words.keys() & loaded.keys()):
                raise InputError(f"{dataset.location}: list {twice[0]!r} is in another data set too; rename it")
            self._words |= loaded

    def named(self, name: str, key: str) -> list[str]:
        """Return the list of this name; `key` is the setting that names it, for an error."""
        if name not in self._words:
            files = ", ".join(dataset.location for dataset in self._settings.lists.values())
            raise InputError(f"{WHERE}.{key}: no list {name!r} in {files}{nearest(name, self._words)}")
        return self._words[name]

    def two_sides(self, names: Sequence[str], key: str) -> list[list[str]]:
        """Return two lists that share no word."""
        first, second = (self.named(name, key) for name in names)
        _refuse_overlap(names, first, second, key)
        return [first, second]

    def of_test(self, name: str, test: Association) -> list[list[str]]:
        """Return the words of the four lists of a test: two of targets, two of attributes."""
        key = f"tests.{name}"
        for names in (test.targets, test.attributes):  # a name that is not there is said before what overlaps
            for wanted in names:
                self.named(wanted, key)
        return [*self.two_sides(test.targets, key), *self.two_sides(test.attributes, key)]

    def subject(self, name: str, audit: Audit) -> Subject:
        """Return what an audit asks about."""
        words = self._settings.words[audit.words]
        key = f"audits.{name}.attributes"
        people = [word for group in words.groups.values() for word in group]
        attributes = []
        for attribute in audit.attributes:
            attributes.append(words.neutral if attribute == NEUTRAL else self.named(attribute, key))
            _refuse_overlap((attribute, audit.words), attributes[-1], people, key)
        return Subject(
            groups=list(words.groups.values()),
            compared=[words.groups[group] for group in audit.groups],
            pairs=words.definitional,
            neutral=words.neutral,
            attributes=attributes,
            sentiment=self.two_sides(self._settings.sentiment, "sentiment") if "rnsb" in audit.measures else [],
            strictness=self._settings.strictness,
        )


def _refuse_overlap(names: Sequence[str], first: Sequence[str], second: Sequence[str], key: str) -> None:
    one, other = names
    if both := {word.lower() for word in first} & {word.lower() for word in second}:
        raise InputError(f"{WHERE}.{key}: {min(both)!r} stands in both {one!r} and {other!r}; take it out of one")
