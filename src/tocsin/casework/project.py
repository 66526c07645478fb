"""Events to views. The same function writes them as they happen and rebuilds them later."""

from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.pasted import fingerprint
from tocsin.domain.plans import Answered, Call, react
from tocsin.domain.stage import duty_of, stage
from tocsin.store import views
from tocsin.store.engine import Connection
from tocsin.store.instants import to_us


def project(db: Connection, case: Case, event: e.Event, at_us: int) -> None:
    """Show one event in the views; `case` is the case after it."""
    match event:
        case e.ReportReceived():
            report = event.report
            views.put_report(
                db,
                views.ReportRow(
                    report_id=report.report_id,
                    sha256=report.sha256,
                    case_id=case.case_id,
                    received_us=to_us(report.received_at),
                    acquired_us=to_us(report.acquired_at),
                    title=report.title,
                ),
            )
        case e.CaseDestroyed():
            views.forget(db, case.case_id)
            for officer_id in sorted(event.members):
                views.add_member(db, case.case_id, officer_id)
        case e.CaseOpened():
            views.add_member(db, case.case_id, event.by)
        case e.OfficerAdmitted() | e.FollowUpOwnerNamed():
            views.add_member(db, case.case_id, event.officer_id)
        case _:
            _four_eyes(db, case, event)
    if (delivery_id := getattr(event, "delivery_id", None)) is not None:
        _delivery(db, case, delivery_id, at_us)
    _calls(db, case, event, at_us)


def show(db: Connection, case: Case, position: int, at_us: int) -> None:
    """The case's row in the queue, as of the event at `position`."""
    views.upsert_case(db, case_row(case, position, at_us))


def case_row(case: Case, position: int, at_us: int) -> views.CaseRow:
    """What the queue shows of a case after the event at `position`, recorded at `at_us`."""
    deadline = case.next_deadline
    return views.CaseRow(
        case_id=case.case_id,
        case_seq=case.seq,
        position=position,
        unit=case.unit,
        restricted=case.restricted,
        state=case.state.value,
        title=case.title,
        urgency=case.clock_urgency.value,
        next_due_us=to_us(deadline.due_at) if deadline else None,
        next_clock=deadline.clock.value if deadline else None,
        duty=duty_of(case),
        stage=stage(case).value,
        opened_us=to_us(case.opened_at),
        updated_us=at_us,
    )


def _four_eyes(db: Connection, case: Case, event: e.Event) -> None:
    """Rows whose constraints refuse one person in two parts, whatever the code above did."""
    match event:
        case e.Confirmed():
            proposal = case.proposals[event.proposal_id]
            views.put_confirmation(
                db,
                views.ConfirmationRow(
                    proposal_id=f"{case.case_id}/{event.proposal_id}",
                    case_id=case.case_id,
                    kind=proposal.matter.value,
                    proposed_by=proposal.by,
                    confirmed_by=event.by,
                ),
            )
        case e.WarningReleased():
            views.put_release(
                db,
                views.ReleaseRow(
                    warning_id=f"{case.case_id}/{event.warning_id}",
                    version=event.version,
                    case_id=case.case_id,
                    author=event.author,
                    released_by=event.by,
                    text_sha256=event.text_sha256,
                    fingerprint=fingerprint(case.warnings[event.warning_id].draft.text),
                ),
            )
        case e.BreakGlassReviewed():
            views.put_review(
                db,
                views.ReviewRow(
                    case_id=case.case_id,
                    victim_id=event.victim_id,
                    acted_by=event.acted_by,
                    reviewed_by=event.by,
                    case_seq=case.seq,
                ),
            )
        case _:
            return


def _delivery(db: Connection, case: Case, delivery_id: str, at_us: int) -> None:
    delivery = case.deliveries[delivery_id]
    views.upsert_delivery(
        db,
        views.DeliveryRow(
            delivery_id=delivery_id,
            case_id=case.case_id,
            warning_id=delivery.warning_id,
            recipient_id=delivery.recipient_id,
            state=delivery.state.value,
            updated_us=at_us,
        ),
    )


def _calls(db: Connection, case: Case, event: e.Event, at_us: int) -> None:
    for number, plan in enumerate(react(event, case)):
        if isinstance(plan, Answered):
            views.resolve_topic(db, case.case_id, plan.topic, at_us)
        elif isinstance(plan, Call):
            views.put_notice(
                db,
                views.NoticeRow(
                    notice_id=f"{case.case_id}~{case.seq}.{number}",
                    case_id=case.case_id,
                    unit=case.unit,
                    topic=plan.topic,
                    role=plan.role.value,
                    officer_id=plan.officer_id or None,
                    text=plan.text,
                    at_us=at_us,
                ),
            )
