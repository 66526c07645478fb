"""Decisions on reports, victims, findings and who may know."""

from datetime import datetime

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.deciding.context import (
    Context,
    about,
    confirmed,
    decides,
    proposed,
    said,
    the_open_proposal,
    the_victim,
    two_people,
)
from tocsin.domain.duty import Duty, requirements
from tocsin.domain.findings import Urgency
from tocsin.domain.kinds import Matter
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.report import Report
from tocsin.domain.serial import from_plain, to_plain
from tocsin.domain.window import Window

MOST_REPORTS = 1_000
MOST_VICTIMS = 200


def not_in_future(at: datetime, ctx: Context, noun: str) -> None:
    if at > ctx.now:
        refuse(
            Code.TIME_IN_FUTURE,
            f"Nothing was recorded: {noun} lies in the future.",
            "Check the date, the time and the zone.",
        )


def open_case(command: c.OpenCase, ctx: Context) -> list[e.Event]:
    """A case opens on a report; the clock has been running since acquisition."""
    not_in_future(command.report.acquired_at, ctx, "the time of acquisition")
    opened = e.CaseOpened(
        **ctx.stamp,
        case_id=command.case_id,
        unit=ctx.by.unit,
        title=said(command.title, "a title", 200),
        policy=ctx.policy.name,
        pack_hash=ctx.policy.pack_hash,
        restricted=command.restricted,
        urgency=command.urgency,
        exercise=command.exercise,
        must_tell=tuple(one for one in requirements(ctx.policy) if one.required),
    )
    return [opened, e.ReportReceived(**ctx.stamp, report=command.report)]


@decides(c.AddReport, on_closed=True)
def add_report(case: Case, command: c.AddReport, ctx: Context) -> list[e.Event]:
    """New reporting reopens a closed case and sets waivers aside for review."""
    not_in_future(command.report.acquired_at, ctx, "the time of acquisition")
    if len(case.reports) >= MOST_REPORTS:
        refuse(
            Code.BAD_VALUE,
            f"The report was not added: a case holds at most {MOST_REPORTS:,} reports.",
            "Open a new case for it.",
        )
    if command.report.report_id in case.reports:
        refuse(
            Code.BAD_VALUE,
            "The report was not added: this case holds it already.",
            "Note that it came once more.",
        )
    happened: list[e.Event] = [e.ReportReceived(**ctx.stamp, report=command.report)]
    if not case.is_open:
        happened.append(e.CaseReopened(**ctx.stamp, reason="a new report was received"))
    return happened + [
        e.DeterminationSetAside(
            **ctx.stamp, victim_id=victim.victim_id, reason="a new report was received"
        )
        for victim in case.victims.values()
        if victim.determination and victim.determination.matter is not Matter.WARN
    ]


@decides(c.ReceiveAgain, on_closed=True)
def receive_again(case: Case, command: c.ReceiveAgain, ctx: Context) -> list[e.Event]:
    the_report(case, command.report_id)
    not_in_future(command.acquired_at, ctx, "the time of acquisition")
    return [
        e.ReportReceivedAgain(
            **ctx.stamp,
            report_id=command.report_id,
            acquired_at=command.acquired_at,
            acquired_by=command.acquired_by,
            received_from=command.received_from,
        )
    ]


def the_report(case: Case, report_id: str) -> Report:
    if report_id not in case.reports:
        refuse(
            Code.REPORT_UNKNOWN,
            "Nothing was done: this case has no such report.",
            "Look at the case again.",
        )
    return case.reports[report_id]


@decides(c.SetTearline)
def set_tearline(case: Case, command: c.SetTearline, ctx: Context) -> list[e.Event]:
    the_report(case, command.report_id)
    tearline = said(command.tearline, "the tearline", 20_000)
    return [e.TearlineWritten(**ctx.stamp, report_id=command.report_id, tearline=tearline)]


@decides(c.NameVictim)
def name_victim(case: Case, command: c.NameVictim, ctx: Context) -> list[e.Event]:
    if len(case.victims) >= MOST_VICTIMS:
        refuse(
            Code.BAD_VALUE,
            f"The victim was not named: a case holds at most {MOST_VICTIMS}.",
            "Name the group they belong to, or open another case.",
        )
    extras = (*command.known_as, command.place, command.protector)
    if len(extras) > 60 or any(len(one) > 500 for one in extras):
        refuse(
            Code.BAD_VALUE,
            "The victim was not named: too many other names, or one is too long.",
            "Give at most 58 other names, and at most 500 characters for each, and for the place.",
        )
    return [
        e.VictimNamed(
            **ctx.stamp,
            victim_id=f"v{len(case.victims) + 1}",
            name=said(command.name, "a name or description", 500),
            victim_kind=command.kind,
            known_as=command.known_as,
            place=command.place.strip(),
            protector=command.protector.strip(),
        )
    ]


