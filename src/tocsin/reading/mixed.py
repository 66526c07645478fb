"""Rules of threat for reports in more than one language: a note in English around a letter in
Russian, or a threat hidden among sentences that the rules of one language do not know.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from tocsin.reading.threats import ReportJudgement, report

# A language for the letters of each script, and those of which they are the own ones.
_SCRIPTS = {
    "en": (re.compile(r"[A-Za-z]{3}"), {"en"}),
    "ru": (re.compile("[\u0400-\u052f]{3}"), {"ru", "uk"}),
    "ar": (re.compile("[\u0600-\u06ff]{3}"), {"ar", "fa"}),
    "zh": (re.compile("[\u4e00-\u9fff]"), {"zh"}),
}


def judged(text: str, spans: Sequence[tuple[int, int]], language: str) -> ReportJudgement:
    """As `threats.report`; and where other letters stand, what is plain to the rules of these.

    A sentence that both find is as whichever finds it plain has it, its own language first.
    """
    told = report(text, spans, language)
    for other, (letters, own) in _SCRIPTS.items():
        if language in own or not letters.search(text):
            continue
        chosen = [n for n, (start, end) in enumerate(spans) if letters.search(text, start, end)]
        told = _with(told, report(text, [spans[n] for n in chosen], other), chosen)
    return told


def _with(told: ReportJudgement, other: ReportJudgement, at: Sequence[int]) -> ReportJudgement:
    """`other` judged the sentences whose numbers are `at`; what is not plain there is left out."""
    known = {one.sentence for one in told.judgements if one.strong}
    plain = {at[one.sentence]: one for one in other.judgements if one.strong}
    fresh = [replace(one, sentence=n) for n, one in plain.items() if n not in known]
    if not fresh:
        return told
    numbers = {one.sentence for one in fresh}
    kept = [one for one in told.judgements if one.sentence not in numbers]
    return ReportJudgement(
        threat=True,
        score=max(told.score, other.score),
        incident=told.incident,
        judgements=tuple(sorted((*kept, *fresh), key=lambda one: one.sentence)),
    )
