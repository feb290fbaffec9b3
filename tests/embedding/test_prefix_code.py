from itertools import islice

import numpy as np
import pytest

from embedsmith.embedding.errors import FormatError
from embedsmith.embedding.prefix_code import PrefixCode, optimal_lengths


def test_lengths_are_those_worked_out_by_hand():
    # a 5, b 2, c 1, d 1: c and d are joined, then b, then a
    assert optimal_lengths(np.array([5, 0, 2, 1, 1]), 16).tolist() == [1, 0, 2, 3, 3]
    assert optimal_lengths(np.array([0, 7]), 16).tolist() == [0, 1]
    assert optimal_lengths(np.zeros(3, np.int64), 16).tolist() == [0, 0, 0]


def test_lengths_lie_between_the_entropy_and_one_bit_more():
    counts = np.random.default_rng(0).integers(1, 1000, size=200)
    shares = counts / counts.sum()
    mean = shares @ optimal_lengths(counts, 16)
    entropy = -shares @ np.log2(shares)
    assert entropy <= mean < entropy + 1


def test_no_code_word_is_longer_than_asked_for():
    fibonacci = [1, 1]
    while len(fibonacci) < 30:
        fibonacci.append(fibonacci[-1] + fibonacci[-2])
    assert optimal_lengths(np.array(fibonacci), 64).max() == 29
    limited = optimal_lengths(np.array(fibonacci), 12)
    assert limited.max() <= 12
    assert (2.0 ** -limited.astype(float)).sum() == 1


def test_code_words_are_canonical():
    packed, sizes = PrefixCode(np.array([1, 0, 2, 3, 3], np.uint8)).encode(np.array([0, 2, 3, 4]), np.array([0, 4]))
    assert f"{packed[0]:08b} {packed[1]:08b}" == "01011011 10000000"  # 0, 10, 110, 111
    assert sizes.tolist() == [2]


@pytest.mark.parametrize("seed", range(5))
def test_streams_are_decoded_alone_and_side_by_side(seed):
    draw = np.random.default_rng(seed)
    symbols = draw.geometric(0.02, size=5000) % 500
    bounds = np.concatenate([[0], np.sort(draw.choice(np.arange(1, 5000), 60, replace=False)), [5000]])
    code = PrefixCode(optimal_lengths(np.bincount(symbols, minlength=512), 12))
    data, sizes = code.encode(symbols, bounds)
    ends = np.cumsum(sizes)
    wanted = [symbols[bounds[place] : bounds[place + 1]].tolist() for place in range(61)]
    for expected, end, size in zip(wanted, ends.tolist(), sizes.tolist(), strict=True):
        assert list(islice(code.decode(data[end - size : end].tobytes()), len(expected))) == expected
    steps = np.stack(list(islice(code.steps(data, ends - sizes), max(map(len, wanted)))), axis=1)
    assert [row[: len(expected)].tolist() for row, expected in zip(steps, wanted, strict=True)] == wanted


@pytest.mark.parametrize("lengths", [[1, 1, 1], [2, 2], [17, 1], [3, 3, 3, 1]])
def test_lengths_that_are_no_code_are_refused(lengths):
    with pytest.raises(FormatError):
        PrefixCode(np.array(lengths, np.uint8))
