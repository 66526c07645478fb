"""The history of a case in plain words, one sentence an event."""

from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.duty import Clock
from tocsin.domain.kinds import Matter
from tocsin.domain.narrate_inbound import heeded
from tocsin.domain.numbering import counted
from tocsin.domain.plans import WAITED_FOR
from tocsin.domain.serial import to_plain
from tocsin.domain.window import told

MATTER = {
    "warn": "to warn",
    "waive": "to waive the duty",
    "no_duty": "that no duty is owed",
    "stand_down": "to stand down",
    "closing": "to close the case",
    "destruction": "to destroy the case",
    "lower_urgency": "to lower the urgency",
    "publication": "to publish a warning",
    "answer": "to answer whoever warned us",
    "watch_end": "to end a watch",
}


def narrate(event: e.Event, case: Case) -> str:
    """What the event says; `case` is the case after it."""
    match event:
        case e.CaseOpened():
            kept = " It is restricted to admitted officers." if event.restricted else ""
            must = "; ".join(one.who for one in event.must_tell)
            tell = f" The policy requires to be told: {must}." if must else ""
            return f"The case “{event.title}” was opened under {event.policy}.{tell}{kept}"
        case e.ReportReceived():
            report = event.report
            return (
                f"Report {report.report_id} was received from {report.received_from}; acquired "
                f"{told(report.acquired_at, 'UTC')} by {report.acquired_by}; source rated "
                f"{report.reliability}{report.credibility}."
            )
        case e.ReportReceivedAgain():
            return f"Report {event.report_id} came once more, from {event.received_from}."
        case e.TearlineWritten():
            return f"What of report {event.report_id} may leave was written: {event.tearline}"
        case e.VictimNamed():
            place = f", {event.place}" if event.place else ""
            return f"Intended victim {event.victim_id} was named: {event.name}{place}."
        case e.FindingsRecorded():
            return _findings(event)
        case e.UrgencySet():
            return f"The urgency was set to {event.urgency}: {event.reason}"
        case e.OriginatorAsked():
            return f"{event.originator or 'The originator'} was asked: {event.question}"
        case e.OriginatorReplied():
            return f"The originator {event.reply}: {event.words}"
        case e.OfficerAdmitted():
            return f"{event.officer_id} was admitted to the case: {event.reason}"
        case e.CaseRestricted():
            done = "restricted to admitted officers" if event.restricted else "opened to its unit"
            return f"The case was {done}: {event.reason}"
        case e.RemarkRecorded():
            return f"{'Dissent' if event.dissent else 'Remark'}: {event.words}"
        case e.ReadingCorrected():
            return _corrected(event)
        case e.DeadlineSet() | e.DeadlineMet() | e.DeadlineLapsed():
            return _deadline(event)
        case _:
            return _decided(event, case)


def _corrected(event: e.ReadingCorrected) -> str:
    count, agreed = len(event.corrections), sum(o.was == o.label for o in event.corrections)
    said = f"{agreed} of them as reading ({event.model}) had"
    return f"Of report {event.report_id}, passages were labelled: {count}, {said}."


def _findings(event: e.FindingsRecorded) -> str:
    answers = ", ".join(f"{name}: {one}" for name, one in event.findings.answers().items())
    failed = f" A rule failed ({event.policy_error}); a person must decide." * bool(
        event.policy_error
    )
    return f"Findings for {event.victim_id}: {answers}. {_ruled(event)}{failed}"


def _ruled(event: e.FindingsRecorded) -> str:
    """What the pack made of them; of several, what each did and what follows from all."""

    def clauses(pack: str) -> str:
        return "; ".join(one.clause for one in event.clauses if one.pack == pack)

    duty = event.duty.replace("_", " ")
    if not event.each:
        return f"Under the pack the duty is {duty} ({clauses('')})."
    each = "; ".join(
        f"under {one.pack} the duty is {one.duty.replace('_', ' ')} ({clauses(one.pack)})"
        for one in event.each
    )
    return f"Of the packs beside each other: {each}. The stricter decides: {duty}."


def _deadline(event: e.DeadlineSet | e.DeadlineMet | e.DeadlineLapsed) -> str:
    waited = WAITED_FOR[event.clock]
    about = "" if event.subject == "case" else f" ({event.subject})"
    match event:
        case e.DeadlineSet():
            return f"A clock runs for {waited}{about}, due {told(event.due_at, 'UTC')}."
        case e.DeadlineMet():
            return f"The clock for {waited}{about} stopped."
        case e.DeadlineLapsed():
            silent = "" if event.clock is Clock.WAIVER_EXPIRY else ", undecided"
            return f"Lapsed{silent}: nobody gave {waited}{about}; escalated, level {event.level}."


