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
    """Measure every test, and time one of them with its permutations."""
    asked = json.load(sys.stdin)
    vectors = np.load(Path(asked["folder"], "vectors.npy"))
    keyed = KeyedVectors(vectors.shape[1])
    keyed.add_vectors(asked["words"], vectors)
    model = WordEmbeddingModel(keyed, "GloVe 6B 50d")
    queries = {name: Query([x, y], [a, b]) for name, (x, y, a, b) in asked["tests"].items()}
    effects = {
        name: float(WEAT().run_query(query, model, normalize=True)["effect_size"]) for name, query in queries.items()
    }
    permuted = {"calculate_p_value": True, "p_value_iterations": asked["permutations"]}
    started = time.perf_counter()
    WEAT().run_query(queries[asked["timed"]], model, normalize=True, **permuted)
    print(json.dumps({"effect_sizes": effects, "seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main()
