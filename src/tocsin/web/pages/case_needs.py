"""What a case waits for now, the least time left first. Pure.

One need names one step, who is barred from it, and the clock that runs for it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from tocsin.domain.case import (
    Case,
    Delivery,
    DeliveryState,
    Proposal,
    ProposalState,
    Victim,
    deadline_key,
)
from tocsin.domain.deciding.follow_up import blanks
from tocsin.domain.duty import Clock
from tocsin.domain.kinds import Matter, Method, ReactionKind, WindowDecision
from tocsin.domain.telling import (
    ANSWERED,
    GONE,
    REACHING,
    UNANSWERED,
    required,
    untold_key,
)
from tocsin.domain.warning import ThreatWarning, WarningKind
from tocsin.web.pages.case_inbound_needs import inbound_needs, watch_needs
from tocsin.web.pages.case_public_needs import Need, public_needs
from tocsin.web.pages.case_told import Told, goes_together, is_listed, to_plan

MATTER = {
    Matter.WARN: "to warn",
    Matter.WAIVE: "to waive",
    Matter.NO_DUTY: "no duty",
    Matter.STAND_DOWN: "to stand down",
    Matter.CLOSING: "to close the case",
    Matter.DESTRUCTION: "to destroy the case",
    Matter.LOWER_URGENCY: "to lower the urgency",
    Matter.PUBLICATION: "to publish a warning",
    Matter.ANSWER: "to answer whoever warned us",
    Matter.WATCH_END: "to end a watch",
}


NEVER = datetime.max.replace(tzinfo=UTC)
MOST_EACH = 12
"""Of one step; how many more there are is said once."""


def needs(case: Case) -> list[Need]:
    """Everything waited for; of a closed case, its watches and its destruction."""
    found = _all(case) if case.is_open else _closed(case)
    return list(_bounded(sorted(found, key=lambda need: need.due or NEVER)))


def _closed(case: Case) -> Iterator[Need]:
    yield from _watches(case)
    if proposal := case.open_proposal("", Matter.DESTRUCTION):
        yield _confirm(case, proposal, None)


def _watches(case: Case) -> Iterator[Need]:
    yield from watch_needs(case)
    for one in case.proposals.values():
        if one.matter is Matter.WATCH_END and one.state is ProposalState.OPEN:
            yield _confirm(case, one, None)


def _bounded(found: list[Need]) -> Iterator[Need]:
    counts, seen = Counter(need.step for need in found), Counter[str]()
    for need in found:
        seen[need.step] += 1
        more = counts[need.step] - MOST_EACH - 1
        if seen[need.step] <= MOST_EACH or not more:
            yield need
        elif seen[need.step] == MOST_EACH + 1:
            yield replace(need, what=f"{need.what}; {more} more wait for the same")


def _due(case: Case, clock: Clock, subject: str) -> datetime | None:
    deadline = case.deadlines.get(deadline_key(clock, subject))
    return deadline.due_at if deadline else None


def _all(case: Case) -> Iterator[Need]:
    if not case.victims:
        due = _due(case, Clock.TRIAGE, "case")
        yield Need(what="Name who is threatened", step="name_victim", due=due)
    for victim in case.victims.values():
        yield from _victim(case, victim)
    for warning in case.warnings.values():
        if _is_live_draft(case, warning):
            yield from _draft(case, warning)
    for query in case.queries.values():
        if query.reply is None:
            yield Need(
                what=f"Record the originator's answer on report {query.report_id}",
                step="record_reply",
                ids={"report_id": query.report_id},
                due=_due(case, Clock.ORIGINATOR_REPLY, query.report_id),
            )
    yield from _required(case)
    told = Told(case=case)
    for delivery in case.deliveries.values():
        yield from _delivery(case, told, delivery)
    for warning in case.current_warnings():
        yield from _window(case, warning)
    yield from public_needs(case)
    yield from inbound_needs(case)
    yield from _watches(case)
    for matter in (Matter.STAND_DOWN, Matter.CLOSING, Matter.LOWER_URGENCY):
        if proposal := case.open_proposal("", matter):
            yield _confirm(case, proposal, None)
    if case.victims and not blanks(case) and not case.open_proposal("", Matter.CLOSING):
        yield Need(what="Nothing is blank: propose to close the case", step="propose_closing")
    due = _due(case, Clock.REVIEW, "case")
    yield Need(what="Review the case afresh", step="record_review", due=due)


def _victim(case: Case, victim: Victim) -> Iterator[Need]:
    ids, standing = {"victim_id": victim.victim_id}, victim.determination
    proposal = case.open_proposal(victim.victim_id)
    if victim.findings is None and standing is None and proposal is None:
        due = _due(case, Clock.TRIAGE, victim.victim_id)
        what = f"Record the five findings for {victim.name}"
        yield Need(what=what, step="record_findings", ids=ids, due=due)
    if proposal:
        yield _confirm(case, proposal, victim)
    elif standing is None and victim.findings is not None:
        due = _due(case, Clock.DECISION, victim.victim_id)
        what = f"Propose what is to be done about {victim.name}"
        yield Need(what=what, step="propose_to_warn", ids=ids, due=due)
    if standing and standing.alone and not standing.reviewed_by:
        yield Need(
            what=f"Review what was determined alone for {victim.name}",
            step="review_alone",
            ids=ids,
            due=_due(case, Clock.BREAK_GLASS_REVIEW, victim.victim_id),
            barred={standing.by: "You determined this alone."},
        )
    if standing and standing.matter is Matter.WARN:
        if victim.findings is None:
            what = f"Record the five findings for {victim.name}"
            yield Need(what=what, step="record_findings", ids=ids)
        yield from _bring(case, victim)


def _confirm(case: Case, proposal: Proposal, victim: Victim | None) -> Need:
    barred = {proposal.by: "You proposed this yourself."}
    note, due = "", None
    if victim and proposal.matter is Matter.WAIVE:
        barred |= dict.fromkeys(victim.analysts - barred.keys(), "You analysed this case.")
        owners = {report.acquired_by for report in case.reports.values()} - barred.keys()
        barred |= dict.fromkeys(owners, "You acquired a report of this case.")
        note = f"Some grounds need an officer of another unit than {proposal.unit}."
    if victim:
        due = _due(case, Clock.DECISION, victim.victim_id)
    elif proposal.matter is Matter.STAND_DOWN:
        due = _due(case, Clock.WINDOW_END, proposal.particulars["warning_id"])
    elif proposal.matter is Matter.WATCH_END:
        due = _due(case, Clock.WATCH_REVIEW, proposal.particulars["watch_id"])
    about = f" {victim.name}" if victim and proposal.matter is not Matter.NO_DUTY else ""
    about = about or (f" for {victim.name}" if victim else "")
    return Need(
        what=f"Confirm or reject the proposal {MATTER[proposal.matter]}{about}",
        step="confirm",
        ids={"proposal_id": proposal.proposal_id},
        due=due,
        barred=barred,
        note=note,
    )


def _bring(case: Case, victim: Victim) -> Iterator[Need]:
    """From a determination to warn until words are on their way to somebody."""
    due = _due(case, Clock.FIRST_ATTEMPT, victim.victim_id)
    newest = case.newest_released(victim.victim_id)
    if newest is None:
        if not any(victim.victim_id in draft.victim_ids for draft in case.warnings.values()):
            query = f"victim={victim.victim_id}"
            what = f"Write the warning for {victim.name}"
            yield Need(what=what, step="new_warning", query=query, due=due)
        return
    deliveries = [
        one for one in case.deliveries_for(victim.victim_id) if one.warning_id == newest.warning_id
    ]
    together = list(_together(case, victim, newest, due))
    yield from together
    if due is None or any(one.state in REACHING for one in deliveries):
        return
    waiting = [one for one in deliveries if one.state not in GONE]
    if not case.follow_up_owner:
        yield Need(what="Name who follows up, before anything goes out", step="name_owner", due=due)
    elif not any(one.victim_id == victim.victim_id for one in case.recipients.values()):
        query = f"victim={victim.victim_id}"
        what = f"Name who is to be told for {victim.name}"
        yield Need(what=what, step="name_recipient", query=query, due=due)
    elif not (waiting or together):
        what = f"Send the released warning on its way for {victim.name}"
        left = sum(warning is newest for warning, _ in to_plan(case))
        step = "plan_deliveries" if left > 1 else "plan_delivery"
        yield Need(what=what, step=step, query=f"warning={newest.warning_id}", due=due)


def _together(
    case: Case, victim: Victim, newest: ThreatWarning, due: datetime | None
) -> Iterator[Need]:
    """Those outside who are to be told when the house's own are, and have not been."""
    if not (goes_together(case, newest) and case.follow_up_owner):
        return
    theirs = [one for one in case.recipients.values() if one.victim_id == victim.victim_id]
    unsent = [one for warning, one in to_plan(case) if warning is newest]
    if theirs and all(one.inside for one in theirs) and not is_listed(case, newest):
        what = f"Name who outside is told of {newest.warning_id} at the same time"
        query = f"victim={victim.victim_id}"
        yield Need(what=what, step="name_recipient", query=query, due=due)
    elif any(not one.inside and one.victim_id == victim.victim_id for one in unsent):
        what = f"Send {newest.warning_id} to those outside and inside together"
        query = f"warning={newest.warning_id}"
        yield Need(what=what, step="plan_deliveries", query=query, due=due)


