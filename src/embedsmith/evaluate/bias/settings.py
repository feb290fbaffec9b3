"""Settings of the `bias` stage: which words are asked about, by which measures."""

from __future__ import annotations

from dataclasses import dataclass

from embedsmith.config.nearest import nearest
from embedsmith.config.words import Words
from embedsmith.evaluate.bias.measures import MEASURES, OF_NEUTRAL, OF_PAIRS
from embedsmith.evaluate.bias.names import CHANGED, CLUSTER, LINEAR, NEIGHBOURS, NONLINEAR, REPEATED
from embedsmith.evaluate.dataset import DataSet
from embedsmith.evaluate.limits import Limit, require_limits
from embedsmith.evaluate.settings import require_statistics

NEUTRAL = "neutral"
"""Name of a set's own neutral words among lists of attributes."""


# Not frozen: OmegaConf cannot fill a frozen dataclass that stands inside another's mapping.
@dataclass(kw_only=True)
class Association:
    """One test: two lists of target words, two of attribute words, by their names.

    The effect is positive where the first targets go with the first attributes.
    """

    targets: list[str]
    attributes: list[str]

    def __post_init__(self) -> None:
        for key, names in (("targets", self.targets), ("attributes", self.attributes)):
            if len(names) != 2:
                raise ValueError(f"{key}: must name two word lists, not {len(names)}")


@dataclass(kw_only=True)
class Audit:
    """Measures of one set of words about people; each score has the name MEASURE_AUDIT.

    Attributes
    ----------
    words
        Name of the set.
    groups
        Two of its groups, which `rnd` and `ect` compare; `mac` and `rnsb` are of all groups.
    attributes
        Lists of attributes that `mac` takes; `neutral` is the set's own.
    measures
        Names of MEASURES.
    """

    words: str
    groups: list[str]
    attributes: list[str]
    measures: list[str]

    def __post_init__(self) -> None:
        if len(set(self.groups)) != 2:
            raise ValueError(f"groups: must name two groups, not {self.groups}")
        if not self.attributes:
            raise ValueError("attributes: empty; name a list, or neutral")
        for measure in self.measures:
            if measure not in MEASURES:
                raise ValueError(f"measures: unknown measure {measure!r}{nearest(measure, MEASURES)}")


@dataclass(kw_only=True)
class Questions:
    """Questions of each pair (a, c) and each word b: "a is to b as c is to what"."""

    pairs: list[list[str]]
    words: list[str]

    def __post_init__(self) -> None:
        for pair in self.pairs:
            if len(set(pair)) != 2:
                raise ValueError(f"pairs: must be pairs of different words, not {pair}")
        if not self.pairs or not self.words:
            raise ValueError(f"{'words' if self.pairs else 'pairs'}: empty; without questions, null stands for all")

    @property
    def asked(self) -> list[tuple[str, str, str]]:
        """The questions: a, b, c."""
        return [(a, b, c) for a, c in self.pairs for b in self.words]


@dataclass(kw_only=True)
class Remains:
    """What is asked of words that leaned to a group in the untouched model.

    Attributes
    ----------
    words
        Name of the set whose definitional pairs span the direction.
    besides
        Words that carry the group as rightly as those of the set, such as given names.
    among
        The most frequent words of the vocabulary, of which the most biased are taken; those that carry the group are
        left out.
    each
        How many, of either side.
    neighbours
        Whose share on the first side is correlated with the bias of the set's neutral words.
    folds
        Of the cross-validation of the probes.
    """

    words: str
    besides: list[str]
    among: int
    each: int
    neighbours: int
    folds: int

    def __post_init__(self) -> None:
        for key, least in {"each": self.folds, "among": 2 * self.each, "neighbours": 1, "folds": 2}.items():
            if getattr(self, key) < least:
                raise ValueError(f"{key}: must be at least {least}, not {getattr(self, key)}")


