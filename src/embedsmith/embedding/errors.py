"""What can be wrong with an artifact."""

from __future__ import annotations


class FormatError(ValueError):
    """An artifact that cannot be read: missing, truncated, altered, or of a newer format. One line."""
