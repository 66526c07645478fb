"""Triage: who is threatened, what is found, how near it is, and what of a report may leave."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from tocsin.casework.reads import report_text
from tocsin.casework.sources import sources_of
from tocsin.domain import commands as c
from tocsin.domain.findings import (
    Answer,
    Evidence,
    Finding,
    FindingName,
    Findings,
    Harm,
    Urgency,
)
from tocsin.domain.kinds import OriginatorReply, VictimKind
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.report import Report
from tocsin.domain.window import Window
from tocsin.reading.marks import Mark
from tocsin.reading.proposing import Proposal
from tocsin.reading.read import Reading
from tocsin.web.pages import case_understood
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.forms import Form

MOST_SHOWN, MOST_BESIDE = 100_000, 10
MOST_QUOTES, MOST_QUOTED = 10, 2_000
ZONES = sorted(
    name for name in available_timezones() if name == "UTC" or re.match(r"[A-Z][a-z]+/[A-Z]", name)
)


def zones(_: At) -> Mapping[str, Any]:
    """The named zones to choose from."""
    return {"zones": ZONES}


def told_in(at: At) -> str:
    """The zone in which this case was spoken of last."""
    warnings = list(at.case.warnings.values())
    if warnings:
        return warnings[-1].draft.words.window.zone
    return at.case.expected.zone if at.case.expected else "UTC"


def local(at: datetime, zone: str) -> str:
    """An instant as a browser's date and time field wants it."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def _shown_victim(at: At) -> Form:
    """With the name as reading found it, where a proposal led here."""
    return Form.showing(name=at.query.get("name", "")[:500])


@step(
    "/victims/new",
    c.NameVictim,
    title="Who is threatened",
    button="Name the intended victim",
    show=_shown_victim,
)
def name_victim(form: Form, at: At) -> c.NameVictim:
    name = form.text("name", "Enter a name, or a description that fits nobody else", longest=500)
    kind = form.choice("kind", VictimKind, "Choose what the victim is")
    known_as = form.lines("known_as")
    place = form.text("place", longest=500)
    protector = form.text("protector", longest=500)
    form.done()
    return c.NameVictim(
        case_id=at.case_id,
        name=name,
        kind=kind,
        known_as=known_as,
        place=place,
        protector=protector,
    )


def _shown_findings(at: At) -> Form:
    found = at.victim.findings
    fields: dict[str, str] = {}
    if found:
        fields |= {"kind_of_harm": found.kind_of_harm.value}
        fields |= {"corroboration_tried": "yes"} if found.corroboration_tried else {}
        for name in FindingName:
            one: Finding = getattr(found, name.value)
            fields[name.value], fields[f"{name}.basis"] = one.answer.value, one.basis
            fields[f"{name}.words"] = "\n".join(dict.fromkeys(e.words for e in one.evidence))
    elif at.query.get("take"):
        fields, _ = _prefilled(at, shown_beside(at))
    return Form.showing(**fields)


def _seen(at: At) -> str:
    """Which findings the officer had before them."""
    return sha256(repr(at.victim.findings).encode()).hexdigest()[:16]


def texts(at: At) -> Iterator[tuple[str, str]]:
    """Every report's number and text, the newest first."""
    for report_id in reversed(list(at.case.reports)):
        yield report_id, report_text(at.app, at.case_id, report_id, at.officer)


def _prefilled(
    at: At, readings: Sequence[tuple[Report, str, Reading]]
) -> tuple[dict[str, str], Proposal | None]:
    return case_understood.prefilled(at.victim, readings, alone=len(at.case.victims) == 1)


def shown_beside(at: At) -> list[tuple[Report, str, Reading]]:
    """The newest reports with their texts and what reading makes of them."""
    newest = islice(texts(at), MOST_BESIDE)
    return case_understood.read((at.case.reports[number], text) for number, text in newest)


def beside(readings: Sequence[tuple[Report, str, Reading]]) -> list[tuple[Report, str, list[Mark]]]:
    """Reports as they are shown: their beginnings, marked."""
    return [
        (report, text[:MOST_SHOWN], case_understood.marked(reading, text, MOST_SHOWN))
        for report, text, reading in readings
    ]


def _beside(at: At) -> Mapping[str, Any]:
    readings = shown_beside(at)
    _, proposal = _prefilled(at, readings)
    return {
        "victim": at.victim,
        "seen": _seen(at),
        "sources": sources_of(at.app, at.case_id, at.officer).count,
        "reports": beside(readings),
        "proposal": proposal,
    }


@step(
    "/victims/{victim_id}/findings",
    c.RecordFindings,
    title="The five findings",
    button="Record the findings",
    show=_shown_findings,
    more=_beside,
)
def record_findings(form: Form, at: At) -> c.RecordFindings:
    """A page that is out of date may not write over findings it never showed."""
    if form.text("seen", longest=100) != _seen(at):
        refuse(
            Code.CHANGED_MEANWHILE,
            "The findings were not recorded: somebody has recorded others since you opened this.",
            "They are shown below; compare, then send yours again if they still hold.",
        )
    known = dict(texts(at))
    found = {name.value: _finding(form, name, known) for name in FindingName}
    kind_of_harm = form.choice("kind_of_harm", Harm, "Choose the kind of harm, or unknown")
    tried = form.ticked("corroboration_tried")
    form.done()
    findings = Findings(
        **{name: _made(*parts) for name, parts in found.items()},
        kind_of_harm=kind_of_harm,
        corroboration_tried=tried,
    )
    return c.RecordFindings(case_id=at.case_id, victim_id=at.victim.victim_id, findings=findings)


