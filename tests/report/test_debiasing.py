import pytest

from embedsmith.report.debiasing import findings
from report.frames import around, model_of, similar

CHANCE = {"linear": 0.52, "nonlinear": 0.53, "cluster": 0.55}


def biased(rnd, weat, cluster=None, linear=None, nonlinear=None, mean=0.4):
    remains = {"cluster": cluster, "linear": linear, "nonlinear": nonlinear}
    return (
        similar(mean)
        | {"bias.rnd_gender": around(rnd), "bias.weat6": around(weat, 0.3), "bias.mac_gender": around(rnd)}
        | {f"bias.remains_{name}": around(score) for name, score in remains.items() if score is not None}
    )


def told(variants, **more):
    model, _ = model_of({"untouched": biased(0.2, 1.0, 0.99, 1.0, 1.0)} | variants, **more)
    return " ".join(findings(model, ["weat6"]))


def test_measures_that_move_beyond_their_intervals_are_named_and_the_others_counted():
    text = told({"hard_debias": biased(0.0, 0.9)})
    assert "hard_debias lessens bias by rnd_gender (0.200 to 0.000); of the other 1 none moves" in text
    assert "mac_gender" not in text
    assert "adds to bias by weat6 (1.000 to 1.800)" in told({"hard_debias": biased(0.2, 1.8)})
    assert "hard_debias moves none of 2 measures of bias beyond their intervals" in told(
        {"hard_debias": biased(0.2, 0.9)}
    )


@pytest.mark.parametrize(
    ("remains", "says"),
    [
        (
            {"linear": 0.95, "nonlinear": 0.96, "cluster": 0.9},
            "leaves clusters, which tell 90% of the words that leaned",
        ),
        (CHANCE, "dissolves clusters"),
        (CHANCE | {"cluster": 0.7}, "blurs clusters"),
        (CHANCE, "guards against linear and non-linear probes"),
        (CHANCE | {"nonlinear": 0.9}, "guards against linear probes only (linear 52%, non-linear 90%)"),
        (CHANCE | {"linear": 0.7, "nonlinear": 0.9}, "weakens linear probes, and does not stop them"),
        (CHANCE | {"linear": 0.95, "nonlinear": 0.96}, "guards against no probe"),
    ],
)
def test_what_remains_is_told_by_clusters_and_probes(remains, says):
    assert says in told({"inlp": biased(0.0, 0.1, **remains)})


def test_what_was_not_measured_is_not_told():
    text = told({"hard_debias": biased(0.0, 0.9)})
    assert "cluster" not in text
    assert "probe" not in text
    assert "neighbours" not in text


def test_neighbours_kept_are_told():
    kept = {"agreement.neighbours_kept": 0.634}
    assert "keeps 63.4% of nearest neighbours" in told({"inlp": biased(0.0, 0.9) | kept})


def test_an_effect_that_turns_to_the_other_side_is_over_corrected():
    assert "hard_debias over-corrects: the effect turns to the other side in weat6 (1.000 to -0.900)." in told(
        {"hard_debias": biased(0.0, -0.9)}
    )
    assert "these may over-correct, but not beyond the interval: hard_debias by weat6 (1.000 to -0.280)." in told(
        {"hard_debias": biased(0.0, -0.28)}
    )
    assert "nothing over-corrects" in told({"hard_debias": biased(0.0, -0.1)})


def test_a_cure_survives_compression_if_little_of_what_it_did_is_undone():
    whole = {"hard_debias": biased(0.0, 0.9)}
    assert (
        "hard_debias survives in hard_debias-int8: of each measure that it moves towards none, at least 95% of the "
        "way is left (rnd_gender); mean similarity differs by -0.010."
    ) in told(whole | {"hard_debias-int8": biased(0.01, 0.9, mean=0.39)})
    assert "hard_debias does not survive in hard_debias-int8: rnd_gender (0.000 to 0.150) are back in part" in told(
        whole | {"hard_debias-int8": biased(0.15, 0.9)}
    )


def test_what_did_nothing_cannot_survive():
    text = told({"hard_debias": biased(0.2, 1.0), "hard_debias-int8": biased(0.2, 1.0)})
    assert "survive" not in text


def test_balanced_text_is_compared_by_intervals():
    text = told({"center": biased(0.2, 1.0)}, balanced=biased(0.0, 0.9, 0.99, mean=0.5))
    assert "training on balanced text (b) lessens bias by rnd_gender (0.200 to 0.000)" in text
    assert "mean similarity is 0.500 against 0.400, higher." in text
    assert "cluster" not in text


def test_cures_without_words_about_people_are_not_judged():
    assert told({"center": biased(0.0, 0.0)}) == ""
