from __future__ import annotations

import numpy as np
import pytest

from embedsmith.model.kernel.negative_sampling import SAMPLED
from embedsmith.model.kernel.tile import TILE
from model.kernel.blocks import SHARED, Block, Trained, assert_agree, assert_same, gradient, softplus

KINDS = pytest.mark.parametrize(
    ("cbow", "composed"),
    [(False, False), (False, True), (True, False), (True, True)],
    ids=["skip-gram", "skip-gram of units", "cbow", "cbow of units"],
)


@KINDS
@pytest.mark.parametrize(("dimension", "parts"), [(8, 1), (16, 1), (20, 2), (72, 3), (8, 2)], ids=str)
def test_a_block_is_trained_as_the_plain_computation_has_it(
    dimension: int, parts: int, cbow: bool, composed: bool
) -> None:
    """The rows of 20 columns do not fill their parts; those of 8 leave the second empty."""
    for seed in range(2):
        block = Block.made(cbow=cbow, composed=composed, dimension=dimension, words=150, seed=seed)
        expected = block.plain()
        assert np.abs(expected.inputs - block.inputs).max() > 0.01
        assert_agree(block.run(parts), expected)


@pytest.mark.parametrize(("cbow", "composed"), [(False, False), (True, True)], ids=["skip-gram", "cbow of units"])
def test_wide_rows_are_trained_alike(cbow: bool, composed: bool) -> None:
    block = Block.made(cbow=cbow, composed=composed, dimension=112)
    assert_agree(block.run(), block.plain())


@KINDS
@pytest.mark.parametrize(("parts", "threads"), [(2, 2), (3, 2), (3, 3)], ids=str)
def test_any_number_of_threads_gives_the_same_bits(parts: int, threads: int, cbow: bool, composed: bool) -> None:
    block = Block.made(cbow=cbow, composed=composed, dimension=8 * parts, words=400)
    assert_same(block.run(parts, threads), block.run(parts))


@KINDS
@pytest.mark.parametrize("visits", [0, 1, 2, TILE - 1, TILE, TILE + 1, SAMPLED * TILE + 3])
def test_a_last_tile_need_not_be_full(visits: int, cbow: bool, composed: bool) -> None:
    block = Block.made(cbow=cbow, composed=composed, words=80)
    block = block.but(windows=block.windows[:visits])
    assert_agree(block.run(), block.plain())


def test_without_a_visit_nothing_changes() -> None:
    block = Block.made().but(windows=np.zeros((0, 3), np.int64))
    assert_same(block.run(), Trained(np.float32(block.inputs), np.float32(block.outputs), 0, 0.0, 0))


@KINDS
def test_words_that_are_there_more_than_once_count_as_often(cbow: bool, composed: bool) -> None:
    words = np.array([3, 5, 5, 4, 5, 5, 5, 3, 3, 6, 3])  # in pairs, in threes, about the centre, the centre itself
    windows = np.array([(place, 0, 10) for place in (0, 3, 4, 7, 9)])
    block = Block.made(cbow=cbow, composed=composed).but(words=words, windows=windows)
    assert_agree(block.run(), block.plain())


def test_a_context_that_is_there_three_times_takes_three_times_the_change() -> None:
    block = Block.made(cbow=True).but(words=np.array([3, 5, 5, 4, 5, 3]), windows=np.array([(3, 0, 5)]))
    moved = block.run().inputs - np.float32(block.inputs)
    assert np.abs(moved[3]).max() > 1e-3
    np.testing.assert_allclose(moved[5] / 3, moved[3] / 2, rtol=0, atol=1e-7)


@pytest.mark.parametrize("cbow", [False, True], ids=["skip-gram", "cbow"])
def test_a_negative_that_is_a_positive_of_a_visit_is_left_out_of_that_visit_alone(cbow: bool) -> None:
    words, windows = np.array([0, 1, 2, 3]), np.array([(0, 0, 1), (3, 2, 3)])  # 0 sees 1, 3 sees 2
    if cbow:
        windows = np.array([(1, 0, 1), (2, 2, 3)])  # the same pairs, told the other way round
    block = Block.made(cbow=cbow).but(words=words, windows=windows, noise=np.ones(500, int))
    found = block.run()
    assert_agree(found, block.plain())
    near, other, far = (float(block.inputs[a] @ block.outputs[b]) for a, b in ((0, 1), (3, 2), (3, 1)))
    assert found.loss == pytest.approx(softplus(-near) + softplus(-other) + 5 * softplus(far), rel=1e-5)
    alone = block.but(windows=windows[:1]).run()
    assert alone.loss == pytest.approx(softplus(-near), rel=1e-5)


