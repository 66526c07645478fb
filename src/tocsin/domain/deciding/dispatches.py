"""Decisions on dispatches to lists: planned by a person, carried out in batches."""

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.chasing import called_off
from tocsin.domain.deciding.context import Context, decides, said, the_dispatch
from tocsin.domain.deciding.delivery import MOST_ATTEMPTS, retry_delay
from tocsin.domain.deciding.planning import still_to_be_warned, to_bring
from tocsin.domain.dispatch import Batch, Dispatch
from tocsin.domain.dispatching import Audience, Ended
from tocsin.domain.evolving import evolve
from tocsin.domain.kinds import Method
from tocsin.domain.numbering import counted, numbers_in, spelled
from tocsin.domain.parity import Parity
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.telling import GONE
from tocsin.domain.warning import ThreatWarning

BY_LIST = (Method.EMAIL, Method.SMS)
MOST_MEMBERS = 200_000
LEFT_OPEN = "the sender stopped before the channel's answers were recorded"


@decides(c.PlanDispatch)
def plan_dispatch(case: Case, command: c.PlanDispatch, ctx: Context) -> list[e.Event]:
    """Only released words, only with an owner named, once for a warning, a list and a method."""
    warning = to_bring(case, command.warning_id)
    _for_somebody(case, warning)
    _outside_goes_too(case, warning)
    _published(case, command)
    audience = _audience(case, command, ctx)
    wanted = (command.warning_id, command.list_id, command.method)
    for one in case.dispatches.values():
        if (one.warning_id, one.list_id, one.method) == wanted and not one.cancelled:
            refuse(
                Code.DELIVERY_SETTLED,
                "Nothing was planned: this warning goes to that list already.",
                "Look at the dispatches.",
            )
    assert warning.release  # noqa: S101 - to_bring has seen it
    return [
        e.DispatchPlanned(
            **ctx.stamp,
            dispatch_id=f"{case.case_id}-l{len(case.dispatches) + 1}",
            warning_id=command.warning_id,
            list_id=command.list_id,
            method=command.method,
            publication_id=command.publication_id,
            text_sha256=warning.release.text_sha256,
            members=audience.members,
            members_sha256=audience.sha256,
            batch_size=audience.batch,
        )
    ]


def _for_somebody(case: Case, warning: ThreatWarning) -> None:
    """A determination to warn stands for one of its victims at least, or it is a cancellation."""
    refused: Refusal | None = None
    for victim_id in warning.victim_ids:
        try:
            return still_to_be_warned(case, warning, victim_id)
        except Refusal as refusal:
            refused = refusal
    if refused:
        raise refused
    return None


def _outside_goes_too(case: Case, warning: ThreatWarning) -> None:
    """Who is named outside is told no later than a list is, where all are told together."""
    answer = warning.release.parity if warning.release else None
    if answer is None or answer.parity is not Parity.TOLD_TOGETHER:
        return
    under_way = {
        one.recipient_id
        for one in case.deliveries.values()
        if one.warning_id == warning.warning_id and one.state not in GONE
    }
    for one in case.recipients.values():
        named = not one.inside and one.victim_id in warning.victim_ids
        if named and one.recipient_id not in under_way:
            refuse(
                Code.PARITY_BROKEN,
                "Nothing was planned: this warning goes to those outside at the same time.",
                "Plan the deliveries to every recipient outside first.",
            )


def _published(case: Case, command: c.PlanDispatch) -> None:
    """The public page that the messages name shows the same warning, and is there."""
    if not command.publication_id:
        return
    found = case.publications.get(command.publication_id)
    if found is None or found.sent_as is None or found.warning_id != command.warning_id:
        refuse(
            Code.PUBLICATION_UNKNOWN,
            "Nothing was planned: this warning has no such publication in public.",
            "Choose a publication of the same warning, or none.",
        )


def _audience(case: Case, command: c.PlanDispatch, ctx: Context) -> Audience:
    if command.method not in BY_LIST:
        refuse(
            Code.NO_SUCH_WAY,
            "Nothing was planned: lists are reached by e-mail or text message alone.",
            "Choose one of these, or plan deliveries.",
        )
    audience = ctx.audience
    if audience is None or audience.unit != case.unit:
        refuse(
            Code.LIST_UNKNOWN,
            "Nothing was planned: there is no such list.",
            "Choose a list of the case's unit.",
        )
    if not 0 < counted(audience.members) <= MOST_MEMBERS:
        refuse(
            Code.RECIPIENT_UNKNOWN,
            "Nothing was planned: nobody is on this list by that method, or more than "
            f"{MOST_MEMBERS:,} are.",
            "Look at the list; part it where it is too long.",
        )
    return audience


