"""The road of a case in commands, for whoever carries them out."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

from tests.builders import (
    ANNA,
    BEN,
    CARLA,
    EVA,
    FINN,
    GRETA,
    a_report,
    a_window,
    findings,
    not_owed,
    words,
)
from tocsin.app import App
from tocsin.casework.intake import new_id
from tocsin.domain import commands as c
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case
from tocsin.domain.kinds import Matter, Method, Relation, VictimKind
from tocsin.domain.parity import NOBODY_INSIDE

TOLD = (
    "A man who spoke with a northern accent said in the tea room that his friends had looked at "
    "the large hall twice this week, that they had rented a van, and that on Friday evening "
    "nobody who sits near the stage would go home. The caller heard this herself, is afraid, "
    "and asks that her name is not told to anybody.\n"
) * 3

Step = tuple[c.Command, Actor]
Does = Callable[[c.Command, Actor], Case]


def told(case_id: str) -> bytes:
    """What the report of a case says, as it came."""
    return f"EXAMPLE, report for {case_id}. {TOLD}".encode()


def opening(app: App, case_id: str) -> Step:
    """A case on a report of a moment ago."""
    now = app.clock()
    report = a_report(
        new_id(app, "R"),
        sha256=sha256(told(case_id)).hexdigest(),
        acquired_at=now - timedelta(minutes=1),
        received_at=now,
    )
    return c.OpenCase(case_id=case_id, report=report, title="A talk overheard"), ANNA


def to_determined(case_id: str, matter: Matter = Matter.WARN) -> Iterator[Step]:
    """From a report to a determination, a remark on the way: five commands."""
    made = findings() if matter is Matter.WARN else not_owed()
    yield c.RecordRemark(case_id=case_id, words="The caller was sober and afraid."), ANNA
    yield c.NameVictim(case_id=case_id, name="Visitors of the hall", kind=VictimKind.GROUP), ANNA
    yield c.RecordFindings(case_id=case_id, victim_id="v1", findings=made), ANNA
    proposal: dict[str, Any] = {"victim_id": "v1", "matter": matter, "reason": "as discussed"}
    yield c.ProposeDetermination(case_id=case_id, **proposal), BEN
    yield c.ConfirmDetermination(case_id=case_id, proposal_id="p1"), CARLA


def to_released(does: Does, app: App, case_id: str) -> None:
    """From a determination to released words and a recipient named for them."""
    now = app.clock()
    said = words(window=a_window(now, now + timedelta(days=2)))
    draft = c.DraftWarning(case_id=case_id, words=said, victim_ids=("v1",))
    text_sha256 = does(draft, ANNA).warnings["w1"].draft.text_sha256
    release = c.ReleaseWarning(
        case_id=case_id,
        warning_id="w1",
        text_sha256=text_sha256,
        residual_risk="small, accepted",
        parity=NOBODY_INSIDE,
    )
    does(release, EVA)
    does(c.NameFollowUpOwner(case_id=case_id, officer_id=GRETA.actor_id), BEN)
    recipient = c.NameRecipient(
        case_id=case_id,
        victim_id="v1",
        name="The hall's manager",
        relation=Relation.PROTECTOR,
        method=Method.EMAIL,
        address="manager@hall.example",
    )
    does(recipient, FINN)


def to_closed(case_id: str) -> Iterator[Step]:
    """From a determination that no duty is owed to the end."""
    yield c.ProposeClosing(case_id=case_id, reason="nothing is left to do"), BEN
    yield c.ConfirmClosing(case_id=case_id, proposal_id="p2"), CARLA


def planning(case: Case) -> Step:
    """The released words, to the recipient named."""
    recipient_id = next(iter(case.recipients))
    return c.PlanDelivery(case_id=case.case_id, warning_id="w1", recipient_id=recipient_id), FINN
