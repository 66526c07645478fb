"""What reading makes of a case's reports, beside the forms that ask an officer."""

from collections.abc import Iterable, Sequence

from tocsin.casework.understanding import proposed_for, understood
from tocsin.domain.case import Victim
from tocsin.domain.findings import FindingName
from tocsin.domain.report import Report
from tocsin.reading.cues import CueReader
from tocsin.reading.marks import Mark, marks
from tocsin.reading.proposing import Proposal, Span
from tocsin.reading.read import Reading

_CUES = CueReader()
_WORDS_ALONE = frozenset({FindingName.CREDIBLE})
MOST_QUOTED = 2_000


def marked(reading: Reading, text: str, shown: int) -> list[Mark]:
    """Marks within the first `shown` characters of a report's text.

    What speaks for or against believing it comes from the list of cues: nothing else reads that.
    """
    found = [*marks(reading, text), *_cues(text[:shown])]
    return [one for one in found if one.end <= shown]


def _cues(text: str) -> Iterable[Mark]:
    for cue in _CUES.cues(text):
        if cue.finding in _WORDS_ALONE:
            yield Mark(
                start=cue.start,
                end=cue.end,
                words=cue.words,
                what=cue.rule.partition(".")[2],
                finding=cue.finding,
                source=cue.rule,
                probability=1.0,
            )


def read(reports: Iterable[tuple[Report, str]]) -> list[tuple[Report, str, Reading]]:
    return [(report, text, understood(report, text)) for report, text in reports]


def prefilled(
    victim: Victim, readings: Sequence[tuple[Report, str, Reading]], *, alone: bool
) -> tuple[dict[str, str], Proposal | None]:
    """Reasons and words for the form of findings; never an answer, which is the officer's.

    `alone`: whether the case has no other intended victim.
    """
    proposal = proposed_for(victim, (reading for _, _, reading in readings), alone=alone)
    if proposal is None:
        return {}, None
    text, reading = next((t, r) for _, t, r in readings if proposal in r.proposals)
    fields = dict[str, str]()
    for finding in proposal.findings:
        quoted = dict.fromkeys(_quoted(reading, text, finding.evidence))
        fields[f"{finding.name}.basis"] = finding.why if quoted else ""
        fields[f"{finding.name}.words"] = "\n".join(quoted)
    return fields, proposal


def _quoted(reading: Reading, text: str, spans: Iterable[Span]) -> Iterable[str]:
    for span in spans:
        start, end = reading.original(span.start, span.end)
        words = " ".join(text[start:end].split())
        if 0 < len(words) <= MOST_QUOTED:
            yield words