@decides(c.WorkBatches, on_closed=True)
def work_batches(case: Case, command: c.WorkBatches, ctx: Context) -> list[e.Event]:
    """What was answered first; then intent before act. Who failed in passing is retried, at most
    twelve times. A batch found open means that its worker died: outcome unknown."""
    dispatch = the_dispatch(case, command.dispatch_id)
    happened: list[e.Event] = []
    for one in command.ended:
        batch = dispatch.batches[one.batch - 1]
        if batch.is_open and one.attempt == batch.attempts:
            _names_each_once(batch, one)
            happened.append(_ended(dispatch, one, ctx))
    case = evolve(case, happened)
    dispatch = the_dispatch(case, command.dispatch_id)
    why = called_off(case, case.warnings[dispatch.warning_id])
    if command.begins and why and not dispatch.is_over and not dispatch.cancelled:
        cancelled = _cancelled(dispatch, why, ctx)
        happened.append(cancelled)
        dispatch = the_dispatch(evolve(case, [cancelled]), command.dispatch_id)
    for number in command.begins:
        happened += _began(dispatch, dispatch.batches[number - 1], ctx)
    return happened


def _began(dispatch: Dispatch, batch: Batch, ctx: Context) -> list[e.Event]:
    named = {"dispatch_id": dispatch.dispatch_id, "batch": batch.number, **ctx.stamp}
    happened: list[e.Event] = []
    if batch.is_open:
        unknown = e.BatchOutcomeUnknown(**named, attempt=batch.attempts, detail=LEFT_OPEN)
        happened.append(unknown)
    if dispatch.cancelled or not batch.waiting:
        return happened
    if batch.attempts >= MOST_ATTEMPTS:
        # Its senders died again and again; somebody must look before a thirteenth does.
        given_up = Ended(
            batch=batch.number, attempt=batch.attempts, failed={"given-up": batch.waiting}
        )
        return [*happened, _ended(dispatch, given_up, ctx)]
    return [*happened, e.BatchStarted(**named, attempt=batch.attempts + 1)]


def _names_each_once(batch: Batch, ended: Ended) -> None:
    parts = (ended.handed_over, ended.passing, ended.unknown, ended.gone, *ended.failed.values())
    told = [number for part in parts for number in numbers_in(part)]
    if sorted(told) != list(numbers_in(batch.waiting)):
        raise ValueError("a batch ends with each of its members in one place")
    if ended.provider_ids and len(ended.provider_ids) != counted(ended.handed_over):
        raise ValueError("a provider's id belongs to each member handed over")


def _ended(dispatch: Dispatch, ended: Ended, ctx: Context) -> e.BatchEnded:
    """The last attempt fails for good whoever was to be tried again."""
    again, failed = f"{ended.passing} {ended.unknown}".strip(), dict(ended.failed)
    last = ended.attempt >= MOST_ATTEMPTS
    if last and again:
        failed["given-up"] = spelled((*numbers_in(ended.passing), *numbers_in(ended.unknown)))
    retry = again and not last and not dispatch.cancelled
    return e.BatchEnded(
        **ctx.stamp,
        dispatch_id=dispatch.dispatch_id,
        batch=ended.batch,
        attempt=ended.attempt,
        handed_over=ended.handed_over,
        passing="" if last else ended.passing,
        unknown="" if last else ended.unknown,
        gone=ended.gone,
        failed=failed,
        provider_ids=ended.provider_ids,
        detail=ended.detail,
        retry_at=ctx.now + retry_delay(ended.attempt) if retry else None,
    )


@decides(c.RecordBatchReceipts, on_closed=True)
def record_batch_receipts(
    case: Case, command: c.RecordBatchReceipts, ctx: Context
) -> list[e.Event]:
    """News alone comes here; what each member's state was, the views know."""
    dispatch = the_dispatch(case, command.dispatch_id)
    told = (command.delivered, command.displayed, command.undeliverable)
    if not any(told):
        return []
    delivered, displayed, undeliverable = told
    return [
        e.BatchReceipts(
            **ctx.stamp,
            dispatch_id=dispatch.dispatch_id,
            delivered=delivered,
            displayed=displayed,
            undeliverable=undeliverable,
        )
    ]


@decides(c.CancelDispatch)
def cancel_dispatch(case: Case, command: c.CancelDispatch, ctx: Context) -> list[e.Event]:
    dispatch = the_dispatch(case, command.dispatch_id)
    if dispatch.is_over or dispatch.cancelled:
        refuse(
            Code.DELIVERY_SETTLED,
            "Nothing was cancelled: this dispatch is over.",
            "Send an update or a cancellation of the warning instead.",
        )
    return [_cancelled(dispatch, said(command.reason, "a reason"), ctx)]


def _cancelled(dispatch: Dispatch, reason: str, ctx: Context) -> e.DispatchCancelled:
    return e.DispatchCancelled(**ctx.stamp, dispatch_id=dispatch.dispatch_id, reason=reason)
