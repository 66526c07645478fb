"""Where a public warning holds: polygons and circles on the map, in the words of CAP 1.2."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
