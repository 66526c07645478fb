"""What changes when one policy takes another's place, told before somebody confirms it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import product

from tocsin.domain.duty import Clock, Duty, Ground, requirements
from tocsin.domain.findings import Answer, Finding, FindingName, Findings, Harm, Urgency
from tocsin.policy.beside import InForce, gravest, parts
from tocsin.policy.pack import Pack

_LONGEST = timedelta(days=62)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """So many of all combinations of findings are ruled otherwise; one of them in words."""

    before: Duty
    after: Duty
    count: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that the policies say otherwise; "" where one says nothing of it."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`combinations` is how many were tried, which is all there are."""

    combinations: int
    decided: tuple[Decided, ...]
    changes: tuple[Change, ...]

    @property
    def is_none(self) -> bool:
        return not self.decided and not self.changes


def difference(before: InForce, after: InForce) -> Difference:
    """Everything that decides and differs: rulings, grounds, clocks, whom to tell, what to say."""
    found: dict[tuple[Duty, Duty], list[Findings]] = {}
    tried = list(every_findings())
    for findings, was, now in zip(tried, _duties(before), _duties(after), strict=True):
        if was is not now:
            found.setdefault((was, now), []).append(findings)
    return Difference(
        combinations=len(tried),
        decided=tuple(
            Decided(before=was, after=now, count=len(same), example=words(same[0]))
            for (was, now), same in sorted(found.items(), key=lambda one: -len(one[1]))
        ),
        changes=tuple(_changes(dict(_told(before)), dict(_told(after)))),
    )


def _duties(policy: InForce) -> Iterator[Duty]:
    """What a policy rules on every combination, in their order."""
    return map(gravest, zip(*map(ruled_by, parts(policy)), strict=True))


@lru_cache(maxsize=16)
def ruled_by(pack: Pack) -> tuple[Duty, ...]:
    """What a pack rules on every combination, in their order."""
    return tuple(pack.assess(findings).duty for findings in every_findings())


def every_findings() -> Iterator[Findings]:
    """Every combination that a threshold can be given: 2,430."""
    made = {one: Finding(answer=one, basis="tried") for one in Answer}
    for five in product(made.values(), repeat=len(FindingName)):
        named = {name.value: one for name, one in zip(FindingName, five, strict=True)}
        for kind, tried in product(Harm, (False, True)):
            yield Findings(**named, kind_of_harm=kind, corroboration_tried=tried)


def words(findings: Findings) -> str:
    """Findings in words."""
    answers = ", ".join(f"{name}: {one}" for name, one in findings.answers().items())
    kind = findings.kind_of_harm.replace("_", " ")
    sought = "" if findings.corroboration_tried else "not "
    return f"{answers}; kind of harm: {kind}; corroboration {sought}sought"


def length(time: timedelta) -> str:
    """A length of time in words: "15 min", "4 h", "14 d"."""
    for unit, name in ((timedelta(days=1), "d"), (timedelta(hours=1), "h")):
        if time >= 2 * unit and not time % unit:
            return f"{time // unit} {name}"
    return f"{time // timedelta(minutes=1)} min"


def _told(policy: InForce) -> Iterator[tuple[str, str]]:
    """What a policy says beside its rulings: what of, and in words."""
    for code, ground in policy.grounds.items():
        yield f"Ground to waive: {code.replace('_', ' ')}", _ground(ground)
    for clock in Clock:
        spans = (f"{one} {length(policy.interval(clock, one))}" for one in Urgency)
        yield f"Clock: {clock.replace('_', ' ')}", ", ".join(spans)
    for urgency in (Urgency.IMMINENT, Urgency.NEAR):
        yield f"What counts as {urgency}", f"harm within {length(_within(policy, urgency))}"
    yield "A warning must say", ", ".join(policy.minimum_content)
    for one in requirements(policy):
        must = "must be told" if one.required else "may be told"
        yield f"Recipient: {one.who}", must + (" and discharges the duty" * one.discharges)
    for pack in parts(policy):
        covered = "covered" if pack.own_state_threats else "not covered"
        yield f"Threats from one's own state, under {pack.name}", covered


def _ground(ground: Ground) -> str:
    units = "two units" if ground.two_units else "two people"
    return f"{ground.title}: {units}; {', '.join(need.label for need in ground.needs)}"


def _within(policy: InForce, urgency: Urgency) -> timedelta:
    """Up to when, to the hour, a threat is at least so near."""
    nearness = list(Urgency)
    hour = timedelta(hours=1)
    near = (
        n * hour
        for n in range(_LONGEST // hour, 0, -1)
        if nearness.index(policy.urgency(n * hour)) <= nearness.index(urgency)
    )
    return next(near, timedelta(0))


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Change]:
    for what in dict.fromkeys((*before, *after)):
        was, now = before.get(what, ""), after.get(what, "")
        if was != now:
            yield Change(what=what, before=was, after=now)
