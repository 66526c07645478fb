"""An area on the map cannot exist wrong: each rule, and that the words of the refusal name it."""

import re
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.areas import Area, Misdrawn, check_polygon, circle, points

SQUARE = "10,20 11,20 11,21 10,21 10,20"


@pytest.mark.parametrize(
    ("polygon", "rule"),
    [
        ("", "form"),
        ("10,20 11,20 11 21 10,20", "form"),
        ("10,20 11,20 11,21,5 10,20", "form"),
        ("10,20 1e1,20 11,21 10,20", "form"),
        ("10,20 nan,20 11,21 10,20", "form"),
        ("10,20 ١١,20 11,21 10,20", "form"),
        ("10,20 11,20 10,20", "short"),
        ("10,20 11,20 11,21 10,21", "open"),
        ("10,20 91,20 11,200 10,20", "range"),
        ("10,20 11,20 11,181 10,20", "range"),
        ("37,100 38,100 38,101 37,100", None),
        ("100,37 100,38 101,38 100,37", "order"),
        ("10,20 11,21 11,20 10,21 10,20", "crosses"),
        ("10,20 11,20 12,20 10,20", "crosses"),
        ("10,20 11,20 11,20.0 11,21 10,20", "repeats"),
        ("0,0 1,0.12345678901234567890 1,1 0,0", None),
        ("0,0 1,0.123456789012345678901 1,1 0,0", "form"),
        ("0,0 1,0.00000000000000000001 2,0.00000000000000000002 0,0", "crosses"),
        ("0,0 4,0 4,4 2,0 0,4 0,0", "crosses"),
        ("10,179 11,179 11,-179 10,-179 10,179", "split"),
        (" ".join(["0,0"] * 1001), "long"),
        (SQUARE, None),
        ("0.1,0.1 0.3,0.1 0.3,0.3 0.1,0.3 0.1,0.1", None),
    ],
)
def test_a_polygon_keeps_every_rule(polygon, rule):
    if rule is None:
        check_polygon(polygon)
        return
    with pytest.raises(Misdrawn) as wrong:
        check_polygon(polygon)
    assert wrong.value.rule == rule
    with pytest.raises(Misdrawn):
        Area(description="Here", polygons=(polygon,))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("10,20", "form"),
        ("10,20 5 5", "form"),
        ("10 20 5", "form"),
        ("10,20 5km", "form"),
        ("10,20 0", "radius"),
        ("10,20 -1", "radius"),
        ("10,20 5000.1", "radius"),
        ("91,20 5", "order"),
        ("91,181 5", "range"),
    ],
)
def test_a_circle_has_a_centre_on_the_globe_and_a_radius(text, rule):
    with pytest.raises(Misdrawn) as wrong:
        circle(text)
    assert wrong.value.rule == rule
    with pytest.raises(Misdrawn):
        Area(description="Here", circles=(text,))


@pytest.mark.parametrize(
    "wrong",
    [
        {"description": ""},
        {"description": " Here"},
        {"description": "x" * 501},
        {"description": "two\nlines"},
        {"description": "turned \u202e round"},
        {"circles": ()},
        {"circles": ("10,20 5",) * 101},
        {"circles": ("10,20  5",)},
        {"polygons": (SQUARE.replace(" ", "\n"),)},
        {"geocodes": {"SAME": ""}},
        {"geocodes": {"": "006109"}},
        {"geocodes": {"SAME": "x" * 201}},
    ],
)
def test_an_area_that_says_too_little_or_too_much_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\w"):
        Area(**{"description": "Here", "circles": ("10,20 5",)} | wrong)


def test_a_code_of_another_scheme_is_place_enough_and_persian_joiners_are_letters():
    assert Area(description="می\u200cدان", geocodes={"SAME": "006109"}).polygons == ()


def test_numbers_come_out_as_degrees_and_kilometres():
    assert points(SQUARE)[:2] == ((10.0, 20.0), (11.0, 20.0))
    assert circle("55.7558,37.6173 25.5") == (55.7558, 37.6173, 25.5)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=7))
def test_crossing_agrees_with_testing_every_pair_of_edges(corners):
    ring = [*corners, corners[0]]
    polygon = " ".join(f"{a},{b}" for a, b in ring)
    if all(here != there for here, there in pairwise(ring)):
        assert _rule(polygon) == ("crosses" if _crosses(ring) else None)
    else:
        assert _rule(polygon) == "repeats"


def _rule(polygon):
    try:
        check_polygon(polygon)
    except Misdrawn as wrong:
        return wrong.rule
    return None


def _crosses(ring):
    """Each pair of edges solved for where they meet, in fractions."""
    edges = list(pairwise(ring))
    for i, first in enumerate(edges):
        for j in range(i + 1, len(edges)):
            shared = _shared(first, edges[j])
            neighbours = j == i + 1 or (i == 0 and j == len(edges) - 1)
            if shared == "line" or (shared == "point" and not neighbours):
                return True
    return False


def _shared(first, second):
    """What two edges have in common: nothing, a point, or a line."""
    (ax, ay), (bx, by) = first
    (cx, cy), (dx, dy) = second
    across = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if across:
        t = Fraction((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx), across)
        u = Fraction((cx - ax) * (by - ay) - (cy - ay) * (bx - ax), across)
        return "point" if 0 <= t <= 1 and 0 <= u <= 1 else None
    if (bx - ax) * (cy - ay) != (by - ay) * (cx - ax):
        return None
    axis = 0 if ax != bx else 1
    low = max(min(first)[axis], min(second)[axis])
    high = min(max(first)[axis], max(second)[axis])
    return None if low > high else "point" if low == high else "line"


def test_the_words_of_a_refusal_are_a_sentence_without_the_numbers():
    with pytest.raises(Misdrawn) as wrong:
        check_polygon("77.7,20 77.7,21 77.7,22")
    assert not re.search(r"77", str(wrong.value))
