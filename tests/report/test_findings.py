import pytest

from embedsmith.report.audit import Audited
from embedsmith.report.findings import centring, changes, findings, isotropy, sets_apart
from report.frames import entry, model_of, similar

GOOGLE = ("similarity", "google")


def told(rule, variants, *more):
    return list(rule(model_of(variants)[0], *more))


def test_changes_of_the_mean_are_told_by_their_significance():
    variants = {
        "untouched": similar(0.4),
        "center": similar(0.44, 0.001),
        "whiten": similar(0.3, 0.002),
        "inlp": similar(0.41, 0.6),
        "hard_debias-int8": similar(0.2, 0.001),  # no cure alone
    }
    assert told(changes, variants) == [
        "mean similarity rises significantly with center (+10%, p 0.004); it falls significantly with whiten (-25%, "
        "p 0.004); it cannot be told from the untouched model's with inlp (+2.5%)."
    ]


def test_without_a_test_nothing_is_said_of_changes():
    assert told(changes, {"untouched": similar(0.4), "center": similar(0.5)}) == []


def test_a_set_that_goes_another_way_than_the_mean_is_told():
    variants = {
        "untouched": similar(0.4, google=(0.1,)),
        "center": similar(0.4, 0.9, google=(0.2, 0.001)),
        "whiten": similar(0.5, 0.001, google=(0.05, 0.001)),
        "inlp": similar(0.5, 0.001, google=(0.2, 0.001)),
    }
    assert told(sets_apart, variants, [GOOGLE]) == [
        "single sets change significantly where the mean does not, or against it: with center google rises (+0.100); "
        "with whiten google falls (-0.050)."
    ]
    assert told(sets_apart, {name: variants[name] for name in ("untouched", "inlp")}, [GOOGLE]) == []


@pytest.mark.parametrize(
    ("center", "whiten", "says"),
    [
        (
            (0.44, 0.001, 1.1),
            (0.44, 0.001, 1.11),
            "centring alone gains 10% in mean similarity; no other cure gains demon",
        ),
        ((0.44, 0.001, 1.1), (0.6, 0.001, 1.5), "only whiten gains demonstrably more."),
        ((0.36, 0.001, 0.9), (0.4, 0.9, 1.0), "centring alone costs 10% of mean similarity."),
        ((0.41, 0.9, 1.0), (0.4, 0.9, 1.0), "centring alone gains nothing that can be told."),
    ],
)
def test_centring_alone_is_what_others_are_held_against(center, whiten, says):
    variants = {"untouched": similar(0.4), "center": similar(*center), "whiten": similar(*whiten)}
    assert says in told(centring, variants)[0]


def test_without_centring_nothing_is_said_of_it():
    assert told(centring, {"untouched": similar(0.4), "whiten": similar(0.5, 0.001)}) == []


@pytest.mark.parametrize(
    ("mean", "p", "says"),
    [
        (0.3, 0.001, "yet its mean similarity is lower: isotropy alone gains nothing."),
        (0.5, 0.001, "and its mean similarity is higher."),
        (0.41, 0.8, "yet its mean similarity is not told from the untouched model's."),
    ],
)
def test_the_most_isotropic_cure_is_judged_by_its_similarity(mean, p, says):
    variants = {
        "untouched": similar(0.4) | {"anisotropy.isoscore": 0.2},
        "center": similar(0.4, 0.9) | {"anisotropy.isoscore": 0.2},
        "whiten": similar(mean, p) | {"anisotropy.isoscore": 1.0},
    }
    assert told(isotropy, variants) == [f"the most isotropic cure is whiten (IsoScore 1.000 against 0.200), {says}"]


def test_if_no_cure_is_more_isotropic_nothing_is_said_of_it():
    same = {"anisotropy.isoscore": 0.2}
    assert told(isotropy, {"untouched": similar(0.4) | same, "center": similar(0.4, 0.9) | same}) == []


def test_findings_name_their_model_and_end_with_the_recommended_chain():
    variants = {"untouched": similar(0.4, None, 1.0), "center": similar(0.44, 0.001, 1.1)}
    model, frame = model_of(variants)
    audited = [Audited(entry("m", variants), variant, 0, ()) for variant in variants]
    found = findings(frame, [model], audited, [], 0.05)
    assert all(sentence.startswith("m: ") for sentence in found)
    assert found[-1].startswith("m: recommended is center: ")
    assert found == findings(frame, [model], audited, [], 0.05)


def test_without_cures_or_variants_there_are_none():
    _, frame = model_of({"untouched": similar(0.4), "center": similar(0.4, 0.9)})
    assert findings(frame, [], [], [], 0.05) == []
