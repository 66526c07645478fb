"""Whom the duty requires to be told in a case, and whether they have been."""

from collections.abc import Iterator
from dataclasses import dataclass

from tocsin.domain.case import Case, DeliveryState, Recipient, Victim
from tocsin.domain.clocks import GONE, REACHING
from tocsin.domain.duty import Requirement
from tocsin.domain.kinds import Matter
from tocsin.domain.requiring import Untold
from tocsin.domain.warning import WarningKind

TOLD = REACHING - {DeliveryState.ATTEMPTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """Somebody to be told for a victim. `recipients` are those who count as them.

    `told`: words that warn were handed over to one of these, or more is known. `under_way`: such
    a delivery is planned or made.
    """

    victim: Victim
    requirement: Requirement
    recipients: tuple[Recipient, ...]
    under_way: bool
    told: bool
    untold: Untold | None

    @property
    def is_settled(self) -> bool:
        return self.told or self.untold is not None


def untold_key(victim_id: str, requirement: str) -> str:
    return f"{victim_id}:{requirement}"


def required(case: Case) -> Iterator[Required]:
    """Everybody whom the duty requires to be told, for each victim who is to be warned."""
    for victim in case.victims.values():
        if victim.determination and victim.determination.matter is Matter.WARN:
            for requirement in case.must_tell:
                yield _required(case, victim, requirement)


def _required(case: Case, victim: Victim, requirement: Requirement) -> Required:
    recipients = tuple(
        one
        for one in case.recipients.values()
        if one.victim_id == victim.victim_id and requirement.name in one.answers
    )
    who = {one.recipient_id for one in recipients}
    states = {
        one.state
        for one in case.deliveries_for(victim.victim_id)
        if one.recipient_id in who and case.warnings[one.warning_id].kind is not WarningKind.CANCEL
    }
    return Required(
        victim=victim,
        requirement=requirement,
        recipients=recipients,
        under_way=bool(states - GONE),
        told=bool(states & TOLD),
        untold=case.untold.get(untold_key(victim.victim_id, requirement.name)),
    )
