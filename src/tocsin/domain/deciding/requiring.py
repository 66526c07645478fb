"""Decisions on whom the duty itself requires to be told."""

from collections.abc import Iterable

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.deciding.context import Context, decides, said, the_victim
from tocsin.domain.refusal import Code, refuse


@decides(c.AnswerRequirement)
def answer_requirement(case: Case, command: c.AnswerRequirement, ctx: Context) -> list[e.Event]:
    """A recipient who is told, or the reason why nobody is; silence is neither."""
    the_victim(case, command.victim_id)
    known_requirements(case, (command.requirement,))
    if bool(command.recipient_id) == bool(command.reason.strip()):
        refuse(
            Code.BAD_VALUE,
            "Nothing was recorded: say who is told, or why nobody is, and not both.",
            "Choose a recipient, or choose nobody and give the reason.",
        )
    recipient = case.recipients.get(command.recipient_id)
    if command.recipient_id and (recipient is None or recipient.victim_id != command.victim_id):
        refuse(
            Code.RECIPIENT_UNKNOWN,
            "Nothing was recorded: no such recipient is named for this victim.",
            "Name them first, or choose one of those named.",
        )
    return [
        e.RequirementAnswered(
            **ctx.stamp,
            victim_id=command.victim_id,
            requirement=command.requirement,
            recipient_id=command.recipient_id,
            reason="" if command.recipient_id else said(command.reason, "a reason"),
        )
    ]


def known_requirements(case: Case, names: Iterable[str]) -> tuple[str, ...]:
    """The names, each once. Refuses BAD_VALUE for one that the case's policy does not have."""
    known = {one.name for one in case.must_tell}
    if set(names) - known:
        refuse(
            Code.BAD_VALUE,
            "Nothing was done: the policy of this case requires nobody of that name to be told.",
            f"It requires: {', '.join(sorted(known)) or 'nobody in particular'}.",
        )
    return tuple(dict.fromkeys(names))
