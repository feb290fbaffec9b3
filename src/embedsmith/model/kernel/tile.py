"""The size of a tile: visits that are trained together, and the negatives that they share.

Its logits stand in a row: that of negative s and visit t at s * T + t, then those of the positives, visit by visit.
"""

from __future__ import annotations

TILE = 8
"""T: visits of a tile, as many as a vector has lanes."""
FRESH = 8
"""Of the S negatives that they share, those that the last tile did not have. Their rows come from far, the others' are
at hand."""
INPUT, CHANGE = 0, TILE
"""Where in a part's scratch rows begin: inputs of the visits, and what they are to change by."""
SCRATCH = 2 * TILE
"""Rows of it."""
TOGETHER = 32
"""Logits that are turned into likelihoods at a time: four vectors, as compilers unroll loops."""
BEHIND = TOGETHER - 1
"""Places behind the last logit that are used as well."""