def test_negatives_go_on_at_the_beginning_of_the_table_before_its_end() -> None:
    block = Block.made(words=150)
    for place in range(len(block.noise) - 4 * SHARED, len(block.noise) - 2 * SHARED, 5):
        assert_agree(block.but(place=place).run(), block.but(place=place).plain())


@KINDS
@pytest.mark.parametrize("shared", [8, 12, 20, 40])
def test_any_number_of_negatives_can_be_shared(shared: int, cbow: bool, composed: bool) -> None:
    block = Block.made(cbow=cbow, composed=composed, vocabulary=60, words=100).but(shared=shared)
    assert_agree(block.run(2, 2), block.plain())


@KINDS
def test_the_number_of_negatives_is_how_much_they_weigh(cbow: bool, composed: bool) -> None:
    for negative in (1, 2, 20):
        block = Block.made(cbow=cbow, composed=composed).but(negative=negative)
        assert_agree(block.run(), block.plain())


@KINDS
def test_scores_beyond_what_an_exponential_holds_stay_finite(cbow: bool, composed: bool) -> None:
    block = Block.made(cbow=cbow, composed=composed)
    found = block.but(inputs=block.inputs * 1e4, outputs=block.outputs * 1e4).run()
    assert np.isfinite(found.inputs).all()
    assert np.isfinite(found.outputs).all()
    assert np.isfinite(found.loss)


@KINDS
def test_rows_go_down_the_gradient_of_the_loss(cbow: bool, composed: bool) -> None:
    rate = 1e-4  # so small that the order of the updates does not matter
    block = Block.made(cbow=cbow, composed=composed, rate=rate, words=30)
    visits = block.visits()
    hidden = np.array([block.inputs[visit.inputs].mean(axis=0) for visit in visits])
    by_output = gradient(lambda outputs: block.loss(hidden, outputs), block.outputs)
    by_visit = gradient(lambda rows: block.loss(rows, block.outputs), hidden)
    by_input = np.zeros_like(block.inputs)
    for visit, slope in zip(visits, by_visit, strict=True):  # as in word2vec's code: each row takes all of the mean's
        np.add.at(by_input, visit.inputs, slope)
    found = block.run()
    for moved, begin, slope in (
        (found.outputs, block.outputs, by_output),
        (found.inputs, block.inputs, by_input),
    ):
        step = (np.float32(begin) - moved) / rate
        np.testing.assert_allclose(step, slope, rtol=0, atol=0.01 * np.abs(slope).max())


@KINDS
def test_training_on_a_block_again_and_again_lowers_its_loss(cbow: bool, composed: bool) -> None:
    block = Block.made(cbow=cbow, composed=composed, rate=0.01)
    losses = []
    for _ in range(6):
        hidden = np.array([block.inputs[visit.inputs].mean(axis=0) for visit in block.visits()])
        losses.append(block.loss(hidden, block.outputs))
        found = block.run()
        block = block.but(inputs=found.inputs, outputs=found.outputs)
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.9 * losses[0]


def test_the_weighted_negatives_are_in_expectation_so_many_of_each_pair() -> None:
    """Over many places in a table, the mean step is that of negatives drawn for each pair by the table's shares."""
    block = Block.made(words=6, rate=1e-3).but(windows=np.array([(0, 0, 2), (4, 3, 5)]))
    counts = np.array([40, 20, 10, 10, 5, 5, 2, 2, 2, 2, 1, 1])
    block = block.but(noise=np.random.default_rng(0).permutation(np.repeat(np.arange(12), 100 * counts)))
    places = range(0, 9600, SHARED)
    steps = [block.but(place=place).run().inputs - np.float32(block.inputs) for place in places]
    expected = np.zeros_like(block.inputs)
    for visit in block.visits():
        h = block.inputs[visit.inputs].mean(axis=0)
        for word in visit.positives:
            expected[visit.inputs[0]] += block.rate * block.outputs[word] / (1 + np.exp(h @ block.outputs[word]))
            for other in np.setdiff1d(np.arange(12), visit.positives):
                row, share = block.outputs[other], counts[other] / 100
                expected[visit.inputs[0]] -= block.rate * block.negative * share * row / (1 + np.exp(-h @ row))
    np.testing.assert_allclose(np.mean(steps, axis=0), expected, rtol=0, atol=0.02 * np.abs(expected).max())
