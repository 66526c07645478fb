"""Steps for those whom the duty itself requires to be told."""

from dataclasses import replace

from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.evolving.steps import on, put
from tocsin.domain.requiring import Untold
from tocsin.domain.telling import untold_key


@on(e.RequirementAnswered)
def _(case: Case, event: e.RequirementAnswered) -> Case:
    if event.recipient_id:
        recipient = case.recipients[event.recipient_id]
        answers = tuple(dict.fromkeys((*recipient.answers, event.requirement)))
        answering = replace(recipient, answers=answers)
        return replace(case, recipients=put(case.recipients, event.recipient_id, answering))
    key = untold_key(event.victim_id, event.requirement)
    untold = Untold(reason=event.reason, by=event.by, at=event.at)
    return replace(case, untold=put(case.untold, key, untold))
