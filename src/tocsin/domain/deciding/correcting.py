"""Decisions on what reading understood: kept as examples, and without any other effect."""

from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.case import Case
from tocsin.domain.correcting import (
    LAST_CHARACTER,
    LONGEST_MODEL,
    MOST_CORRECTIONS,
    Correction,
    HarmStage,
    PassageRole,
)
from tocsin.domain.deciding.context import Context, decides, said
from tocsin.domain.deciding.intake import the_report
from tocsin.domain.refusal import Code, refuse


@decides(c.CorrectReading, on_closed=True)
def correct_reading(case: Case, command: c.CorrectReading, ctx: Context) -> list[e.Event]:
    """Whoever asks has seen that each passage lies within the report's text."""
    report = the_report(case, command.report_id)
    model = said(command.model, "what had read the report", LONGEST_MODEL)
    if not 0 < len(command.corrections) <= MOST_CORRECTIONS:
        _wrong(f"one to {MOST_CORRECTIONS} passages are corrected at a time")
    for one in command.corrections:
        _checked(one)
    return [
        e.ReadingCorrected(
            **ctx.stamp, report_id=report.report_id, model=model, corrections=command.corrections
        )
    ]


def _checked(one: Correction) -> None:
    if not 0 <= one.start < one.end <= LAST_CHARACTER:
        _wrong("a passage begins before it ends, within the report")
    if (one.stage is None) == (one.role is None):
        _wrong("a passage has either a stage or a role")
    if one.was not in ("", *(HarmStage if one.stage is not None else PassageRole)):
        _wrong("what reading had said is a stage of a stage, a role of a role, or nothing")


def _wrong(why: str) -> None:
    refuse(Code.BAD_VALUE, f"Nothing was recorded: {why}.", "Correct it and send it again.")
