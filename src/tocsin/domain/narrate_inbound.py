"""The history of warnings given to us and of subjects on watch, in plain words."""

from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.inbound import BirthDate, Owed
from tocsin.domain.sighting import SightingAnswer
from tocsin.domain.window import told

_ANSWERED = {
    SightingAnswer.SAME: "is the same person",
    SightingAnswer.NOT_SAME: "is somebody else",
    SightingAnswer.CANNOT_TELL: "cannot be told yet",
}
_OWED = {Owed.RECEIPT: "receipt", Owed.ANSWER: "answer"}


def heeded(event: e.Event, case: Case) -> str:
    """What the event says; "" for other events."""
    match event:
        case e.InboundRecorded():
            back = event.answer_to or "nobody knows where"
            return (
                f"Warning {event.inbound_id} was given to us by {event.sender}, "
                f"{told(event.received_at, 'UTC')}, {event.path} (report {event.report_id}); "
                f"to be answered: {back}."
            )
        case e.ReceiptGiven():
            when = told(event.given_at, "UTC")
            return f"A receipt was given to {event.to_whom}, {event.path}, {when}: {event.words}"
        case e.InboundOwnerNamed():
            why = f": {event.reason}" if event.reason else "."
            return f"{event.officer_id} was named to own warning {event.inbound_id}{why}"
        case e.ClaimNoted():
            tongue = f" ({event.language})" if event.language else ""
            return f"Claim {event.claim_id} of {event.inbound_id}{tongue}: {event.words}"
        case e.ClaimTested():
            result = event.result.replace("_", " ")
            return f"Claim {event.claim_id} was tested, {result}: {event.how}"
        case e.ClaimLeftUntested():
            return f"Claim {event.claim_id} is not tested: {event.reason}"
        case e.SenderLeftUnanswered():
            owed = _OWED[event.owed]
            return f"Whoever gave us {event.inbound_id} gets no {owed}: {event.reason}"
        case e.AnswerReleased():
            return f"The answer to whoever gave us {event.inbound_id} was released: {event.words}"
        case e.SenderAnswered():
            when = told(event.given_at, "UTC")
            return f"{event.to_whom} was answered, {event.path}, {when}: {event.words}"
        case _:
            return _asked(event) or _watched(event, case)


def _asked(event: e.Event) -> str:
    match event:
        case e.SenderAsked():
            due = told(event.due_at, "UTC")
            return f"Question {event.question_id} to the sender, due {due}: {event.question}"
        case e.SenderAskedAgain():
            due = told(event.due_at, "UTC")
            return f"Question {event.question_id} was asked again, due {due}: {event.words}"
        case e.SenderReplied():
            return f"The sender answered {event.question_id}: {event.words}"
        case e.WentOnWithoutReply():
            return f"No answer to {event.question_id}; we go on without: {event.reason}"
        case _:
            return ""


def _watched(event: e.Event, case: Case) -> str:
    match event:
        case e.WatchBegun():
            who = _subject(event.names, event.births, event.identifiers)
            return f"{who} went on watch as {event.watch_id}: {event.reason}"
        case e.WatchWidened():
            added = _subject(event.names, event.births, event.identifiers)
            return f"To watch {event.watch_id} was added {added}: {event.reason}"
        case e.WatchRenewed():
            again = f"; next review {told(event.review_at, 'UTC')}" if event.review_at else ""
            return f"Watch {event.watch_id} was renewed{again}: {event.reason}"
        case e.WatchEnded():
            name = case.watches[event.watch_id].names[0]
            return f"The watch {event.watch_id} on {name} was ended: {event.reason}"
        case e.SubjectSighted():
            return _sighted(event)
        case e.SightingAnswered():
            said = _ANSWERED[event.answer]
            return f"Sighting {event.sighting_id} of watch {event.watch_id} {said}: {event.reason}"
        case _:
            return ""


def _sighted(event: e.SubjectSighted) -> str:
    where = f"report {event.report_id}"
    if event.list_id:
        where = f"row {event.row} of list {event.list_id}"
    if not (event.found or event.identifiers):
        return f"{where[:1].upper()}{where[1:]} names the subject of watch {event.watch_id}."
    alike = [
        f"{f'“{one.found}” is ' * bool(one.found)}like “{one.watched}” ({one.probability:.1%})"
        for one in event.found
    ]
    beside = [f"“{one}”" for one in event.identifiers]
    return (
        f"The subject of watch {event.watch_id} may be met in {where} ({event.sighting_id}): "
        f"{'; '.join([*alike, *beside])}."
    )


def _subject(
    names: tuple[str, ...], births: tuple[BirthDate, ...], identifiers: tuple[str, ...]
) -> str:
    born = [f"born {one.born} ({one.confidence} confidence)" for one in births]
    return ", ".join((" / ".join(names), *born, *identifiers)).removeprefix(", ")
