import numpy as np
import pytest

import embedsmith
from embedsmith.embedding import Embedding, FormatError, Trellis, save
from embedsmith.embedding.codec.trellis import pack

DRAW = np.random.default_rng(0)
ARRAYS = {
    "codes": DRAW.integers(0, 256, (5, 3), dtype=np.uint8),
    "steps": np.array([[6, 1], [5, 1], [1, 2], [6, 1], [1, 2], [5, 1]], dtype=np.uint8),
    "tables": DRAW.normal(size=4 * 64).astype(np.float16),
    "memory": np.array([6], dtype=np.uint8),
    "deviations": np.arange(1, 9, dtype=np.float32),
    "mean": np.arange(8, dtype=np.float32) / 10,
    "scales": np.array([1, 255, 0, 1, 255], dtype=np.uint8),
    "span": np.array([0, np.log(2)], dtype=np.float32),
}
FACTORS = [1, 2, 0, 1, 2]
TABLES = {(1, 2): 0, (5, 1): 2, (6, 1): 3}


def decoded_bit_by_bit(codec):
    rows = []
    for code, scale in zip(codec.codes, FACTORS, strict=True):
        string, end, row = "".join(f"{byte:08b}" for byte in code), 0, []
        for bits, values in codec.steps.tolist():
            end += bits
            state = int((string + string)[len(string) + end - 6 : len(string) + end], 2)
            row += [float(codec.tables[(TABLES[bits, values] + value) * 64 + state]) for value in range(values)]
        rows.append(scale * (np.array(row) * codec.deviations + codec.mean))
    return np.array(rows)


def test_a_value_is_that_of_the_window_which_ends_with_its_bits(tmp_path):
    save(Embedding(list("abcde"), Trellis(**ARRAYS), ("trellis",)), tmp_path / "small")
    loaded = embedsmith.load(tmp_path / "small")
    expected = decoded_bit_by_bit(Trellis(**ARRAYS))
    np.testing.assert_allclose(loaded.matrix(), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(loaded.rows([4, 0]), expected[[4, 0]], rtol=1e-5, atol=1e-6)
    assert isinstance(loaded.codec.arrays["codes"], np.memmap)


def test_rows_without_scales_are_as_the_tables_say():
    plain = Trellis(**ARRAYS | {"scales": np.zeros(0, np.uint8)})
    np.testing.assert_allclose(plain.rows(slice(0, 5))[0], Trellis(**ARRAYS).rows(np.array([0]))[0], rtol=1e-6)
    assert plain.rows(np.zeros(0, np.int64)).shape == (0, 8)


def test_strings_hold_the_newest_bits_of_each_state():
    states = np.array([[0b110101, 0b011011], [0b000010, 0b010111]])
    assert pack(states, np.array([3, 5])).tolist() == [[0b10111011], [0b01010111]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"memory": np.array([13], np.uint8)}, "memory of 6 to 12 bits"),
        ({"memory": np.array([6])}, "memory of 6 to 12 bits"),
        ({"steps": ARRAYS["steps"].astype(np.int16)}, "needs uint8 steps"),
        ({"steps": ARRAYS["steps"] - np.uint8([1, 0])}, "from 1"),
        ({"steps": np.array([[7, 1], [17, 1]], np.uint8)}, "17 bits is more than a state of 6"),
        ({"codes": np.zeros((5, 4), np.uint8)}, "24 bits of steps do not fill codes"),
        ({"codes": np.zeros((5, 3), np.int8)}, "do not fill codes of int8"),
        ({"tables": ARRAYS["tables"][1:]}, "needs 256 float16 of tables"),
        ({"mean": ARRAYS["mean"][1:]}, "float32 for 8 columns"),
        ({"deviations": ARRAYS["deviations"].astype(float)}, "float32 for 8 columns"),
        ({"scales": np.zeros(4, np.uint8)}, "one uint8 scale a row"),
        ({"span": np.zeros(2)}, "span of two float32"),
    ],
)
def test_arrays_that_would_be_read_wrongly_are_refused(change, said):
    with pytest.raises(FormatError, match=said):
        Trellis(**ARRAYS | change)
