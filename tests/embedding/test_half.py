import numpy as np
import pytest

from embedsmith.embedding.codec.half import single

ALL = np.arange(1 << 16, dtype=np.uint16).view(np.float16)


def test_every_finite_number_is_widened_exactly():
    finite = ALL[np.isfinite(ALL)]
    np.testing.assert_array_equal(single(finite).view(np.int32), finite.astype(np.float32).view(np.int32))


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("infinite", ALL[~np.isfinite(ALL)][[0, 1, 1023, 1024, 1025, 2047]])
def test_what_is_not_finite_stays_so(infinite):
    values = np.array([1, infinite, -2], dtype=np.float16)
    np.testing.assert_array_equal(single(values), values.astype(np.float32))


def test_arrays_of_any_layout_are_widened_into_new_ones():
    values = np.arange(24, dtype=np.float16).reshape(4, 6)
    for some in (values[::2, 1::2], values.T, values[:0]):
        wide = single(some)
        assert wide.flags.writeable
        assert not np.shares_memory(wide, values)
        np.testing.assert_array_equal(wide, some.astype(np.float32))
