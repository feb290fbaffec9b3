import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from embedsmith.embedding import Embedding, save
from embedsmith.report.layout import Layout
from embedsmith.report.neighbourhoods import NeighbourhoodSettings, merged, nearest, neighbourhoods
from report.frames import entry

MAP = {"words": 20, "perplexity": 5.0, "iterations": 250, "seed": 1}


def settings(**changed):
    own = {"words": 12, "neighbours": 3, "models": None, "left_out": [], "map": Layout(**MAP)}
    return NeighbourhoodSettings(**own | changed)


def embedding(words=40, dimension=6, seed=1):
    matrix = np.random.default_rng(seed).normal(size=(words, dimension))
    return Embedding.dense([f"w{place}" for place in range(words)], matrix)


def written(root, listing):
    for place, each in enumerate(listing):
        for variant in each.variants:
            save(embedding(seed=place), root / "data/variants" / each.folder / variant)


def spelled(found, each):
    """Return the words of each line of neighbours."""
    return [[found.words[place] for place in line if place >= 0] for line in each.ids]


def test_the_nearest_words_are_those_of_another_program():
    own = embedding()
    asked = list(own.words[:10])
    judge = NearestNeighbors(n_neighbors=5, metric="cosine").fit(own.matrix())
    expected = judge.kneighbors(own.matrix()[:10], return_distance=False)[:, 1:]
    assert nearest("v", own, asked, 4) == [[own.words[row] for row in line] for line in expected]
    assert nearest("v", own, asked, 4)[0] == [word for word, _ in own.nearest(asked[0], 4)]


def test_an_unknown_word_and_a_zero_vector_have_no_neighbours_and_are_none():
    matrix = np.array([[1.0, 0], [0, 0], [1, 0.1], [1, 0.2]])
    own = Embedding.dense(["a", "nil", "b", "c"], matrix)
    assert nearest("v", own, ["a", "nil", "unknown"], 3) == [["b", "c"], [], []]


def test_a_vocabulary_of_one_word_has_no_neighbours():
    assert nearest("v", Embedding.dense(["a"], [[1.0, 0]]), ["a"], 3) == [[]]


def test_variants_and_models_are_found_and_what_is_left_out_is_not(tmp_path):
    listing = [entry("m", ["untouched", "int8", "fp16"]), entry("n", ["untouched"]), entry("r", ["untouched"], 1, True)]
    written(tmp_path, listing)
    found = neighbourhoods(tmp_path, listing, settings(left_out=["fp16"]))
    assert [(each.entry.model, each.variant) for each in found.nearest] == [
        ("m", "untouched"),
        ("m", "int8"),
        ("n", "untouched"),
    ]
    assert found.words[: found.asked] == [f"w{place}" for place in range(12)]
    assert spelled(found, found.nearest[0])[0] == [word for word, _ in embedding(seed=0).nearest("w0", 3)]
    assert [each.entry.model for each in found.maps] == ["m", "n"]
    assert found.maps[0].places.shape == (12, 2)
    assert [each.entry.model for each in neighbourhoods(tmp_path, listing, settings(models=["n"])).nearest] == ["n"]


def test_of_several_seeds_the_first_is_shown(tmp_path):
    listing = [entry("m", ["untouched"], seed) for seed in (3, 1)]
    written(tmp_path, listing)
    assert [each.entry.seed for each in neighbourhoods(tmp_path, listing, settings()).nearest] == [3]


def test_twice_the_same_gives_the_same_bytes(tmp_path):
    listing = [entry("m", ["untouched", "int8"])]
    written(tmp_path, listing)
    first, second = (neighbourhoods(tmp_path, listing, settings()) for _ in range(2))
    assert first.words == second.words
    assert first.maps[0].places.tobytes() == second.maps[0].places.tobytes()


def test_without_artifacts_or_words_there_is_nothing(tmp_path):
    listing = [entry("m", ["untouched"])]
    assert neighbourhoods(tmp_path, listing, settings()) is None
    written(tmp_path, listing)
    assert neighbourhoods(tmp_path, listing, settings(words=0)) is None


def test_merged_runs_keep_their_neighbours_over_one_list_of_words(tmp_path):
    listing = [entry("m", ["untouched"]), entry("n", ["untouched"])]
    written(tmp_path, listing)
    one = neighbourhoods(tmp_path, listing[:1], settings(words=5))
    other = neighbourhoods(tmp_path, listing[1:], settings(words=8, neighbours=2))
    both = merged([one, other])
    assert both.asked == 8
    assert both.words[:8] == other.words[:8]
    assert spelled(both, both.nearest[0]) == [*spelled(one, one.nearest[0]), [], [], []]
    assert spelled(both, both.nearest[1]) == spelled(other, other.nearest[0])
    assert [both.words[place] for place in both.maps[0].ids] == [one.words[place] for place in one.maps[0].ids]
    assert merged([]) is None


@pytest.mark.parametrize(("key", "wrong"), [("words", -1), ("neighbours", 0)])
def test_an_impossible_setting_is_refused_by_its_name(key, wrong):
    with pytest.raises(ValueError, match=rf"^{key}: must be at least"):
        settings(**{key: wrong})
