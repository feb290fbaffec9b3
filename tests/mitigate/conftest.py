"""An embedding with a direction of gender, words that lean along it, and n-grams of unseen words."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from embedsmith.config.check import build
from embedsmith.config.words import Words
from embedsmith.embedding import Dense, Embedding, NGrams

ROOT = Path(__file__).parents[2]
D = 24


def gender():
    return build(Words, yaml.safe_load((ROOT / "conf/words/gender.yaml").read_text()), "words")


def words_of(definitional, equalise=(), specific=(), neutral=()):
    return Words(
        groups={}, definitional=definitional, equalise=list(equalise), specific=list(specific), neutral=list(neutral)
    )


def planted(seed=0, others=600, dimension=D):
    """The words of the lists, and `others`: w0, w1, ... lean to one side or the other.

    The side shows along the direction of gender, along another, and in how large some values are: the last is nothing
    that a linear classifier could tell.
    """
    draw = np.random.default_rng(seed)
    axes = np.linalg.qr(draw.normal(size=(dimension, dimension)))[0]
    lists = gender()
    carrying = sorted(lists.carrying)
    female = {first for first, _ in lists.definitional} | {first for first, _ in lists.equalise}
    male = {second for _, second in lists.definitional} | {second for _, second in lists.equalise}
    names = [*carrying, *(f"w{i}" for i in range(others))]
    side = np.array(
        [1 if name in female else -1 if name in male else 0 for name in carrying] + [1, -1] * (others // 2), dtype=float
    )
    matrix = draw.normal(size=(len(names), dimension))
    matrix += np.outer(3 * side + draw.normal(size=len(side)), axes[0])
    own = np.where(np.arange(len(names)) < len(carrying), 0, side)
    matrix += np.outer(2 * own, axes[1])
    matrix += np.where(own > 0, 3, 0)[:, None] * draw.choice([-1, 1], size=(len(own), 6)) @ axes[2:8]
    units = NGrams(3, 4, 30, np.arange(30, dtype=np.int32), Dense(draw.normal(size=(30, dimension)).astype(np.float32)))
    return Embedding.dense(names, matrix + 0.5, fallback=units)


@pytest.fixture
def embedding():
    return planted()


@pytest.fixture
def words():
    return gender()
