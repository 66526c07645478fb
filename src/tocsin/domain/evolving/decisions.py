"""Steps for reports, findings, determinations and warnings."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from tocsin.domain import events as e
from tocsin.domain.case import (
    Case,
    Determination,
    OriginatorQuery,
    Proposal,
    ProposalState,
    Victim,
)
from tocsin.domain.duty import Duty
from tocsin.domain.evolving.steps import on, put, with_victim
from tocsin.domain.kinds import Matter
from tocsin.domain.warning import Draft, Release, ThreatWarning


@on(e.ReportReceived)
def _(case: Case, event: e.ReportReceived) -> Case:
    report = event.report
    case = replace(case, reports=put(case.reports, report.report_id, report))
    # Away from warning nobody is led by a proposal older than what is now known.
    for victim_id in case.victims:
        case = overtaken(case, victim_id, Matter.WAIVE, Matter.NO_DUTY)
    return _acquired(case, report.acquired_by, report.acquired_at)


@on(e.ReportReceivedAgain)
def _(case: Case, event: e.ReportReceivedAgain) -> Case:
    return _acquired(case, event.acquired_by, event.acquired_at)


def _acquired(case: Case, by: str, at: datetime) -> Case:
    """Acquired by anyone, the duty runs; an earlier acquisition moves the clocks back."""
    before = case.acquired_at
    case = replace(case, source_owners=case.source_owners | {by})
    if before is not None and at >= before:
        return case
    victims = {
        key: replace(victim, clock_from=at) if victim.clock_from == before else victim
        for key, victim in case.victims.items()
    }
    return replace(case, acquired_at=at, victims=victims)


@on(e.TearlineWritten)
def _(case: Case, event: e.TearlineWritten) -> Case:
    report = replace(case.reports[event.report_id], tearline=event.tearline)
    return replace(case, reports=put(case.reports, event.report_id, report))


@on(e.VictimNamed)
def _(case: Case, event: e.VictimNamed) -> Case:
    # Until somebody has been assessed, the clock that started at acquisition still runs.
    assessed = any(victim.findings for victim in case.victims.values())
    victim = Victim(
        victim_id=event.victim_id,
        name=event.name,
        kind=event.victim_kind,
        known_as=event.known_as,
        place=event.place,
        protector=event.protector,
        clock_from=event.at if assessed else case.acquired_at or event.at,
    )
    return replace(case, victims=put(case.victims, event.victim_id, victim))


@on(e.FindingsRecorded)
def _(case: Case, event: e.FindingsRecorded) -> Case:
    if event.duty is not Duty.NOT_OWED:
        case = overtaken(case, event.victim_id, Matter.WAIVE, Matter.NO_DUTY)
    return with_victim(
        case,
        event.victim_id,
        findings=event.findings,
        duty=event.duty,
        clauses=event.clauses,
        policy_error=event.policy_error,
        rulings=event.each,
        analysts=case.victims[event.victim_id].analysts | {event.by},
    )


@on(e.OriginatorAsked)
def _(case: Case, event: e.OriginatorAsked) -> Case:
    query = OriginatorQuery(
        report_id=event.report_id,
        originator=event.originator,
        question=event.question,
        asked_at=event.at,
    )
    return replace(case, queries=put(case.queries, event.report_id, query))


@on(e.OriginatorReplied)
def _(case: Case, event: e.OriginatorReplied) -> Case:
    query = replace(case.queries[event.report_id], reply=event.reply, words=event.words)
    return replace(case, queries=put(case.queries, event.report_id, query))


@on(e.OfficerAdmitted)
def _(case: Case, event: e.OfficerAdmitted) -> Case:
    return replace(case, members=case.members | {event.officer_id})


@on(e.CaseRestricted)
def _(case: Case, event: e.CaseRestricted) -> Case:
    return replace(case, restricted=event.restricted)


@on(e.Proposed)
def _(case: Case, event: e.Proposed) -> Case:
    proposal = Proposal(
        proposal_id=event.proposal_id,
        seq=case.seq + 1,
        matter=event.matter,
        victim_id=event.victim_id,
        by=event.by,
        unit=event.unit,
        at=event.at,
        reason=event.reason,
        ground=event.ground,
        particulars=event.particulars,
    )
    return replace(case, proposals=put(case.proposals, event.proposal_id, proposal))


def overtaken(case: Case, victim_id: str, *matters: Matter, by: str = "") -> Case:
    """The case without the open proposal about this, if there is one."""
    proposal = case.open_proposal(victim_id, *matters)
    if proposal is None:
        return case
    return _answered(case, proposal, state=ProposalState.OVERTAKEN, answered_by=by)


def _answered(case: Case, proposal: Proposal, **changes: Any) -> Case:
    answered = replace(proposal, **changes)
    return replace(case, proposals=put(case.proposals, proposal.proposal_id, answered))


@on(e.Confirmed)
def _(case: Case, event: e.Confirmed) -> Case:
    proposal = case.proposals[event.proposal_id]
    case = _answered(case, proposal, state=ProposalState.CONFIRMED, answered_by=event.by)
    if not proposal.victim_id:
        return case
    determination = Determination(
        matter=proposal.matter,
        by=proposal.by,
        confirmed_by=event.by,
        at=event.at,
        reason=proposal.reason,
        ground=proposal.ground,
        particulars=proposal.particulars,
        expires_at=event.expires_at,
    )
    return with_victim(case, proposal.victim_id, determination=determination)


@on(e.Rejected)
def _(case: Case, event: e.Rejected) -> Case:
    proposal = case.proposals[event.proposal_id]
    return _answered(
        case,
        proposal,
        state=ProposalState.REJECTED,
        answered_by=event.by,
        answer=event.reason,
    )


@on(e.WarnedAlone)
def _(case: Case, event: e.WarnedAlone) -> Case:
    case = overtaken(case, event.victim_id, by=event.by)
    determination = Determination(
        matter=Matter.WARN,
        by=event.by,
        confirmed_by="",
        at=event.at,
        reason=event.reason,
        alone=True,
    )
    return with_victim(case, event.victim_id, determination=determination)


@on(e.BreakGlassReviewed)
def _(case: Case, event: e.BreakGlassReviewed) -> Case:
    determination = case.victims[event.victim_id].determination
    if determination is None:
        return case
    return with_victim(
        case, event.victim_id, determination=replace(determination, reviewed_by=event.by)
    )


@on(e.DeterminationSetAside)
def _(case: Case, event: e.DeterminationSetAside) -> Case:
    return with_victim(case, event.victim_id, determination=None, clock_from=event.at)


@on(e.WarningDrafted)
def _(case: Case, event: e.WarningDrafted) -> Case:
    draft = Draft(
        version=event.version,
        words=event.words,
        text=event.text,
        author=event.by,
        drafted_at=event.at,
        translations=event.translations,
        texts=event.texts,
    )
    warning = ThreatWarning(
        warning_id=event.warning_id,
        kind=event.warning_kind,
        references=event.references,
        victim_ids=event.victim_ids,
        draft=draft,
    )
    return replace(case, warnings=put(case.warnings, event.warning_id, warning))


@on(e.WarningReleased)
def _(case: Case, event: e.WarningReleased) -> Case:
    release = Release(
        text_sha256=event.text_sha256,
        version=event.version,
        released_by=event.by,
        released_at=event.at,
        residual_risk=event.residual_risk,
        accepted=event.accepted,
        parity=event.parity,
    )
    # Released last stands last: the order of release is the order of the chain.
    others = {k: w for k, w in case.warnings.items() if k != event.warning_id}
    released = replace(case.warnings[event.warning_id], release=release)
    return replace(case, warnings={**others, event.warning_id: released})


@on(e.WarningReturned)
def _(case: Case, event: e.WarningReturned) -> Case:
    warning = case.warnings[event.warning_id]
    returned = replace(warning, draft=replace(warning.draft, returned=event.reason))
    return replace(case, warnings=put(case.warnings, event.warning_id, returned))