Parts = tuple[Answer, str, tuple[Evidence, ...]]


def _made(answer: Answer, basis: str, evidence: tuple[Evidence, ...]) -> Finding:
    return Finding(answer=answer, basis=basis, evidence=evidence)


def _finding(form: Form, name: FindingName, known: Mapping[str, str]) -> Parts:
    answer = form.choice(name, Answer, "Choose yes, no or unknown")
    basis = form.text(f"{name}.basis")
    if answer is not Answer.UNKNOWN and not basis:
        form.wrong(f"{name}.basis", f"Say why the answer is {answer}")
    quotes = form.lines(f"{name}.words", most=MOST_QUOTES, longest=MOST_QUOTED)
    evidence: list[Evidence] = []
    for quote in quotes:
        found = list(find(quote, known))
        evidence += found
        if not found:
            form.wrong(f"{name}.words", f"No report says “{quote[:60]}”; copy the exact words")
    return answer, basis, tuple(evidence)


def find(quote: str, known: Mapping[str, str]) -> Iterator[Evidence]:
    """Where the reports say these words, once a report; blanks and line ends count the same."""
    pattern = re.compile(r"\s+".join(map(re.escape, quote.split())))
    for report_id, text in known.items():
        if match := pattern.search(text):
            start, end = match.span()
            if end - start <= MOST_QUOTED:
                yield Evidence(report_id=report_id, start=start, end=end, words=match[0])


def _shown_urgency(at: At) -> Form:
    expected = at.case.expected
    return Form.showing(
        urgency=at.case.urgency or "",
        zone=told_in(at),
        opens=local(expected.opens, told_in(at)) if expected else "",
        closes=local(expected.closes, told_in(at)) if expected else "",
    )


@step(
    "/urgency",
    c.SetUrgency,
    title="How near the harm is",
    button="Set the urgency",
    show=_shown_urgency,
    more=zones,
)
def set_urgency(form: Form, at: At) -> c.SetUrgency:
    urgency = form.choice("urgency", Urgency, "Choose how near the harm is")
    reason = form.text("reason", "Say why")
    expected = None
    if form.text("opens", longest=100) or form.text("closes", longest=100):
        expected = window(form)
    else:
        form.text("zone", longest=100)
        form.done()
    return c.SetUrgency(case_id=at.case_id, urgency=urgency, reason=reason, expected=expected)


def window(form: Form) -> Window:
    """Both ends and the zone. Closes the form: refuses whatever is wrong with it."""
    zone = form.zone("zone")
    opens = form.instant("opens", zone, "Enter when it begins")
    closes = form.instant("closes", zone, "Enter when it ends", latest=True)
    if not {"opens", "closes"} & form.errors.keys() and closes <= opens:
        form.wrong("closes", "Enter an end that is after the beginning")
    form.done()
    return Window(opens=opens, closes=closes, zone=zone.key)


def _shown_tearline(at: At) -> Form:
    return Form.showing(tearline=at.report.tearline)


def source(at: At) -> Mapping[str, Any]:
    text = report_text(at.app, at.case_id, at.report.report_id, at.officer)
    return {"reports": beside(case_understood.read([(at.report, text)]))}


@step(
    "/reports/{report_id}/tearline",
    c.SetTearline,
    title="What of this report may leave",
    button="Write the tearline",
    show=_shown_tearline,
    more=source,
)
def set_tearline(form: Form, at: At) -> c.SetTearline:
    tearline = form.text("tearline", "Write the substance that may leave", longest=20_000)
    form.done()
    return c.SetTearline(case_id=at.case_id, report_id=at.report.report_id, tearline=tearline)


def _about(at: At) -> Mapping[str, Any]:
    return {"report": at.report, "query": at.case.queries.get(at.report.report_id)}


@step(
    "/reports/{report_id}/ask",
    c.AskOriginator,
    title="Ask the originator for consent",
    button="Record the question",
    more=_about,
)
def ask_originator(form: Form, at: At) -> c.AskOriginator:
    question = form.text("question", "Enter what the originator was asked")
    form.done()
    return c.AskOriginator(case_id=at.case_id, report_id=at.report.report_id, question=question)


@step(
    "/reports/{report_id}/reply",
    c.RecordOriginatorReply,
    title="What the originator answered",
    button="Record the answer",
    more=_about,
)
def record_reply(form: Form, at: At) -> c.RecordOriginatorReply:
    reply = form.choice("reply", OriginatorReply, "Choose whether the originator consents")
    words = form.text("words", "Enter the answer, word for word")
    form.done()
    return c.RecordOriginatorReply(
        case_id=at.case_id, report_id=at.report.report_id, reply=reply, words=words
    )
