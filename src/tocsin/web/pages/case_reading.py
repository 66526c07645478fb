"""What reading understood of a report, corrected by whoever knows better: a label a passage."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.casework.reads import report_text
from tocsin.casework.understanding import mentions_read, sentences_read, understood
from tocsin.domain import commands as c
from tocsin.domain.correcting import Correction, HarmStage, PassageRole
from tocsin.reading.read import Reading
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.case_triage import MOST_SHOWN, find, source
from tocsin.web.pages.forms import Form

MOST_ROWS, PASTED = 100, 4
STAGES = {
    HarmStage.THREATENED: "A threat: announced, planned, prepared, feared",
    HarmStage.ATTEMPTED: "An attempt that failed",
    HarmStage.DONE: "Done already",
    HarmStage.DENIED: "Denied or withdrawn",
    HarmStage.HYPOTHETICAL: "Only imagined: fiction, a figure of speech, a drill, sport",
    HarmStage.NONE: "Nothing of the kind",
}
ROLES = {
    PassageRole.VICTIM: "Whoever is to be hurt, or was",
    PassageRole.TARGET: "A place, vehicle or institution aimed at",
    PassageRole.PERPETRATOR_PERSON: "Somebody who threatens or does it",
    PassageRole.PERPETRATOR_ORGANISATION: "Their group or office",
    PassageRole.WEAPON: "The thing used",
    PassageRole.MEANS: "The way, where no weapon names it",
    PassageRole.EVENT_OR_SITE: "The occasion or named venue",
    PassageRole.PLACE: "A town, street, region, country",
    PassageRole.TIME: "When it is to happen, or happened",
    PassageRole.NONE: "None of these",
}
_KINDS: Mapping[str, type[HarmStage] | type[PassageRole]] = {
    "stage": HarmStage,
    "role": PassageRole,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A passage that was read: its field, its words, and what reading said."""

    name: str
    start: int
    end: int
    words: str
    was: HarmStage | PassageRole

    @property
    def told(self) -> str:
        return in_words(self.was)


def in_words(label: HarmStage | PassageRole) -> str:
    """A label as the form puts it."""
    return STAGES[label] if isinstance(label, HarmStage) else ROLES[label]


def _read(at: At) -> tuple[str, Reading]:
    """As much of the report as is shown, and the reading of the whole, as its page shows it."""
    text = report_text(at.app, at.case_id, at.report.report_id, at.officer)
    return text[:MOST_SHOWN], understood(at.report, text)


def _rows(text: str, reading: Reading) -> list[Row]:
    """What reading judged as anything, sentences first; as many as a page can hold."""
    read: list[tuple[int, int, HarmStage | PassageRole]] = [
        *(one for one in sentences_read(reading) if one[2] is not HarmStage.NONE),
        *mentions_read(reading),
    ]
    shown = [one for one in read if one[1] <= len(text)]
    return [
        Row(name=f"p{number}.{start}.{end}", start=start, end=end, words=text[start:end], was=was)
        for number, (start, end, was) in enumerate(shown[:MOST_ROWS], 1)
    ]


def _beside(at: At) -> Mapping[str, Any]:
    text, reading = _read(at)
    return {
        "rows": _rows(text, reading),
        "pasted": range(1, PASTED + 1),
        "groups": {
            "The sentence speaks of harm as": [(f"stage.{k}", v) for k, v in STAGES.items()],
            "The words are": [(f"role.{k}", v) for k, v in ROLES.items()],
        },
        "said": [
            (text[o.start : o.end], in_words(o.stage or o.role or HarmStage.NONE), at.name(by))
            for o, by in ((e.correction, e.by) for e in at.case.corrected.get(_id(at), ()))
        ],
        "language": at.report.language,
        **source(at),
    }


def _id(at: At) -> str:
    return at.report.report_id


@step(
    "/reports/{report_id}/reading",
    c.CorrectReading,
    title="Correct what reading understood",
    button="Keep these as examples",
    more=_beside,
)
def correct_reading(form: Form, at: At) -> c.CorrectReading:
    """Only passages that somebody said something of."""
    text, reading = _read(at)
    found = [*_chosen(form, _rows(text, reading)), *_added(form, text, reading)]
    if not found:
        form.wrong("words.1", "Say of at least one passage what it is")
    form.done()
    return c.CorrectReading(
        case_id=at.case_id,
        report_id=_id(at),
        model=", ".join(reading.read_by),
        corrections=tuple(found),
    )


def _label(form: Form, name: str) -> HarmStage | PassageRole | None:
    kind, _, value = form.text(name, longest=100).partition(".")
    if not kind:
        return None
    try:
        return _KINDS[kind](value)
    except (KeyError, ValueError):
        form.wrong(name, "Choose one of these")
        return None


def _chosen(form: Form, rows: Iterable[Row]) -> Iterator[Correction]:
    for row in rows:
        if label := _label(form, row.name):
            yield _said(row.start, row.end, label, row.was)


def _added(form: Form, text: str, reading: Reading) -> Iterator[Correction]:
    """Words pasted: a stage is said of the whole sentence that they stand in."""
    for number in range(1, PASTED + 1):
        quote = form.text(f"words.{number}", longest=2_000)
        label = _label(form, f"label.{number}")
        if not quote and not label:
            continue
        at = next(find(quote, {"": text}), None) if quote else None
        if at is None:
            form.wrong(f"words.{number}", "The report does not say this; copy the exact words")
        elif label is None:
            form.wrong(f"label.{number}", "Choose what these words are")
        else:
            start, end, was = _read_there(reading, at.start, at.end, label)
            yield _said(start, end, label, was)


def _read_there(
    reading: Reading, start: int, end: int, label: HarmStage | PassageRole
) -> tuple[int, int, HarmStage | PassageRole | None]:
    if isinstance(label, HarmStage):
        around = (one for one in sentences_read(reading) if one[0] <= start and end <= one[1])
        return next(around, (start, end, None))
    same = (one for one in mentions_read(reading) if one[:2] == (start, end))
    return next(same, (start, end, None))


def _said(
    start: int,
    end: int,
    label: HarmStage | PassageRole,
    was: HarmStage | PassageRole | None,
) -> Correction:
    """What reading said of another kind than the label is no answer to it."""
    before = was.value if was is not None and type(was) is type(label) else ""
    if isinstance(label, HarmStage):
        return Correction(start=start, end=end, stage=label, was=before)
    return Correction(start=start, end=end, role=label, was=before)
