"""Every case that a pack can be given, and what must be true of each.

Nothing here trusts what was proved when the pack loaded: each input goes
through `Pack.assess`, each particular through `Pack.waive`, each clock through
`Pack.interval`, and each road through the domain's own decisions.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import islice, pairwise

from tocsin.domain.duty import Clock, Duty, Ground
from tocsin.domain.findings import Answer, Finding, FindingName, Findings, Harm, Urgency
from tocsin.policy.pack import Pack
from tocsin.policy.particulars import meeting
from tocsin.policy.rules import THRESHOLD, Value
from tocsin.policy.soundness import KEYS, NAMES, Key, completions, members, words
from tocsin.policy.walking import broken

_MOST_TOLD = 20
_ONLY = {*(name.value for name in FindingName), "kind_of_harm", "corroboration_tried"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhausted:
    """What was tried of one pack; `broken` is empty where every promise holds in every case.

    `combinations` are inputs times grounds (and none) times urgencies, `roads` the cases taken
    to their end, `particulars` the ways in which grounds were filled in.
    """

    pack: str
    combinations: int
    particulars: int
    roads: int
    broken: tuple[str, ...]


def exhaust(pack: Pack, progress: Callable[[int], None] = lambda _done: None) -> Exhausted:
    """Try every combination; `progress` is told of every input done, up to 2,430."""
    duties: dict[Key, Duty] = {}
    for number, key in enumerate(KEYS, start=1):
        duties[key] = pack.assess(findings_of(key)).duty
        if number % 243 == 0:
            progress(number)
    filled = [one for ground in pack.grounds.values() for one in _filled(pack, ground)]
    firsts = {duty: key for key, duty in reversed(duties.items())}
    complaints = [
        *_inputs(pack, duties),
        *(complaint for complaint in filled if complaint),
        *_clocks(pack),
        *(
            complaint
            for duty, key in firsts.items()
            for urgency in Urgency
            for complaint in broken(pack, duty, urgency, findings_of(key))
        ),
    ]
    return Exhausted(
        pack=pack.name,
        combinations=len(KEYS) * (len(pack.grounds) + 1) * len(Urgency),
        particulars=len(filled),
        roads=len(firsts) * len(Urgency) * (len(pack.grounds) + 3),
        broken=tuple(islice(complaints, _MOST_TOLD)),
    )


@cache
def findings_of(key: Key) -> Findings:
    """One input as findings, each of which has a basis."""
    answers = dict(zip(NAMES, key, strict=True))
    return Findings(
        **{name.value: _finding(answers[name.value]) for name in FindingName},
        kind_of_harm=Harm(str(answers["kind_of_harm"])),
        corroboration_tried=answers["corroboration_tried"] is True,
    )


@cache
def _finding(answer: Value) -> Finding:
    return Finding(answer=Answer(str(answer)), basis="tried")


def _inputs(pack: Pack, duties: Mapping[Key, Duty]) -> Iterator[str]:
    if set(THRESHOLD) != _ONLY:
        yield "the rules are told more than the findings"
    proved = {KEYS[n]: duty for duty in Duty for n in members(pack.truth.of(duty))}
    for key, duty in duties.items():
        five, kind = key[:5], key[5]
        if duty is not proved[key]:
            yield f"assessed otherwise than proved when {words(key)}"
        if set(five) == {"yes"} and kind != "none_of_these" and duty is not Duty.OWED:
            yield f"not owed though all is found when {words(key)}"
        if duty is not Duty.NOT_OWED:
            continue
        if "no" not in five and kind != "none_of_these":
            yield f"not owed though nothing is denied when {words(key)}"
        if any(duties[one] is not Duty.NOT_OWED for one in completions(key)):
            yield f"an unknown makes it not owed when {words(key)}"


def _filled(pack: Pack, ground: Ground) -> Iterator[str]:
    """Each way to fill in a ground: a complaint where it is met and should not be, or else ""."""
    code, full = ground.code, meeting(ground, pack.checks[ground.code])
    if full is None:
        yield f"{code}: no particulars tried meet it"
        return
    yield "" if pack.waive(code, full).allowed else f"{code}: it is not met by all that it asks"
    yield _met(pack, code, {}, "by nothing")
    yield _met(pack, code, dict.fromkeys(full, "unknown"), "by unknowns alone")
    yield _met(pack, code, dict.fromkeys(full, ""), "by blanks alone")
    for name in full:
        yield _met(pack, code, {k: v for k, v in full.items() if k != name}, f"without {name}")
        for nothing in ("unknown", "Unknown.", "", " ", "-", "?"):
            yield _met(pack, code, full | {name: nothing}, f"though {name} is unknown")


def _met(pack: Pack, code: str, given: Mapping[str, str], how: str) -> str:
    return f"{code}: it is met {how}" if pack.waive(code, given).allowed else ""


def _clocks(pack: Pack) -> Iterator[str]:
    for clock in Clock:
        lengths = [pack.interval(clock, urgency) for urgency in Urgency]
        if min(lengths) <= timedelta(0):
            yield f"the clock {clock.value} never runs"
        if any(nearer > later for nearer, later in pairwise(lengths)):
            yield f"the clock {clock.value} is slower for a nearer threat"
    if pack.urgency(None) is not Urgency.IMMINENT:
        yield "a time that nobody knows is not counted as imminent"