@decides(c.RecordFindings)
def record_findings(case: Case, command: c.RecordFindings, ctx: Context) -> list[e.Event]:
    """The findings, and what the pack makes of them. A duty now owed unsettles a waiver."""
    victim = the_victim(case, command.victim_id)
    for finding in (getattr(command.findings, name) for name in command.findings.answers()):
        for evidence in finding.evidence:
            the_report(case, evidence.report_id)
    ruling = ctx.policy.assess(command.findings)
    happened: list[e.Event] = [
        e.FindingsRecorded(
            **ctx.stamp,
            victim_id=victim.victim_id,
            findings=command.findings,
            duty=ruling.duty,
            clauses=ruling.clauses,
            pack_hash=ctx.policy.pack_hash,
            policy_error=ruling.error,
            each=ruling.each,
        )
    ]
    standing = victim.determination
    if standing and standing.matter is not Matter.WARN and ruling.duty is not Duty.NOT_OWED:
        happened.append(
            e.DeterminationSetAside(
                **ctx.stamp, victim_id=victim.victim_id, reason="the findings changed"
            )
        )
    return happened


@decides(c.SetUrgency)
def set_urgency(case: Case, command: c.SetUrgency, ctx: Context) -> list[e.Event]:
    """Said for the first time or raised, it stands; lowered, it is proposed: clocks get longer."""
    reason = said(command.reason, "a reason")
    nearness = list(Urgency)
    if case.urgency is None or nearness.index(command.urgency) <= nearness.index(case.urgency):
        return [
            e.UrgencySet(
                **ctx.stamp, urgency=command.urgency, expected=command.expected, reason=reason
            )
        ]
    if case.open_proposal("", Matter.LOWER_URGENCY):
        refuse(
            Code.ALREADY_PROPOSED,
            "Nothing was proposed: lowering the urgency waits for an answer already.",
            "Confirm or reject that proposal.",
        )
    window = to_plain(command.expected) if command.expected else {}
    return [
        proposed(
            case,
            ctx,
            Matter.LOWER_URGENCY,
            reason,
            {"urgency": command.urgency.value, **window},
        )
    ]


@decides(c.ConfirmUrgency)
def confirm_urgency(case: Case, command: c.ConfirmUrgency, ctx: Context) -> list[e.Event]:
    proposal = the_open_proposal(case, command.proposal_id)
    about(proposal.matter, Matter.LOWER_URGENCY)
    two_people(proposal, ctx)
    particulars = dict(proposal.particulars)
    urgency = Urgency(particulars.pop("urgency"))
    return [
        confirmed(ctx, proposal.proposal_id),
        e.UrgencySet(
            **ctx.stamp,
            urgency=urgency,
            expected=from_plain(Window, particulars) if particulars else None,
            reason=proposal.reason,
        ),
    ]


@decides(c.AskOriginator)
def ask_originator(case: Case, command: c.AskOriginator, ctx: Context) -> list[e.Event]:
    report = the_report(case, command.report_id)
    return [
        e.OriginatorAsked(
            **ctx.stamp,
            report_id=report.report_id,
            originator=report.originator,
            question=said(command.question, "the question"),
        )
    ]


@decides(c.RecordOriginatorReply)
def record_reply(case: Case, command: c.RecordOriginatorReply, ctx: Context) -> list[e.Event]:
    if command.report_id not in case.queries:
        refuse(
            Code.ORIGINATOR_NOT_ASKED,
            "No reply was recorded: this originator has not been asked.",
            "Record the question first.",
        )
    return [
        e.OriginatorReplied(
            **ctx.stamp,
            report_id=command.report_id,
            reply=command.reply,
            words=said(command.words, "the reply's words"),
        )
    ]


@decides(c.AdmitOfficer)
def admit_officer(case: Case, command: c.AdmitOfficer, ctx: Context) -> list[e.Event]:
    officer_id = said(command.officer_id, "an officer", 100)
    reason = said(command.reason, "the need to know")
    return [e.OfficerAdmitted(**ctx.stamp, officer_id=officer_id, reason=reason)]


@decides(c.RestrictCase)
def restrict_case(case: Case, command: c.RestrictCase, ctx: Context) -> list[e.Event]:
    reason = said(command.reason, "a reason")
    return [e.CaseRestricted(**ctx.stamp, restricted=command.restricted, reason=reason)]


@decides(c.RecordRemark, on_closed=True)
def record_remark(case: Case, command: c.RecordRemark, ctx: Context) -> list[e.Event]:
    words = said(command.words, "the remark")
    return [e.RemarkRecorded(**ctx.stamp, words=words, dissent=command.dissent)]
