"""A model and what was done to it: its cures, those that are compressed too, and the same model on balanced text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from embedsmith.compress.chain import UNTOUCHED
from embedsmith.report.chains import Chains, Cure, cures
from embedsmith.report.listing import Listed, label
from embedsmith.report.significance import Score, Tested, Tests, against_untouched, scores
from embedsmith.report.table import Measured, by_size, measured, value


@dataclass(frozen=True, kw_only=True)
class Treated:
    """One model trained with one seed.

    Attributes
    ----------
    name
        As the report shows it.
    runs
        What was measured of each variant, the untouched one first.
    cures
        Its variants with a cure, by name.
    balanced
        What was measured of the same model trained on balanced text, by that model's name.
    tests
        Of its cures' scores against its own, corrected for all of the table of cures.
    """

    entry: Listed
    name: str
    runs: Mapping[str, Measured]
    cures: Mapping[str, Cure]
    balanced: Mapping[str, Measured]
    tests: Tests

    @property
    def untouched(self) -> Measured:
        return self.runs[UNTOUCHED]

    @property
    def alone(self) -> list[str]:
        """Variants that are a cure and nothing else."""
        return [name for name, cure in self.cures.items() if cure.alone]

    @property
    def debiasing(self) -> list[str]:
        """Those of them that take off what words about groups carry."""
        return [name for name in self.alone if self.cures[name].debiasing]

    def tested(self, variant: str, score: Score) -> Tested | None:
        """Return the test of one score of a cure; None if there is none."""
        return self.tests.get((self.entry.run(variant), score))

    def difference(self, variant: str, kind: str, metric: str) -> float:
        """Return how much more a variant has than the untouched model."""
        return value(self.runs[variant], kind, metric) - value(self.untouched, kind, metric)


def treated(
    frame: pd.DataFrame, listing: Sequence[Listed], chains: Chains, plain: Mapping[str, str], level: float
) -> list[Treated]:
    """Return each model that was cured, or trained on balanced text.

    Parameters
    ----------
    plain
        Of each model trained on balanced text, the one that it is compared with.
    level
        Below which a corrected p-value is significant.
    """
    runs, known = measured(frame), cures(chains)
    own = {
        entry: {variant: known[variant] for variant in by_size(runs, entry) if variant in known}
        for entry in listing
        if not entry.baseline
    }
    pairs = [(entry.run(variant), entry.run(UNTOUCHED)) for entry, found in own.items() for variant in found]
    corrected = against_untouched(runs, pairs, scores(frame), level)
    models = [
        Treated(
            entry=entry,
            name=label(entry, listing),
            runs={variant: runs[entry.run(variant)] for variant in by_size(runs, entry)},
            cures=dict(sorted(found.items(), key=lambda item: list(chains).index(item[0]))),
            balanced={
                other.model: runs[other.run(UNTOUCHED)]
                for other in listing
                if plain.get(other.model) == entry.model and other.seed == entry.seed
            },
            tests=corrected,
        )
        for entry, found in own.items()
    ]
    return [model for model in models if model.cures or model.balanced]
