"""What chains are made of: which variants are cures, and of which a smaller one is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from embedsmith.config.rooms import find
from embedsmith.errors import InputError

Chains = Mapping[str, Mapping[str, Any]]
"""Links and their parameters, of each variant."""


@dataclass(frozen=True)
class Cure:
    """A variant with a link of the room `mitigate`.

    Attributes
    ----------
    variant
        Its name.
    alone
        Whether it has no other links, which compress.
    of
        Name of the variant that is the same without those; None if there is none.
    debiasing
        Whether a link has words about groups of people to work on.
    """

    variant: str
    alone: bool
    of: str | None
    debiasing: bool


def cures(chains: Chains) -> dict[str, Cure]:
    """Return the cures among the variants, by name."""
    mitigations = {
        variant: {link: parameters for link, parameters in links.items() if mitigates(link)}
        for variant, links in chains.items()
    }
    alone = {variant: links for variant, links in mitigations.items() if links and dict(chains[variant]) == links}
    return {
        variant: Cure(
            variant,
            variant in alone,
            None if variant in alone else next((name for name, other in alone.items() if other == links), None),
            any("words" in (parameters or {}) for parameters in links.values()),
        )
        for variant, links in mitigations.items()
        if links
    }


def plain_models(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return, of each model trained on balanced text, the one that is the same but for that, where there is one.

    Parameters
    ----------
    settings
        Of each model, as resolved for training.
    """
    bare = {
        model: {key: value for key, value in values.items() if key != "checkpoint_seconds"}
        for model, values in settings.items()
    }
    balanced = {model: values.get("model") for model, values in bare.items() if values.get("kind") == "balanced"}
    return {model: plain for model, inner in balanced.items() for plain, other in bare.items() if other == inner}


@cache
def mitigates(link: str) -> bool:
    """Say whether a link is of the room `mitigate`."""
    try:
        find("embedsmith.mitigate", link, "")
    except InputError:
        return False
    return True
