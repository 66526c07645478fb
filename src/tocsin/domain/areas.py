"""Where a public warning holds: polygons and circles on the map, in the words of CAP 1.2."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

MOST_POINTS = 1_000
MOST_KILOMETRES = 5_000
_MOST_SHAPES = 100
_DIGITS = 20  # with five before the point, still within what Decimal keeps exactly
_NUMBER = re.compile(rf"[+-]?[0-9]{{1,5}}(?:\.[0-9]{{1,{_DIGITS}}})?")
_LONGEST_EDGE = 180
# Both join letters in the scripts that need them; Python counts neither as printable.
_JOINERS = str.maketrans("", "", "\u200c\u200d")

Point = tuple[Decimal, Decimal]
_Whole = tuple[int, int]
_Edge = tuple[_Whole, _Whole]


class Misdrawn(ValueError):
    """A polygon or circle that breaks `rule`; the words quote nothing of it."""

    class Rule(StrEnum):
        FORM = "form"
        RANGE = "range"
        ORDER = "order"
        SHORT = "short"
        LONG = "long"
        OPEN = "open"
        CROSSES = "crosses"
        SPLIT = "split"
        TANGLED = "tangled"
        REPEATS = "repeats"
        RADIUS = "radius"

    def __init__(self, rule: Rule, words: str) -> None:
        super().__init__(words)
        self.rule = rule


_Rule = Misdrawn.Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """`polygons` are "lat,lon lat,lon ..." closed, in WGS 84 degrees; `circles` "lat,lon radius",
    the radius in kilometres; `geocodes` names of an area in other schemes, by scheme.

    Kept as text: a record's numbers are whole. Raises ValueError, saying which rule is broken.
    """

    description: str
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    geocodes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _is_line(self.description, 500):
            raise ValueError("an area's description is one line of 1 to 500 characters")
        if not 0 < len(self.polygons) + len(self.circles) + len(self.geocodes) <= _MOST_SHAPES:
            raise ValueError("an area has 1 to 100 polygons, circles and geocodes")
        for scheme, code in self.geocodes.items():
            if not (_is_line(scheme, 100) and _is_line(code, 200)):
                raise ValueError("a geocode is one line of at most 200 characters, in a scheme")
        for polygon in self.polygons:
            check_polygon(polygon)
        for one in self.circles:
            circle(one)
        if any(shape != " ".join(shape.split()) for shape in (*self.polygons, *self.circles)):
            raise ValueError("the parts of a shape are separated by one space")


def points(polygon: str) -> tuple[tuple[float, float], ...]:
    """The corners as (latitude, longitude) in degrees, the first again at the end.

    Raises Misdrawn for text that is no list of points on the globe; see `check_polygon`.
    """
    return tuple((float(latitude), float(longitude)) for latitude, longitude in _points(polygon))


def circle(text: str) -> tuple[float, float, float]:
    """(latitude, longitude, radius) in degrees and kilometres.

    Raises Misdrawn unless the centre is on the globe and the radius above 0 and at most 5,000 km.
    """
    match text.split():
        case [centre, radius] if _NUMBER.fullmatch(radius):
            latitude, longitude = _points(centre)[0]
        case _:
            raise Misdrawn(_Rule.FORM, 'a circle is written "latitude,longitude radius"')
    if not 0 < (kilometres := Decimal(radius)) <= MOST_KILOMETRES:
        raise Misdrawn(_Rule.RADIUS, "a circle's radius is above 0 and at most 5,000 km")
    return float(latitude), float(longitude), float(kilometres)


def check_polygon(polygon: str, *, most_pairs: int = MOST_POINTS**2) -> int:
    """How many pairs of edges were compared, each about two microseconds.

    Raises Misdrawn unless the polygon is closed, has 4 to 1,000 points (the first counts again at
    the end), no point twice in a row, no edge over the 180th meridian, and does not touch or cross
    itself; TANGLED where telling would take more than `most_pairs`.
    """
    corners = _points(polygon)
    if len(corners) < 4:
        raise Misdrawn(_Rule.SHORT, "a polygon has at least four points")
    if len(corners) > MOST_POINTS:
        raise Misdrawn(_Rule.LONG, "a polygon has at most 1,000 points")
    if corners[0] != corners[-1]:
        raise Misdrawn(_Rule.OPEN, "a polygon ends where it begins")
    if any(here == there for here, there in pairwise(corners)):
        raise Misdrawn(_Rule.REPEATS, "a polygon does not name the same point twice in a row")
    if any(abs(here[1] - there[1]) > _LONGEST_EDGE for here, there in pairwise(corners)):
        raise Misdrawn(_Rule.SPLIT, "a polygon over the 180th meridian is given as two")
    pairs = 0
    for pairs, touches in enumerate(_touching(corners), 1):
        if touches:
            raise Misdrawn(_Rule.CROSSES, "a polygon does not touch or cross itself")
        if pairs >= most_pairs:
            raise Misdrawn(_Rule.TANGLED, "a polygon is simple enough to be checked")
    return pairs


def _points(polygon: str) -> list[Point]:
    found = []
    for pair in polygon.split():
        latitude, _, longitude = pair.partition(",")
        if not (_NUMBER.fullmatch(latitude) and _NUMBER.fullmatch(longitude)):
            raise Misdrawn(_Rule.FORM, 'a point is written "latitude,longitude", in degrees')
        found.append((Decimal(latitude), Decimal(longitude)))
    if not found:
        raise Misdrawn(_Rule.FORM, "a polygon has points")
    if not all(_is_on_globe(*point) for point in found):
        if all(_is_on_globe(longitude, latitude) for latitude, longitude in found):
            raise Misdrawn(_Rule.ORDER, "a point gives its latitude first, then its longitude")
        raise Misdrawn(_Rule.RANGE, "a latitude is -90 to 90 degrees, a longitude -180 to 180")
    return found


def _is_on_globe(latitude: Decimal, longitude: Decimal) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180


def _touching(corners: list[Point]) -> Iterator[bool]:
    """For each pair of edges that are near, whether they touch where neighbours would not. Exact,
    as the numbers are whole once scaled."""
    whole = [(int(a.scaleb(_DIGITS)), int(b.scaleb(_DIGITS))) for a, b in corners]
    edges = list(pairwise(whole))
    last = len(edges) - 1
    for one, other in _overlapping(edges):
        if other - one == 1:
            yield _folds_back(*edges[one], edges[other][1])
        elif (one, other) == (0, last):
            yield _folds_back(*edges[other], edges[one][1])
        else:
            yield _meet(*edges[one], *edges[other])


def _overlapping(edges: list[_Edge]) -> Iterator[tuple[int, int]]:
    """The pairs of edges, by number, whose extents overlap from west to east."""
    extents = [sorted((start[1], end[1])) for start, end in edges]
    order = sorted(range(len(edges)), key=lambda number: extents[number][0])
    for place, one in enumerate(order):
        east = extents[one][1]
        for at in range(place + 1, len(order)):
            if extents[other := order[at]][0] > east:
                break
            yield (one, other) if one < other else (other, one)


def _turn(a: _Whole, b: _Whole, c: _Whole) -> int:
    """Above 0 where a, b, c turn one way, below 0 the other, 0 where they lie on one line."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _folds_back(a: _Whole, b: _Whole, c: _Whole) -> bool:
    onward = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1])
    return _turn(a, b, c) == 0 and onward < 0


def _meet(a: _Whole, b: _Whole, c: _Whole, d: _Whole) -> bool:
    """Whether two edges whose extents overlap from west to east touch."""
    if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
        return False
    return _turn(a, b, c) * _turn(a, b, d) <= 0 and _turn(c, d, a) * _turn(c, d, b) <= 0


def _is_line(text: str, most: int) -> bool:
    return 0 < len(text.strip()) == len(text) <= most and text.translate(_JOINERS).isprintable()
