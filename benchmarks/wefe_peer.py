"""The peer's side of bias.py, run by an environment that has wefe: reads what is asked as JSON, prints the answer."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors
from wefe.metrics import WEAT
from wefe.query import Query
from wefe.word_embedding_model import WordEmbeddingModel


def main() -> None:
    """Time one test with its permutations."""
    asked = json.load(sys.stdin)
    folder = Path(asked["fixture"])
    vectors = np.load(folder / "vectors.npy")
    keyed = KeyedVectors(vectors.shape[1])
    keyed.add_vectors(json.loads((folder / "wefe.json").read_text())["words"], vectors)
    x, y, a, b = asked["lists"]
    query, model = Query([x, y], [a, b]), WordEmbeddingModel(keyed, "GloVe 6B 50d")
    started = time.perf_counter()
    found = WEAT().run_query(
        query, model, normalize=True, calculate_p_value=True, p_value_iterations=asked["permutations"]
    )
    took = time.perf_counter() - started
    print(json.dumps({"effect_size": float(found["effect_size"]), "p": float(found["p_value"]), "seconds": took}))


if __name__ == "__main__":
    main()
