"""A list of people screened: against everybody on watch in the house, or against another list."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter

from tocsin.cli import screen_results as results
from tocsin.cli.output import SIGNED, Signed, progress, write_new
from tocsin.cli.screen_results import Checkpoint, Hit, Tally
from tocsin.domain.refusal import Code, refuse
from tocsin.feeds.people import ListRow, PeopleList, open_list
from tocsin.names.compiling import uncompiled

BATCH: Final = 250
FEW: Final = 8_000  # bytes of lists for which compiling takes longer than it wins
SHOWN, SHOWN_ROWS = 20, 3
Screener = Callable[[Sequence[ListRow]], list[Hit]]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class About:
    """What is said of the list, and how it is read."""

    name: Annotated[str, Parameter(help="What the list is, such as a flight and its date.")] = ""
    purpose: Annotated[str, Parameter(help="Why it is screened; it goes on the record.")] = ""
    record: Annotated[
        bool, Parameter(negative="", help="Put hits on the record of the cases of the watches.")
    ] = False
    exercise: Annotated[
        bool, Parameter(negative="", help="Screen against the watches of exercises alone.")
    ] = False
    encoding: Annotated[str, Parameter(help="How its characters are encoded; else told by it.")] = (
        ""
    )
    sheet: Annotated[str, Parameter(help="Which sheet of a workbook; else its first.")] = ""


NOTHING_SAID = About()


def screen(
    file: Annotated[Path, Parameter(help="CSV, XLSX, JSON lines or FollowTheMoney entities.")],
    /,
    *,
    out: Annotated[Path | None, Parameter(help="Where to: a .csv or a .json file.")] = None,
    against: Annotated[
        Path | None, Parameter(help="Another list, in place of those on watch in the house.")
    ] = None,
    resume: Annotated[
        bool, Parameter(negative="", help="Go on with a screening that was ended midway.")
    ] = False,
    about: About = NOTHING_SAID,
    signed: Signed = SIGNED,
) -> int:
    """Screen a list of people, row by row, against everybody on watch or against another list.

    The first row names the columns: name, or given and family name; birth date and passport where
    they are there. The exit status is 1 where a row could not be screened.
    """
    _writable(out, resume=resume)
    with ExitStack() as opened:
        found = opened.enter_context(open_list(file, encoding=about.encoding, sheet=about.sheet))
        screener, other, missed, list_id = _screener(opened, found, against, about, signed)
        terms = {
            "list": found.sha256, "list_id": list_id, "against": other, "record": about.record,
            "exercise": about.exercise, "encoding": about.encoding, "sheet": about.sheet,
        }  # fmt: skip
        if out is None:
            tally = Tally()
            _all(found, screener, tally.take, 0)
        else:
            kept = Checkpoint(out.with_name(f"{out.name}.part"), terms, resume=resume)
            opened.callback(kept.close)
            tally = kept.tally
            _all(found, screener, kept.add, tally.last_row)
            _write(out, _about(found, terms), tally)
            kept.remove()
        told = results.told(_about(found, terms), tally)
        signed.show(told, *_lines(found, list_id, tally, missed, out))
    return int(bool(tally.broken or missed))


def _writable(out: Path | None, *, resume: bool) -> None:
    """Whether the results can be written is asked before the work, not after it."""
    if out is None:
        if resume:
            refuse(
                Code.BAD_VALUE,
                "Nothing was screened: without --out nothing is kept to go on with.",
                "Name the same --out as before.",
            )
    elif out.suffix.lower() not in (".csv", ".json") or out.exists():
        refuse(
            Code.BAD_VALUE,
            "Nothing was screened: --out is there already, or ends neither in .csv nor in .json.",
            "Name a new file.",
        )


def _screener(
    opened: ExitStack, found: PeopleList, against: Path | None, about: About, signed: Signed
) -> tuple[Screener, str, list[str], str]:
    """What screens rows, the hash of the other list ("house" for none), what it lacks, and under
    which number hits of this list go on the record."""
    size = found.size + (against.stat().st_size if against and against.is_file() else 0)
    with uncompiled() if size < FEW else nullcontext():
        import_module("tocsin.names.crowd" if against else "tocsin.casework.watchlist_names")
    if against is None:
        screener, list_id = _in_house(opened, found, about, signed)
        return screener, "house", [], list_id
    if about.record or about.name or about.purpose or about.exercise:
        refuse(
            Code.BAD_VALUE,
            "Nothing was screened: against another list nothing goes on any record.",
            "Leave out --record, --name, --purpose and --exercise, or --against.",
        )
    return *_against(opened, against), found.sha256[:16]


def _in_house(
    opened: ExitStack, found: PeopleList, about: About, signed: Signed
) -> tuple[Screener, str]:
    from tocsin.casework import list_screening as screening
    from tocsin.cli.session import signed_in

    app, by = opened.enter_context(signed_in(signed))
    begun = screening.begin(
        app, by, sha256=found.sha256, name=about.name, purpose=about.purpose,
        records=about.record, exercise=about.exercise,
    )  # fmt: skip

    def screened(rows: Sequence[ListRow]) -> list[Hit]:
        named = {row.row: row.names[0] for row in rows if row.names}
        return [
            {
                "row": row,
                "key": f"{hit.case_id} {hit.watch_id}",
                "watched": hit.found[0].watched if hit.found else "",
                "found": hit.found[0].found if hit.found else named.get(row, ""),
                "probability": hit.probability,
                "births": hit.found[0].born if hit.found else "",
                "identifiers": list(hit.identifiers),
                "urgency": hit.urgency,
            }
            for row, hits in screening.screen(app, by, begun, rows).items()
            for hit in hits
        ]

    return screened, begun.list_id


def _against(opened: ExitStack, path: Path) -> tuple[Screener, str, list[str]]:
    from tocsin.names.crowd import Crowd, Somebody

    def somebody(row: ListRow) -> Somebody:
        return Somebody(
            key=f"row {row.row}", names=row.names, births=row.births, identifiers=row.identifiers
        )

    with open_list(path) as known, progress("Reading the other list", known.lines or None) as bar:
        people, missed = [], []
        for row in known.rows:
            bar.advance(bar.task_ids[0])
            if row.state == "person":
                people.append(somebody(row))
            elif row.state == "broken":
                missed.append(f"Row {row.row} of the other list was not compared: {row.why}.")
    with progress("Loading what is known of names", None):
        crowd = opened.enter_context(Crowd(people))

    def screened(rows: Sequence[ListRow]) -> list[Hit]:
        found = crowd.find([somebody(row) for row in rows])
        return [
            {
                "row": row.row,
                "key": one.key,
                "watched": one.known,
                "found": one.asked,
                "probability": one.probability,
                "births": one.births,
                "identifiers": list(one.identifiers),
                "urgency": "",
            }
            for row, theirs in zip(rows, found, strict=True)
            for one in theirs
        ]

    return screened, known.sha256, missed


def _all(
    found: PeopleList, screener: Screener, keep: Callable[[dict[str, Any]], None], behind: int
) -> None:
    """Screen every row after `behind`, a batch at a time."""
    with progress("Screening", found.lines or None) as bar:
        rows = found.rows
        for batch in _batches(rows):
            ahead = [row for row in batch if row.row > behind]
            if ahead:
                keep(_screened(screener, ahead))
            bar.advance(bar.task_ids[0], len(batch))


def _batches(rows: Iterator[ListRow]) -> Iterator[list[ListRow]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _screened(screener: Screener, rows: Sequence[ListRow]) -> dict[str, Any]:
    """What became of a batch, as it is kept."""
    people = [row for row in rows if row.state == "person"]
    return {
        "through": rows[-1].row,
        "states": Counter(row.state for row in rows),
        "hits": screener(people) if people else [],
        "broken": [[row.row, row.why] for row in rows if row.state == "broken"],
        "others": Counter(row.why for row in rows if row.state == "no person"),
        "noted": [[row.row, "; ".join(row.notes)] for row in people if row.notes],
    }


def _about(found: PeopleList, terms: dict[str, Any]) -> dict[str, Any]:
    return {
        **terms,
        "kind": found.kind,
        "charset": found.charset,
        "charset_guessed": found.is_guessed,
        "heading_row": found.heading_row,
        "columns_ignored": list(found.ignored),
        "sheets_ignored": list(found.others),
    }


def _write(out: Path, about: dict[str, Any], tally: Tally) -> None:
    as_csv = out.suffix.lower() == ".csv"
    data = results.as_csv(tally) if as_csv else results.as_json(about, tally)
    write_new(out, data, "The results were not written", "Name a new file", private=True)


def _lines(
    found: PeopleList, list_id: str, tally: Tally, missed: list[str], out: Path | None
) -> Iterator[str]:
    counts = tally.counts
    yield (
        f"List {list_id}: {counts['rows']:,} rows; {counts['screened']:,} screened, "
        f"{counts['not_screened']:,} not screened, {counts['no_person']:,} no person, "
        f"{counts['empty']:,} empty."
    )
    people = results.by_person(tally.hits)
    yield f"People who may be in it: {len(people):,}."
    for place, person in enumerate(people[:SHOWN], 1):
        yield from _told(place, person)
    if len(people) > SHOWN:
        yield f"And {len(people) - SHOWN:,} more people; --out keeps them all."
    yield from missed[:SHOWN]
    yield from (f"Row {row} was not screened: {why}." for row, why in tally.broken[:SHOWN])
    if len(tally.broken) > SHOWN:
        yield f"And {len(tally.broken) - SHOWN:,} more rows were not screened; --out tells each."
    if tally.noted:
        yield f"Odd, and screened as they stand: {len(tally.noted):,} rows; --out tells each."
    if found.ignored:
        yield f"Columns not looked at: {', '.join(found.ignored)}."
    if found.others:
        yield f"Sheets not looked at: {', '.join(found.others)}."
    if found.is_guessed:
        yield f"Its encoding was guessed to be {found.charset}; --encoding names another."
    if out:
        yield f"Written to {out}."


def _told(place: int, person: dict[str, Any]) -> Iterator[str]:
    first, rows = person["rows"][0], person["rows"]
    urgency = f", {person['urgency']}" if person["urgency"] else ""
    yield f"{place}. {person['person']}{urgency}: “{first['watched']}”"
    for hit in rows[:SHOWN_ROWS]:
        said = [f"{hit['probability']:.1%}"] if hit["probability"] else []
        said += [f"the same number {one}" for one in hit["identifiers"]]
        said += [hit["births"]] if hit["births"] else []
        yield f"   row {hit['row']} “{hit['found']}”: {'; '.join(said)}"
    if len(rows) > SHOWN_ROWS:
        yield f"   and {len(rows) - SHOWN_ROWS:,} more rows"
