import random
import re

import numpy as np
import pytest

from embedsmith.embedding import Dense, FormatError, Pieces
from embedsmith.embedding.pieces import BPE, SPACE, Unigram

SYLLABLES = ["ri", "ver", "an", "ba", "na", "o", "the", "ing", "s", "é", "日", "ж"]
UNLIKE = ["😀", "ß", "語", "q"]
"""Characters that the trained models have no piece for."""


def made_up(seed, number, parts):
    draw = random.Random(seed)
    return ["".join(draw.choices(parts, k=draw.randint(1, 7))) for _ in range(number)]


@pytest.fixture(scope="module", params=["unigram", "bpe"])
def processor(request):
    import io

    from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

    words = made_up(1, 4000, SYLLABLES)
    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(" ".join(words[start : start + 8]) for start in range(0, len(words), 8)),
        model_writer=model,
        model_type=request.param,
        vocab_size=600,
        byte_fallback=True,
        character_coverage=1.0,
        bos_id=-1,
        eos_id=-1,
        num_threads=1,
        minloglevel=2,
    )
    return request.param, SentencePieceProcessor(model_proto=model.getvalue())


def scores_of(processor):
    ids = range(processor.get_piece_size())
    return {
        processor.id_to_piece(id_): processor.get_score(id_)
        for id_ in ids
        if not (processor.is_byte(id_) or processor.is_unknown(id_) or processor.is_control(id_))
    }


def encoded(processor, word):
    """SentencePiece's own cut of a word, the bytes of a character joined again."""
    text = re.sub(
        "(?:\x00<0x..>)+",
        lambda found: "".join(f"\x00{c}" for c in bytes.fromhex(re.sub("\x00<0x(..)>", r"\1", found[0])).decode()),
        "".join(f"\x00{piece}" for piece in processor.encode(word, out_type=str)),
    )
    return text.split("\x00")[1:]


def test_a_word_is_cut_as_sentencepiece_cuts_it(processor):
    kind, reference = processor
    model = {"unigram": Unigram, "bpe": BPE}[kind](scores_of(reference))
    repeated = [character * times for character in "abnorstv" for times in range(1, 25)]  # many equal sums
    words = made_up(1, 300, SYLLABLES) + made_up(2, 300, [*SYLLABLES, *UNLIKE]) + repeated + list("abé日😀")
    assert [model.cut(word) for word in words] == [encoded(reference, word) for word in words]


def test_the_best_of_all_ways_to_cut_a_word_is_found():
    scores = {"▁": -3.0, "▁a": -4.0, "a": -2.5, "b": -2.0, "ab": -4.0, "abc": -9.5, "c": -3.0, "bc": -4.5}

    def ways(text):
        if not text:
            yield 0.0, []
        for end in range(1, len(text) + 1):
            if text[:end] in scores:
                for score, rest in ways(text[end:]):
                    yield scores[text[:end]] + score, [text[:end], *rest]

    assert Unigram(scores).cut("abc") == max(ways("▁abc"))[1] == ["▁a", "bc"]


def test_mergers_go_from_the_highest_score_and_from_the_left():
    scores = {"aa": -1.0, "▁aa": -2.0, "aaa": -5.0}
    assert BPE(scores).cut("aaa") == ["▁aa", "a"]
    assert BPE({"bc": -1.0, "ab": -2.0, "abc": -3.0}).cut("abc") == [SPACE, "abc"]
    assert BPE({}).cut("ab") == [SPACE, "a", "b"]


def fallback(pieces, scores, model="unigram"):
    rows = Dense(np.zeros((len(pieces), 2), np.float32))
    return Pieces(pieces, np.array(scores, dtype=np.float32), model, rows)


@pytest.mark.parametrize("model", ["unigram", "bpe"])
def test_a_character_without_a_piece_is_a_unit_if_it_is_one_and_passed_over_if_not(model):
    pieces = fallback(["▁", "a", "ж", "ab", "b"], [-2, -3, -np.inf, -1, -3], model)
    assert pieces.units("ab").tolist() == [0, 3]
    assert pieces.units("жab").tolist() == [0, 2, 3]
    assert pieces.units("жж日ab").tolist() == [0, 2, 2, 3]


@pytest.mark.parametrize("model", ["unigram", "bpe"])
def test_a_word_of_which_nothing_is_known_but_that_it_begins_has_no_units(model):
    pieces = fallback(["▁", "a"], [-2, -3], model)
    assert pieces.units("日本").tolist() == []
    assert pieces.units("a").tolist() == [0, 1]


@pytest.mark.parametrize(
    ("pieces", "scores", "model", "said"),
    [
        (["a", "b"], [-1.0], "unigram", "one float32 score a piece"),
        (["a"], [np.nan], "bpe", "not a number"),
        (["a"], [np.inf], "bpe", "not a number"),
        (["a"], [-1.0], "wordpiece", "'wordpiece' is no model of pieces; known: unigram, bpe"),
    ],
)
def test_pieces_that_cannot_be_are_refused(pieces, scores, model, said):
    with pytest.raises(FormatError, match=said):
        fallback(pieces, scores, model)


def test_there_is_a_row_a_piece():
    with pytest.raises(FormatError, match="1 pieces for 2 rows"):
        Pieces(["a"], np.zeros(1, np.float32), "bpe", Dense(np.zeros((2, 2), np.float32)))
