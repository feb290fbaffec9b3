import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from threadpoolctl import threadpool_limits

from embedsmith.cli import main
from embedsmith.compress.chain import apply, compose
from embedsmith.compress.search.agreement import Agreement
from embedsmith.compress.search.candidates import Curve, curves
from embedsmith.compress.search.front import front
from embedsmith.compress.search.measure import Sample
from embedsmith.compress.search.search import search
from embedsmith.compress.search.settings import AgreementSettings, SearchSettings, parse, targets, written
from embedsmith.config.check import build
from embedsmith.embedding import Dense, Embedding, NGrams, load, save
from embedsmith.errors import InputError
from embedsmith.stages.compress import measuring_key, search_variants

ROOT = Path(__file__).parents[3]
CHAINS = {
    "int8": {"int8": {}},
    "low_rank-int8": {"low_rank": {"reduction": [1.25, 2.0, 4.0, 8.0]}, "int8": {}},
    "pq": {"pq": {"parts": [2, 4, 8, 16, 64], "bits": 4, "iterations": 2, "seed": 1}},
}
ASKED = {"words": 60, "neighbours": 5, "pairs": 500, "unseen": 0.2, "seed": 1}


def settings(budget=None, keep=None, **others):
    values = {"rows": 256, "finalists": 2, "front": 4, "units": [1.0, 0.5, 0.0], "chains": CHAINS, "agreement": ASKED}
    return build(SearchSettings, values | {"budget": budget, "keep": keep} | others, "compress")


@pytest.fixture(scope="module")
def embedding():
    draw = np.random.default_rng(3)
    matrix = draw.normal(size=(600, 12)) @ draw.normal(size=(12, 32)) + 0.3 * draw.normal(size=(600, 32))
    return Embedding.dense([f"word{i}" for i in range(600)], matrix)


@pytest.fixture(scope="module")
def composing(embedding):
    rows = np.random.default_rng(4).normal(size=(900, 32)).astype(np.float32)
    return Embedding(
        embedding.words, embedding.codec, (), NGrams(3, 4, 900, np.arange(900, dtype=np.int32), Dense(rows))
    )


def bytes_of(folder):
    return sum(file.stat().st_size for file in folder.iterdir())


@pytest.mark.parametrize("model", ["embedding", "composing"])
def test_what_is_chosen_is_within_its_budget_in_bytes_on_disk(request, tmp_path, model):
    model = request.getfixturevalue(model)
    budgets = ["60kB", "30kB", "16kB"]
    found = search(model, settings(budgets), {"model": "a" * 64})
    names = [target.name for target in targets(budgets, None)]
    for name, budget in zip(names, budgets, strict=True):
        point = found.chosen[name]
        save(apply(compose(point.chain, name), model), tmp_path / name, {"model": "a" * 64})
        assert bytes_of(tmp_path / name) == point.bytes <= parse(budget)
        assert Agreement(model, build(AgreementSettings, ASKED, "x")).of(load(tmp_path / name)) == point.agreed
    agreements = [found.chosen[name].agreement for name in names]
    assert agreements == sorted(agreements, reverse=True)


def test_a_budget_that_holds_the_model_leaves_it_untouched(embedding):
    point = search(embedding, settings("1MB"), {}).chosen["budget-1MB"]
    assert (dict(point.chain), point.agreement) == ({}, 1.0)


def test_a_budget_is_used_between_the_values_of_the_configuration(embedding):
    chains = {"pq": {"pq": CHAINS["pq"]["pq"] | {"parts": [2, 16]}}}
    sizes = {}
    for parts in (8, 10):
        alone = {"pq": {"pq": CHAINS["pq"]["pq"] | {"parts": parts}}}
        sizes[parts] = search(embedding, settings(None, chains=alone), {}).front[0].bytes
    middle = (sizes[8] + sizes[10]) // 2
    point = search(embedding, settings(middle, chains=chains), {}).chosen[f"budget-{written(middle)}"]
    assert point.chain["pq"]["parts"] in (8, 9)
    assert point.bytes <= middle


