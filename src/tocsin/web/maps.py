"""Maps of a warning's areas that need no network: SVG for eyes, words for whoever cannot see it."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from markupsafe import Markup

from tocsin.domain.areas import Area
from tocsin.web.geo.panel import Panel, degrees_told
from tocsin.web.geo.shapes import Shape, shapes, sight_of
from tocsin.web.geo.sphere import EARTH_KM, Point, Sight, Vector, angle, place
from tocsin.web.geo.world import World, world

WIDTH, HEIGHT = 360, 560
"""Of a map that stays legible on a telephone."""
MOST_BYTES = 56_000
MARGIN = 1.5
NEAREST_KM = 30.0
"""The least that the main map shows from its middle: nearer, nothing on it is known to anybody."""
CLOSE_KM = 6.0
"""An area that reaches less far gets a map of its own shape as well."""
AROUND_KM = (700.0, 1_000.0, 1_400.0, 2_000.0, 2_800.0, 4_000.0, 5_600.0)
PLACES_KM = (40.0, 120.0, 400.0, 1_500.0)
CLOSE = "Close-up"
GAP, CREDIT = 8.0, 24.0
CREDITS = (
    "Land and borders: Natural Earth, as in fact held, true to about 5 km.",
    "Places: GeoNames (CC BY 4.0).",
)
COLOURS = {"sea": "#dbe9f4", "land": "#f7f3e8", "border": "#6b6f78", "ink": "#10192b",
           "area": "#b3142b", "line": "#9fb3c4"}  # fmt: skip


Drawn = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
"""The polygons and circles of each area."""


def svg(areas: Sequence[Area], *, width: int, height: int, title: str, desc: str) -> str:
    """A map as an SVG element of `width` by `height` CSS pixels; "" where no area has a shape.

    It shows where the areas lie, an overview and, of a small area, a close-up. It holds no
    script and no style, and less than 60 KB. The last ones drawn are kept.
    """
    return _svg(_drawn(areas), width, height, title, desc)


def _drawn(areas: Sequence[Area]) -> Drawn:
    return tuple((area.polygons, area.circles) for area in areas if area.polygons or area.circles)


@lru_cache(maxsize=128)
def _svg(drawn: Drawn, width: int, height: int, title: str, desc: str) -> str:
    if not drawn:
        return ""
    name = sha256(repr((drawn, width, height, title)).encode()).hexdigest()[:8]
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" '
        'role="img" aria-labelledby="t{2} d{2}"><title id="t{2}">{3}</title>'
        '<desc id="d{2}">{4}</desc>'
    ).format(width, height, name, title, desc)
    every = [shapes(*one) for one in drawn]
    panels = _panels(every, width, height)
    text = ""
    for least in (0.4, 0.6, 0.9, 1.4, 2.2, 3.5):
        parts = (_panel(panel, every, least, name, words, at) for panel, words, at in panels)
        text = f"{head}{_hatch(name)}{''.join(parts)}{_credits(width, height)}</svg>"
        if len(text.encode()) <= MOST_BYTES:
            break
    return text


def _hatch(name: str) -> str:
    """Stripes, so that the area shows without colour too."""
    return (
        f'<defs><pattern id="h{name}" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{COLOURS["area"]}" '
        f'fill-opacity=".13"/><path d="M0 0v6" stroke="{COLOURS["area"]}" stroke-width="2.4"/>'
        "</pattern></defs>"
    )


Placed = tuple[Panel, str, tuple[float, float]]
"""A panel, its caption, and where it stands."""


def _panels(drawn: Sequence[Sequence[Shape]], width: int, height: int) -> list[Placed]:
    sight, east, north = sight_of([shape for one in drawn for shape in one])
    reach = max(east, north)
    wide = width > 1.3 * height
    top = height - CREDIT
    small = 0.36 * (width if wide else top)
    size = (width - small - GAP, top) if wide else (float(width), top - small - GAP)
    east, north = (max(NEAREST_KM, MARGIN * one) for one in (east, north))
    found: list[Placed] = [(Panel.showing(sight, east, north, *size), "", (0.0, 0.0))]
    boxes = [(_around(world(), sight, reach), "Where this is")]
    if reach < CLOSE_KM:
        boxes.append((max(0.05, MARGIN * reach), CLOSE))
    share = ((top if wide else width) - GAP * (len(boxes) - 1)) / len(boxes)
    for n, (far, words) in enumerate(boxes):
        panel = Panel.showing(sight, far, far, *((small, share) if wide else (share, small)))
        along = n * (share + GAP)
        found.append((panel, words, (width - small, along) if wide else (along, top - small)))
    return found


def _credits(width: int, height: int) -> str:
    size = min(10.0, width / len(CREDITS[0]) / 0.5)
    text = f'<text x="0" font-family="sans-serif" font-size="{size:.1f}" fill="{COLOURS["ink"]}" y='
    return "".join(
        f'{text}"{height - 13 + 10 * n}">{line}</text>' for n, line in enumerate(CREDITS)
    )


def _around(globe: World, sight: Sight, reach: float) -> float:
    """How far an overview reaches from the middle, in kilometres: to three countries at least."""
    nearest = globe.countries_by_distance(sight.middle, about_km=40)
    wanted = max(1.2 * nearest[2][0], 3 * reach)
    return next((far for far in AROUND_KM if far >= wanted), AROUND_KM[-1])


def _panel(
    panel: Panel,
    drawn: Sequence[Sequence[Shape]],
    least: float,
    name: str,
    caption: str,
    at: tuple[float, float],
) -> str:
    """One panel in its frame."""
    close, ink = caption == CLOSE, COLOURS["ink"]
    box = f'width="{panel.width:g}" height="{panel.height:g}"'
    panel.room.taken.clear()
    top = panel.word(6, 14, caption, 12, "start", ' font-weight="bold"') if caption else ""
    signs = panel.scale_bar(11) + ("" if caption else panel.north(12))
    land, shown = ("", {}) if close else panel.land(world(), least)
    grid, words = _words(panel, drawn, caption, shown)
    fill, lines = panel.area([shape for one in drawn for shape in one], seams=close)
    rings = "".join(map(panel.ring_around, drawn))
    round_ends = 'stroke-linejoin="round" stroke-linecap="round"'
    return (
        f'<svg x="{at[0]:g}" y="{at[1]:g}" {box} overflow="hidden" font-family="sans-serif">'
        f'<rect {box} fill="{"#fff" if close else COLOURS["sea"]}"/>'
        f'<path d="{land}" fill="{COLOURS["land"]}" fill-rule="evenodd" '
        f'stroke="{COLOURS["border"]}" stroke-width=".8" {round_ends}/>'
        f'<path d="{grid}" fill="none" stroke="{COLOURS["line"]}" stroke-width=".6"/>'
        f'<path class="area" d="{fill}" fill="url(#h{name})" fill-rule="evenodd"/>'
        f'<g fill="none" {round_ends}><path d="{lines}" stroke="#fff" stroke-width="4.5"/>'
        f'<path d="{lines}" stroke="{COLOURS["area"]}" stroke-width="2.2"/>'
        f'<g stroke="{ink}" stroke-width="1.6">{rings}</g></g>'
        f'<g fill="{ink}" stroke="{ink}">{signs}</g>'
        f'<g fill="{ink}" stroke="#fff" stroke-width="2.5" stroke-linejoin="round" '
        f'paint-order="stroke">{top}{words}</g>'
        f'<rect {box} fill="none" stroke="{ink}" stroke-width="2"/></svg>'
    )


def _words(
    panel: Panel,
    drawn: Sequence[Sequence[Shape]],
    caption: str,
    shown: dict[str, list[list[Point]]],
) -> tuple[str, str]:
    """Lines of the grid, and all words; what is most needed takes its room first."""
    left, top, right, bottom = panel.extent([shape for one in drawn for shape in one])
    if max(right - left, bottom - top) < 60:
        panel.room.take((left, top, right, bottom))
    numbers = len(drawn) > 1 and not caption
    found = [_number(panel, n, one) for n, one in enumerate(drawn, 1) if numbers]
    grid, ticks = panel.graticule(9.5)
    if not caption:
        found += [panel.names(shown, 12), panel.places(world(), 12, 11)]
    elif caption != CLOSE:
        found += [panel.names(shown, 10.5), panel.places(world(), 3, 10)]
        ticks = ""
    return grid, "".join(found) + ticks


def _number(panel: Panel, number: int, one: Sequence[Shape]) -> str:
    left, top, right, bottom = panel.extent(one)
    return panel.word((left + right) / 2, (top + bottom) / 2 + 5, str(number), 15,
                      more=' font-weight="bold"')  # fmt: skip


def words(areas: Sequence[Area]) -> tuple[str, ...]:
    """What the map shows, for whoever cannot see it: all of it, then area by area."""
    areas = [area for area in areas if area.polygons or area.circles]
    told = [shapes(area.polygons, area.circles) for area in areas]
    every = [shape for found in told for shape in found]
    if not every:
        return ()
    sight, east, north = sight_of(every)
    lines = [
        f"The middle lies at {_at(*place(sight.middle))}. {_size(east, north)}",
        _neighbours(sight),
    ]
    for n, (area, found) in enumerate(zip(areas, told, strict=True), 1):
        lines += [f"Area {n}: {area.description}. {_told(shape)}" for shape in found[:5]]
        if len(found) > 5:
            lines.append(f"Area {n} has {len(found) - 5} more shapes.")
    return tuple(lines)


def _neighbours(sight: Sight) -> str:
    globe = world()
    here = globe.country_at(sight.middle)
    near = [one for one in globe.countries_by_distance(sight.middle) if one[1] != here]
    others = ", ".join(f"{name} ({_far(far, sight, at)})" for far, name, at in near[:3])
    said = f"It lies in {here}. " if here else "It lies at sea, or on land too small for this map. "
    around = (globe.places_near(sight.middle, far / EARTH_KM)[:3] for far in PLACES_KM)
    found = next((towns for towns in around if len(towns) == 3), [])
    towns = ", ".join(f"{name} ({_far(_km(at, sight), sight, at)})" for name, at in found)
    said += f"Larger places near: {towns}. " if towns else ""
    return f"{said}Nearest {'other ' if here else ''}countries: {others}."


def _km(at: Vector, sight: Sight) -> float:
    return EARTH_KM * angle(at, sight.middle)


def _far(far: float, sight: Sight, at: Vector) -> str:
    return "here" if far < 2 else f"{_rounded(far)} km {sight.bearing(at)}"


def _told(shape: Shape) -> str:
    if not shape.corners:
        radius = _rounded(shape.radius * EARTH_KM)
        return f"A circle of {radius} km around {_at(*shape.centre)}."
    ups, alongs = zip(*shape.corners, strict=True)
    south, north = (degrees_told(one, "NS", 4) for one in (min(ups), max(ups)))
    west, east = (degrees_told(one, "EW", 4) for one in (min(alongs), max(alongs)))
    return (
        f"A polygon of {len(shape.corners) - 1} corners, between {south} and {north}, "
        f"{west} and {east}."
    )


def _size(east: float, north: float) -> str:
    return (
        f"It reaches {_rounded(2 * east)} km from west to east and {_rounded(2 * north)} km "
        "from south to north."
    )


def _at(latitude: float, longitude: float) -> str:
    return f"{degrees_told(latitude, 'NS', 4)}, {degrees_told(longitude, 'EW', 4)}"


def _rounded(kilometres: float) -> str:
    """Kilometres to two figures or the metre."""
    digits = 0 if kilometres >= 100 else 1 if kilometres >= 10 else 2
    text = f"{kilometres:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text
