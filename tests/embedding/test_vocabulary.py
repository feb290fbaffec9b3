import random

import numpy as np
import pytest

import embedsmith
from embedsmith.embedding import Embedding, FormatError, describe, save, vocabulary
from embedsmith.embedding.order import inverse, pack_order, unpack_order, width
from embedsmith.embedding.vocabulary import FrontCoded

ALPHABETS = ["ab", "abcdefghij'-", "aàéïß", "日本語中", "𝒜🦊🏳️‍🌈é\u0301", "\t \x00\x7f\u2028\x85"]


def drawn(seed):
    """Words of one random alphabet or several, many of them with the same beginning, in random order."""
    draw = random.Random(seed)
    letters = "".join(draw.sample(ALPHABETS, draw.randint(1, 3)))
    number = draw.choice([1, 2, 31, 32, 33, 64, 700, 9000])
    words = {}
    for _ in range(number):
        start = draw.choice(list(words)[-5:]) if words and draw.random() < 0.5 else ""
        words["".join([start[: draw.randint(0, 9)], *draw.choices(letters, k=draw.randint(1, 12))])] = None
    if draw.random() < 0.3:
        words |= dict.fromkeys(["x" * 300, "x" * 300 + "y", "x" * 5000])
    shuffled = list(words)
    draw.shuffle(shuffled)
    return shuffled


@pytest.mark.parametrize("seed", range(25))
def test_compact_words_agree_with_a_list_and_a_dict(seed):
    words = drawn(seed)
    compact = FrontCoded(**FrontCoded.of(words).arrays)
    assert list(compact) == words
    assert len(compact) == len(words)
    rows = {word: row for row, word in enumerate(words)}
    draw = random.Random(seed)
    some = draw.choices(words, k=50)
    others = [word[:-1] for word in some] + [word + "a" for word in some] + ["", "\uffff\U0010ffff", "\ud800", "\x00"]
    asked = [*some, *others]
    assert [compact.find(word) for word in asked] == [rows.get(word, -1) for word in asked]
    assert compact.find_all(asked).tolist() == [rows.get(word, -1) for word in asked]
    assert compact.find_all(asked[:3]).tolist() == [rows.get(word, -1) for word in asked[:3]]
    assert [word in compact for word in asked] == [word in rows for word in asked]
    mapping = vocabulary.index(compact)
    assert [mapping.get(word) for word in asked] == [rows.get(word) for word in asked]
    assert mapping[some[0]] == compact.index(some[0]) == rows[some[0]]
    assert [compact[row] for row in (0, -1, len(words) // 2)] == [words[row] for row in (0, -1, len(words) // 2)]
    assert compact[1:40:3] == words[1:40:3]
    assert list(reversed(compact)) == words[::-1]


def test_no_words_are_words_too():
    compact = FrontCoded.of([])
    assert list(compact) == []
    assert "a" not in compact
    assert compact.find_all(["a"] * 20).tolist() == [-1] * 20
    with pytest.raises(IndexError):
        compact[0]


def test_what_is_no_word_is_not_found():
    compact = FrontCoded.of(["a", "b"])
    assert 3 not in compact
    assert compact.count("a") == 1
    assert compact.count(b"a") == 0
    for missing in ("c", 3):
        with pytest.raises(ValueError, match="not in the vocabulary"):
            compact.index(missing)
    with pytest.raises(ValueError, match="not in the vocabulary"):
        compact.index("a", 1)
    with pytest.raises(IndexError):
        compact[2]
    with pytest.raises(KeyError):
        vocabulary.index(compact)["c"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a", ""], "'' cannot be stored"),
        (["a\nb"], "cannot be stored"),
        (["a\rb"], "cannot be stored"),
        (["a", "b", "a"], "'a' stands twice"),
        (["a", "\ud800"], "not Unicode text"),
    ],
)
def test_words_that_cannot_be_stored_are_refused(words, said):
    for store in (FrontCoded.of, vocabulary.encode):
        with pytest.raises(FormatError, match=said) as caught:
            store(words, "pieces")
        assert str(caught.value).startswith("pieces: ")


def test_the_same_words_give_the_same_bytes_and_others_do_not():
    words = drawn(3)
    one, again = FrontCoded.of(words).arrays, FrontCoded.of(tuple(words)).arrays
    assert all(one[name].tobytes() == again[name].tobytes() for name in one)
    turned = FrontCoded.of(words[::-1]).arrays
    assert {name for name in one if one[name].tobytes() != turned[name].tobytes()} == {"rows"}


def test_words_take_half_of_their_text():
    draw = random.Random(0)
    parts = ["re", "un", "ing", "ed", "river", "bank", "water", "s", "ly", "tion", "er", "side", "land", "ward"]
    words = list({"".join(draw.choices(parts, k=draw.randint(1, 5))): None for _ in range(20_000)})
    assert FrontCoded.of(words).nbytes < 0.5 * len(vocabulary.encode(words))


def test_an_order_is_packed_in_as_few_bits_as_its_largest_number_needs():
    order = np.array([2, 0, 3, 1, 4])
    packed = pack_order(order)
    assert [f"{byte:08b}" for byte in packed] == ["11000010", "01000010"]  # 2 0 3 1 4, three bits each from the right
    assert unpack_order(packed, 5, np.array([4, 0, 2])).tolist() == [4, 2, 3]
    assert inverse(packed, 5).tolist() == [1, 3, 0, 2, 4]
    for count in (0, 1, 2, 255, 256, 257, 70_000):
        order = np.random.default_rng(count).permutation(count)
        packed = pack_order(order)
        assert packed.shape == (width(count),)
        np.testing.assert_array_equal(unpack_order(packed, count, np.arange(count)), order)
        np.testing.assert_array_equal(inverse(packed, count), np.argsort(order))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"count": np.array([2**62])}, "blocks"),
        ({"count": np.array([-1])}, "count"),
        ({"count": np.array([700.0])}, "count"),
        ({"count": np.array([690])}, "packed rows"),
        ({"lengths": np.zeros(512, np.uint8)[:511]}, "512 symbols"),
        ({"lengths": np.full(512, 7, np.uint8)}, "not those of a code"),
        ({"lengths": np.full(512, 200, np.uint8)}, "200 bits"),
        ({"sizes": np.full(22, 255, np.uint8)}, "not as large"),
        ({"sizes": np.zeros((22, 1), np.uint8)}, "blocks"),
        ({"text": np.zeros(5, np.uint8)}, "not as large"),
        ({"rows": np.zeros(5, np.uint8)}, "packed rows"),
        ({"more": np.zeros(5, np.uint8)}, "do not store"),
    ],
)
def test_arrays_that_are_not_those_of_words_are_refused(change, said):
    arrays = FrontCoded.of([f"w{number}" for number in range(700)]).arrays
    with pytest.raises(FormatError, match=said) as caught:
        vocabulary.decode_arrays(arrays | change)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("seed", range(30))