def _decided(event: e.Event, case: Case) -> str:
    match event:
        case e.Proposed():
            ground = f" on ground {event.ground}" if event.ground else ""
            if event.matter is Matter.DESTRUCTION:
                ground = f" on the authority of {event.particulars['authority']}"
            about = f" for {event.victim_id}" if event.victim_id else ""
            words = MATTER[event.matter]
            return f"Proposal {event.proposal_id}{about}, {words}{ground}: {event.reason}"
        case e.Confirmed():
            # Of a destroyed case the proposal is no longer known; the tombstone tells of it.
            proposal = case.proposals.get(event.proposal_id)
            what = f" by {proposal.by}, {MATTER[proposal.matter]}," if proposal else ""
            until = f" It expires {told(event.expires_at, 'UTC')}." if event.expires_at else ""
            return f"Proposal {event.proposal_id}{what} was confirmed.{until}"
        case e.Rejected():
            return f"Proposal {event.proposal_id} was rejected: {event.reason}"
        case e.WarnedAlone():
            return (
                f"Break-glass: one officer determined alone to warn {event.victim_id}; "
                f"a second must review. {event.reason}"
            )
        case e.BreakGlassReviewed():
            upheld = "upheld" if event.upheld else "not upheld"
            return f"The lone determination by {event.acted_by} was {upheld}: {event.words}"
        case e.DeterminationSetAside():
            return f"The determination for {event.victim_id} no longer stands: {event.reason}."
        case e.WarningDrafted():
            named = f"Warning {event.warning_id} ({event.warning_kind})"
            return f"{named}, version {event.version}, was written."
        case e.WarningReleased():
            return (
                f"Warning {event.warning_id} was released word for word "
                f"(SHA-256 {event.text_sha256[:12]}…). Risk accepted: {event.residual_risk}"
            )
        case e.WarningReturned():
            return f"Warning {event.warning_id} was returned to its author: {event.reason}"
        case _:
            return _delivered(event, case)


def _delivered(event: e.Event, case: Case) -> str:
    match event:
        case e.AttemptStarted():
            return f"Attempt {event.attempt} of {event.delivery_id} began; its outcome is open."
        case e.AttemptOutcomeUnknown():
            return (
                f"The outcome of attempt {event.attempt} of {event.delivery_id} is unknown: "
                f"{event.detail}."
            )
        case e.AttemptHandedOver():
            return (
                f"Attempt {event.attempt} of {event.delivery_id} was handed over to the channel; "
                "nobody has confirmed it."
            )
        case e.AttemptFailed():
            again = f"tried again {told(event.retry_at, 'UTC')}" if event.retry_at else "for good"
            return (
                f"Attempt {event.attempt} of {event.delivery_id} failed ({event.reason}), {again}."
            )
        case e.ReceiptReported() | e.ChasePaused() | e.ChaseResumed() | e.ChaseExhausted():
            return _chased(event)
        case e.DeliveryAttested():
            understood = f"understood: {event.read_back}" if event.understood else "not confirmed"
            return (
                f"{event.to_whom} was told in person, {told(event.told_at, 'UTC')}; identity: "
                f"{event.identity_check}; {understood}."
            )
        case e.DeliveryCancelled():
            return f"Delivery {event.delivery_id} was cancelled: {event.reason}"
        case e.LinkOpened():
            return f"The page of {event.delivery_id} was opened. That is no confirmation."
        case e.Acknowledged():
            late = " Late, after the window." if event.late else ""
            who = f" ({event.person})" if event.person else ""
            return f"The recipient of {event.delivery_id}{who} confirmed with the code.{late}"
        case e.ReactionRecorded():
            whose = "An officer to the" if event.reaction.is_ours else "The"
            said = event.reaction.replace("_", " ")
            return f"{whose} recipient of {event.delivery_id} ({said}): {event.words}"
        case e.ActionRecorded():
            return f"Protective action on {event.delivery_id}: {event.taken}. {event.words}"
        case _:
            return (
                _planned(event, case)
                or _dispatched(event, case)
                or heeded(event, case)
                or _followed(event)
            )


def _planned(event: e.Event, case: Case) -> str:
    """To whom it goes and in which order; "" for other events."""
    match event:
        case e.FollowUpOwnerNamed():
            return f"{event.officer_id} was named to follow up."
        case e.RecipientNamed():
            ways = ", then ".join(
                one.method.replace("_", " ") for one in case.recipients[event.recipient_id].ways
            )
            must = "; ".join(r.who for r in case.must_tell if r.name in event.answers)
            why = f" The policy requires it: {must}." if must else ""
            return f"{event.name} ({event.relation}) is to be warned: {ways}.{why}"
        case e.RequirementAnswered():
            who = next((r.who for r in case.must_tell if r.name == event.requirement), "")
            if not event.recipient_id:
                return f"For {event.victim_id} nobody is told as “{who}”: {event.reason}"
            name = case.recipients[event.recipient_id].name
            return f"{name} is whom the policy requires to be told: {who}."
        case e.ChainPlanned():
            told_to = ", ".join(case.recipients[one].name for one in event.recipient_ids)
            rule = "each must answer" if event.rule == "each" else "any one is enough"
            return f"Warning {event.warning_id} goes to {told_to}; {rule}."
        case e.DeliveryPlanned():
            name = case.recipients[event.recipient_id].name
            chased = f", because {event.after} was not answered" if event.after else ""
            method = event.method.replace("_", " ")
            return f"Delivery {event.delivery_id} to {name} ({method}) was planned{chased}."
        case _:
            return ""


