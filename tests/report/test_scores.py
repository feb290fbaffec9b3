from __future__ import annotations

from pathlib import Path

import pandas as pd

from embedsmith.report.scores import scores


def test_each_variant_has_a_file_of_its_key_figures():
    columns = ["model", "seed", "variant", "kind", "metric", "score"]
    frame = pd.DataFrame(
        [
            ("w", 1, "untouched", "size", "bytes", 400.0),
            ("w", 1, "untouched", "size", "words", 1.0),
            ("w", 1, "untouched", "similarity", "google", 0.5),
            ("w", 1, "untouched", "similarity", "share", None),
            ("w", 1, "untouched", "bias", "weat1", 1.5),
            ("w", 1, "untouched", "frequency", "google.20-99", 0.5),
            ("w", 1, "untouched", "renamed", "5.reciprocal_rank", 0.25),
            ("w", 1, "untouched", "renamed", "5.overlap", 0.75),
            ("w", 2, "int8", "anisotropy", "isoscore", 0.2),
        ],
        columns=columns,
    )
    assert scores(frame) == {
        Path("w/1/untouched.json"): {"bytes": 400.0, "google": 0.5, "renamed.5.reciprocal_rank": 0.25},
        Path("w/2/int8.json"): {"isoscore": 0.2},
    }
