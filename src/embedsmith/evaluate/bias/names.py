"""Names of the measures of bias that are not made up of a test's or an audit's own."""

from __future__ import annotations

CHANGED, REPEATED = "analogy_changed", "analogy_repeated"
"""Share of questions answered otherwise once their own words are left out; and answered by b itself before."""
CLUSTER, LINEAR, NONLINEAR = "remains_cluster", "remains_linear", "remains_nonlinear"
"""Share of words that clusters, a linear and a non-linear probe tell the side of, to which they leaned;"""
NEIGHBOURS = "remains_neighbours"
"""and the correlation of how neutral words leaned with the share of that side among their neighbours."""
