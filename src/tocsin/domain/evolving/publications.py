"""Steps for warnings to the public."""

from dataclasses import replace
from typing import Any

from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.evolving.steps import on, put
from tocsin.domain.public import PublicationState, PublishedNotice, Reference


def _with(case: Case, publication_id: str, **changes: Any) -> Case:
    changed = replace(case.publications[publication_id], **changes)
    return replace(case, publications=put(case.publications, publication_id, changed))


def _message(event: e.Published | e.PublicationCancelled) -> Reference:
    return Reference(sender=event.sender, identifier=event.identifier, sent=event.sent)


@on(e.PublicationPrepared)
def _(case: Case, event: e.PublicationPrepared) -> Case:
    prepared = PublishedNotice(
        publication_id=event.publication_id,
        warning_id=event.warning_id,
        message=event.message,
        status=event.status,
        notice=event.notice,
        cancellation=event.cancellation,
        lists=event.lists,
        follows=event.follows,
        proposal_id=event.proposal_id,
        prepared_by=event.by,
        prepared_at=event.at,
    )
    return replace(case, publications=put(case.publications, event.publication_id, prepared))


@on(e.Published)
def _(case: Case, event: e.Published) -> Case:
    if follows := case.publications[event.publication_id].follows:
        case = _with(case, follows, state=PublicationState.REPLACED)
    return _with(
        case,
        event.publication_id,
        state=PublicationState.LIVE,
        confirmed_by=event.by,
        sent_as=_message(event),
        sent_sha256=event.cap_sha256,
    )


@on(e.PublicationCancelled)
def _(case: Case, event: e.PublicationCancelled) -> Case:
    return _with(
        case,
        event.publication_id,
        state=PublicationState.CANCELLED,
        cancelled_by=event.by,
        cancelled_as=_message(event),
        cancelled_sha256=event.cap_sha256,
        reason=event.reason,
    )