def _chased(
    event: e.ReceiptReported | e.ChasePaused | e.ChaseResumed | e.ChaseExhausted,
) -> str:
    match event:
        case e.ReceiptReported():
            return f"The channel reports {event.delivery_id} as {event.receipt}. {event.detail}"
        case e.ChasePaused():
            until = told(event.until, "UTC")
            return f"Chasing {event.delivery_id} pauses until {until}: {event.reason}"
        case e.ChaseResumed():
            return f"Chasing {event.delivery_id} goes on: {event.reason}"
        case e.ChaseExhausted():
            return f"Nobody answered {event.delivery_id}, and no way or person is left to try."


def _dispatched(event: e.Event, case: Case) -> str | None:
    match event:
        case e.DispatchPlanned():
            members = case.dispatches[event.dispatch_id].members
            method = event.method.replace("_", " ")
            return (
                f"Dispatch {event.dispatch_id} of warning {event.warning_id} to list "
                f"{event.list_id} ({method}, {members:,} members) was planned."
            )
        case e.BatchStarted():
            which = f"batch {event.batch} of {event.dispatch_id}"
            return f"Attempt {event.attempt} at {which} began; its outcome is open."
        case e.BatchOutcomeUnknown():
            which = f"batch {event.batch} of {event.dispatch_id}"
            return f"The outcome of attempt {event.attempt} at {which} is unknown: {event.detail}."
        case e.BatchEnded():
            counts = {
                "handed over": counted(event.handed_over),
                "failed in passing": counted(event.passing),
                "unknown": counted(event.unknown),
                "off the list": counted(event.gone),
                "failed for good": sum(map(counted, event.failed.values())),
            }
            said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
            again = f"; tried again {told(event.retry_at, 'UTC')}" if event.retry_at else ""
            which = f"batch {event.batch} of {event.dispatch_id}"
            return f"Attempt {event.attempt} at {which} ended: {said or 'nobody waited'}{again}."
        case e.BatchReceipts():
            return (
                f"Of {event.dispatch_id} the channel reports {counted(event.delivered)} delivered, "
                f"{counted(event.displayed)} displayed, {counted(event.undeliverable)} "
                "undeliverable."
            )
        case e.DispatchCancelled():
            return f"Dispatch {event.dispatch_id} was cancelled: {event.reason}"
        case _:
            return None


def _published(event: e.PublicationPrepared | e.Published | e.PublicationCancelled) -> str:
    match event:
        case e.PublicationPrepared():
            said = f"{event.status.value}, {event.message}"
            return (
                f"Publication {event.publication_id} of warning {event.warning_id} was prepared "
                f"({said}), with its cancellation: {event.notice.event}."
            )
        case e.Published():
            what = f"Publication {event.publication_id} went public as {event.identifier}"
            return f"{what} (SHA-256 {event.cap_sha256[:12]}…)."
        case e.PublicationCancelled():
            what = f"Publication {event.publication_id} was cancelled in public"
            return f"{what} as {event.identifier}: {event.reason}"


def _followed(event: e.Event) -> str:
    match event:
        case e.PublicationPrepared() | e.Published() | e.PublicationCancelled():
            return _published(event)
        case e.ReviewRecorded():
            return f"Review: {event.words}"
        case e.WindowDecided():
            decision = event.decision.replace("_", " ")
            return f"Window of {event.warning_id}: {decision}. {event.reason}"
        case e.OutcomeRecorded():
            return f"Outcome {event.outcome}: {event.claims} (claimed by {event.source})"
        case e.CaseClosed():
            return f"The case was closed: {event.reason}"
        case e.CaseReopened():
            return f"The case was reopened: {event.reason}."
        case e.LegalHoldPlaced():
            return (
                f"Legal hold {event.hold_id} was placed on the authority of {event.authority}: "
                f"{event.reason}"
            )
        case e.LegalHoldLifted():
            return f"Legal hold {event.hold_id} was lifted: {event.reason}"
        case e.CaseDestroyed():
            return (
                f"The case was destroyed on the authority of {event.authority}, as "
                f"{event.proposed_by} proposed and {event.by} confirmed. What events 1 to "
                f"{event.last_seq_destroyed} said can no longer be read. Reason: {event.reason}"
            )
        case _:
            raise ValueError(f"no words for {type(event).__name__}: {sorted(to_plain(event))}")