@dataclass(frozen=True, kw_only=True)
class Bias:
    """Settings of the `bias` stage.

    Attributes
    ----------
    lists
        Data sets of word lists; the tests name lists of any of them.
    tests
        Association tests, by the name of their score.
    words
        Sets of words about groups of people, by name.
    audits
        Measures of these sets, by the name that ends the name of the scores.
    sentiment
        Names of a list of positive and one of negative words, from which `rnsb` learns; empty where nothing does.
    strictness
        Of `direct`: the exponent c of Bolukbasi et al.
    analogies
        Questions that are asked with and without the input words as answers; None for none.
    remains
        Of what remains after debiasing; None to leave it out.
    limits
        By the name of a measure; what an audit holds each variant to.
    minimum_known
        What has fewer known words in any of its lists is refused.
    permutations
        Of the association tests: all divisions of the targets up to this number, else so many random ones.
    resamples, confidence, seed
        Of the bootstrap intervals; `seed` of the random divisions, clusters and folds too.
    threads
        Of BLAS; fixed, because results change with it.
    """

    lists: dict[str, DataSet]
    tests: dict[str, Association]
    words: dict[str, Words]
    audits: dict[str, Audit]
    sentiment: list[str]
    strictness: float
    analogies: Questions | None
    remains: Remains | None
    limits: dict[str, Limit]
    minimum_known: int
    permutations: int
    resamples: int
    confidence: float
    seed: int
    threads: int

    def __post_init__(self) -> None:
        for name, dataset in self.lists.items():
            if dataset.kind != "word_lists":
                raise ValueError(f"lists.{name}.kind: must be word_lists, not {dataset.kind}")
        for name, audit in self.audits.items():
            self._require(audit, f"audits.{name}")
        if self.remains is not None:
            self._require_set(self.remains.words, "remains.words")
            self._require_words(self.remains.words, "remains.words", pairs=True, neutral=True)
        learns = any("rnsb" in audit.measures for audit in self.audits.values())
        if (learns or self.sentiment) and len(set(self.sentiment)) != 2:
            raise ValueError(f"sentiment: must name two word lists, not {self.sentiment}")
        if self.strictness < 0:
            raise ValueError(f"strictness: must be at least 0, not {self.strictness:g}")
        if self.minimum_known < 1:
            raise ValueError(f"minimum_known: must be at least 1, not {self.minimum_known}")
        if self.permutations < 1:
            raise ValueError(f"permutations: must be at least 1, not {self.permutations}")
        require_limits(self.limits, self.measures)
        require_statistics(self.resamples, self.confidence, self.seed, self.threads)

    @property
    def measures(self) -> list[str]:
        """Names of all that is measured."""
        audited = [f"{measure}_{name}" for name, audit in self.audits.items() for measure in audit.measures]
        analogies = [] if self.analogies is None else [CHANGED, REPEATED]
        remains = [] if self.remains is None else [CLUSTER, LINEAR, NONLINEAR, NEIGHBOURS]
        return [*self.tests, *audited, *analogies, *remains]

    def _require(self, audit: Audit, key: str) -> None:
        """Refuse an audit of words that are not there."""
        self._require_set(audit.words, f"{key}.words")
        groups = self.words[audit.words].groups
        for group in audit.groups:
            if group not in groups:
                raise ValueError(f"{key}.groups: {audit.words} has no group {group!r}{nearest(group, groups)}")
        needed = set(audit.measures)
        neutral = bool(needed & OF_NEUTRAL) or ("mac" in needed and NEUTRAL in audit.attributes)
        self._require_words(audit.words, f"{key}.measures", pairs=bool(needed & OF_PAIRS), neutral=neutral)

    def _require_set(self, name: str, key: str) -> None:
        if name not in self.words:
            raise ValueError(f"{key}: there is no set {name!r} in `words`{nearest(name, self.words)}")

    def _require_words(self, name: str, key: str, *, pairs: bool, neutral: bool) -> None:
        if pairs and not self.words[name].definitional:
            raise ValueError(f"{key}: {name} has no definitional pairs, which this needs; add some")
        if neutral and not self.words[name].neutral:
            raise ValueError(f"{key}: {name} has no neutral words, which this needs; add some")
