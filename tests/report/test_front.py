import math

from hypothesis import given
from hypothesis import strategies as st

from embedsmith.report.front import front


def test_what_is_larger_and_no_better_is_off_it():
    assert front([4, 3, 2, 1], [0.9, 0.9, 0.5, 0.6]) == [3, 1]


def test_of_equals_the_first_is_named_and_what_has_no_score_is_not():
    assert front([1, 1, 2], [0.5, 0.5, math.nan]) == [0]
    assert front([], []) == []


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), max_size=12))
def test_it_is_all_that_none_beats(points):
    def beaten(one):
        return any(o[0] <= one[0] and o[1] >= one[1] and o != one for o in points)

    found = front(*zip(*points, strict=True)) if points else []
    assert {points[place] for place in found} == {point for point in points if not beaten(point)}
    assert len({points[place] for place in found}) == len(found)
