"""The polygons and circles of a warning's areas, on the globe."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, cos, pi, sin

from tocsin.domain.areas import circle, points
from tocsin.web.geo.plane import holds
from tocsin.web.geo.sphere import EARTH_KM, Point, Ring, Sight, angle, middle_of, place, vector

CORNERS = 72
"""Of the polygon that stands for a circle: it misses 0.1 % of the radius."""
STEP = 1.0
"""Degrees between the points of a polygon's side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """`ring` is closed. `corners`, of a polygon, are degrees; of a circle `radius` is radians."""

    ring: Ring
    corners: tuple[Point, ...] = ()
    centre: Point = (0.0, 0.0)
    radius: float = 0.0

    def holds(self, at: Point) -> bool:
        """Whether a place in degrees lies inside."""
        if self.corners:
            return holds(self.corners, at)
        return angle(vector(*at), vector(*self.centre)) <= self.radius

    def holds_opposite(self, sight: Sight) -> bool:
        """Whether the place lies inside which a sight spreads all around its rim."""
        x, y, z = sight.middle
        return self.holds(place((-x, -y, -z)))

    def lines(self, seams: bool) -> list[Ring]:
        """What to draw around it: without what runs along the 180th meridian or on a pole,
        unless `seams`. CAP gives an area that crosses the meridian as two."""
        if not self.corners or seams:
            return [self.ring]
        found: list[Ring] = []
        joined = False
        for start, end in pairwise(self.corners):
            on_seam = abs(start[1]) == abs(end[1]) == 180 or abs(start[0]) == abs(end[0]) == 90
            if not on_seam:
                drawn = [vector(*at) for at in (*_side(start, end), end)]
                found = [*found[:-1], found[-1] + drawn] if joined else [*found, drawn]
            joined = not on_seam
        return found


def shapes(polygons: Sequence[str], circles: Sequence[str]) -> list[Shape]:
    """An area's shapes, polygons first; raises Misdrawn as the domain does."""
    return [_polygon(points(one)) for one in polygons] + [_circle(*circle(one)) for one in circles]


def _polygon(corners: tuple[Point, ...]) -> Shape:
    """Sides run straight in latitude and longitude, as receivers draw them."""
    ring = [vector(*at) for side in pairwise(corners) for at in _side(*side)]
    return Shape(ring=[*ring, ring[0]], corners=corners)


def _side(start: Point, end: Point) -> Iterator[Point]:
    up, along = end[0] - start[0], end[1] - start[1]
    count = max(1, ceil(max(abs(up), abs(along)) / STEP))
    return ((start[0] + up * n / count, start[1] + along * n / count) for n in range(count))


def _circle(latitude: float, longitude: float, radius_km: float) -> Shape:
    sight = Sight.of(vector(latitude, longitude))
    turns = (2 * pi * n / CORNERS for n in range(CORNERS + 1))
    ring = [sight.globe(radius_km * sin(turn), radius_km * cos(turn)) for turn in turns]
    return Shape(ring=ring, centre=(latitude, longitude), radius=radius_km / EARTH_KM)


def sight_of(every: Sequence[Shape]) -> tuple[Sight, float, float]:
    """Where to look from so that the shapes lie around the middle, and how far they then reach
    to the east and to the north of it, in kilometres."""
    places = [at for shape in every for at in shape.ring]
    sight = Sight.of(middle_of(places))
    for _ in range(4):
        xs, ys = zip(*map(sight.flat, places), strict=True)
        sight = Sight.of(sight.globe((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2))
    if any(shape.holds_opposite(sight) for shape in every):
        return sight, EARTH_KM * pi, EARTH_KM * pi
    seen = [sight.flat(at) for at in places]
    return sight, max(abs(x) for x, _ in seen), max(abs(y) for _, y in seen)
