"""How a desk warns the public, as if each message had been signed."""

from typing import Any

from tests.builders import BEN, CARLA, CASE, PACK, Desk, words
from tests.feeds.cap.publications import a_notice
from tocsin.domain import commands as c
from tocsin.domain.actor import Actor
from tocsin.domain.deciding import Context, decide
from tocsin.domain.events import Event
from tocsin.domain.public import Reference, Status
from tocsin.domain.publishing import Minted

LIVE = f"LIVE {CASE}"
AFTER = words(what="The warning is cancelled.", do="You may go there again.")


def prepares(
    desk: Desk,
    warning_id: str = "w1",
    status: Status = Status.ACTUAL,
    by: Actor = BEN,
    **fields: Any,
) -> list[Event]:
    given = {"notice": a_notice(), "cancellation": (AFTER,)} | fields
    return desk.does(by, c.PreparePublication, warning_id=warning_id, status=status, **given)


def _sends(desk: Desk, by: Actor, command: c.Command, identifier: str) -> list[Event]:
    sent = Reference(sender="a@house.example", identifier=identifier, sent=desk.now)
    minted = Minted(message=sent, cap_sha256="ab" * 32)
    ctx = Context(by=by, now=desk.now, policy=PACK, minted=minted)
    steps = decide(desk.case, command, ctx)
    desk.held = steps[-1][1]
    new = [event for event, _ in steps]
    desk.happened += new
    return new


def confirms(desk: Desk, number: int = 1, by: Actor = CARLA, typed: str = LIVE) -> list[Event]:
    command = c.ConfirmPublication(case_id=CASE, publication_id=f"n{number}", typed=typed)
    return _sends(desk, by, command, f"T-{number}")


def cancels(desk: Desk, number: int = 1, by: Actor = BEN) -> list[Event]:
    command = c.CancelPublication(case_id=CASE, publication_id=f"n{number}", reason="a false alarm")
    return _sends(desk, by, command, f"T-{number}-over")
