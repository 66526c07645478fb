"""Places on the globe as unit vectors, and the flat picture of it seen from one place."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, atan2, cos, degrees, hypot, pi, radians, sin

EARTH_KM = 6371.0088
"""Mean radius (IUGG, 1980)."""

Vector = tuple[float, float, float]
Point = tuple[float, float]
Ring = list[Vector]


def vector(latitude: float, longitude: float) -> Vector:
    """The unit vector of a place in degrees."""
    up, along = radians(latitude), radians(longitude)
    return cos(up) * cos(along), cos(up) * sin(along), sin(up)


def place(of: Vector) -> Point:
    """Latitude and longitude in degrees."""
    return degrees(asin(max(-1.0, min(1.0, of[2])))), degrees(atan2(of[1], of[0]))


def dot(one: Vector, other: Vector) -> float:
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def cross(one: Vector, other: Vector) -> Vector:
    return (
        one[1] * other[2] - one[2] * other[1],
        one[2] * other[0] - one[0] * other[2],
        one[0] * other[1] - one[1] * other[0],
    )


def angle(one: Vector, other: Vector) -> float:
    """Radians between two places, exact for near and for opposite ones."""
    return atan2(hypot(*cross(one, other)), dot(one, other))


def middle_of(ring: Iterable[Vector]) -> Vector:
    """The mean of places; of places that cancel each other out, somewhere."""
    sums = [sum(part) for part in zip(*ring, strict=True)]
    length = hypot(*sums)
    return (sums[0] / length, sums[1] / length, sums[2] / length) if length > 1e-9 else (1, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The azimuthal equidistant projection about `middle`: kilometres to the east and to the
    north, true in distance and direction from there. It has no seam at 180° and none at a pole.
    """

    middle: Vector
    east: Vector
    north: Vector

    @classmethod
    def of(cls, middle: Vector) -> "Sight":
        along = atan2(middle[1], middle[0])
        east = (-sin(along), cos(along), 0.0)
        return cls(middle=middle, east=east, north=cross(middle, east))

    def flat(self, of: Vector) -> Point:
        x, y = dot(of, self.east), dot(of, self.north)
        far = hypot(x, y)
        if far < 1e-15:  # here, or at the other end of the earth, which lies every way alike
            return (0.0 if dot(of, self.middle) > 0 else EARTH_KM * pi), 0.0
        stretched = EARTH_KM * atan2(far, dot(of, self.middle)) / far
        return x * stretched, y * stretched

    def globe(self, x: float, y: float) -> Vector:
        """The place that `flat` shows there."""
        far = hypot(x, y)
        if not far:
            return self.middle
        along, up = sin(far / EARTH_KM) / far, cos(far / EARTH_KM)
        parts = zip(self.middle, self.east, self.north, strict=True)
        a, b, c = (up * m + along * (x * e + y * n) for m, e, n in parts)
        return a, b, c

    def bearing(self, of: Vector) -> str:
        """The direction of a place in words: "north-east"."""
        x, y = self.flat(of)
        return WINDS[round(atan2(x, y) / (pi / 4)) % 8]


WINDS = (
    "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"
)  # fmt: skip
