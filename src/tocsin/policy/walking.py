"""What becomes of a duty: one case after another taken along every road to its end.

The state machine is the domain's own, run purely. It sees of the findings only
what the pack makes of them, so one case for each duty, ground and urgency is enough.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tocsin.domain import commands as c
from tocsin.domain.actor import SYSTEM, Actor, ActorKind, Role
from tocsin.domain.case import Case, Deadline, Victim, deadline_key
from tocsin.domain.deciding import Context, decide
from tocsin.domain.duties import LAPSED, NOT_OWED, UNDELIVERED, WAIVED, told
from tocsin.domain.duty import Clock, Duty
from tocsin.domain.findings import Findings, Urgency
from tocsin.domain.kinds import Matter, VictimKind
from tocsin.domain.refusal import Refusal
from tocsin.domain.report import Credibility, Reliability, Report
from tocsin.policy.pack import Pack
from tocsin.policy.particulars import meeting

# After every time that particulars are tried with: a time in the future meets no ground.
_BEGINS = datetime(2024, 3, 8, tzinfo=UTC)
_LAPSES = 8


def _officer(name: str, unit: str) -> Actor:
    roles = frozenset({Role.DETERMINING_OFFICER})
    return Actor(kind=ActorKind.OFFICER, actor_id=name, unit=unit, roles=roles)


_ANALYST, _FIRST, _SECOND = _officer("a", "one"), _officer("b", "one"), _officer("c", "one")
_ELSEWHERE = _officer("d", "two")
_REPORT = Report(
    report_id="r1",
    sha256="00" * 32,
    size_bytes=1,
    media_type="text/plain",
    title="A report",
    acquired_at=_BEGINS,
    acquired_by="e",
    received_at=_BEGINS,
    received_from="f",
    reliability=Reliability.B,
    credibility=Credibility.TWO,
    marking="",
)


class _Road:
    """One case under a pack; time passes only in silence."""

    def __init__(self, pack: Pack, urgency: Urgency, findings: Findings) -> None:
        self.pack, self.now = pack, _BEGINS
        self.case: Case | None = None
        self.do(_ANALYST, c.OpenCase, report=_REPORT, title="A case", urgency=urgency)
        self.do(_ANALYST, c.NameVictim, name="Somebody", kind=VictimKind.PERSON)
        self.do(_ANALYST, c.RecordFindings, victim_id="v1", findings=findings)

    @property
    def victim(self) -> Victim:
        return self._case.victims["v1"]

    @property
    def _case(self) -> Case:
        if self.case is None:
            raise ValueError("a road begins with a case")
        return self.case

    @property
    def told(self) -> str:
        return told(self._case, self.victim, self.now)

    @property
    def expiry(self) -> Deadline | None:
        """When the victim's waiver ends."""
        return self._case.deadlines.get(deadline_key(Clock.WAIVER_EXPIRY, "v1"))

    @property
    def matter(self) -> Matter | None:
        return self.victim.determination.matter if self.victim.determination else None

    def do(self, by: Actor, command: type[c.Command], /, **fields: Any) -> None:
        ctx = Context(by=by, now=self.now, policy=self.pack)
        steps = decide(self.case, command(case_id="x", **fields), ctx)
        self.case = steps[-1][1] if steps else self.case

    def may(self, by: Actor, command: type[c.Command], /, **fields: Any) -> bool:
        """Do it; False where it is refused."""
        try:
            self.do(by, command, **fields)
        except Refusal:
            return False
        return True

    def propose(self, matter: Matter, **fields: Any) -> bool:
        return self.may(
            _FIRST, c.ProposeDetermination, victim_id="v1", matter=matter, reason="r", **fields
        )

    def confirm(self, by: Actor) -> bool:
        return self.may(by, c.ConfirmDetermination, proposal_id="p1")

    def lapse(self, due: Deadline) -> None:
        self.now = max(self.now, due.due_at)
        self.do(SYSTEM, c.Lapse, number=due.number, clock=due.clock)

    def silent(self) -> Iterator[str]:
        """Nobody does anything, for many deadlines; what breaks a promise."""
        lapses = self._case.lapses
        for _ in range(_LAPSES):
            due = self._case.next_deadline
            if due is None:
                yield "an open case has no deadline"
                return
            self.lapse(due)
        if not self._case.is_open:
            yield "silence closed the case"
        if self._case.lapses != lapses + _LAPSES:
            yield "a silence was not written down"
        if self.may(_FIRST, c.ProposeClosing, reason="r"):
            yield "a case was closed over a duty that is still open"


def broken(pack: Pack, duty: Duty, urgency: Urgency, findings: Findings) -> Iterator[str]:
    """Each promise that a case with these findings breaks on some road to its end, in words."""
    for road, complaints in (
        ("nobody acts", _nobody_acts(_Road(pack, urgency, findings))),
        ("to warn", _warned(_Road(pack, urgency, findings))),
        ("no duty", _no_duty(_Road(pack, urgency, findings), duty)),
        *(
            (f"to waive ({code})", _waived(_Road(pack, urgency, findings), code))
            for code in pack.grounds
        ),
    ):
        for complaint in complaints:
            yield f"{duty.value}, {urgency.value}, {road}: {complaint}"


def _nobody_acts(road: _Road) -> Iterator[str]:
    yield from road.silent()
    if road.told != LAPSED or road.matter is not None:
        yield "a duty that nobody decided is not told as lapsed"


def _warned(road: _Road) -> Iterator[str]:
    if not road.propose(Matter.WARN) or road.confirm(_FIRST):
        yield "two people cannot determine to warn, or one alone can"
    if not road.confirm(_SECOND) or road.told != UNDELIVERED:
        yield "a determination to warn does not stand"
    yield from road.silent()
    if road.matter is not Matter.WARN:
        yield "silence ended a determination to warn"


def _no_duty(road: _Road, duty: Duty) -> Iterator[str]:
    if road.propose(Matter.NO_DUTY) is not (duty is Duty.NOT_OWED):
        yield "no duty may be determined only where the pack says that none is owed"
    elif duty is Duty.NOT_OWED and (road.confirm(_FIRST) or not road.confirm(_SECOND)):
        yield "that none is owed takes two people"
    elif duty is Duty.NOT_OWED and road.told != NOT_OWED:
        yield "that none is owed is not told"


def _waived(road: _Road, code: str) -> Iterator[str]:
    ground = road.pack.grounds[code]
    given = meeting(ground, road.pack.checks[code])
    if given is None:
        yield "no particulars tried meet the ground"
        return
    if road.propose(Matter.WAIVE, ground=code, particulars={}):
        yield "a ground is met by silence"
        return
    if not road.propose(Matter.WAIVE, ground=code, particulars=given):
        yield "particulars that meet the ground are refused"
        return
    if road.matter is not None or road.confirm(_FIRST) or road.confirm(_ANALYST):
        yield "a waiver needs a second person who did not analyse the case"
    if ground.two_units and road.confirm(_SECOND):
        yield "this ground needs two units"
    if not road.confirm(_ELSEWHERE) or road.told != WAIVED + code:
        yield "a waiver that two people confirmed does not stand"
        return
    ends = road.expiry
    if ends is None:
        yield "a waiver never ends"
        return
    road.lapse(ends)
    yield from road.silent()
    if road.matter is not None or road.told != LAPSED:
        yield "a waiver outlived its time"
