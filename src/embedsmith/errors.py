"""The one error that a user can mend."""

from __future__ import annotations


class InputError(ValueError):
    """Bad input, told in one line: where it is, what is wrong, what to do.

    Raised anywhere below a command; the command prints the line and exits with 1, without a traceback.
    """