def _required(case: Case) -> Iterator[Need]:
    """Whom the duty requires to be told, once there are words to tell them."""
    for one in required(case):
        newest = case.newest_released(one.victim.victim_id)
        if one.is_settled or one.under_way or newest is None or not case.follow_up_owner:
            continue
        who, victim = one.requirement.who.replace("The ", "the ", 1), one.victim
        own = untold_key(victim.victim_id, one.requirement.name)
        due = _due(case, Clock.FIRST_ATTEMPT, own) or _due(
            case, Clock.FIRST_ATTEMPT, victim.victim_id
        )
        if one.recipients:
            what, query = f"Tell {who}, as the duty requires", f"warning={newest.warning_id}"
            yield Need(what=what, step="plan_delivery", query=query, due=due)
        else:
            what = f"Name {who} for {victim.name}: the duty requires to tell them"
            query = f"victim={victim.victim_id}&answers={one.requirement.name}"
            yield Need(what=what, step="name_recipient", query=query, due=due)


def _is_live_draft(case: Case, warning: ThreatWarning) -> bool:
    """Not released, not overtaken by another, and for somebody whom it was determined to warn."""
    standing = [case.victims[one].determination for one in warning.victim_ids]
    warned = any(one and one.matter is Matter.WARN for one in standing)
    current = {one.warning_id for one in case.current_warnings()}
    follows = not warning.references or warning.references in current
    return not warning.is_released and follows and (warned or warning.kind is WarningKind.CANCEL)


