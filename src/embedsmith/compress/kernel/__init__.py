"""Compiled loops of quantisers."""
