"""Reading files where they lie: what was understood, with the words marked. Nothing is kept."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cyclopts import Parameter

from tocsin.cli.output import OFFLINE, Offline, clean, progress
from tocsin.cli.read_told import shown
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.serial import instant
from tocsin.feeds import Limits, read_report
from tocsin.reading.grams import Grams
from tocsin.reading.marks import marks
from tocsin.reading.read import Reading, ReportReader
from tocsin.reading.sources import Link, Sources
from tocsin.reading.sources_groups import Group, groups
from tocsin.reading.sources_memory import MemoryIndex


def read(
    *files: Annotated[
        str, Parameter(allow_leading_hyphen=True, help="Files; - is standard input.")
    ],
    known_at: Annotated[
        str, Parameter(help="When it was written or acquired, with its zone: times count from it.")
    ] = "",
    zone: Annotated[str, Parameter(help="The zone that its times are in, such as Asia/Baku.")] = "",
    language: Annotated[str, Parameter(help="Its language, such as ru; else detected.")] = "",
    whole: Annotated[
        bool, Parameter(negative="", help="Read on also where the gate finds it ordinary.")
    ] = False,
    common: Offline = OFFLINE,
) -> int:
    """Read reports, and show what was understood with the words marked; nothing is kept or sent.

    Takes what `receive` takes. Several files are also grouped by source. A file that is refused
    does not keep the others from being read; the exit status is then 1.
    """
    if not files:
        refuse(Code.REPORT_EMPTY, "Nothing was read: no file is named.", "Name files, or -.")
    at, where = _known_at(known_at), _zone(zone)
    sources = Sources(MemoryIndex(len(files)), Grams())
    results, links = list[dict[str, Any]](), list[Link]()
    with progress("Reading", len(files)) as bar:
        reader = ReportReader.load()
        for number, name in enumerate(files):
            try:
                text = _text(name)
            except Refusal as refusal:
                told = {"code": refusal.code, "what": refusal.what, "remedy": refusal.remedy}
                results.append({"file": name, "refused": told})
            else:
                reading = reader.read(text, language=language, known_at=at, zone=where, whole=whole)
                links += sources.add(str(number), text)
                results.append({"file": name, **_plain(reading, text)})
                if not common.json:
                    shown(name, reading, text)
            bar.advance(bar.task_ids[0])
    found = groups([str(n) for n, one in enumerate(results) if "refused" not in one], links)
    if common.json:
        common.show({"read": results, "sources": [_named(one, files) for one in found]})
    else:
        _told(results, found, files)
    return int(any("refused" in one for one in results))


def _told(results: Sequence[dict[str, Any]], found: Sequence[Group], files: Sequence[str]) -> None:
    for one in results:
        if refused := one.get("refused"):
            print(
                clean(f"{one['file']}: {refused['what']} {refused['remedy']} [{refused['code']}]")
            )
    if len(files) > 1:
        print(f"{len(files)} files, {len(found)} {'source' if len(found) == 1 else 'sources'}:")
        for group in found:
            print(clean(f"  {', '.join(_named(group, files)['reports'])}"))


def _named(group: Group, files: Sequence[str]) -> dict[str, list[str]]:
    return {
        "reports": [files[int(one)] for one in group.reports],
        "drawn_on_by": [files[int(one)] for one in group.drawn_on_by],
    }


def _plain(reading: Reading, text: str) -> dict[str, Any]:
    """Spans are characters of the report's text as received."""

    def spans(found: Sequence[Any]) -> Iterator[dict[str, Any]]:
        for one in found:
            start, end = reading.original(one.start, one.end)
            yield {"start": start, "end": end, "words": text[start:end]}

    return {
        "language": asdict(reading.language),
        "gate": asdict(reading.gate),
        "read_further": reading.further,
        "threat": reading.threat,
        "confidence": reading.confidence,
        "needs_linguist": reading.linguist,
        "read_by": reading.read_by,
        "unread_characters": reading.unread,
        "marks": [asdict(one) for one in marks(reading, text)],
        "proposals": [
            asdict(one)
            | {
                "named": next(spans([one.named]), None) if one.named else None,
                "findings": {
                    finding.name: {
                        "answer": finding.answer,
                        "why": finding.why,
                        "evidence": list(spans(finding.evidence)),
                    }
                    for finding in one.findings
                },
            }
            for one in reading.proposals
        ],
    }


def _known_at(text: str) -> datetime | None:
    try:
        return instant(text) if text else None
    except ValueError:
        return refuse(
            Code.TIME_WITHOUT_ZONE,
            "Nothing was read: that is no time with a zone.",
            "Give it with its offset, such as 2024-03-07T14:00+03:00.",
        )


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return refuse(
            Code.BAD_VALUE, "Nothing was read: there is no such zone.", "Name one: Europe/Paris."
        )


def _text(name: str) -> str:
    limits = Limits()
    try:
        if name == "-":
            content = sys.stdin.buffer.read(limits.report_bytes + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(limits.report_bytes + 1)
    except OSError as error:
        return refuse(
            Code.REPORT_UNREADABLE,
            f"It was not read: the file cannot be opened ({type(error).__name__}).",
            "Check its name and that you may read it.",
        )
    filename = None if name == "-" else Path(name).name
    return read_report(content, filename=filename, media_type=None, limits=limits).text