def _draft(case: Case, draft: ThreatWarning) -> Iterator[Need]:
    ids = {"warning_id": draft.warning_id}
    dues = [_due(case, Clock.FIRST_ATTEMPT, victim_id) for victim_id in draft.victim_ids]
    dues.append(_due(case, Clock.WINDOW_END, draft.references))
    due = min(filter(None, dues), default=None)
    if draft.draft.returned:
        what = f"Rewrite warning {draft.warning_id}: it was returned"
        yield Need(what=what, step="edit_warning", ids=ids, due=due, note=draft.draft.returned)
        return
    for report in case.reports.values():
        if report.needs_originator and report.report_id not in case.queries:
            yield Need(
                what=f"Ask the originator of report {report.report_id} for consent",
                step="ask_originator",
                ids={"report_id": report.report_id},
                due=due,
            )
    barred = {draft.draft.author: "You wrote these words."}
    what = f"Release or return warning {draft.warning_id}"
    yield Need(what=what, step="release_warning", ids=ids, due=due, barred=barred)


_BRING = {
    Method.VOICE: "Call {}, then attest it",
    Method.PAPER: "Bring {} the paper, then attest it",
}


def _meet(case: Case, delivery: Delivery, due: datetime | None) -> Need:
    name = case.recipients[delivery.recipient_id].name
    what = _BRING.get(delivery.method, "Tell {} in person, then attest it").format(name)
    return Need(
        what=f"{what}; nobody was there before" if delivery.attempts else what,
        step="attest",
        ids={"delivery_id": delivery.delivery_id},
        due=due,
    )


