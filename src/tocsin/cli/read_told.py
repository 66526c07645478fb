"""A reading as a person at a terminal sees it."""

from collections.abc import Sequence

from tocsin.cli.output import clean, console, paragraph
from tocsin.domain.findings import Answer
from tocsin.reading.marks import Mark, marks, outermost
from tocsin.reading.proposing import Proposal
from tocsin.reading.read import Reading

MOST_SHOWN = 20_000  # characters
_STYLES = {
    "harm": "bold red",
    "directed": "bold magenta",
    "specific": "cyan",
    "impending": "yellow",
}


def shown(name: str, reading: Reading, text: str) -> None:
    """Print the text with its marks, then what is proposed for each intended victim."""
    language = reading.language
    paragraph(f"{name} ({language.code}, {language.why})", "bold")
    paragraph(verdict(reading))
    if reading.further:
        _marked(marks(reading, text), text[:MOST_SHOWN])
        for one in reading.proposals:
            _proposal(one, reading, text)
    for line in _limits(reading, text):
        paragraph(line)
    print()


def verdict(reading: Reading) -> str:
    """What reading makes of it, in a sentence."""
    if not reading.further:
        return "Ordinary, as far as the gate can tell; not read further. --whole reads on."
    if reading.threat:
        return f"A threat to life, as reading sees it (confidence {reading.confidence:.2f})."
    return "No threat to life seen. Reading can be wrong: see for yourself."


def _marked(found: Sequence[Mark], text: str) -> None:
    from rich.text import Text

    line, at, open_marks = Text(), 0, list[Mark]()

    def up_to(position: int) -> None:
        nonlocal at
        while open_marks and open_marks[-1].end <= position:
            one = open_marks.pop()
            line.append(clean(text[at : one.end]), _STYLES.get(one.finding, ""))
            line.append("]", "dim")
            at = max(at, one.end)
        style = _STYLES.get(open_marks[-1].finding, "") if open_marks else ""
        line.append(clean(text[at:position]), style)
        at = max(at, position)

    for one in outermost(found):
        if one.end <= len(text):
            up_to(one.start)
            line.append(f"[{one.rule}: ", "dim")
            open_marks.append(one)
    up_to(len(text))
    console().print()
    for part in line.split("\n", allow_blank=True):
        console().print(Text("  ") + part)
    console().print()


def _proposal(one: Proposal, reading: Reading, text: str) -> None:
    whom = one.intended_victim or "whom the report does not name"
    paragraph(f"Intended victim: {whom}", "bold", indent=2)
    for finding in one.findings:
        answer = "yes" if finding.answer is Answer.YES else "unknown"
        words = [text[slice(*reading.original(e.start, e.end))] for e in finding.evidence]
        quoted = " · ".join(f"“{' '.join(said.split())}”" for said in words)
        paragraph(f"{finding.name:<10} {answer:<8} {finding.why} {quoted}".rstrip(), indent=4)
    if one.opens or one.closes:
        begins = f"{one.opens:%Y-%m-%d %H:%M %Z}" if one.opens else "now"
        ends = f"{one.closes:%Y-%m-%d %H:%M %Z}" if one.closes else "not told"
        near = f" ({one.urgency})" if one.urgency else ""
        paragraph(f"{'window':<10} {begins} to {ends}{near}", indent=4)


def _limits(reading: Reading, text: str) -> list[str]:
    lines = []
    if reading.linguist:
        lines.append("Not in English: have somebody who knows the language look at it.")
    if reading.unread:
        lines.append(f"Not read: the last {reading.unread:,} characters.")
    if reading.unmodelled == len(reading.understood.text) > 0:
        lines.append("Read by rules alone: no model here reads this language.")
    elif reading.unmodelled:
        end = "these" if reading.unread else "the end"
        lines.append(f"Read by rules alone: {reading.unmodelled:,} characters before {end}.")
    if reading.further and len(text) > MOST_SHOWN:
        lines.append(f"Shown: the first {MOST_SHOWN:,} characters.")
    if reading.read_by:
        lines.append(f"Read by {' and '.join(reading.read_by)}. It proposes; you decide.")
    return lines
