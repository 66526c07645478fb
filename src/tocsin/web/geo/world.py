"""Countries and larger places, read once, when the first map is drawn.

Countries are Natural Earth's at 1:50m, as held in fact, thinned to about 5 km (world-atlas,
public domain); places are GeoNames' (CC BY 4.0), to a hundredth of a degree.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import cos, pi
from pathlib import Path
from typing import Any

from tocsin.web.geo.plane import holds
from tocsin.web.geo.sphere import (
    EARTH_KM,
    Point,
    Ring,
    Sight,
    Vector,
    angle,
    dot,
    middle_of,
    vector,
)

STATIC = Path(__file__).parents[1] / "static"


LEVELS = (4, 12, 40)
"""Kilometres to which arcs are made ready for smaller scales."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One ring of a country: arcs by number, `~n` for arc n backwards, and a cap around it."""

    arcs: tuple[int, ...]
    middle: Vector
    radius: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """`parts`: polygons, each its outer ring and then its holes."""

    name: str
    parts: tuple[tuple[Outline, ...], ...]
    largest: Outline


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """`places` by size, the most populous first."""

    arcs: tuple[Ring, ...]
    countries: tuple[Country, ...]
    places: tuple[tuple[str, Vector], ...]

    @cache  # noqa: B019  # there is one world
    def _level(self, kilometres: int) -> tuple[Ring, ...]:
        least = cos(kilometres / EARTH_KM)
        return tuple(_thinned(arc, least) for arc in self.arcs)

    def coarse(self, kilometres: float) -> tuple[Ring, ...]:
        """The arcs, without points that are nearer than about this to the one before."""
        level = max((one for one in LEVELS if one <= kilometres), default=0)
        return self._level(level) if level else self.arcs

    def ring(self, outline: Outline) -> Ring:
        """The points of an outline, its end its start."""
        return [at for n in outline.arcs for at in _run(self.arcs, n)]

    def near(self, sight: Sight, radius: float) -> Iterator[tuple[Country, Sequence[Outline]]]:
        """Countries with their polygons that may come within `radius` radians of the middle."""
        for country in self.countries:
            for part in country.parts:
                if angle(part[0].middle, sight.middle) <= part[0].radius + radius:
                    yield country, part

    def country_at(self, at: Vector) -> str:
        """The country of a place, or "" at sea."""
        sight = Sight.of(at)
        for country, part in self.near(sight, 0.0):
            flat = [[sight.flat(one) for one in self.ring(outline)] for outline in part]
            if sum(holds(ring, (0.0, 0.0)) for ring in flat) % 2:
                return country.name
        return ""

    def countries_by_distance(
        self, at: Vector, about_km: float = 0
    ) -> list[tuple[float, str, Vector]]:
        """Kilometres, give or take `about_km`, to the nearest drawn point of every country, and
        that point."""
        nearest, arcs = [], self.coarse(about_km)
        for country in self.countries:
            every = (p for part in country.parts for one in part for n in one.arcs
                     for p in arcs[~n if n < 0 else n])  # fmt: skip
            point = max(every, key=lambda p: dot(p, at))
            nearest.append((EARTH_KM * angle(point, at), country.name, point))
        return sorted(nearest)

    def places_near(self, at: Vector, radius: float) -> list[tuple[str, Vector]]:
        """Places within `radius` radians, the most populous first."""
        least = cos(min(radius, pi))
        return [one for one in self.places if dot(one[1], at) >= least]


@cache
def world() -> World:
    """All of it; raises OSError or ValueError where the built files are missing or broken."""
    manifest = json.loads((STATIC / "manifest.json").read_bytes())
    land, listed = (STATIC / manifest[name]["file"] for name in ("world.json", "places.tsv"))
    topology = json.loads(land.read_bytes())
    scale, offset = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = tuple(_arc(steps, scale, offset) for steps in topology["arcs"])
    countries = [_country(one, arcs) for one in topology["objects"]["countries"]["geometries"]]
    lines = (line.split("\t") for line in listed.read_text("utf-8").splitlines())
    places = ((name, vector(int(lat) / 100, int(lon) / 100)) for name, lat, lon in lines)
    return World(arcs=arcs, countries=tuple(countries), places=tuple(places))


def _arc(steps: Sequence[Point], scale: Point, offset: Point) -> Ring:
    xs, ys = map(accumulate, zip(*steps, strict=True))
    return [
        vector(y * scale[1] + offset[1], x * scale[0] + offset[0])
        for x, y in zip(xs, ys, strict=True)
    ]


def _thinned(arc: Ring, least: float) -> Ring:
    kept = [arc[0]]
    kept += (at for at in arc[1:-1] if dot(at, kept[-1]) < least)
    return [*kept, arc[-1]]


def _country(found: Any, arcs: Sequence[Ring]) -> Country:
    drawn = [found["arcs"]] if found["type"] == "Polygon" else found["arcs"]
    parts = tuple(tuple(_outline(arcs, ring) for ring in part) for part in drawn)
    largest = max((part[0] for part in parts), key=lambda one: one.radius)
    return Country(name=found["properties"]["name"], parts=parts, largest=largest)


def _outline(arcs: Sequence[Ring], ring: Sequence[int]) -> Outline:
    every = [at for n in ring for at in arcs[~n if n < 0 else n]]
    middle = middle_of(every)
    radius = max(angle(middle, at) for at in every)
    return Outline(arcs=tuple(ring), middle=middle, radius=radius)


def _run(arcs: Sequence[Ring], number: int) -> Ring:
    return arcs[~number][::-1] if number < 0 else arcs[number]
