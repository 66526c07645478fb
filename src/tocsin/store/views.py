"""What the pages read: rows that `casework` derives from events, and the queries over them.

Nothing here is truth; `replay` drops and rebuilds it. Rows mirror the columns,
instants are microseconds (`_us`). Need-to-know is part of the query, so a case
that may not be seen is not counted, paged over or found either.
"""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError

from tocsin.domain.actor import Role
from tocsin.domain.refusal import Code, refuse
from tocsin.store import schema
from tocsin.store.prepared import Prepared, flat
from tocsin.store.upsert import insert_or_keep, upsert

Cursor = tuple[int | None, str]
"""Where a page of the queue ended: the last row's `next_due_us` and `case_id`."""

_START: Cursor = (-(2**63), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case as the queue shows it; without a live deadline the `next_` fields are None.

    `state` is open or closed; `duty` owed, undecided, not_owed or unassessed.
    """

    case_id: str
    case_seq: int
    position: int
    unit: str
    restricted: bool
    state: str
    title: str
    urgency: str
    next_due_us: int | None
    next_clock: str | None
    duty: str
    stage: str
    opened_us: int
    updated_us: int

    @property
    def cursor(self) -> Cursor:
        """The place after this row; give it to `queue` for the next page."""
        return self.next_due_us, self.case_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A report of a case; `sha256` in lower-case hex is unique in the house."""

    report_id: str
    sha256: str
    case_id: str
    received_us: int
    acquired_us: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationRow:
    """A confirmed proposal; the database refuses the proposer as confirmer."""

    proposal_id: str
    case_id: str
    kind: str
    proposed_by: str
    confirmed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRow:
    """Released words, found by their fingerprint; the database refuses the author as releaser."""

    warning_id: str
    version: int
    case_id: str
    author: str
    released_by: str
    text_sha256: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """A break-glass act reviewed; the database refuses the one who acted as reviewer."""

    case_id: str
    victim_id: str
    acted_by: str
    reviewed_by: str
    case_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """A call on one officer, or on everyone with `role` in `unit` where `officer_id` is None.

    One on inspectors is on those of every unit.

    `topic` is what the call is about; answering it answers every call on it.
    """

    notice_id: str
    case_id: str
    unit: str
    topic: str
    role: str
    officer_id: str | None
    text: str
    at_us: int
    resolved_us: int | None = None


_case, _member, _notice = schema.case_view, schema.case_member, schema.notice_view
_report, _release = schema.report_view, schema.release_view

_CASE_COLUMNS = [column for column in _case.c if column.name != "folded"]
_PUT_CASE = upsert(_case, *(c.name for c in _case.c if not c.primary_key))
_PUT_MEMBER = insert_or_keep(_member)
_PUT_REPORT, _PUT_NOTICE = Prepared(insert(_report)), Prepared(insert(_notice))
_PUT_CONFIRMATION = Prepared(insert(schema.confirmation_view))
_PUT_RELEASE = Prepared(insert(_release))
_PUT_REVIEW = Prepared(insert(schema.review_view))
_RESOLVE = Prepared(
    update(_notice)
    .where(
        _notice.c.case_id == bindparam("case"),
        _notice.c.topic == bindparam("about"),
        _notice.c.resolved_us.is_(None),
    )
    .values(resolved_us=bindparam("at"))
)
MINE = or_(
    and_(_case.c.unit == bindparam("unit"), _case.c.restricted.is_(False)),
    _case.c.case_id.in_(
        select(_member.c.case_id).where(_member.c.officer_id == bindparam("officer"))
    ),
)
"""The cases that an officer of a unit sees, as a condition."""
_SEEN: dict[bool, list[ColumnElement[bool]]] = {True: [], False: [MINE]}
_FOUND: dict[bool, list[ColumnElement[bool]]] = {
    True: [_case.c.folded.like(bindparam("pattern"), escape="\\")],
    False: [],
}


def _queue(sees_all: bool, sought: bool) -> Select[Any]:
    place = tuple_(_case.c.next_due_us, _case.c.case_id)
    after = tuple_(bindparam("after_due"), bindparam("after_case"))
    return (
        select(*_CASE_COLUMNS)
        .where(_case.c.state == bindparam("state"), place > after)
        .where(*_SEEN[sees_all], *_FOUND[sought])
        .order_by(_case.c.next_due_us, _case.c.case_id)
        .limit(bindparam("most"))
    )


_QUEUE = {(all_, sought): _queue(all_, sought) for all_ in _SEEN for sought in _FOUND}
_COUNT_OPEN = {
    sees_all: select(func.count()).where(_case.c.state == "open", *seen)
    for sees_all, seen in _SEEN.items()
}
_CASE = select(*_CASE_COLUMNS).where(_case.c.case_id == bindparam("case"))
_REPORT = select(_report).where(_report.c.report_id == bindparam("wanted"))
_REPORT_BY_SHA256 = select(_report).where(_report.c.sha256 == bindparam("wanted"))
_block = schema.release_block_view
_PUT_BLOCK = insert_or_keep(_block)
_RELEASES = select(_release).where(
    or_(
        _release.c.fingerprint.in_(bindparam("wanted", expanding=True)),
        tuple_(_release.c.warning_id, _release.c.version).in_(
            select(_block.c.warning_id, _block.c.version).where(
                _block.c.fingerprint.in_(bindparam("wanted", expanding=True))
            )
        ),
    )
)
_NOTICES_FOR = (
    select(_notice)
    .where(
        _notice.c.resolved_us.is_(None),
        or_(
            _notice.c.officer_id == bindparam("officer"),
            and_(
                _notice.c.officer_id.is_(None),
                # Inspectors read every unit's cases, so their calls come from all.
                or_(_notice.c.unit == bindparam("unit"), _notice.c.role == Role.INSPECTOR.value),
                _notice.c.role.in_(bindparam("roles", expanding=True)),
            ),
        ),
    )
    .order_by(_notice.c.at_us, _notice.c.notice_id)
    .limit(bindparam("most"))
)


_FORGET = [
    delete(table).where(table.c.case_id == bindparam("case"))
    for table in schema.views.sorted_tables
    if "case_id" in table.c and table is not _case
]


def upsert_case(db: Connection, row: CaseRow) -> None:
    """Show the case as `row` from now on."""
    values = flat(row) | {"folded": folded(f"{row.case_id}\n{row.title}")}
    if row.next_due_us is None:
        values["next_due_us"] = schema.NEVER_US
    _PUT_CASE.run(db, **values)


def case_row(db: Connection, case_id: str) -> CaseRow | None:
    """The case as the queue shows it, whoever asks; or None."""
    row = db.execute(_CASE, {"case": case_id}).one_or_none()
    return None if row is None else _case_row(row._mapping)


def queue(
    db: Connection,
    *,
    officer_id: str,
    unit: str,
    sees_all: bool,
    state: str = "open",
    after: Cursor | None = None,
    limit: int = 50,
    text: str = "",
) -> list[CaseRow]:
    """A page of the cases that this officer may see, the least time left first.

    They are all cases where `sees_all`; else the unrestricted ones of `unit` and those
    the officer is a member of. `text` is sought in title and case id without regard to
    case and accents. `after` is the last row's `cursor`.
    """
    due, case_id = after or _START
    found = db.execute(
        _QUEUE[sees_all, bool(text)],
        {
            "officer": officer_id,
            "unit": unit,
            "state": state,
            "after_due": schema.NEVER_US if due is None else due,
            "after_case": case_id,
            "pattern": _pattern(text),
            "most": limit,
        },
    )
    return [_case_row(row._mapping) for row in found]


def count_open(db: Connection, *, officer_id: str, unit: str, sees_all: bool) -> int:
    """How many open cases `queue` would show this officer."""
    return db.execute(_COUNT_OPEN[sees_all], {"officer": officer_id, "unit": unit}).scalar_one()


def add_member(db: Connection, case_id: str, officer_id: str) -> None:
    """Let this officer see this case, restricted or not."""
    _PUT_MEMBER.run(db, case_id=case_id, officer_id=officer_id)


def put_report(db: Connection, row: ReportRow) -> None:
    """Show a report. Refuses CHANGED_MEANWHILE where the same bytes are there already."""
    try:
        _PUT_REPORT.run(db, **flat(row))
    except IntegrityError:
        refuse(
            Code.CHANGED_MEANWHILE,
            "The report was not kept: the same bytes were received at this very moment.",
            "Receive it again; it is then noted as having come twice.",
        )


def report(db: Connection, report_id: str) -> ReportRow | None:
    """The report, or None."""
    row = db.execute(_REPORT, {"wanted": report_id}).one_or_none()
    return None if row is None else ReportRow(**row._mapping)


def cases_of(db: Connection, report_ids: Collection[str]) -> dict[str, str]:
    """Which case holds each of these reports."""
    if not report_ids:
        return {}
    found = select(_report.c.report_id, _report.c.case_id).where(
        _report.c.report_id.in_(report_ids)
    )
    return {row.report_id: row.case_id for row in db.execute(found)}


def reports_after(db: Connection, report_id: str, limit: int) -> list[ReportRow]:
    """The reports whose numbers follow in order, of all cases."""
    found = select(_report).where(_report.c.report_id > report_id)
    rows = db.execute(found.order_by(_report.c.report_id).limit(limit)).mappings()
    return [ReportRow(**row) for row in rows]


def count_reports(db: Connection) -> int:
    return db.execute(select(func.count()).select_from(_report)).scalar_one()


def report_by_sha256(db: Connection, sha256: str) -> ReportRow | None:
    """The report with these bytes, or None."""
    row = db.execute(_REPORT_BY_SHA256, {"wanted": sha256}).one_or_none()
    return None if row is None else ReportRow(**row._mapping)


def put_confirmation(db: Connection, row: ConfirmationRow) -> None:
    """Note a confirmation. Raises IntegrityError where one officer did both."""
    _PUT_CONFIRMATION.run(db, **flat(row))


def put_release(db: Connection, row: ReleaseRow, blocks: Collection[str] = ()) -> None:
    """Note a release, and the fingerprints of its `blocks` where it is in several languages.

    Raises IntegrityError where one officer did both.
    """
    _PUT_RELEASE.run(db, **flat(row))
    named = {"warning_id": row.warning_id, "version": row.version, "case_id": row.case_id}
    for one in sorted(set(blocks)):
        _PUT_BLOCK.run(db, **named, fingerprint=one)


def releases(db: Connection, fingerprints: Collection[str]) -> list[ReleaseRow]:
    """The releases of words with one of these fingerprints, in no order."""
    found = db.execute(_RELEASES, {"wanted": list(fingerprints)})
    return [ReleaseRow(**row._mapping) for row in found]


def put_review(db: Connection, row: ReviewRow) -> None:
    """Note a review. Raises IntegrityError where one officer did both."""
    _PUT_REVIEW.run(db, **flat(row))


def put_notice(db: Connection, row: NoticeRow) -> None:
    """Call on an officer or a role."""
    _PUT_NOTICE.run(db, **flat(row))


def resolve_topic(db: Connection, case_id: str, topic: str, at_us: int) -> None:
    """The case's calls on a topic need nobody any more."""
    _RESOLVE.run(db, case=case_id, about=topic, at=at_us)


def forget(db: Connection, case_id: str) -> None:
    """Drop what the views tell of a case beside its own row: it has been destroyed."""
    for forgotten in _FORGET:
        db.execute(forgotten, {"case": case_id})


def notices_for(
    db: Connection, *, officer_id: str, unit: str, roles: Sequence[str], limit: int = 100
) -> list[NoticeRow]:
    """The open notices to this officer, to one of `roles` in `unit` or to inspectors among them,
    oldest first."""
    mine = {"officer": officer_id, "unit": unit, "roles": list(roles), "most": limit}
    return [NoticeRow(**row._mapping) for row in db.execute(_NOTICES_FOR, mine)]


def folded(text: str) -> str:
    """`text` without case and accents: neither database folds all scripts, nor alike."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _pattern(text: str) -> str:
    for special in "\\%_":
        text = text.replace(special, f"\\{special}")
    return f"%{folded(text)}%"


def _case_row(found: Any) -> CaseRow:
    due = found["next_due_us"]
    return CaseRow(**{**found, "next_due_us": None if due == schema.NEVER_US else due})
