"""Lines on paper: cut at a frame, thinned, and written as SVG paths of a tenth of a unit."""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from tocsin.web.geo.sphere import Point

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def clip(ring: Sequence[Point], box: Box) -> list[Point]:
    """The part of a closed ring inside the box (Sutherland and Hodgman, 1974)."""
    found = list(ring)
    for axis, bound, sign in ((0, box[0], 1), (1, box[1], 1), (0, box[2], -1), (1, box[3], -1)):
        if not found:
            return []
        if all(sign * (at[axis] - bound) >= 0 for at in found):
            continue
        cut: list[Point] = []
        for start, end in zip([found[-1], *found[:-1]], found, strict=True):
            into, out = (sign * (end[axis] - bound) >= 0), (sign * (start[axis] - bound) >= 0)
            if into is not out:
                part = (bound - start[axis]) / (end[axis] - start[axis])
                across = start[1 - axis] + part * (end[1 - axis] - start[1 - axis])
                cut.append((bound, across) if axis == 0 else (across, bound))
            if into:
                cut.append(end)
        found = cut
    return found


def thin(line: Sequence[Point], least: float) -> list[Point]:
    """The line without points that lie within `least` of what is left (Douglas, Peucker, 1973)."""
    kept, spans = {0, len(line) - 1}, [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        (ax, ay), (bx, by) = line[first], line[last]
        dx, dy = bx - ax, by - ay
        length = hypot(dx, dy)
        most, where = least, 0
        for n in range(first + 1, last):
            x, y = line[n][0] - ax, line[n][1] - ay
            off = abs(x * dy - y * dx) / length if length > 1e-9 else hypot(x, y)
            if off > most:
                most, where = off, n
        if where:
            kept.add(where)
            spans += [(first, where), (where, last)]
    return [line[n] for n in sorted(kept)]


def path(line: Sequence[Point], *, closed: bool = True) -> str:
    """One subpath, in steps from point to point."""
    tenths = [(round(10 * x), round(10 * y)) for x, y in line]
    steps = [
        f"{(bx - ax) / 10:g} {(by - ay) / 10:g}"
        for (ax, ay), (bx, by) in pairwise(tenths)
        if (ax, ay) != (bx, by)
    ]
    # A step of nothing is still drawn, as a dot: so small islands show.
    drawn = "l" + " ".join(steps) if steps else "h0"
    start = f"M{tenths[0][0] / 10:g} {tenths[0][1] / 10:g}"
    return (start + drawn + ("z" if closed and steps else "")).replace(" -", "-")


def holds(ring: Sequence[Point], at: Point) -> bool:
    """Whether a place lies inside a ring, by the rule of even and odd."""
    x, y = at
    inside = False
    for (ax, ay), (bx, by) in pairwise([*ring, ring[0]]):
        if (ay > y) is not (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
    return inside


def widest(ring: Sequence[Point], box: Box) -> tuple[Point, float]:
    """Where a word fits best into a ring: the middle of its widest level line, and its width."""
    best, room = (0.0, 0.0), 0.0
    for n in range(1, 12):
        y = box[1] + (box[3] - box[1]) * n / 12
        sides = pairwise([*ring, ring[0]])
        cuts = sorted(
            ax + (y - ay) / (by - ay) * (bx - ax)
            for (ax, ay), (bx, by) in sides
            if (ay > y) is not (by > y)
        )
        for left, right in zip(cuts[::2], cuts[1::2], strict=True):
            if right - left > room:
                best, room = ((left + right) / 2, y), right - left
    return best, room


class Room:
    """What of a picture is taken by words."""

    def __init__(self) -> None:
        self.taken: list[Box] = []

    def take(self, wanted: Box) -> bool:
        """Take this much of it, if all of it is free."""
        left, top, right, bottom = wanted
        for x0, y0, x1, y1 in self.taken:
            if left < x1 and right > x0 and top < y1 and bottom > y0:
                return False
        self.taken.append(wanted)
        return True
