from embedsmith.report.chains import Cure, cures, plain_models
from report.frames import CHAINS


def test_a_cure_has_a_link_of_the_room_mitigate():
    found = cures(CHAINS)
    assert list(found) == ["center", "whiten", "hard_debias", "inlp", "hard_debias-int8"]
    assert found["center"] == Cure("center", alone=True, of=None, debiasing=False)
    assert found["hard_debias"] == Cure("hard_debias", alone=True, of=None, debiasing=True)
    assert found["hard_debias-int8"] == Cure("hard_debias-int8", alone=False, of="hard_debias", debiasing=True)


def test_what_is_compressed_is_of_the_cure_with_the_same_parameters():
    chains = {
        "weak": {"whiten": {"shrinkage": 0.5}},
        "strong": {"whiten": {"shrinkage": 0.0}},
        "small": {"whiten": {"shrinkage": 0.0}, "int8": {}},
        "other": {"center": {}, "int8": {}},
    }
    found = cures(chains)
    assert found["small"].of == "strong"
    assert (found["other"].of, found["other"].alone) == (None, False)


def test_a_balanced_model_is_found_beside_the_same_trained_on_plain_text():
    plain = {"kind": "word2vec", "epochs": 5, "checkpoint_seconds": 30}
    inner = {"kind": "word2vec", "epochs": 5}
    settings = {
        "word2vec": plain,
        "longer": plain | {"epochs": 9},
        "balanced": {"kind": "balanced", "model": inner, "checkpoint_seconds": 30},
        "alone": {"kind": "balanced", "model": inner | {"epochs": 7}, "checkpoint_seconds": 30},
    }
    assert plain_models(settings) == {"balanced": "word2vec"}
