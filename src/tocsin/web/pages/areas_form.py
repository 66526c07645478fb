"""The fields in which areas are typed, or drawn where scripts run: `components/areas.html`."""

import re
from collections.abc import Iterator, Sequence

from tocsin.domain.areas import Area, Misdrawn, check_polygon, circle
from tocsin.web.geo.plane import clip
from tocsin.web.pages.forms import Form

MOST_AREAS = 5
MOST_SHAPES = 20
LONGEST = 60_000
ASK = "Enter the corners of at least one polygon, or a circle"
LINE = re.compile(r"([+-]?\d{1,3}(?:\.\d{1,15})?)\s*,\s*([+-]?\d{1,3}(?:\.\d{1,15})?)")


def read_areas(form: Form) -> tuple[Area, ...]:
    """The areas of a form. Mistakes are noted by field; areas that have one are left out.

    A polygon is closed where it is not, and one drawn on beyond the 180th meridian is made two.
    """
    found = [_read(form, f"area-{n}") for n in range(MOST_AREAS)]
    areas = tuple(area for area in found if area)
    if not areas and not form.errors:
        form.wrong("area-0-polygon", ASK)
    return areas


def _read(form: Form, name: str) -> Area | None:
    fields = [f"{name}-{part}" for part in ("description", "polygon", "circle")]
    description = form.text(fields[0], longest=500)
    polygons, circles = _polygons(form, fields[1]), _circles(form, fields[2])
    if not any(form.value(one).strip() for one in fields) or form.errors.keys() & set(fields):
        return None
    if not (polygons or circles):
        form.wrong(fields[1], ASK)
        return None
    try:
        return Area(description=description, polygons=tuple(polygons), circles=tuple(circles))
    except ValueError:
        form.wrong(
            fields[0], "Say in one line of at most 500 characters what people call this area"
        )
        return None


def show_areas(areas: Sequence[Area]) -> dict[str, str]:
    """The values of the fields, for `Form.showing(**show_areas(areas))`."""
    shown = {}
    for n, area in enumerate(areas[:MOST_AREAS]):
        shown[f"area-{n}-description"] = area.description
        shown[f"area-{n}-polygon"] = "\n\n".join(one.replace(" ", "\n") for one in area.polygons)
        shown[f"area-{n}-circle"] = "\n".join(area.circles)
    return shown


def _polygons(form: Form, name: str) -> list[str]:
    found = []
    for n, block in enumerate(filter(None, _blocks(form.text(name, longest=LONGEST))), 1):
        try:
            found += list(_closed(block))
        except Misdrawn as misdrawn:
            form.wrong(name, f"Polygon {n}: {misdrawn}")
    if len(found) > MOST_SHAPES:
        form.wrong(name, f"Give at most {MOST_SHAPES} polygons")
    return found


def _blocks(text: str) -> list[list[str]]:
    blocks = re.split(r"\n[ \t]*\n", text)
    return [[line.strip() for line in block.split("\n") if line.strip()] for block in blocks]


def _closed(lines: list[str]) -> Iterator[str]:
    pairs = [LINE.fullmatch(line) for line in lines]
    # What is no pair is told by the domain, in its words.
    corners = [f"{m[1]},{m[2]}" if m else line for m, line in zip(pairs, lines, strict=True)]
    whole = [(float(m[1]), float(m[2])) for m in pairs if m]
    beyond = len(whole) == len(lines) and any(180 < abs(lon) <= 540 for _, lon in whole)
    for part in _parted(whole) if beyond else [corners]:
        polygon = " ".join(part if part[0] == part[-1] else [*part, part[0]])
        check_polygon(polygon)
        yield polygon


def _parted(whole: list[tuple[float, float]]) -> Iterator[list[str]]:
    """The parts of a polygon between the 180th meridian and itself."""
    for turn in (-360, 0, 360):
        part = clip(whole, (-90, turn - 180, 90, turn + 180))
        if len(set(part)) > 2:
            yield [f"{_short(lat)},{_short(lon - turn)}" for lat, lon in part]


def _short(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _circles(form: Form, name: str) -> list[str]:
    found = []
    for n, line in enumerate(form.lines(name, most=MOST_SHAPES), 1):
        one = re.sub(r"\s*,\s*", ",", " ".join(line.split()))
        try:
            circle(one)
            found.append(one)
        except Misdrawn as misdrawn:
            form.wrong(name, f"Circle {n}: {misdrawn}")
    return found
