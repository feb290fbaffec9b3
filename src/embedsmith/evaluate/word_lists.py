"""Named lists of words, as a JSON object."""

from __future__ import annotations

import json

from embedsmith.errors import InputError
from embedsmith.evaluate.dataset import DataSet


def load(dataset: DataSet) -> dict[str, list[str]]:
    """Return the lists of `dataset` by name.

    Raises
    ------
    InputError
        If the file is not JSON (with its line), not an object of lists of words, or a list is empty or repeats
        a word.
    """
    where = dataset.location
    try:
        lists = json.loads(dataset.read())
    except json.JSONDecodeError as error:
        raise InputError(f"{where}:{error.lineno}: not JSON: {error.msg}") from None
    if not isinstance(lists, dict):
        raise InputError(f"{where}: must be an object of named lists of words")
    for name, words in lists.items():
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise InputError(f"{where}: list {name!r} must be a list of words")
        if not words:
            raise InputError(f"{where}: list {name!r} is empty; fill it or take it out of the tests")
        if repeated := next((word for word in words if words.count(word) > 1), None):
            raise InputError(f"{where}: list {name!r} holds {repeated!r} twice")
    return lists
