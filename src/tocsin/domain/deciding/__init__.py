"""`decide`: a case and a command in, events or a refusal out. Pure."""

from tocsin.domain.case import Case
from tocsin.domain.clocks import settle
from tocsin.domain.commands import Command, OpenCase, RecordSighting
from tocsin.domain.deciding import (
    answers,
    correcting,
    delivery,
    determination,
    dispatches,
    follow_up,
    heeding,
    intake,
    planning,
    publishing,
    release,
    requiring,
    retention,
    watching,
)
from tocsin.domain.deciding.context import DECIDERS, ON_CLOSED, Context
from tocsin.domain.events import Event
from tocsin.domain.evolving import evolved
from tocsin.domain.refusal import Code, refuse

__all__ = [
    "Context",
    "answers",
    "correcting",
    "decide",
    "delivery",
    "determination",
    "dispatches",
    "follow_up",
    "heeding",
    "intake",
    "planning",
    "publishing",
    "release",
    "requiring",
    "retention",
    "watching",
]


def decide(case: Case | None, command: Command, ctx: Context) -> list[tuple[Event, Case]]:
    """The events a command yields, deadlines included, each with the case after it.

    Raises Refusal when the command may not be carried out; nothing has changed.
    """
    if isinstance(command, OpenCase):
        if case is not None:
            raise ValueError("a case is opened once")
        happened = intake.open_case(command, ctx)
    elif case is None:
        refuse(Code.CASE_UNKNOWN, "Nothing was done: there is no such case.", "Check its number.")
    elif case.destroyed and isinstance(command, RecordSighting):
        return []  # it was destroyed while the house compared: others on watch wait for theirs
    elif case.destroyed:
        refuse(
            Code.CASE_DESTROYED,
            "Nothing was done: the case has been destroyed.",
            "What is left says on whose authority, by whom and when; open a new case for news.",
        )
    elif not case.is_open and type(command) not in ON_CLOSED:
        refuse(
            Code.CASE_CLOSED,
            "Nothing was done: the case is closed.",
            "A new report reopens it.",
        )
    else:
        happened = DECIDERS[type(command)](case, command, ctx)
        if not happened:
            return []
    steps = list(evolved(case, happened))
    after = steps[-1][1]
    timed = settle(after, ctx.policy, ctx.now, ctx.by.named)
    return [*steps, *evolved(after, timed)]