@pytest.mark.parametrize("keep", [0.99, 0.9])
def test_a_part_to_keep_is_kept_by_the_smallest_chain_of_the_front(embedding, keep):
    found = search(embedding, settings(None, keep), {})
    point = found.chosen[f"keep-{keep:g}"]
    assert point.agreement >= keep
    assert all(other.agreement < keep for other in found.front if other.bytes < point.bytes)
    assert point.bytes < found.untouched.bytes / 2


def test_what_is_out_of_reach_within_a_budget_is_said(embedding):
    found = search(embedding, settings("12kB", 0.999), {})
    assert found.chosen["budget-12kB"].agreement < 0.999 <= found.chosen["keep-0.999"].agreement
    assert found.notes["budget-12kB"].startswith("keep 0.999 is out of reach within 12kB: the best agreement is 0.")


@pytest.mark.parametrize("model", ["embedding", "composing"])
def test_a_budget_below_all_chains_is_refused_with_the_smallest_there_is(request, model):
    model = request.getfixturevalue(model)
    with pytest.raises(
        InputError, match=r"^budget: 1kB is less than any chain reaches; the smallest is [\d.]+kB, "
    ) as caught:
        search(model, settings("1kB"), {})
    least = str(caught.value).partition("the smallest is ")[2].partition(",")[0]
    assert search(model, settings(least), {}).chosen[f"budget-{least}"].bytes <= parse(least)


def test_the_fallback_counts_and_shrinks_with_the_budget(composing):
    found = search(composing, settings("25kB"), {})
    assert "units" in found.chosen["budget-25kB"].chain or "pq" in found.chosen["budget-25kB"].chain
    assert found.untouched.agreed.unseen_neighbours == 1
    gone = [point for point in found.front if point.chain.get("units", {}).get("share") == 0]
    assert all(point.agreed.unseen_neighbours == 0 for point in gone)


def test_bytes_that_a_chain_leaves_go_to_units_of_unseen_words(composing):
    point = search(composing, settings("35kB", chains={"int8": {"int8": {}}}, units=[0.1]), {}).chosen["budget-35kB"]
    assert 0.1 < point.chain["units"]["share"] < 1
    assert 0.97 * 35_000 < point.bytes <= 35_000


def test_the_front_is_what_brute_force_says():
    draw = np.random.default_rng(5)
    items = [tuple(pair) for pair in draw.integers(0, 12, size=(60, 2)).tolist()]
    found = front(items, lambda item: item[0], lambda item: item[1])
    beaten = {a for a in items for b in items if b != a and b[0] <= a[0] and b[1] >= a[1]}
    assert found == sorted(set(items) - beaten)


def test_the_front_of_a_search_is_a_front(embedding):
    points = search(embedding, settings(["30kB", "12kB"]), {}).front
    for smaller, larger in itertools.pairwise(points):
        assert smaller.bytes < larger.bytes
        assert smaller.agreement < larger.agreement


def test_the_same_is_found_on_any_number_of_threads_and_from_what_was_measured_before(composing):
    wanted = settings(["30kB", "16kB"], 0.95)
    known = {}
    with threadpool_limits(2):
        first = search(composing, wanted, {}, known)
    with threadpool_limits(1):
        second = search(composing, wanted, {})
    third = search(composing, wanted, {}, json.loads(json.dumps(known)))
    assert first.figures() == second.figures()
    assert third.figures() == first.figures() | {"fits": 0}


def test_bytes_are_predicted_from_a_sample(embedding):
    sample = Sample(embedding, 256, build(AgreementSettings, ASKED, "x"), {})
    for curve in curves(CHAINS):
        sketch = sample.sketch(curve.at(curve.values[0]))
        whole = apply(compose(curve.at(curve.values[0]), "x") if curve.links else {}, embedding)
        stored = sum(array.nbytes for array in whole.codec.arrays.values())
        assert sketch.fixed + sketch.each * 600 == pytest.approx(stored, rel=0.01)


def test_agreement_is_what_a_loop_says(embedding):
    asked = build(AgreementSettings, ASKED | {"words": 600}, "x")
    other = apply(compose(CHAINS["pq"] | {"pq": CHAINS["pq"]["pq"] | {"parts": 8}}, "x"), embedding)
    kept = [
        len({word for word, _ in embedding.nearest(own, 5)} & {word for word, _ in other.nearest(own, 5)}) / 5
        for own in embedding.words
    ]
    assert Agreement(embedding, asked).of(other).neighbours == pytest.approx(np.mean(kept), abs=1e-3)
    assert Agreement(embedding, asked).of(embedding).agreement == pytest.approx(1)


