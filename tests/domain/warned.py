"""A case in which somebody has warned us, at the desk of the builders."""

from typing import Any

from tests.builders import ANNA, BEN, CARLA, EVA, GRETA, HOUR, NOW, Desk
from tocsin.domain import commands as c
from tocsin.domain.inbound import BirthDate, ClaimResult, Confidence, Owed

CLAIMS = ("Тимур Карелин ist nach Norden gereist", "he has written to the camp")
NAMES = ("Timur Karelin", "Тимур Карелин")
BIRTHS = (
    BirthDate(born="1986-10-21", confidence=Confidence.LOW),
    BirthDate(born="1987", confidence=Confidence.MODERATE),
)


def warned(desk: Desk | None = None, **changes: Any) -> Desk:
    """A warning i1 with claims c1 and c2, in a case that may be new."""
    desk = desk or Desk().opened()
    given = {
        "report_id": "R1",
        "sender": "The liaison office of Ostmark",
        "received_at": NOW - HOUR / 2,
        "path": "a letter to the embassy",
        "answer_to": "by the same path",
        "claims": CLAIMS,
        "language": "ru",
    }
    desk.does(ANNA, c.RecordInbound, **(given | changes))
    return desk


def receipted(desk: Desk, inbound_id: str = "i1") -> Desk:
    said = {"path": "telephone", "to_whom": "the duty officer", "words": "we have your letter"}
    desk.does(ANNA, c.GiveReceipt, inbound_id=inbound_id, given_at=desk.now, **said)
    return desk


def owned(desk: Desk, by: str = "", inbound_id: str = "i1", reason: str = "") -> Desk:
    officer = by or GRETA.actor_id
    desk.does(BEN, c.NameInboundOwner, inbound_id=inbound_id, officer_id=officer, reason=reason)
    return desk


def checked(desk: Desk, *claims: str, result: ClaimResult = ClaimResult.INCONCLUSIVE) -> Desk:
    for claim_id in claims or tuple(desk.case.claims):
        desk.does(
            ANNA, c.RecordClaimTest, claim_id=claim_id, how="asked his landlord", result=result
        )
    return desk


def asked(desk: Desk, hours: int = 48) -> Desk:
    due_at = desk.now + hours * HOUR
    desk.does(ANNA, c.AskSender, inbound_id="i1", question="Who are his friends?", due_at=due_at)
    return desk


def answered(desk: Desk) -> Desk:
    """Proposed by one, released by another, given by a third."""
    desk.does(GRETA, c.ProposeAnswer, inbound_id="i1", words="We have looked and found nothing.")
    desk.does(EVA, c.ConfirmAnswer, proposal_id=desk.last_proposal)
    told = {"given_at": desk.now, "path": "a letter", "to_whom": "the liaison office"}
    desk.does(ANNA, c.GiveAnswer, inbound_id="i1", **told)
    return desk


def watched(desk: Desk, **changes: Any) -> Desk:
    given = {"names": NAMES, "births": BIRTHS, "identifiers": ("P 1234567",), "reason": "warned of"}
    desk.does(ANNA, c.PutOnWatch, **(given | changes))
    return desk


def ended(desk: Desk, watch_id: str = "s1") -> Desk:
    desk.does(BEN, c.ProposeWatchEnd, watch_id=watch_id, reason="he is another man")
    desk.does(CARLA, c.ConfirmWatchEnd, proposal_id=desk.last_proposal)
    return desk


def excused(desk: Desk, owed: Owed = Owed.ANSWER) -> Desk:
    desk.does(BEN, c.LeaveSenderUnanswered, inbound_id="i1", owed=owed, reason="no way back")
    return desk
