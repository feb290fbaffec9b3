"""Small frames of metrics, written by hand."""

import pandas as pd

from embedsmith.report.listing import Listed
from embedsmith.report.results import FIELDS
from embedsmith.report.treated import treated

CHAINS = {
    **{"int8": {"int8": {}}, "center": {"center": {}}, "whiten": {"whiten": {"method": "pca"}}},
    **{"hard_debias": {"hard_debias": {"words": {}}}, "inlp": {"inlp": {"words": {}}}},
    "hard_debias-int8": {"hard_debias": {"words": {}}, "int8": {}},
}


def frame(model, variants, seed=1):
    """Return a frame of one model: {variant: {"kind.metric": score, or fields by name}}."""
    rows = [
        {"model": model, "seed": seed, "variant": variant}
        | dict(zip(("kind", "metric"), name.split(".", 1), strict=True))
        | (leaf if isinstance(leaf, dict) else {"score": leaf})
        for variant, metrics in variants.items()
        for name, leaf in metrics.items()
    ]
    return pd.DataFrame(rows, columns=["model", "seed", "variant", "kind", "metric", *FIELDS])


def entry(model, variants, seed=1, baseline=False):
    return Listed(model=model, seed=seed, variants=tuple(variants), baseline=baseline)


def around(score, width=0.02, **fields):
    """Return a score with its interval."""
    return {"score": score, "low": score - width, "high": score + width, **fields}


def similar(mean, p=None, kept=None, size=100, **sets):
    """Return a mean similarity with the p-value of its test, what is kept with its interval, bytes, and sets."""
    tested = {} if p is None else {"p": p}
    ratio = {} if kept is None else {"similarity.kept": around(kept, 0.01)}
    others = {f"similarity.{name}": dict(zip(("score", "p"), pair, strict=False)) for name, pair in sets.items()}
    return {"similarity.mean": around(mean, **tested), **others, **ratio, "size.bytes": size}


def model_of(variants, name="m", balanced=None):
    """Return the one treated model of hand-made variants; `balanced` is the untouched of the same on balanced text."""
    frames, listing = [frame(name, variants)], [entry(name, variants)]
    if balanced is not None:
        frames.append(frame("b", {"untouched": balanced}))
        listing.append(entry("b", ["untouched"]))
    both = pd.concat(frames, ignore_index=True)
    return treated(both, listing, CHAINS, {"b": name}, 0.05)[0], both
