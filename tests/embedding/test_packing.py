import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedsmith.embedding.codec.packing import pack, unpack, width
from embedsmith.embedding.codec.scales import factors, quantise


@given(st.integers(1, 8), st.integers(1, 20), st.integers(0, 5), st.integers(0, 1000))
def test_what_was_packed_is_what_is_unpacked(bits, count, rows, seed):
    codes = np.random.default_rng(seed).integers(2**bits, size=(rows, count), dtype=np.uint8)
    packed = pack(codes, bits)
    assert packed.shape == (rows, width(count, bits))
    np.testing.assert_array_equal(unpack(packed, count, bits), codes)


def test_the_first_code_has_the_lowest_bits():
    assert pack(np.array([[1, 2, 3]], dtype=np.uint8), 4).tolist() == [[0x21, 0x03]]
    assert pack(np.array([[1, 2, 3]], dtype=np.uint8), 3).tolist() == [[0b11010001, 0]]


@pytest.mark.parametrize("bits", [3, 4, 5, 8])
def test_codes_are_packed_as_faiss_packs_them(bits):
    import faiss

    codes = np.random.default_rng(0).integers(2**bits, size=(9, 7), dtype=np.uint8)
    np.testing.assert_array_equal(pack(codes, bits), faiss.pack_bitstrings(codes.astype(np.int32), bits))


@given(st.lists(st.floats(2**-20, 2**20, width=32), min_size=1, max_size=30))
def test_a_factor_is_within_half_a_step_of_its_logarithm_and_zero_is_exact(values):
    values = np.array([0, *values], dtype=np.float32)
    decoded = factors(*quantise(values))
    assert decoded[0] == 0
    step = (np.log(values[1:].max()) - np.log(values[1:].min())) / 254
    assert np.all(np.abs(np.log(decoded[1:]) - np.log(values[1:])) <= step / 2 + 1e-5)


def test_no_factor_but_zero_has_no_span():
    assert factors(*quantise(np.zeros(3, dtype=np.float32))).tolist() == [0, 0, 0]
    assert factors(*quantise(np.zeros(0, dtype=np.float32))).tolist() == []
