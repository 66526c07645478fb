"""Events to views. The same function writes them as they happen and rebuilds them later."""

from tocsin.casework.dispatched import show_members
from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.directory import Contact
from tocsin.domain.folding import words
from tocsin.domain.pasted import fingerprint
from tocsin.domain.plans import Answered, Call, react
from tocsin.domain.stage import duty_of, stage
from tocsin.store import contacts, deliveries, views, watches
from tocsin.store.engine import Connection
from tocsin.store.instants import to_us
from tocsin.store.schema import NAME, NEVER_US


def project(db: Connection, case: Case, event: e.Event, position: int, at_us: int) -> None:
    """Show one event in the views; `case` is the case after it, `position` its place."""
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
        case e.OfficerAdmitted() | e.FollowUpOwnerNamed() | e.InboundOwnerNamed():
            views.add_member(db, case.case_id, event.officer_id)
        case e.WatchBegun() | e.WatchWidened():
            watch = case.watches[event.watch_id]
            watches.put(db, case.case_id, watch, position, exercise=case.exercise)
        case e.WatchEnded():
            watches.remove(db, case.case_id, event.watch_id)
        case _:
            _four_eyes(db, case, event)
    if (delivery_id := getattr(event, "delivery_id", None)) is not None:
        _delivery(db, case, delivery_id, at_us)
    if isinstance(event, e.AttemptHandedOver):
        _provider(db, case, event)
    show_members(db, case, event, at_us)
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
            draft = case.warnings[event.warning_id].draft
            views.put_release(
                db,
                views.ReleaseRow(
                    warning_id=f"{case.case_id}/{event.warning_id}",
                    version=event.version,
                    case_id=case.case_id,
                    author=event.author,
                    released_by=event.by,
                    text_sha256=event.text_sha256,
                    fingerprint=fingerprint(draft.text),
                ),
                blocks=list(map(fingerprint, draft.texts)),
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
    deliveries.upsert_delivery(
        db,
        deliveries.DeliveryRow(
            delivery_id=delivery_id,
            case_id=case.case_id,
            warning_id=delivery.warning_id,
            recipient_id=delivery.recipient_id,
            method=delivery.method.value,
            state=delivery.state.value,
            updated_us=at_us,
        ),
    )


def _provider(db: Connection, case: Case, event: e.AttemptHandedOver) -> None:
    for part in filter(None, event.provider_id.split(",")):
        deliveries.put_provider_id(
            db,
            method=case.deliveries[event.delivery_id].method.value,
            provider_id=part[:NAME],
            delivery_id=event.delivery_id,
            case_id=case.case_id,
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


def show_contact(db: Connection, contact: Contact, *, version: int, position: int) -> None:
    """The contact in the directory, as of its record at `position`."""
    contacts.put(db, contact_row(contact, version=version, position=position))


def contact_row(contact: Contact, *, version: int, position: int) -> contacts.ContactRow:
    """What the directory is searched by of a contact as of its record at `position`."""
    name = " ".join(words(contact.name)) or contact.name
    protects = [" ".join(words(one)) for one in contact.protects]
    ends = [to_us(way.key.expires_at) for way in contact.ways if way.key and way.key.expires_at]
    tried = [to_us(way.verified_at) if way.verified_at else -NEVER_US for way in contact.ways]
    there = not contact.removed
    return contacts.ContactRow(
        contact_id=contact.contact_id,
        unit=contact.unit,
        contact_kind=contact.contact_kind.value,
        name=name[:NAME],
        folded="\n".join((" ".join(words(contact.contact_id)), name, *protects)),
        protects="\n".join(protects),
        removed=contact.removed,
        version=version,
        position=position,
        key_expires_us=min(ends, default=NEVER_US) if there else NEVER_US,
        tried_us=min(tried, default=NEVER_US) if there else NEVER_US,
    )
