"""One map: the land as seen from a place, a warning's areas over it, and what helps to read it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from math import asin, cos, degrees, hypot, log10, pi, radians, sin

from markupsafe import escape

from tocsin.web.geo.plane import Box, Room, clip, holds, path, thin, widest
from tocsin.web.geo.shapes import Shape
from tocsin.web.geo.sphere import EARTH_KM, Point, Ring, Sight, Vector, place, vector
from tocsin.web.geo.world import Outline, World

BLEED = 8
"""Units that lines run on beyond the frame, so that their cut ends do not show."""
LETTER = 0.56
"""Of a letter's height is its width, at most, on average."""
SMALL = 5
"""Half the size in units below which an area gets a ring around it, to be seen at all."""
STEPS = (*(n * 10.0**power for power in range(-5, 1) for n in (1, 2, 5)), 10.0, 15.0, 30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What lies within `half_width` and `half_height` kilometres of the middle of `sight`,
    drawn `width` by `height` units large."""

    sight: Sight
    scale: float
    width: float
    height: float
    room: Room = field(default_factory=Room)
    thinned: dict[int, list[Point]] = field(default_factory=dict)

    @classmethod
    def showing(
        cls, sight: Sight, east_km: float, north_km: float, width: float, height: float
    ) -> "Panel":
        """All that lies so far to the east, west, north and south."""
        scale = min(width / 2 / east_km, height / 2 / north_km)
        return cls(sight=sight, scale=scale, width=width, height=height)

    @property
    def radius(self) -> float:
        """Radians from the middle to a corner."""
        return min(pi, hypot(self.width, self.height) / 2 / self.scale / EARTH_KM)

    def at(self, of: Vector) -> Point:
        x, y = self.sight.flat(of)
        return self.width / 2 + x * self.scale, self.height / 2 - y * self.scale

    def line(self, ring: Sequence[Vector]) -> list[Point]:
        return [self.at(one) for one in ring]

    def rim(self) -> list[Point]:
        """The whole globe: the place opposite the middle, all around."""
        far = pi * EARTH_KM * self.scale
        turns = (radians(turn) for turn in range(0, 360, 3))
        return [(self.width / 2 + far * sin(t), self.height / 2 - far * cos(t)) for t in turns]

    def shows(self, at: Point) -> bool:
        return 0 <= at[0] <= self.width and 0 <= at[1] <= self.height

    def land(self, world: World, least: float) -> tuple[str, dict[str, list[list[Point]]]]:
        """The path of all land, thinned to `least` units, and what shows of each country.

        Asked again with more, it goes on from what it thinned before.
        """
        for n, line in self.thinned.items():
            self.thinned[n] = thin(line, least)
        box = (-BLEED, -BLEED, self.width + BLEED, self.height + BLEED)
        speck = least / self.scale / EARTH_KM
        drawn, shown = [], dict[str, list[list[Point]]]()
        for country, part in world.near(self.sight, self.radius):
            for outline in part:
                if outline.radius < speck and outline is not country.largest:
                    continue
                for ring in self._rings(world, outline, least):
                    if cut := clip(ring, box):
                        drawn.append(path(cut))
                        if outline is part[0]:
                            shown.setdefault(country.name, []).append(cut)
        return "".join(drawn), shown

    def _rings(self, world: World, outline: Outline, least: float) -> Iterator[list[Point]]:
        ring, arcs = list[Point](), world.coarse(least / self.scale)
        for n in outline.arcs:
            arc = ~n if n < 0 else n
            if arc not in self.thinned:
                self.thinned[arc] = thin(self.line(arcs[arc]), least)
            ring += self.thinned[arc][::-1] if n < 0 else self.thinned[arc]
        yield ring
        far = EARTH_KM * self.scale * pi / 2
        middle = (self.width / 2, self.height / 2)
        # It winds around the middle from beyond the horizon: the place opposite lies in it.
        if min(hypot(x - middle[0], y - middle[1]) for x, y in ring) > far and holds(ring, middle):
            yield self.rim()

    def area(self, every: Sequence[Shape], seams: bool) -> tuple[str, str]:
        """The paths of the surface of shapes and of the lines around them."""
        fill, drawn = [], []
        for shape in every:
            fill.append(path(thin(self.line(shape.ring), 0.2)))
            drawn += [path(thin(self.line(one), 0.2), closed=False) for one in shape.lines(seams)]
            if shape.holds_opposite(self.sight):
                fill.append(path(self.rim()))
        return "".join(fill), "".join(drawn)

    def extent(self, every: Sequence[Shape]) -> Box:
        """The frame around shapes."""
        xs, ys = zip(*(self.at(one) for shape in every for one in shape.ring), strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def ring_around(self, every: Sequence[Shape]) -> str:
        """A ring around what would be too small to be seen."""
        left, top, right, bottom = self.extent(every)
        if max(right - left, bottom - top) > 2 * SMALL:
            return ""
        x, y = (left + right) / 2, (top + bottom) / 2
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2 * SMALL}"/>'

    def word(
        self, x: float, y: float, words: str, size: float, anchor: str = "middle", more: str = ""
    ) -> str:
        """Words whose base line is at y, or nothing where there is no room for them."""
        long = len(words) * size * LETTER
        left = {"start": x, "middle": x - long / 2, "end": x - long}[anchor]
        wanted = (left - 3, y - size * 0.85, left + long + 3, y + size * 0.25)
        if not self._is_inside(wanted) or not self.room.take(wanted):
            return ""
        at = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"{more}'
        return f"<text {at}>{escape(words)}</text>"

    def _is_inside(self, wanted: Box) -> bool:
        left, top, right, bottom = wanted
        return left >= 2 and top >= 2 and right <= self.width - 2 and bottom <= self.height - 2

    def names(self, shown: dict[str, list[list[Point]]], size: float) -> str:
        """The names of countries, where they have room."""
        frame: Box = (0, 0, self.width, self.height)
        more = ' font-weight="bold"'
        found: list[tuple[float, str, tuple[Point, ...]]] = []
        for name, rings in shown.items():
            fits = [(*widest(ring, frame)[::-1], ring) for ring in rings]
            room, at, ring = max(fits, key=lambda fit: fit[0])
            xs, ys = zip(*ring, strict=True)
            long = max(x for one in rings for x, _ in one) - min(x for one in rings for x, _ in one)
            if room > 0.4 * LETTER * size * len(name):
                found.append((room, name, (at,)))
            elif len(rings) > 2 and long < 60:
                # Islands: the name stands beside the largest.
                beside = ((min(xs) + max(xs)) / 2, max(ys) + size), (sum(xs) / len(xs), min(ys) - 4)
                found.append((room, name, beside))
        drawn = []
        for _, name, ats in sorted(found, reverse=True):
            tried = (self.word(x, y + size / 3, name, size, more=more) for x, y in ats)
            drawn.append(next(filter(None, tried), ""))
        return "".join(drawn)

    def places(self, world: World, most: int, size: float) -> str:
        """The most populous places, each a dot and its name."""
        drawn = list[str]()
        for name, at in world.places_near(self.sight.middle, self.radius)[: 40 * most]:
            x, y = self.at(at)
            if len(drawn) == most or not self.shows((x, y)):
                continue
            word = self.word(x + 5, y + size / 3, name, size, "start") or self.word(
                x - 5, y + size / 3, name, size, "end"
            )
            if word:
                drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" stroke="none"/>{word}')
        return "".join(drawn)

    def graticule(self, size: float) -> tuple[str, str]:
        """Lines of latitude and longitude, and their words at the frame."""
        latitude, longitude = place(self.sight.middle)
        reach = degrees(self.radius)
        span = degrees(min(self.width, self.height) / self.scale / EARTH_KM)
        south, north = max(-90.0, latitude - reach), min(90.0, latitude + reach)
        squeezed = cos(radians(latitude))
        whole = north == 90 or south == -90 or sin(radians(reach)) >= squeezed
        wide = 180.0 if whole else degrees(asin(sin(radians(reach)) / squeezed))
        step_up, step_along = _step(span), 30.0 if whole else _step(span / squeezed)
        lines = [
            _Line(at=n * step_up, level=True, start=longitude - wide, end=longitude + wide)
            for n in _between(south, north, step_up)
        ] + [
            _Line(at=n * step_along, level=False, start=south, end=north)
            for n in _between(longitude - wide, longitude + wide - 1e-9, step_along)
        ]
        drawn, words = [], []
        for line in lines:
            points = self.line(line.ring())
            drawn += [path(one, closed=False) for one in self._seen(points)]
            words.append(self._tick(line, points, size))
        return "".join(drawn), "".join(words)

    def _seen(self, points: Sequence[Point]) -> Iterator[list[Point]]:
        """The stretches of a line that come near the frame."""
        for near, stretch in groupby(points, self._is_near):
            if near and len(line := list(stretch)) > 1:
                yield thin(line, 0.3)

    def _is_near(self, at: Point) -> bool:
        return abs(at[0]) < 2 * self.width and abs(at[1]) < 2 * self.height

    def _tick(self, line: "_Line", points: Sequence[Point], size: float) -> str:
        axis, ends = (0, (0.0, self.width)) if line.level else (1, (self.height, 0.0))
        for end in ends:
            for start, stop in pairwise(points):
                if (start[axis] > end) is (stop[axis] > end):
                    continue
                part = (end - start[axis]) / (stop[axis] - start[axis])
                x, y = (a + part * (b - a) for a, b in zip(start, stop, strict=True))
                if not self.shows((round(x, 6), round(y, 6))):
                    continue
                if line.level:
                    at, anchor = (6.0, "start") if end == 0 else (self.width - 6, "end")
                    return self.word(at, y - 2, line.words(), size, anchor)
                return self.word(x, size + 2 if end == 0 else end - 6, line.words(), size)
        return ""

    def scale_bar(self, size: float) -> str:
        """A length in kilometres, true from the middle of the map."""
        most = 0.32 * self.width / self.scale
        power = 10.0 ** int(log10(most) // 1)
        kilometres = next(n * power for n in (5, 2, 1) if n * power <= most)
        long, x, y = kilometres * self.scale, 8.0, self.height - 2 * size
        words = f"{kilometres:,.0f} km" if kilometres >= 1 else f"{kilometres * 1000:,.0f} m"
        self.room.take((4, y - 1.4 * size, x + max(long, 3 * size) + 4, y + 8))
        bar = f'<path d="M{x:g} {y - 4:g}v8m0-4h{long:.1f}m0-4v8" fill="none" stroke-width="2"/>'
        text = f'<text x="{x + 3:g}" y="{y - 6:g}" font-size="{size:g}" stroke="#fff" stroke-width="2.5" paint-order="stroke">{words}</text>'  # noqa: E501
        return bar + text

    def north(self, size: float) -> str:
        """An arrow to the north of the middle; a pole has none."""
        if abs(place(self.sight.middle)[0]) > 89.5:
            return ""
        x, y = self.width - 1.5 * size, 1.2 * size
        self.room.take((x - size, 2, x + size, y + 2.6 * size))
        arrow = f'<path d="M{x:g} {y:g}l{size / 2:g} {1.3 * size:g}-{size / 2:g}-{size / 3:.1f}-{size / 2:g} {size / 3:.1f}z" stroke="none"/>'  # noqa: E501
        return f'{arrow}<text x="{x:g}" y="{y + 2.4 * size:g}" stroke="none" font-size="{size:g}" text-anchor="middle" font-weight="bold">N</text>'  # noqa: E501


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Of one latitude where `level`, else of one longitude, from start to end of the other."""

    at: float
    level: bool
    start: float
    end: float

    def ring(self) -> Ring:
        steps = (self.start + (self.end - self.start) * n / 90 for n in range(91))
        return [vector(self.at, n) if self.level else vector(n, self.at) for n in steps]

    def words(self) -> str:
        at = self.at if self.level else (self.at + 180) % 360 - 180
        return degrees_told(at, "NS" if self.level else "EW", digits=5)


def degrees_told(at: float, sides: str, digits: int) -> str:
    """Degrees and the side: "37.5° E"."""
    size = f"{abs(at):.{digits}f}".rstrip("0").rstrip(".")
    if size in {"0", "180"} and (size == "0" or sides == "EW"):
        return f"{size}°"
    return f"{size}° {sides[at < 0]}"


def _step(span: float) -> float:
    return next((step for step in STEPS if step >= span / 4), STEPS[-1])


def _between(low: float, high: float, step: float) -> range:
    return range(-int(-low // step), int(high // step) + 1)
