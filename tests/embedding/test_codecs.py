import numpy as np
import pytest

import embedsmith
from embedsmith.embedding import Binary, Dense, Embedding, FormatError, Int4, LowRank, NGrams, Sparse, save
from embedsmith.embedding.codec import CODECS, decode

WORDS = [f"w{i}" for i in range(9)]
OF_ONE = ("dimension", "group")
IDS = np.array([8, 0, 3, 3, -1])


def int4(dimension=5, group=2):
    draw = np.random.default_rng(0)
    scales = draw.uniform(0.1, 1, (9, -(-dimension // group))).astype(np.float16)
    return Int4.pack(draw.integers(-8, 8, (9, dimension)), scales, group)


def binary(dimension=11):
    draw = np.random.default_rng(1)
    return Binary.pack(draw.random((9, dimension)) > 0.4, draw.uniform(0, 1, 9).astype(np.float16))


def low_rank(inner):
    basis = np.random.default_rng(2).normal(size=(inner.shape[1], 8)).astype(np.float32)
    return LowRank(inner, basis)


def dense():
    return Dense(np.random.default_rng(3).normal(size=(9, 4)).astype(np.float32))


def sparse(dimension=300, empty=False):
    draw = np.random.default_rng(4)
    kept = (draw.random((9, dimension)) < 0.1) & (not empty)
    kept[4] = False
    return Sparse.pack(draw.normal(size=(9, dimension)).astype(np.float16), kept)


HALVES = [int4(), int4(6, 6), int4(1, 1)]
CASES = [*HALVES, binary(), binary(16), low_rank(dense()), low_rank(int4()), sparse(), sparse(1), sparse(5, empty=True)]


@pytest.fixture(params=CASES, ids=lambda codec: f"{codec.name} {codec.shape[1]}")
def codec(request):
    return request.param


def test_rows_that_are_asked_for_are_those_of_the_whole_matrix(codec):
    matrix = codec.rows(slice(0, 9))
    assert (matrix.dtype, matrix.shape) == (np.float32, codec.shape)
    np.testing.assert_allclose(codec.rows(IDS), matrix[IDS], atol=1e-6)
    np.testing.assert_allclose(codec.rows(slice(2, 100)), matrix[2:], atol=1e-6)
    assert codec.rows(np.zeros(0, np.int64)).shape == (0, codec.shape[1])
    with pytest.raises(IndexError):
        codec.rows(np.array([9]))


def test_what_was_saved_is_loaded_and_stays_on_the_disk(codec, tmp_path):
    save(Embedding(WORDS, codec), tmp_path / "e")
    loaded = embedsmith.load(tmp_path / "e")
    assert loaded.codec.name == codec.name
    np.testing.assert_array_equal(loaded.matrix(), codec.rows(slice(0, 9)))
    mapped = [name for name, array in loaded.codec.arrays.items() if isinstance(array, np.memmap)]
    assert {name for name, array in codec.arrays.items() if array.size and not name.endswith(OF_ONE)} <= set(mapped)
    on_disk = (tmp_path / "e/embedding.safetensors").stat().st_size
    assert 0 < on_disk - sum(array.nbytes for array in codec.arrays.values()) < 512


def test_a_codec_is_made_of_no_more_and_no_less_than_it_stores(codec):
    arrays = codec.arrays
    for name in arrays:
        with pytest.raises(FormatError, match="does not store"):
            decode(codec.name, {other: array for other, array in arrays.items() if other != name})
    with pytest.raises(FormatError, match="does not store"):
        decode(codec.name, arrays | {"more": np.zeros(3)})


def test_arrays_of_another_type_or_number_of_axes_are_refused(codec):
    for name, array in codec.arrays.items():
        for wrong in (array.astype(np.float64), array[..., None]):
            with pytest.raises(FormatError, match="needs"):
                decode(codec.name, codec.arrays | {name: wrong})


def test_every_codec_is_found_by_its_name():
    assert {codec.name.partition(":")[0] for codec in CASES} <= set(CODECS)


def test_the_lower_half_of_a_byte_is_the_even_column():
    codec = Int4.pack(np.array([[-7, 7, 3]]), np.array([[0.5, 2]], np.float16), 2)
    assert codec.codes.tolist() == [[0xF1, 0x0B]]
    assert codec.rows(slice(0, 1)).tolist() == [[-3.5, 3.5, 6]]
    assert codec.rows(np.array([0])).tolist() == [[-3.5, 3.5, 6]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dimension": np.array([7])}, "uint8 codes of 7 dimensions"),
        ({"dimension": np.array([4])}, "uint8 codes of 4 dimensions"),
        ({"dimension": np.array([0])}, "int4: dimension: needs one int64 of at least 1"),
        ({"dimension": np.array([-5])}, "dimension: needs one int64"),
        ({"group": np.array([0])}, "int4: group: needs one int64 of at least 1"),
        ({"group": np.array([1])}, "one float16 scale for every 1 of 5 columns"),
        ({"group": np.array([2**62])}, "one float16 scale"),
        ({"scales": np.ones((8, 3), np.float16)}, r"one float16 scale .* \(8, 3\)"),
    ],
)
def test_half_bytes_that_cannot_be_are_refused(change, said):
    with pytest.raises(FormatError, match=said):
        decode("int4", int4().arrays | change)


def test_a_bit_is_the_scale_of_its_row_or_less_it():
    codec = Binary.pack(np.array([[1, 0, 1], [0, 0, 1]], bool), np.array([0.5, 0], np.float16))
    assert codec.bits.tolist() == [[0b10100000], [0b00100000]]
    assert codec.rows(slice(0, 2)).tolist() == [[0.5, -0.5, 0.5], [0, 0, 0]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dimension": np.array([17])}, "uint8 bits of 17 dimensions"),
        ({"dimension": np.array([8])}, "uint8 bits of 8 dimensions"),
        ({"dimension": np.array([0])}, "binary: dimension: needs one int64 of at least 1"),
        ({"scales": np.ones(8, np.float16)}, "binary: needs one float16 scale a row"),
    ],
)
def test_bits_that_cannot_be_are_refused(change, said):
    with pytest.raises(FormatError, match=said):
        decode("binary", binary().arrays | change)


def test_a_row_of_low_rank_is_the_product_of_its_coefficients_and_the_basis():
    codec = LowRank(Dense(np.array([[1, 2], [0, -1]], np.float32)), np.array([[1, 0, 1], [0, 3, 1]], np.float32))
    assert codec.rows(slice(0, 2)).tolist() == [[1, 6, 3], [0, -3, -1]]


def test_a_codec_that_holds_another_has_both_names_and_the_arrays_of_both():
    codec = low_rank(int4())
    assert codec.name == "low_rank:int4"
    assert set(codec.arrays) == {"basis", "inner.codes", "inner.scales", "inner.dimension", "inner.group"}
    assert codec.shape == (9, 8)


def test_units_may_be_of_a_codec_that_holds_another(tmp_path):
    units = NGrams(3, 4, 9, np.arange(9, dtype=np.int32), low_rank(int4()))
    save(Embedding(WORDS, low_rank(dense()), fallback=units), tmp_path / "e")
    loaded = embedsmith.load(tmp_path / "e")
    assert loaded.fallback.codec.name == "low_rank:int4"
    expected = units.codec.rows(units.units("unseen")).mean(axis=0)
    np.testing.assert_allclose(loaded["unseen"], expected, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "arrays", "said"),
    [
        ("low_rank", {"basis": np.eye(4, dtype=np.float32)}, "does not store basis"),
        ("low_rank", {"basis": np.eye(4, dtype=np.float32), "inner": dense().matrix}, "coefficients of another codec"),
        ("low_rank:dense", low_rank(dense()).arrays | {"inner": dense().matrix}, "does not store"),
        ("low_rank:dense", {"basis": np.eye(3, dtype=np.float32), "inner.matrix": dense().matrix}, "3 rows for 4"),
        ("low_rank:pickle", low_rank(dense()).arrays, "codec 'pickle' is unknown"),
        ("low_rank:low_rank", low_rank(dense()).arrays, "does not store"),
        ("low_rank:" * 5000 + "dense", low_rank(dense()).arrays, "nested too deep"),
        ("dense:dense", {"inner.matrix": dense().matrix, "matrix": dense().matrix}, "does not store"),
        ("dense", {"inner.matrix": dense().matrix}, "does not store"),
        (["dense"], dense().arrays, "unknown"),
    ],
)
def test_a_codec_that_cannot_hold_what_is_stored_is_refused(name, arrays, said):
    with pytest.raises(FormatError, match=said):
        decode(name, arrays)


