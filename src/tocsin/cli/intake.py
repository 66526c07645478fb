"""Receiving reports from files and standard input."""

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from tocsin.casework.house import App
from tocsin.casework.intake import Received
from tocsin.casework.intake import receive as keep
from tocsin.cli.output import SIGNED, Signed, clean, progress
from tocsin.cli.session import signed_in
from tocsin.domain.actor import Actor
from tocsin.domain.findings import Urgency
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.report import Credibility, Reliability
from tocsin.domain.serial import instant


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class About:
    """What is said of the reports beside their bytes."""

    acquired_at: Annotated[
        str, Parameter(help="When anybody of ours acquired it, with its zone: the clock's start.")
    ] = ""
    acquired_now: Annotated[bool, Parameter(negative="", help="It was acquired just now.")] = False
    acquired_by: Annotated[str, Parameter(help="Who acquired it; else you.")] = ""
    received_from: Annotated[str, Parameter(help="From whom it comes; else from you.")] = ""
    reliability: Annotated[
        Literal["A", "B", "C", "D", "E", "F"],
        Parameter(help="The source, by the Admiralty code; F cannot be judged."),
    ] = "F"
    credibility: Annotated[
        Literal["1", "2", "3", "4", "5", "6"],
        Parameter(help="The information, by the Admiralty code; 6 cannot be judged."),
    ] = "6"
    marking: Annotated[str, Parameter(help="Its marking.")] = ""
    originator: Annotated[str, Parameter(help="Whose information it is.")] = ""
    originator_control: Annotated[
        tuple[str, ...], Parameter(negative="", help="A control, such as ORCON; may be repeated.")
    ] = ()
    language: Annotated[str, Parameter(help="Its language, such as en.")] = ""
    title: Annotated[str, Parameter(help="A title; else it is taken from the report.")] = ""
    tearline: Annotated[str, Parameter(help="What of it may leave.")] = ""
    urgency: Annotated[
        Literal["imminent", "near", "later"] | None,
        Parameter(help="How near the harm is; unstated counts as imminent."),
    ] = None
    case: Annotated[str, Parameter(help="The case it belongs to; else one is opened.")] = ""
    warned_by: Annotated[
        str, Parameter(help="Who warned us with it, friend or adversary: they are owed an answer.")
    ] = ""
    warned_path: Annotated[str, Parameter(help="By what path they warned us.")] = ""
    answer_to: Annotated[str, Parameter(help="Where to answer them.")] = ""
    claim: Annotated[
        tuple[str, ...],
        Parameter(negative="", help="What their warning claims, word for word; may be repeated."),
    ] = ()
    restricted: Annotated[
        bool, Parameter(negative="", help="Open the case to admitted officers only.")
    ] = False

    def received(self, content: bytes, filename: str | None, now: datetime, by: Actor) -> Received:
        """These bytes with what is said of them."""
        return Received(
            content=content,
            filename=filename,
            acquired_at=_acquired(self.acquired_at, now=self.acquired_now) or now,
            acquired_by=self.acquired_by or by.actor_id,
            received_from=self.received_from or by.actor_id,
            reliability=Reliability(self.reliability),
            credibility=Credibility(self.credibility),
            marking=self.marking,
            originator=self.originator,
            originator_controls=self.originator_control,
            language=self.language,
            title=self.title,
            tearline=self.tearline,
            urgency=Urgency(self.urgency) if self.urgency else None,
            case_id=self.case,
            restricted=self.restricted,
            warned_by=self.warned_by,
            warned_path=self.warned_path,
            answer_to=self.answer_to,
            claims=self.claim,
        )


NOTHING_SAID = About()


def receive(
    *files: Annotated[
        str, Parameter(allow_leading_hyphen=True, help="Files; - is standard input.")
    ],
    about: About = NOTHING_SAID,
    signed: Signed = SIGNED,
) -> int:
    """Receive reports from files or standard input.

    Plain text, mail (.eml), HTML, PDF and JSON. The same bytes twice are one report. A file
    that is refused does not keep the others from being received; the exit status is then 1.
    """
    _acquired(about.acquired_at, now=about.acquired_now)
    if not files:
        refuse(Code.REPORT_EMPTY, "Nothing was received: no file is named.", "Name files, or -.")
    results = []
    with signed_in(signed) as (app, by), progress("Receiving", len(files)) as bar:
        for name in files:
            results.append(_one(app, by, name, about))
            bar.advance(bar.task_ids[0])
    signed.show({"received": results}, *map(_told, results))
    return int(any("refused" in result for result in results))


def _acquired(text: str, *, now: bool) -> datetime | None:
    if bool(text) == now:
        refuse(
            Code.TIME_WITHOUT_ZONE,
            "Nothing was received: when it was acquired is not said, or said twice.",
            "Give --acquired-at with its zone, such as 2024-03-07T14:00+03:00, or --acquired-now.",
        )
    try:
        return instant(text) if text else None
    except ValueError as error:
        raise Refusal(
            Code.TIME_WITHOUT_ZONE,
            "Nothing was received: that is no time with a zone.",
            "Give it with its offset, such as 2024-03-07T14:00+03:00.",
        ) from error


def _one(app: App, by: Actor, name: str, about: About) -> dict[str, Any]:
    try:
        filename = None if name == "-" else Path(name).name
        content = _read(name, app.settings.report_bytes)
        receipt = keep(app, about.received(content, filename, app.clock(), by), by)
    except Refusal as refusal:
        if refusal.code in (Code.STORE_FULL, Code.STORE_UNAVAILABLE):
            raise
        told = {"code": refusal.code, "what": refusal.what, "remedy": refusal.remedy}
        return {"file": name, "refused": told}
    return {
        "file": name,
        "case_id": receipt.case_id,
        "report_id": receipt.report_id,
        "sha256": receipt.sha256,
        "again": receipt.again,
        "defects": list(receipt.defects),
        "sighted_in": list(receipt.sighted_in),
        "same_story_in": list(receipt.same_story_in),
    }


def _read(name: str, most: int) -> bytes:
    """At most one byte more than is allowed: enough to see that it is too large."""
    if name == "-":
        return sys.stdin.buffer.read(most + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        return refuse(
            Code.REPORT_UNREADABLE,
            f"The report was not received: the file cannot be read ({type(error).__name__}).",
            "Check its name and that you may read it.",
        )


def _told(result: dict[str, Any]) -> str:
    name = clean(result["file"])
    if refused := result.get("refused"):
        return f"{name}: {refused['what']} {refused['remedy']} [{refused['code']}]"
    what = "was known already" if result["again"] else "was received"
    where = f" in case {result['case_id']}" if result["case_id"] else ""
    defects = "".join(f"\n  Defect: {defect}" for defect in result["defects"])
    watched = "".join(
        f"\n  It may name a subject on watch in case {one}." for one in result["sighted_in"]
    )
    known = "".join(f"\n  Case {one} has this story already." for one in result["same_story_in"])
    return f"{name}: report {result['report_id']} {what}{where}.{defects}{watched}{known}"
