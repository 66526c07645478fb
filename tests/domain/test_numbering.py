"""Numbers as ranges: few letters, each number once, one way to spell it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.numbering import counted, numbers_in, spelled


@given(st.sets(st.integers(1, 400)))
def test_what_is_spelled_is_read_again(numbers):
    ranges = spelled(numbers)
    assert numbers_in(ranges) == tuple(sorted(numbers))
    assert counted(ranges) == len(numbers)


def test_neighbours_are_one_range():
    assert spelled([99, 2, 1, 3]) == "1-3 99"
    assert spelled([]) == ""


@pytest.mark.parametrize("other", ["3-1", "1 1", "2 1", "1-2 3", "a", "1--2", " 1", "1-1", "-1"])
def test_nothing_else_is_read(other):
    with pytest.raises(ValueError, match=r"ranges|invalid literal"):
        numbers_in(other)