def _delivery(case: Case, told: Told, delivery: Delivery) -> Iterator[Need]:
    """What a person must do for it; what follows by itself is nobody's need."""
    name = case.recipients[delivery.recipient_id].name
    first = _due(case, Clock.FIRST_ATTEMPT, delivery.victim_id)
    waits = delivery.state in (DeliveryState.PLANNED, DeliveryState.ATTEMPTED)
    if waits and delivery.method.by_hand:
        due = _due(case, Clock.RECEIPT, delivery.delivery_id)
        yield _meet(case, delivery, min(filter(None, (due, first)), default=None))
        return
    if delivery.state in UNANSWERED:
        yield from _silent(case, told, delivery)
    elif told.is_given_up(delivery) and (first or delivery.exhausted):
        yield _otherwise(case, delivery, f"The delivery to {name} failed", first)
    yield from _answered(case, delivery, name)


def _silent(case: Case, told: Told, delivery: Delivery) -> Iterator[Need]:
    ids = {"delivery_id": delivery.delivery_id}
    name = case.recipients[delivery.recipient_id].name
    due = _due(case, Clock.RECEIPT, delivery.delivery_id)
    if due is None:
        return
    if delivery.paused_until == due:
        what = f"Chasing {name} is paused: go on now, or by itself when the pause ends"
        yield Need(what=what, step="resume_chasing", ids=ids, due=due)
    elif delivery.method.by_hand:
        what = f"{name} was told but has not confirmed: go back, and attest what they say"
        yield Need(what=what, step="attest", ids=ids, due=due)
    elif delivery.exhausted:
        yield _otherwise(case, delivery, f"Nobody is left to try for {name}", due)
    elif not told.goes_on(delivery, due):
        yield _otherwise(case, delivery, f"{name} has not confirmed", due)


def _answered(case: Case, delivery: Delivery, name: str) -> Iterator[Need]:
    ids = {"delivery_id": delivery.delivery_id}
    asks = delivery.reactions and delivery.reactions[-1].kind is ReactionKind.QUESTION
    if (delivery.state in ANSWERED or asks) and delivery.acted_at is None:
        due = _due(case, Clock.ACTION_CHECK, delivery.delivery_id)
        what = (
            f"{name} asks something: answer, and record what was done"
            if asks
            else (f"Ask {name} what was done, and record it")
        )
        yield Need(what=what, step="record_action", ids=ids, due=due)
    if due := _due(case, Clock.ONWARD_PASSAGE, delivery.delivery_id):
        what = f"Ask {name} to whom they passed the warning"
        yield Need(what=what, step="record_reaction", ids=ids, query="kind=passed_on", due=due)


def _otherwise(case: Case, delivery: Delivery, why: str, due: datetime | None) -> Need:
    """Another way to the same victim: a recipient not tried yet, or a new one."""
    tried = {one.recipient_id for one in case.deliveries_for(delivery.victim_id)}
    theirs = {r.recipient_id for r in case.recipients.values() if r.victim_id == delivery.victim_id}
    if theirs - tried:
        return Need(what=f"{why}: try another recipient", step="plan_delivery", due=due)
    query = f"victim={delivery.victim_id}"
    what = f"{why}: name another way to reach them"
    return Need(what=what, step="name_recipient", query=query, due=due)


def _window(case: Case, warning: ThreatWarning) -> Iterator[Need]:
    decided = case.window_decisions.get(warning.warning_id)
    due = _due(case, Clock.WINDOW_END, warning.warning_id)
    if decided is WindowDecision.STAND_DOWN:
        return
    if decided is not None:
        followed = any(
            one.references == warning.warning_id and one.kind is not WarningKind.ALERT
            for one in case.warnings.values()
        )
        if not followed:
            query = f"follows={warning.warning_id}&kind=update"
            what = f"Write the update of warning {warning.warning_id}: it was decided to {decided}"
            yield Need(what=what, step="new_warning", query=query, due=due)
        return
    if not case.open_proposal("", Matter.STAND_DOWN):
        yield Need(
            what=f"Decide on the window of {warning.warning_id}: renew, widen or stand down",
            step="decide_window",
            ids={"warning_id": warning.warning_id},
            due=due,
        )
