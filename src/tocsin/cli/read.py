"""Reading files where they lie: what was understood, with the words marked. Nothing is kept."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cyclopts import Parameter

from tocsin.casework import understanding
from tocsin.cli.output import OFFLINE, Offline, clean, progress
from tocsin.cli.read_told import shown
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.serial import instant
from tocsin.feeds import Limits, ReadReport, read_report
from tocsin.reading.grams import Grams
from tocsin.reading.marks import marks
from tocsin.reading.normal_bytes import Received
from tocsin.reading.proposing import Proposal, Span
from tocsin.reading.read import Reading
from tocsin.reading.sources import Link, Sources
from tocsin.reading.sources_groups import Group, groups
from tocsin.reading.sources_memory import MemoryIndex
from tocsin.reading.threats import LANGUAGES


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
    at, where, spoken = _known_at(known_at), _zone(zone), _language(language)
    sources = Sources(MemoryIndex(len(files)), Grams())
    results, links = list[dict[str, Any]](), list[Link]()
    with progress("Reading", len(files)) as bar:
        reader = understanding.reader()
        for number, name in enumerate(files):
            try:
                content, report = _report(name)
            except Refusal as refusal:
                told = {"code": refusal.code, "what": refusal.what, "remedy": refusal.remedy}
                results.append({"file": name, "refused": told})
            else:
                text = report.text
                reading = reader.read(text, language=spoken, known_at=at, zone=where, whole=whole)
                links += sources.add(str(number), text)
                results.append({"file": name})
                if common.json:
                    results[-1] |= _plain(reading, text, _received(content, report))
                else:
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


def _plain(reading: Reading, text: str, received: Received | None) -> dict[str, Any]:
    """Spans are characters of the report's text as received; `bytes`, where known, of the file."""

    def placed(start: int, end: int) -> dict[str, Any]:
        return {"start": start, "end": end, "bytes": received and received.span(start, end)}

    def spans(found: Iterable[Span]) -> list[dict[str, Any]]:
        places = (reading.original(one.start, one.end) for one in found)
        return [placed(*place) | {"words": text[slice(*place)]} for place in places]

    def proposed(one: Proposal) -> dict[str, Any]:
        findings = {
            each.name: {
                "answer": each.answer,
                "why": each.why,
                "evidence": spans(each.evidence),
            }
            for each in one.findings
        }
        named = spans([one.named])[0] if one.named else None
        return asdict(one) | {"named": named, "findings": findings}

    return {
        "language": asdict(reading.language),
        "gate": asdict(reading.gate),
        "read_further": reading.further,
        "threat": reading.threat,
        "confidence": reading.confidence,
        "needs_linguist": reading.linguist,
        "read_by": reading.read_by,
        "unread_characters": reading.unread,
        "unmodelled_characters": reading.unmodelled,
        "marks": [asdict(one) | placed(one.start, one.end) for one in marks(reading, text)],
        "proposals": [proposed(one) for one in reading.proposals],
    }


def _received(content: bytes, report: ReadReport) -> Received | None:
    """Where its text stands in the file: known where the file is nothing but text."""
    if not report.charset:
        return None
    return Received(content, report.charset, mark=report.mark_bytes)


def _language(tag: str) -> str:
    if tag and tag.partition("-")[0].lower() not in LANGUAGES:
        refuse(
            Code.BAD_VALUE,
            "Nothing was read: that is no language there are rules for.",
            f"Name one of {', '.join(LANGUAGES)}, or none: it is then detected.",
        )
    return tag


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


def _report(name: str) -> tuple[bytes, ReadReport]:
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
    return content, read_report(content, filename=filename, media_type=None, limits=limits)
