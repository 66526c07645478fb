"""The index of sources and the links found, kept: the same statements on both databases.

Rows hold numbers under the house's secret and no words; still they tell which reports are alike,
so `forget` belongs to the destruction of a report. All of it can be made anew from the reports.
"""

import json
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import blake2b

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Index,
    Table,
    bindparam,
    delete,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

from tocsin.reading.grams import Grams, Run
from tocsin.reading.sources import Holder, Link, Relation
from tocsin.store.columns import long, number, one_of, text, truth
from tocsin.store.prepared import Prepared
from tocsin.store.upsert import insert_or_keep

_MILLION = 1_000_000

source_report = Table(
    "source_report",
    truth,
    number("number", key=True),
    text("report_id"),
    number("sampled"),
    number("words"),
    text("root"),
)
source_run = Table(
    "source_run",
    truth,
    number("run", key=True),
    number("number", key=True),
    Index(None, "number"),
    # By run alone: what is asked for lies together.
    sqlite_with_rowid=False,
)
source_link = Table(
    "source_link",
    truth,
    text("report_id", key=True),
    text("other_id", key=True),
    text("relation"),
    number("share_ppm"),
    number("other_share_ppm"),
    long("runs"),
    one_of("relation", Relation.SAME, Relation.DERIVED),
    Index(None, "other_id"),
)

_report, _run, _link = source_report.c, source_run.c, source_link.c
_PUT, _PUT_LINK = insert_or_keep(source_report), insert_or_keep(source_link)
_LISTED: Mapping[str, ColumnElement[int]] = {
    "sqlite": func.json_each(bindparam("runs")).table_valued("value").c.value,
    "postgresql": func.unnest(bindparam("runs", type_=ARRAY(BigInteger))),
}
# One statement for all runs: row by row they cost PostgreSQL twice as much.
_PUT_RUNS = Prepared(
    {
        name: dialect.insert(source_run)
        .from_select(
            ["run", "number"],
            select(_LISTED[name], bindparam("number", type_=BigInteger)).where(true()),
        )
        .on_conflict_do_nothing(index_elements=list(source_run.primary_key))
        for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
    }
)
_HOLDERS = (
    select(_run.run, _report.report_id, _report.sampled, _report.root)
    .join(source_report, _report.number == _run.number)
    .order_by(_run.run, _run.number)
)
_HELD = Prepared(
    {
        "sqlite": _HOLDERS.where(
            _run.run.in_(select(func.json_each(bindparam("runs")).table_valued("value").c.value))
        ),
        "postgresql": _HOLDERS.where(
            _run.run == func.any(bindparam("runs", type_=ARRAY(BigInteger)))
        ),
    }
)
_LINKS = select(
    _link.report_id,
    _link.other_id,
    _link.relation,
    _link.share_ppm,
    _link.other_share_ppm,
    _link.runs,
)


class SourceIndex:
    """The index in this transaction. `text_of` gives the text of a report put earlier."""

    def __init__(self, db: Connection, grams: Grams, text_of: Callable[[str], str]) -> None:
        self._db, self._grams, self._text_of = db, grams, text_of

    def holders(self, sample: Sequence[int]) -> Mapping[int, Sequence[Holder]]:
        """As `Index.holders`."""
        found: dict[int, list[Holder]] = defaultdict(list)
        for run, *holder in _HELD.run(self._db, runs=self._listed(sample)):
            found[run].append(Holder(*holder))
        return found

    def put(
        self,
        holder: Holder,
        sample: Sequence[int],
        numbers: "array[int]",
    ) -> None:
        """As `Index.put`; a report that is there already stays as it is."""
        named = _number(holder.report_id)
        _PUT.run(self._db, number=named, words=len(numbers), **holder._asdict())
        _PUT_RUNS.run(self._db, runs=self._listed(sorted(sample)), number=named)

    def _listed(self, runs: Sequence[int]) -> str | list[int]:
        """Many numbers as one value."""
        return json.dumps(runs) if self._db.dialect.name == "sqlite" else list(runs)

    def words(self, report_id: str) -> "array[int]":
        """As `Index.words`, from the text."""
        return self._grams.words(self._text_of(report_id)).numbers


def put_links(db: Connection, links: Sequence[Link]) -> None:
    """Keep what was found of a report; a link that is there already stays as it is."""
    rows = [
        {
            "report_id": link.report_id,
            "other_id": link.other_id,
            "relation": link.relation.value,
            "share_ppm": round(link.share * _MILLION),
            "other_share_ppm": round(link.other_share * _MILLION),
            "runs": json.dumps(link.runs, separators=(",", ":")),
        }
        for link in links
    ]
    _PUT_LINK.run_all(db, rows)


def links_among(db: Connection, report_ids: Collection[str]) -> list[Link]:
    """The links between these reports, for `reading.sources_groups.groups`; in a fixed order."""
    wanted = sorted(set(report_ids))
    return _links(db, _link.report_id.in_(wanted), _link.other_id.in_(wanted))


def links_of(db: Connection, report_ids: Collection[str], *, limit: int) -> list[Link]:
    """The links that any of these reports has, to earlier and later ones; in a fixed order."""
    wanted = sorted(set(report_ids))
    return _links(db, or_(_link.report_id.in_(wanted), _link.other_id.in_(wanted)), limit=limit)


def earlier_same(db: Connection, report_ids: Collection[str]) -> list[tuple[str, str]]:
    """Which of these reports says the same as which earlier one; in a fixed order."""
    wanted = sorted(set(report_ids))
    rows = db.execute(
        select(_link.report_id, _link.other_id)
        .where(_link.report_id.in_(wanted), _link.relation == Relation.SAME.value)
        .order_by(_link.report_id, _link.other_id)
    )
    return [(row.report_id, row.other_id) for row in rows]


def sizes(db: Connection, report_ids: Collection[str]) -> dict[str, int]:
    """How many words of its own each report has; without those not in the index."""
    numbers = [_number(one) for one in sorted(set(report_ids))]
    rows = db.execute(select(_report.report_id, _report.words).where(_report.number.in_(numbers)))
    return {row.report_id: row.words for row in rows}


def known(db: Connection) -> set[str]:
    """Every report in the index."""
    return set(db.scalars(select(_report.report_id)))


def clear(db: Connection) -> None:
    """Empty the index, to make it anew."""
    for table in (source_link, source_run, source_report):
        db.execute(delete(table))


def _links(db: Connection, *wanted: ColumnElement[bool], limit: int | None = None) -> list[Link]:
    ordered = _LINKS.where(*wanted).order_by(_link.report_id, _link.other_id)
    rows = db.execute(ordered.limit(limit))
    return [
        Link(
            report_id=row.report_id,
            other_id=row.other_id,
            relation=Relation(row.relation),
            share=row.share_ppm / _MILLION,
            other_share=row.other_share_ppm / _MILLION,
            runs=tuple(Run(*run) for run in json.loads(row.runs)),
        )
        for row in rows
    ]


def forget(db: Connection, report_id: str) -> None:
    """Keep nothing of a report that is destroyed."""
    named = _number(report_id)
    db.execute(delete(source_run).where(_run.number == named))
    db.execute(delete(source_report).where(_report.number == named))
    ours = or_(_link.report_id == report_id, _link.other_id == report_id)
    db.execute(delete(source_link).where(ours))


def _number(report_id: str) -> int:
    """A report's number in the index, the same wherever it is given: 63 bits."""
    return int.from_bytes(blake2b(report_id.encode(), digest_size=8).digest(), "big") >> 1
