"""Word categorisation: whether clusters of vectors are the categories that people put the words into."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from embedsmith.metrics.similarity import Ids, Unit


def ward(unit_rows: Unit, clusters: int) -> Ids:
    """Cluster of each row, (n,), of so many that agglomeration by Ward's criterion leaves.

    Ward 1963, "Hierarchical Grouping to Optimize an Objective Function": what k-means minimises too, the squared
    distances within clusters, but without a start drawn by chance, so that there is no best of several to choose.

    Parameters
    ----------
    unit_rows
        (n, d) unit vectors, n at least `clusters`.
    """
    from scipy.cluster.hierarchy import cut_tree, linkage  # half a second, for a set that few runs have

    if len(unit_rows) < 2:
        return np.zeros(len(unit_rows), dtype=np.int64)
    tree = linkage(np.asarray(unit_rows, dtype=np.float64), method="ward")
    return np.asarray(cut_tree(tree, n_clusters=[clusters])[:, 0], dtype=np.int64)


def in_majority(clusters: Ids, categories: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Whether each item's category is the most frequent in its cluster, (n,): their mean is the purity.

    Purity as in Manning, Raghavan & Schütze 2008, "Introduction to Information Retrieval", section 16.3. Of equally
    frequent categories the one that is first in the alphabet counts as the cluster's.
    """
    names, of_item = np.unique(np.asarray(categories), return_inverse=True)
    table = np.zeros((int(clusters.max(initial=-1)) + 1, names.size), dtype=np.int64)
    np.add.at(table, (clusters, of_item), 1)
    return np.asarray(table.argmax(axis=1)[clusters] == of_item)
