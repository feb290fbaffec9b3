"""Runs and sweeps that were made: where they lie, and what they say of themselves."""