def test_coefficients_of_coefficients_are_refused():
    with pytest.raises(FormatError, match="coefficients of another codec"):
        LowRank(low_rank(dense()), np.eye(8, dtype=np.float32))


def test_the_entries_of_a_row_lie_between_its_bounds():
    stored = {
        "values": np.array([1, 2, 3], np.float16),
        "columns": np.array([2, 0, 1], np.uint8),
        "bounds": np.array([0, 1, 1, 3], np.uint16),
        "dimension": np.array([4]),
    }
    codec = decode("sparse", stored)
    assert codec.rows(slice(0, 3)).tolist() == [[0, 0, 1, 0], [0, 0, 0, 0], [2, 3, 0, 0]]
    assert codec.rows(np.array([2, 1, 2])).tolist() == [[2, 3, 0, 0], [0, 0, 0, 0], [2, 3, 0, 0]]
    with pytest.raises(IndexError):
        decode("sparse", stored | {"columns": np.array([2, 0, 4], np.uint8)}).rows(slice(0, 3))


def test_compressed_sparse_rows_are_those_of_scipy():
    from scipy.sparse import csr_array

    codec = sparse()
    reference = csr_array(codec.rows(slice(0, 9)))
    np.testing.assert_array_equal(codec.bounds, reference.indptr)
    np.testing.assert_array_equal(codec.columns, reference.indices)
    np.testing.assert_array_equal(codec.values, reference.data)


