"""Who may do what: asked here, answered by the Cedar policies."""

import re
from functools import cache
from typing import NoReturn

from tocsin.casework.house import App
from tocsin.domain.actor import Actor, ActorKind
from tocsin.domain.case import Case
from tocsin.domain.commands import Command, OpenCase, ReceiveAgain
from tocsin.domain.refusal import Code, refuse
from tocsin.policy.access import CaseFacts, Principal


def require(app: App, by: Actor, command: Command, case: Case | None) -> None:
    """Refuse NOT_ALLOWED unless `by` may do this; CASE_UNKNOWN where there is no case.

    A case an officer may not see is refused exactly as one that does not exist.
    """
    if case is None and not isinstance(command, OpenCase):
        _no_such_case()
    # The same bytes from elsewhere may move the clock; who brings them is shown nothing.
    if isinstance(command, ReceiveAgain) and allows(app, by, "receive_report"):
        return
    delivery_id = getattr(command, "delivery_id", None)
    if allows(app, by, action_of(type(command).__name__), case, delivery_id):
        return
    if by.kind is ActorKind.OFFICER and case and not may_read(app, by, case):
        _no_such_case()
    refuse(
        Code.NOT_ALLOWED,
        "Nothing was done: none of your roles allows this here.",
        "Ask an officer whose role it is, or to be admitted to the case.",
    )


def _no_such_case() -> NoReturn:
    refuse(Code.CASE_UNKNOWN, "Nothing was done: there is no such case.", "Check its number.")


def allows(
    app: App, by: Actor, action: str, case: Case | None = None, delivery_id: str | None = None
) -> bool:
    """Whether `by` may do `action` on this case, or on the house."""
    principal = Principal(
        kind=by.kind.value,
        id=by.actor_id,
        unit=by.unit,
        roles=frozenset(role.value for role in by.roles),
    )
    recipient = by.kind is ActorKind.RECIPIENT
    return app.access.decide(
        principal=principal,
        action=action,
        case=facts(case) if case else None,
        delivery_id=delivery_id if recipient else None,
    ).allowed


def may_read(app: App, by: Actor, case: Case) -> bool:
    return allows(app, by, "read_case", case)


def facts(case: Case) -> CaseFacts:
    """What need-to-know depends on."""
    return CaseFacts(
        case_id=case.case_id, unit=case.unit, restricted=case.restricted, members=case.members
    )


@cache
def action_of(command: str) -> str:
    """The action's name in the policies: the command's, in snake case."""
    if command == "ReceiveAgain":
        return "add_report"
    return re.sub(r"(?<!^)(?=[A-Z])", "_", command).lower()