def test_lists_stand_for_their_values_and_the_last_is_the_axis():
    found = curves({"x": {"pca": {"reduction": [2.0, 4.0]}, "int4": {"group": [8, 16], "scale": "max"}}})
    assert [curve.name for curve in found] == ["untouched", "x", "x"]
    assert found[2].axis == ("int4", "group")
    assert found[2].at(8, 0.5) == {
        "units": {"share": 0.5},
        "pca": {"reduction": 4.0},
        "int4": {"group": 8, "scale": "max"},
    }
    whole, real = (Curve("x", {}, ("a", "b"), values) for values in ((2, 5), (1.0, 4.0)))
    assert (whole.between(2, 5), whole.between(2, 3), real.between(1.0, 4.0)) == (3, None, 2.0)


def test_sizes_and_parts_name_variants():
    names = [target.name for target in targets(["25MB", "2.5 mb", 800_000], [0.99, 0.9])]
    assert names == ["budget-25MB", "budget-2.5MB", "budget-800kB", "keep-0.99", "keep-0.9"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"budget": "25 elephants"}, "compress.budget: must be a size, as 25MB or 800kB, not '25 elephants'"),
        ({"budget": ["1MB", "1000kB"]}, "compress.budget: 1MB stands twice"),
        ({"budget": True}, "compress.budget: must be a size"),
        ({"keep": 1.5}, "compress.keep: must be above 0 and at most 1"),
        ({"keep": True}, "compress.keep: must be above 0"),
        ({"finalists": 0}, "compress.finalists: must be at least 1"),
        ({"units": []}, "compress.units: must be parts from 0 to 1"),
        ({"chains": {"x": 3}}, "compress.chains.x: must be links"),
    ],
)
def test_impossible_settings_are_refused(values, said):
    with pytest.raises(InputError, match=said):
        settings(**values)


def test_what_was_measured_is_kept_for_the_same_vectors_and_questions(embedding, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wanted = settings("30kB")
    first, names = search_variants(embedding, wanted, {"model": "a"}, tmp_path / "one")
    again, _ = search_variants(embedding, wanted, {"model": "a"}, tmp_path / "two")
    assert (names, first["fits"] > 0, again["fits"]) == (["budget-30kB"], True, 0)
    assert bytes_of(tmp_path / "one/budget-30kB") == first["chosen"]["budget-30kB"]["bytes"]
    keys = {
        measuring_key(wanted, {"model": "a"}),
        measuring_key(settings("20kB"), {"model": "a"}),
        measuring_key(wanted, {"model": "b"}),
        measuring_key(settings("30kB", agreement=ASKED | {"words": 61}), {"model": "a"}),
    }
    assert len(keys) == 3


def test_the_command_fits_an_artifact(embedding, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conf/compress").mkdir(parents=True)
    values = yaml.safe_load((ROOT / "conf/compress/default.yaml").read_text()) | {"chains": CHAINS, "rows": 256}
    (tmp_path / "conf/compress/default.yaml").write_text(yaml.safe_dump(values, sort_keys=False))
    save(embedding, tmp_path / "e")
    assert main(["fit", "e", "small", "--budget", "30kB"]) == 0
    assert capsys.readouterr().out.startswith(f"small: {bytes_of(tmp_path / 'small'):,} bytes, ")
    assert main(["fit", "e", "small", "--budget", "30kB"]) == 1
    assert capsys.readouterr().err == "embedsmith fit: small: exists; choose another place\n"
    assert main(["fit", "e", "other", "--budget", "abc"]) == 1
    assert "options.budget: must be a size, as 25MB or 800kB, not 'abc'" in capsys.readouterr().err
    assert main(["fit", "e", "other"]) == 1
    assert "give --budget, as 25MB, or --keep, as 0.99" in capsys.readouterr().err
    assert main(["fit", "nothing", "other", "--keep", "0.9"]) == 1
