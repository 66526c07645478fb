"""What a case waits for next, in one word for the queue."""

from enum import StrEnum

from tocsin.domain.case import Case
from tocsin.domain.deciding.follow_up import blanks
from tocsin.domain.duty import Duty
from tocsin.domain.kinds import Matter
from tocsin.domain.telling import ANSWERED, REACHING


class Stage(StrEnum):
    TRIAGE = "triage"
    DETERMINE = "determine"
    CONFIRM = "confirm"
    WRITE = "write"
    RELEASE = "release"
    DELIVER = "deliver"
    AWAIT_ANSWER = "await_answer"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"
    CLOSED = "closed"
    DESTROYED = "destroyed"


def stage(case: Case) -> Stage:
    """The earliest step that is still open for any victim."""
    if not case.is_open:
        return Stage.DESTROYED if case.destroyed else Stage.CLOSED
    victims = list(case.victims.values())
    if not victims or any(v.findings is None and v.determination is None for v in victims):
        return Stage.TRIAGE
    if any(v.determination is None and case.open_proposal(v.victim_id) for v in victims):
        return Stage.CONFIRM
    if any(v.determination is None for v in victims):
        return Stage.DETERMINE
    warned = [v for v in victims if v.determination and v.determination.matter is Matter.WARN]
    for victim in warned:
        if case.newest_released(victim.victim_id) is None:
            drafts = [
                w
                for w in case.warnings.values()
                if victim.victim_id in w.victim_ids and not w.draft.returned
            ]
            return Stage.RELEASE if drafts else Stage.WRITE
    deliveries = list(case.deliveries.values())
    started = {d.victim_id for d in deliveries if d.state in REACHING}
    if any(victim.victim_id not in started for victim in warned):
        return Stage.DELIVER
    if deliveries and not any(d.state in ANSWERED for d in deliveries):
        return Stage.AWAIT_ANSWER
    return Stage.FOLLOW_UP if blanks(case) else Stage.CLOSE


def duty_of(case: Case) -> str:
    """The gravest duty among the victims: owed, undecided, not_owed, or unassessed."""
    duties = {victim.duty for victim in case.victims.values()}
    for duty in (Duty.OWED, Duty.UNDECIDED):
        if duty in duties:
            return duty.value
    if None in duties or not duties:
        return "unassessed"
    return Duty.NOT_OWED.value
