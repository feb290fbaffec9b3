"""Words laid out in the plane, neighbours near each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.float64]
"""(n, 2) between 0 and 1."""


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another.
@dataclass(kw_only=True)
class Layout:
    """Settings of t-SNE (van der Maaten & Hinton 2008, "Visualizing Data using t-SNE").

    Attributes
    ----------
    words
        The most frequent ones, of those whose neighbours are shown.
    perplexity
        About how many neighbours a word is kept near to.
    iterations
        Of the gradient descent, 250 or more.
    seed
        Of what it draws; it starts from the first two principal components.
    """

    words: int
    perplexity: float
    iterations: int
    seed: int

    def __post_init__(self) -> None:
        if self.words < 2:
            raise ValueError(f"words: must be at least 2, not {self.words}")
        if not self.perplexity > 0:
            raise ValueError(f"perplexity: must be above 0, not {self.perplexity:g}")
        if self.iterations < 250:
            raise ValueError(f"iterations: must be at least 250, not {self.iterations}")
        if not 0 <= self.seed < 1 << 32:
            raise ValueError(f"seed: must be at least 0 and below 2^32, not {self.seed}")


def lay_out(unit_rows: npt.ArrayLike, settings: Layout) -> Places:
    """Return a place in the plane for each of n words, (n, 2), as wide as they are high; on one thread the same ever.

    Parameters
    ----------
    unit_rows
        (n, d) unit vectors, n at least 2, d at least 2.
    """
    from sklearn.manifold import TSNE

    vectors = np.asarray(unit_rows, dtype=np.float32)
    tsne = TSNE(
        init="pca",
        perplexity=min(settings.perplexity, (len(vectors) - 1) / 3),
        max_iter=settings.iterations,
        random_state=settings.seed,
        n_jobs=1,
    )
    places = np.asarray(tsne.fit_transform(vectors), dtype=np.float64)
    low = places.min(axis=0)
    extent = float((places.max(axis=0) - low).max()) or 1.0
    return np.asarray((places - low) / extent, dtype=np.float64)
