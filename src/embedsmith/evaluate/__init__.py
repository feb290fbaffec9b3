"""Data sets and protocols: what is measured of each variant."""
