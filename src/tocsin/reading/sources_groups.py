"""Reports to sources: how many independent voices a set of reports is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tocsin.reading.sources import Link

# Passages within one report are the same where they overlap by this much of the smaller one;
# a report that has less than _OWN beyond what another holds may be just a piece of that one.
_OVERLAP, _OWN = 0.2, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One source: the reports that print it, the first of them first.

    `drawn_on_by` are reports put together from this source and others: they are in several
    groups, join none of them, and are no source of their own.
    """

    reports: tuple[str, ...]
    drawn_on_by: tuple[str, ...] = ()


def groups(report_ids: Sequence[str], links: Iterable[Link]) -> tuple[Group, ...]:
    """The sources of these reports, in the order of their first ones; `len` is how many voices.

    Links lead to earlier reports. Who draws on earlier ones that have nothing in common brings
    them together, and makes them no single source. But the count errs low: earlier reports that
    one later holds nearly whole are one source, for they may be its pieces.

    Links with reports not among `report_ids` are left out.
    """
    near: dict[str, dict[str, _Side]] = {one: {} for one in dict.fromkeys(report_ids)}
    for link in links:
        if link.report_id in near and link.other_id in near:
            near[link.report_id][link.other_id] = _Side.of(link, mine=True)
            near[link.other_id][link.report_id] = _Side.of(link, mine=False)
    parts = {one: split for one, sides in near.items() if len(split := _split(sides, near)) > 1}
    parts = {
        one: split for one, split in parts.items() if sum(bool(p - parts.keys()) for p in split) > 1
    }
    return _grouped(near, parts)


@dataclass(frozen=True, slots=True)
class _Side:
    """A link seen from one report: where in it the passages are; what the other has beyond them."""

    earlier: bool
    places: tuple[tuple[int, int], ...]
    beyond: float

    @classmethod
    def of(cls, link: Link, *, mine: bool) -> "_Side":
        starts = ((run.at if mine else run.other_at, run.size) for run in link.runs)
        places = tuple(sorted((start, start + size) for start, size in starts))
        return cls(mine, places, 1 - (link.other_share if mine else link.share))


def _split(sides: Mapping[str, _Side], near: Mapping[str, Mapping[str, _Side]]) -> list[set[str]]:
    """The neighbours of a report: one part, or several if the earlier ones share nothing."""
    parts: list[set[str]] = []

    def beside(one: str) -> list[set[str]]:
        side = sides[one]
        return [
            p for p in parts if any(one in near[two] or _overlap(side, sides[two]) for two in p)
        ]

    earlier = [one for one, side in sides.items() if side.earlier]
    for one in earlier:
        touched = beside(one)
        parts = [part for part in parts if part not in touched] + [{one}.union(*touched)]
    whole = [part for part in parts if all(sides[one].beyond < _OWN for one in part)]
    parts = [part for part in parts if part not in whole] + [set().union(*whole)] * bool(whole)
    if len(parts) < 2:
        return [set(sides)]
    for one in [one for one in sides if one not in earlier]:
        if touched := beside(one):
            touched[0].add(one)
        else:
            parts.append({one})
    return parts


def _overlap(one: _Side, two: _Side) -> bool:
    both = at = 0
    for start, end in one.places:
        while at < len(two.places) and two.places[at][1] <= start:
            at += 1
        for other_start, other_end in two.places[at:]:
            if other_start >= end:
                break
            both += max(0, min(end, other_end) - max(start, other_start))
    least = min(sum(end - start for start, end in side.places) for side in (one, two))
    return both > _OVERLAP * least


def _grouped(
    near: Mapping[str, Mapping[str, _Side]], parts: Mapping[str, Sequence[set[str]]]
) -> tuple[Group, ...]:
    """Join what is linked; what is in `parts` joins only within each of its parts."""
    above = {one: one for one in near}
    rank = {one: place for place, one in enumerate(near)}

    def first(one: str) -> str:
        while above[one] != one:
            above[one] = one = above[above[one]]
        return one

    def join(several: Iterable[str]) -> None:
        tops = sorted({first(one) for one in several}, key=rank.__getitem__)
        above.update(dict.fromkeys(tops[1:], *tops[:1]))

    drawn: dict[str, list[str]] = defaultdict(list)
    for one, sides in near.items():
        for part in parts.get(one, [{one, *sides}]):
            join(other for other in part if other not in parts)
    for one, split in parts.items():
        for top in dict.fromkeys(
            first(min(p - parts.keys(), key=rank.__getitem__)) for p in split if p - parts.keys()
        ):
            drawn[top].append(one)
    members: dict[str, list[str]] = defaultdict(list)
    for one in near:
        if one not in parts:
            members[first(one)].append(one)
    return tuple(
        Group(reports=tuple(those), drawn_on_by=tuple(drawn[top])) for top, those in members.items()
    )
