"""Who has been told: what each state of a delivery counts for, and whom the duty requires."""

from collections.abc import Iterator
from dataclasses import dataclass

from tocsin.domain.case import Case, Delivery, DeliveryState, Recipient, Victim
from tocsin.domain.duty import Requirement
from tocsin.domain.kinds import Matter, Relation
from tocsin.domain.requiring import Untold
from tocsin.domain.warning import WarningKind

_S = DeliveryState
UNANSWERED = frozenset({_S.ATTEMPTED, _S.HANDED_OVER, _S.DELIVERED, _S.OPENED, _S.READ})
ANSWERED = frozenset({_S.UNDERSTOOD, _S.ACTED_ON, _S.REFUSED})
REACHING = UNANSWERED | ANSWERED
GONE = frozenset({_S.FAILED, _S.CANCELLED})
TOLD = REACHING - {_S.ATTEMPTED}

THEMSELVES = {Relation.VICTIM: "intended_victim", Relation.PROTECTOR: "protector"}
"""What packs call the two to whom every duty is: who they are need not be said once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """Somebody to be told for a victim. `recipients` are those who count as them.

    `deliveries` are of words that warn, to these.
    """

    victim: Victim
    requirement: Requirement
    recipients: tuple[Recipient, ...]
    deliveries: tuple[Delivery, ...]
    untold: Untold | None

    @property
    def told(self) -> bool:
        """Handed over, or more is known."""
        return any(one.state in TOLD for one in self.deliveries)

    @property
    def reaching(self) -> bool:
        """Attempted at least, and not in vain."""
        return any(one.state in REACHING for one in self.deliveries)

    @property
    def under_way(self) -> bool:
        """Planned or made."""
        return any(one.state not in GONE for one in self.deliveries)

    @property
    def is_settled(self) -> bool:
        return self.told or self.untold is not None


def untold_key(victim_id: str, requirement: str) -> str:
    return f"{victim_id}:{requirement}"


def required(case: Case) -> Iterator[Required]:
    """Everybody whom the duty requires to be told, for each victim who is to be warned."""
    for victim in case.victims.values():
        if victim.determination and victim.determination.matter is Matter.WARN:
            yield from required_for(case, victim)


def required_for(case: Case, victim: Victim) -> Iterator[Required]:
    """As `required`, for one victim, whatever was determined."""
    for requirement in case.must_tell:
        yield _required(case, victim, requirement)


def _required(case: Case, victim: Victim, requirement: Requirement) -> Required:
    recipients = tuple(
        one
        for one in case.recipients.values()
        if one.victim_id == victim.victim_id
        and requirement.name in (*one.answers, THEMSELVES[one.relation])
    )
    who = {one.recipient_id for one in recipients}
    return Required(
        victim=victim,
        requirement=requirement,
        recipients=recipients,
        deliveries=tuple(
            one
            for one in case.deliveries_for(victim.victim_id)
            if one.recipient_id in who
            and case.warnings[one.warning_id].kind is not WarningKind.CANCEL
        ),
        untold=case.untold.get(untold_key(victim.victim_id, requirement.name)),
    )
