"""What the public side of a case waits for, and what a need is. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tocsin.domain.case import Case
from tocsin.domain.public import PublicationState, PublishedNotice, Status
from tocsin.domain.warning import ThreatWarning


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that is waited for.

    `step` is the step that answers it, with its `ids` and `query`; `barred` maps officers whom
    the case itself keeps from it to the reason.
    """

    what: str
    step: str
    ids: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    due: datetime | None = None
    barred: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def public_needs(case: Case) -> Iterator[Need]:
    """What the public still reads must be what the warnings say, and the other way round."""
    current = {one.warning_id: one for one in case.current_warnings()}
    for one in case.publications.values():
        ids = {"publication_id": one.publication_id}
        if case.is_waiting(one):
            is_live = one.status is Status.ACTUAL
            kind = "a LIVE warning" if is_live else one.status.value.lower()
            yield Need(
                what=f"Publish or reject {one.publication_id}, {kind}",
                step="confirm_live" if is_live else "confirm_sham",
                ids=ids,
                barred={one.prepared_by: "You prepared this yourself."},
            )
        elif one.state is PublicationState.LIVE and one.warning_id not in current:
            yield from _behind(case, one, current)
        elif one.state is PublicationState.CANCELLED and one.warning_id in current:
            others = (other for other in case.publications.values() if other is not one)
            if not any(_stands_for(case, other, one.warning_id) for other in others):
                yield Need(
                    what=f"Warning {one.warning_id} was cancelled in public only: cancel it for "
                    "those who were told directly",
                    step="new_warning",
                    query=f"follows={one.warning_id}&kind=cancel",
                )


def _stands_for(case: Case, one: PublishedNotice, warning_id: str) -> bool:
    alive = one.state is PublicationState.LIVE or case.is_waiting(one)
    return alive and one.warning_id == warning_id


def _behind(
    case: Case, one: PublishedNotice, current: Mapping[str, ThreatWarning]
) -> Iterator[Need]:
    """The public reads words that were replaced by an update or taken back."""
    newest = one.warning_id
    while later := [w for w in case.warnings.values() if w.is_released and w.references == newest]:
        newest = later[-1].warning_id
    if newest not in current:
        yield Need(
            what=f"The public still reads {one.publication_id}, whose warning was cancelled: "
            "cancel it there",
            step="cancel_publication",
            ids={"publication_id": one.publication_id},
        )
    elif not any(
        p.follows == one.publication_id and case.is_waiting(p) for p in case.publications.values()
    ):
        yield Need(
            what=f"The public still reads {one.publication_id}: publish its update {newest}",
            step="prepare_publication",
            ids={"warning_id": newest},
        )
