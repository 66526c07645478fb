"""What became of each member of a dispatch, as far as anything is known; a view.

Whoever has no row here stands where their batch does: planned, or attempted.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, or_, select, update

from tocsin.store import schema
from tocsin.store.prepared import Prepared, PreparedInsert, flat
from tocsin.store.upsert import insert_or_keep, upsert

_member = schema.dispatch_member
_c = _member.c
_CHANGES = ("state", "attempts", "provider_id", "reason", "updated_us")
_INSERT = PreparedInsert(_member)
# What an attempt brings never undoes what was reported meanwhile.
_PUT = upsert(_member, *_CHANGES, only=_c.state == "attempted")
_REPORT = upsert(_member, "state", "updated_us", "reason")
_ARE_THERE = Prepared(
    select(func.count()).where(
        _c.case_id == bindparam("case"),
        _c.dispatch == bindparam("of"),
        _c.number.between(bindparam("first"), bindparam("last")),
    )
)
_STATES = select(_c.number, _c.state).where(
    _c.case_id == bindparam("case"),
    _c.dispatch == bindparam("of"),
    _c.number.in_(bindparam("numbers", expanding=True)),
)
_COUNTS = (
    select(_c.state, func.count().label("members"))
    .where(_c.case_id == bindparam("case"), _c.dispatch == bindparam("of"))
    .group_by(_c.state)
)
_PROVIDER = insert_or_keep(schema.provider_view)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """`dispatch` is its number in the case, `number` the member's; `state` a `DeliveryState`."""

    case_id: str
    dispatch: int
    number: int
    state: str
    attempts: int
    provider_id: str | None
    reason: str | None
    updated_us: int


def put(db: Connection, rows: Sequence[MemberRow]) -> None:
    """Show members of one batch, in the order of their numbers, as an attempt has left them."""
    if not rows:
        return
    one = {"case": rows[0].case_id, "of": rows[0].dispatch}
    (count,) = _ARE_THERE.run(db, **one, first=rows[0].number, last=rows[-1].number).fetchone()
    (_PUT if count else _INSERT).run_all(db, list(map(flat, rows)))


def report(db: Connection, rows: Sequence[MemberRow]) -> None:
    """Show members as was reported of them; attempts stay what they were."""
    _REPORT.run_all(db, list(map(flat, rows)))


def cancel(db: Connection, case_id: str, dispatch: int, numbers: Iterable[int], at_us: int) -> None:
    """Those who waited to be tried again wait no more."""
    chosen = (
        update(_member)
        .where(_c.case_id == case_id, _c.dispatch == dispatch, _c.state == "attempted")
        .where(_c.number == bindparam("wanted"))
        .values(state="cancelled", updated_us=at_us)
    )
    if rows := [{"wanted": number} for number in numbers]:
        db.execute(chosen, rows)


def states(db: Connection, case_id: str, dispatch: int, numbers: Collection[int]) -> dict[int, str]:
    """The states of those of `numbers` of whom anything is known."""
    wanted = {"case": case_id, "of": dispatch, "numbers": list(numbers)}
    return {row.number: row.state for row in db.execute(_STATES, wanted)}


def counts(db: Connection, case_id: str, dispatch: int) -> dict[str, int]:
    """How many members of whom anything is known stand in which state."""
    found = db.execute(_COUNTS, {"case": case_id, "of": dispatch})
    return {row.state: row.members for row in found}


def listed(
    db: Connection, case_id: str, dispatch: int, *, state: str, after: int, limit: int
) -> list[MemberRow]:
    """A page of members in a state, by number."""
    chosen = (
        select(_member)
        .where(_c.case_id == case_id, _c.dispatch == dispatch, _c.number > after)
        .where(or_(_c.state == state, bindparam("every")))
        .order_by(_c.number)
        .limit(limit)
    )
    return [MemberRow(**row._mapping) for row in db.execute(chosen, {"every": not state})]


def name_by_provider(
    db: Connection, method: str, case_id: str, named: Iterable[tuple[str, str]]
) -> None:
    """Remember by which name a provider may report of a member; pairs of that name and the key."""
    rows = [
        {"method": method, "provider_id": name, "delivery_id": key, "case_id": case_id}
        for name, key in named
    ]
    _PROVIDER.run_all(db, rows)
