"""A warning's areas as GeoJSON (RFC 7946), for maps that others draw."""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tocsin.domain.areas import Area
from tocsin.web.geo.plane import clip
from tocsin.web.geo.shapes import Shape, shapes
from tocsin.web.geo.sphere import Point, place

MEDIA_TYPE = "application/geo+json"


def geojson(areas: Sequence[Area]) -> str:
    """A FeatureCollection, a feature an area; circles as polygons of 72 corners.

    Positions are longitude and latitude. Outer rings run counter-clockwise, and nothing crosses
    the 180th meridian, as the standard asks.
    """
    features = [
        {
            "type": "Feature",
            "properties": {"description": area.description, "circles": list(area.circles)},
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [
                    [_counter_clockwise(ring)]
                    for shape in shapes(area.polygons, area.circles)
                    for ring in _rings(shape)
                ],
            },
        }
        for area in areas
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _rings(shape: Shape) -> Iterator[list[Point]]:
    """Closed rings of latitude and longitude, cut at the 180th meridian."""
    if shape.corners:
        yield list(shape.corners)
        return
    whole = [place(shape.ring[0])]
    for latitude, longitude in map(place, shape.ring[1:]):
        last = whole[-1][1]
        whole.append((latitude, longitude + 360 * round((last - longitude) / 360)))
    if abs(whole[-1][1] - whole[0][1]) > 180:
        # It goes around a pole: along the pole and back.
        pole = 90.0 if shape.centre[0] > 0 else -90.0
        whole += [(pole, whole[-1][1]), (pole, whole[0][1])]
    for turn in (-360, 0, 360):
        cut = clip(whole, (-90, turn - 180, 90, turn + 180))
        ring = [(round(lat, 6), round(lon - turn, 6)) for lat, lon in cut]
        if len(set(ring)) > 2:
            yield ring if ring[0] == ring[-1] else [*ring, ring[0]]


def _counter_clockwise(ring: Sequence[Point]) -> list[tuple[float, float]]:
    doubled = sum(ax * by - bx * ay for (ay, ax), (by, bx) in pairwise(ring))
    return [(lon, lat) for lat, lon in (ring if doubled >= 0 else ring[::-1])]