def test_damaged_blocks_and_rows_give_words_or_a_format_error_and_nothing_else(seed):
    words = drawn(seed)
    arrays = FrontCoded.of(words).arrays
    draw = np.random.default_rng(seed)
    for name in ("text", "rows", "lengths"):
        damaged = arrays[name].copy()
        places = draw.integers(len(damaged), size=3) if len(damaged) else []
        damaged[places] = draw.integers(256, size=len(places)) % (13 if name == "lengths" else 256)
        for use in (
            list,
            lambda compact: compact.find_all(words),
            lambda compact: [compact[0], compact.find(words[-1])],
        ):
            try:
                use(FrontCoded(**arrays | {name: damaged}))
            except FormatError as error:
                assert "\n" not in str(error)  # noqa: PT017


def test_rows_that_are_no_permutation_are_refused_when_they_are_asked_for():
    arrays = FrontCoded.of(["a", "b", "c"]).arrays
    with pytest.raises(FormatError, match="not each of them once"):
        FrontCoded(**arrays | {"rows": np.zeros(1, np.uint8)})[0]
    with pytest.raises(FormatError, match="beyond the 3"):
        FrontCoded(**arrays | {"rows": np.full(1, 255, np.uint8)}).find("a")


def test_an_artifact_with_more_words_than_it_says_is_refused(tmp_path):
    save(Embedding.dense(["a", "b"], np.eye(2)), tmp_path / "two")
    save(Embedding.dense(["a", "b", "c"], np.eye(3, 2)), tmp_path / "three")
    name = "vocabulary.safetensors"
    (tmp_path / "two" / name).write_bytes((tmp_path / "three" / name).read_bytes())
    signature = describe(tmp_path / "three")["files"][name]
    text = (tmp_path / "two/embedding.json").read_text()
    old = describe(tmp_path / "two")["files"][name]
    text = text.replace(old["sha256"], signature["sha256"]).replace(f": {old['bytes']},", f": {signature['bytes']},")
    (tmp_path / "two/embedding.json").write_text(text)
    with pytest.raises(FormatError, match="3 words for 2 rows"):
        embedsmith.load(tmp_path / "two")


def test_loading_decodes_no_words(tmp_path):
    save(Embedding.dense([f"w{row}" for row in range(5000)], np.ones((5000, 2))), tmp_path / "e")
    loaded = embedsmith.load(tmp_path / "e")
    assert isinstance(loaded.words.arrays["text"], np.memmap)
    assert loaded["w4321"].tolist() == [1, 1]
    assert loaded.words._block.cache_info().currsize == 1
    assert loaded.find(["w7", "nothing", "w4999"]).tolist() == [7, -1, 4999]


def test_a_word_that_is_asked_for_again_is_not_searched_again():
    compact = FrontCoded.of([f"w{row}" for row in range(5000)])
    first = [compact.find("w4321"), compact.find("nothing")]
    decoded = compact._block.cache_info()
    assert [compact.find("w4321"), compact.find("nothing")] == first == [4321, -1]
    assert compact._block.cache_info() == decoded


def test_an_embedding_of_a_list_and_one_that_was_loaded_answer_alike(tmp_path):
    words = drawn(6)
    fresh = Embedding.dense(words, np.random.default_rng(0).normal(size=(len(words), 3)))
    save(fresh, tmp_path / "e")
    loaded = embedsmith.load(tmp_path / "e")
    asked = [*words[:40], "not there"]
    assert loaded.find(asked).tolist() == fresh.find(asked).tolist()
    np.testing.assert_array_equal(loaded.vectors(words[:99]), fresh.vectors(words[:99]))
    assert loaded.nearest(words[0], 3) == fresh.nearest(words[0], 3)
    assert dict(loaded.index) == fresh.index
    assert loaded.nbytes == fresh.nbytes
