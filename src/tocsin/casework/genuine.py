"""Is a warning really from this house? Asked by whoever holds its words, told nothing more."""

from dataclasses import dataclass, field
from datetime import datetime

from tocsin.casework import logbook
from tocsin.casework.house import App
from tocsin.casework.reads import case_of
from tocsin.casework.records import Record, of_case
from tocsin.domain.case import Case
from tocsin.domain.pasted import fingerprints
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.warning import WarningKind
from tocsin.record.disclosure import Disclosure
from tocsin.record.verify_proof import extra_of
from tocsin.store import views

SHOWN = ("kind", "text_sha256", "at", "exercise")
"""The fields of a release that its proof opens; nothing else of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """The newest warning that has followed these words, and when it was released."""

    kind: WarningKind
    released_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Genuine:
    """Words that this house released, as they were released, and whether they still stand.

    `case_id` and `warning_id` are for `proof`, and for nobody who asks.
    """

    text: str
    released_at: datetime
    followed_by: Follower | None
    exercise: bool
    case_id: str = field(repr=False)
    warning_id: str = field(repr=False)


def check(app: App, pasted: str) -> tuple[Genuine, ...]:
    """The released warnings whose words stand in `pasted`, the newest first; else none.

    The same words may have been released more than once. Costs one indexed query, whatever
    was pasted, and no write, so it needs no limit that would also keep recipients out.
    """
    with app.store.read() as db:
        rows = views.releases(db, fingerprints(pasted))
    found = filter(None, (_genuine(case_of(app, row.case_id), row) for row in rows))
    return tuple(sorted(found, key=lambda one: (one.released_at, one.case_id), reverse=True))


def proof(app: App, case_id: str, warning_id: str) -> str:
    """The proof that exactly these words were released then, as a `.tlog-proof`.

    Refuses WARNING_NOT_RELEASED.
    """
    with app.store.read() as db:
        record = _release(of_case(app, db, case_id), warning_id)
    if record.body is None or record.seed is None:
        raise RuntimeError("a release on the record was not opened")
    names = [name for name in SHOWN if name in record.fields]  # older releases say less
    extra = extra_of(Disclosure.of(record.leaf, record.body, record.seed, names))
    return logbook.proof_of(app, record.index, extra=extra)


def follower(case: Case, warning_id: str) -> Follower | None:
    """What has followed a warning last, so that nobody acts on words that no longer stand."""
    found = None
    for one in case.warnings.values():
        if one.release and one.references == warning_id:
            warning_id = one.warning_id
            found = Follower(kind=one.kind, released_at=one.release.released_at)
    return found


def _genuine(case: Case, row: views.ReleaseRow) -> Genuine | None:
    """None where the case was destroyed since the row was read."""
    warning_id = row.warning_id.removeprefix(f"{case.case_id}/")
    warning = case.warnings.get(warning_id)
    if warning is None or warning.release is None:
        return None
    return Genuine(
        text=warning.draft.text,
        released_at=warning.release.released_at,
        followed_by=follower(case, warning_id),
        exercise=case.exercise,
        case_id=case.case_id,
        warning_id=warning_id,
    )


def _release(found: list[Record], warning_id: str) -> Record:
    for record in found:
        if record.kind == "WarningReleased" and record.fields["warning_id"] == warning_id:
            return record
    return refuse(
        Code.WARNING_NOT_RELEASED,
        "No proof was made: these words have not been released.",
        "Release them first.",
    )
