"""The contents of several runs as one: each model under the label of its run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from embedsmith.report.content import Content
from embedsmith.report.listing import Listed, label
from embedsmith.report.neighbourhoods import Neighbourhoods
from embedsmith.report.neighbourhoods import merged as merged_words
from embedsmith.report.rare import Rare

JOINT = ":"
"""Between the label of a run and a model's name."""


def merged(parts: Mapping[str, Content]) -> Content:
    """Return what the runs `parts`, at least one, have to show, each model as `LABEL:MODEL`.

    Significance stays what it was within each run. Of corpus, tokens and choices, and where runs give one name to
    different chains, it holds the first run's.
    """
    own = [_labelled(content, name) for name, content in parts.items()]
    first = own[0]
    listing = [entry for each in own for entry in each.listing]
    names = {entry.run(variant): label(entry, listing) for entry in listing for variant in entry.variants}
    estimates = [estimate for each in own if each.rare for estimate in each.rare.estimates]
    return replace(
        first,
        frame=pd.concat([each.frame for each in own], ignore_index=True),
        listing=listing,
        claims=[replace(claim, model=names[claim.run]) for each in own for claim in each.claims],
        treated=[replace(model, name=label(model.entry, listing)) for each in own for model in each.treated],
        bias=list(dict.fromkeys(name for each in own for name in each.bias)),
        audited=[audited for each in own for audited in each.audited],
        rare=Rare(estimates, first.level) if estimates else None,
        searches=[search for each in own for search in each.searches],
        histories=[history for each in own for history in each.histories],
        spectra=[spectrum for each in own for spectrum in each.spectra],
        settings={model: values for each in own for model, values in each.settings.items()},
        chains={name: links for each in reversed(own) for name, links in each.chains.items()},
        tests={name: test for each in reversed(own) for name, test in each.tests.items()},
        keys={run: key for each in own for run, key in each.keys.items()},
        neighbourhoods=_words([each.neighbourhoods for each in own]),
    )


def _words(found: Sequence[Neighbourhoods | None]) -> Neighbourhoods | None:
    return merged_words([each for each in found if each is not None])


def _labelled(content: Content, name: str) -> Content:
    """Return the same content with `name` before each model's name."""

    def under(text: str) -> str:
        return f"{name}{JOINT}{text}"

    def entry(old: Listed) -> Listed:
        return replace(old, model=under(old.model))

    words, rare = content.neighbourhoods, content.rare
    return replace(
        content,
        frame=content.frame.assign(model=[under(model) for model in content.frame["model"]]),
        listing=[entry(each) for each in content.listing],
        claims=[replace(claim, run=under(claim.run)) for claim in content.claims],
        treated=[
            replace(
                model,
                entry=entry(model.entry),
                balanced={under(other): run for other, run in model.balanced.items()},
                tests={(under(run), score): test for (run, score), test in model.tests.items()},
            )
            for model in content.treated
        ],
        audited=[replace(each, entry=entry(each.entry)) for each in content.audited],
        rare=rare and replace(rare, estimates=[replace(each, model=under(each.model)) for each in rare.estimates]),
        searches=[replace(each, entry=entry(each.entry)) for each in content.searches],
        settings={under(model): values for model, values in content.settings.items()},
        keys={under(run): key for run, key in content.keys.items()},
        neighbourhoods=words
        and replace(
            words,
            nearest=[replace(each, entry=entry(each.entry)) for each in words.nearest],
            maps=[replace(each, entry=entry(each.entry)) for each in words.maps],
        ),
    )
