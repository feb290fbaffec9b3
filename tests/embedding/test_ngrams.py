import numpy as np
import pytest

from embedsmith.embedding import Dense, FormatError, NGrams
from embedsmith.embedding.ngrams import bucket_numbers

BUCKETS = 1000
TEXT = "the river bank naïve façade 日本 日本語 the river the bank über e\u0301te\u0301 😀 \ue000"
WORDS = [*TEXT.split(), "rivers", "x", "日本人", "überfluß", "unseenword", "ÿ", "\U0001f600\U0001f600"]


@pytest.fixture(scope="module", params=[(3, 6), (1, 2), (2, 4), (5, 5)], ids=str)
def fasttext_model(request, tmp_path_factory):
    import fasttext

    min_n, max_n = request.param
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_text("\n".join([TEXT] * 5), encoding="utf-8")
    # No epoch: fastText leaves most of its rows as the memory was, if it has fewer than 10 threads.
    model = fasttext.train_unsupervised(
        str(path), minn=min_n, maxn=max_n, bucket=BUCKETS, dim=8, minCount=1, epoch=0, thread=1, verbose=0
    )
    draw = np.random.default_rng(0)
    rows, outputs = ((n, 8) for n in (len(model.get_words()) + BUCKETS, len(model.get_words())))
    model.set_matrices(draw.normal(size=rows).astype(np.float32), draw.normal(size=outputs).astype(np.float32))
    return model, min_n, max_n


def ngrams_of(model, word):
    """What `get_subwords` says without the word itself, as buckets."""
    known = len(model.get_words())
    return [id_ - known for id_ in model.get_subwords(word)[1] if id_ >= known]


@pytest.mark.parametrize("word", WORDS)
def test_the_n_grams_of_a_word_and_their_hashes_are_those_of_fasttext(fasttext_model, word):
    model, min_n, max_n = fasttext_model
    assert bucket_numbers(word, min_n, max_n, BUCKETS) == ngrams_of(model, word)


@pytest.mark.parametrize(
    ("ngram", "word"), [("<ri", "rixx"), ("ïve", "naïve"), ("日本>", "x日本"), ("ß", "xßx"), ("😀", "x😀x")]
)
def test_the_hash_of_a_single_n_gram_is_that_of_fasttext(fasttext_model, ngram, word):
    model, *_ = fasttext_model
    expected = model.get_subword_id(ngram) - len(model.get_words())
    place = f"<{word}>".index(ngram) - (len(ngram) == 1)  # a lone < is none
    assert bucket_numbers(word, len(ngram), len(ngram), BUCKETS)[place] == expected


def test_the_whole_word_is_an_n_gram_of_its_own_if_it_is_short_enough():
    whole = bucket_numbers("ab", 4, 4, BUCKETS)
    assert len(whole) == 1
    assert whole[0] in bucket_numbers("ab", 3, 6, BUCKETS)
    assert bucket_numbers("ab", 5, 6, BUCKETS) == []


def test_the_boundaries_alone_are_no_n_grams():
    assert len(bucket_numbers("ab", 1, 1, BUCKETS)) == 2


def test_the_vector_of_an_unseen_word_is_that_of_fasttext(fasttext_model):
    from embedsmith.embedding import Embedding

    model, min_n, max_n = fasttext_model
    known = model.get_words()
    rows = model.get_input_matrix()[len(known) :]
    ngrams = NGrams(min_n, max_n, BUCKETS, np.arange(BUCKETS, dtype=np.int32), Dense(rows))
    embedding = Embedding.dense(known, [model.get_word_vector(word) for word in known], fallback=ngrams)
    unseen = [word for word in WORDS if embedding.composes(word)]
    assert {"rivers", "überfluß", "unseenword"} <= set(unseen)
    for word in unseen:
        np.testing.assert_allclose(embedding[word], model.get_word_vector(word), rtol=1e-5, atol=1e-6)


def test_an_n_gram_without_a_row_is_none_of_the_units():
    every = bucket_numbers("river", 3, 6, BUCKETS)
    kept = np.array(sorted(set(every[1:4])), dtype=np.int32)
    ngrams = NGrams(3, 6, BUCKETS, kept, Dense(np.zeros((len(kept), 2), np.float32)))
    assert kept[ngrams.units("river")].tolist() == [bucket for bucket in every if bucket in kept]
    none = NGrams(3, 6, BUCKETS, kept[:0], Dense(np.zeros((0, 2), np.float32)))
    assert none.units("river").tolist() == []


@pytest.mark.parametrize(
    ("settings", "rows", "said"),
    [
        ((3, 2, 10), [1, 2], "3 to 2 characters in 10 buckets"),
        ((0, 2, 10), [1, 2], "0 to 2 characters"),
        ((1, 2, 0), [1, 2], "in 0 buckets"),
        (("3", 6, 10), [1, 2], "cannot be"),
        ((3, 6, 10), [2, 1], "not ascending"),
        ((3, 6, 10), [1, 1], "not ascending"),
        ((3, 6, 10), [1, 10], "not ascending from 0 to 9"),
        ((3, 6, 10), [-1, 1], "not ascending from 0"),
        ((3, 6, 10), [1], "one int32 bucket a row"),
        ((3, 6, 10), [1.0, 2.0], "float64"),
    ],
)
def test_n_grams_that_cannot_be_are_refused(settings, rows, said):
    rows = np.array(rows) if isinstance(rows[0], float) else np.array(rows, dtype=np.int32)
    with pytest.raises(FormatError, match=said):
        NGrams(*settings, rows, Dense(np.zeros((2, 3), np.float32)))
