"""The `embedsmith` command."""

from embedsmith.cli.main import main

__all__ = ["main"]