@pytest.mark.parametrize(
    ("dimension", "rows", "columns", "bounds"),
    [(256, 9, np.uint8, np.uint16), (257, 9, np.uint16, np.uint16), (2, 40_000, np.uint8, np.uint32)],
)
def test_columns_and_bounds_are_of_the_smallest_types_that_hold_them(dimension, rows, columns, bounds):
    whole = np.ones((rows, dimension), bool)
    codec = Sparse.pack(whole.astype(np.float16), whole)
    assert (codec.columns.dtype, codec.bounds.dtype) == (columns, bounds)
    np.testing.assert_array_equal(codec.rows(slice(0, rows)), whole)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bounds": np.array([0, 2, 1, 3], np.uint16)}, "not ascending from 0 to 3"),
        ({"bounds": np.array([1, 2, 3, 3], np.uint16)}, "not ascending from 0"),
        ({"bounds": np.array([0, 1, 1, 4], np.uint16)}, "not ascending from 0 to 3"),
        ({"bounds": np.array([0, 1, 1, 2], np.uint16)}, "not ascending from 0 to 3"),
        ({"bounds": np.zeros(0, np.uint16)}, "unsigned bounds"),
        ({"bounds": np.array([0, 1, 1, 3])}, "unsigned bounds of the rows, got int64"),
        ({"columns": np.array([2, 0], np.uint8)}, "one uint8 or uint16 column a value"),
        ({"columns": np.array([2, 0, -1])}, "one uint8 or uint16 column a value, got int64"),
        ({"dimension": np.array([2**40])}, "1099511627776 dimensions are more than 65536"),
        ({"dimension": np.array([0])}, "sparse: dimension: needs one int64 of at least 1"),
    ],
)
def test_sparse_rows_that_cannot_be_are_refused(change, said):
    stored = {
        "values": np.array([1, 2, 3], np.float16),
        "columns": np.array([2, 0, 1], np.uint8),
        "bounds": np.array([0, 1, 1, 3], np.uint16),
        "dimension": np.array([4]),
    }
    with pytest.raises(FormatError, match=said):
        decode("sparse", stored | change)
