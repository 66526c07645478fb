"""Where a subject on watch may have been met: shown part by part, and answered by a person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.casework import comparing, met, waiting
from tocsin.casework.access import may_read
from tocsin.casework.reads import case_of, report_text
from tocsin.casework.sighting import with_words
from tocsin.domain import commands as c
from tocsin.domain.case import Case
from tocsin.domain.deciding.context import the_sighting, the_watch
from tocsin.domain.inbound import Watch
from tocsin.domain.sighting import Alike, Sighting, SightingAnswer
from tocsin.store import views
from tocsin.web.pages.case_inbound_needs import sighting_due
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.forms import Form

MOST_ALIKE, MOST_OPEN, MOST_WATCHES = 2, 3, 20
"""Names of a sighting, sightings of a watch and watches that are shown part by part."""
MOST_QUOTED, SECONDS = 300, 2.0
_SENTENCE_END = re.compile(r"[.!?؟۔]+[\"'»”)]?\s+(?![a-zа-я\d])|[。！？]|\n")
_NO_END = re.compile(r"(?:^|[\s.(])(?:[^\W\d_]|[A-Z][a-z]{1,2})\.\s+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A name in its sentence."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A sighting as it is shown. `where` is the case of its report, empty where not to be seen.

    `pairs`: the likeliest names with what compares them (None while that loads), the passage, and
    the dates of birth beside it; none of a report that may not be seen, of which nothing is told
    but that there is something.
    """

    watch: Watch
    sighting: Sighting
    where: str
    pairs: Sequence[tuple[Alike, comparing.Comparison | None, Quote | None, str]]
    due: datetime | None
    list_name: str = ""

    @property
    def hidden(self) -> bool:
        return bool(self.sighting.report_id) and not self.where

    @property
    def births(self) -> str:
        return "; ".join(one.born for one in self.watch.births)


def where_of(at: At, report_id: str) -> str:
    """The number of the case that holds a report, where this officer may see it."""
    with at.app.store.read() as db:
        row = views.report(db, report_id)
    shown = row is not None and may_read(at.app, at.officer, case_of(at.app, row.case_id))
    return row.case_id if row and shown else ""


def seen(at: At, watch: Watch, sighting: Sighting, *, patience_s: float = 0.0) -> Seen:
    """Its names part by part, as far as what is known of names is there."""
    matcher = comparing.matcher(patience_s) if sighting.found else None
    where = where_of(at, sighting.report_id) if sighting.report_id else ""
    text = report_text(at.app, where, sighting.report_id, at.officer) if where else ""
    births = "; ".join(one.born for one in watch.births)
    found = sighting.found[:MOST_ALIKE] if where or sighting.list_id else ()
    pairs = [
        (
            one,
            comparing.compared(matcher, one.watched, one.found, births, one.born)
            if matcher and one.found
            else None,
            _quoted(text, one),
            comparing.dates_in(one.born),
        )
        for one in (with_words(each, text) for each in found)
    ]
    return Seen(
        watch=watch,
        sighting=sighting,
        where=where,
        pairs=pairs,
        due=sighting_due(at.case, watch.watch_id) if sighting.waits else None,
        list_name=_list_name(at, sighting.list_id),
    )


def _list_name(at: At, list_id: str) -> str:
    """What whoever had it screened called the list."""
    said = waiting.said_of(at.app, {list_id}) if list_id else {}
    return said[list_id].name if said else ""


def glimpse(watch: Watch, sighting: Sighting) -> Seen:
    """No more than that it is there."""
    return Seen(watch=watch, sighting=sighting, where="", pairs=(), due=None)


def _quoted(text: str, one: Alike) -> Quote | None:
    """The sentence around a name, cut where it is long."""
    if not one.start < one.end <= len(text):
        return None
    begin, end = max(0, one.start - MOST_QUOTED), min(len(text), one.end + MOST_QUOTED)
    ends = (found.end() for found in _SENTENCE_END.finditer(text, begin, one.start))
    starts = [place for place in ends if not _NO_END.search(text[max(0, place - 6) : place])]
    begins = starts[-1] if starts else begin
    after = _SENTENCE_END.search(text, one.end, end)
    ended = after.end() if after else end
    cut = ("…" if begins and not starts else "", "" if after or end == len(text) else "…")
    return Quote(
        before=cut[0] + text[begins : one.start].lstrip(),
        words=text[one.start : one.end],
        after=text[one.end : ended].rstrip() + cut[1],
    )


def by_likelihood(case: Case) -> list[Watch]:
    """Watches: those that wait for an answer first, the likeliest before; then as they began."""
    return sorted(case.watches.values(), key=lambda watch: -_likeliest(watch))


def _likeliest(watch: Watch) -> float:
    if not watch.is_live:
        return -1.0
    return max((one.probability for one in watch.waiting), default=0.0)


def _asked(at: At) -> tuple[Watch, Sighting]:
    watch = the_watch(at.case, at.ids["watch_id"])
    return watch, the_sighting(watch, at.ids["sighting_id"])


def _beside(at: At) -> Mapping[str, Any]:
    watch, sighting = _asked(at)
    shown = seen(at, watch, sighting, patience_s=comparing.PATIENCE_S)
    matcher = comparing.matcher(0.0)
    name = (shown.pairs[0][0].found if shown.pairs else "") or watch.names[0]
    similar = matcher and met.met(
        *(at.app, at.officer, matcher, name), seconds=SECONDS, exercise=at.case.exercise
    )
    return {"seen": shown, "similar": similar, "name": name, "others": len(watch.waiting) - 1}


@step(
    "/watches/{watch_id}/sightings/{sighting_id}",
    c.AnswerSighting,
    title="Is it the same person?",
    button="Record the answer",
    more=_beside,
)
def answer_sighting(form: Form, at: At) -> c.AnswerSighting:
    answer = form.choice("answer", SightingAnswer, "Choose one of these")
    reason = form.text("reason", "Say how you know, or what would settle it")
    form.done()
    watch, sighting = _asked(at)
    return c.AnswerSighting(
        case_id=at.case_id,
        watch_id=watch.watch_id,
        sighting_id=sighting.sighting_id,
        answer=answer,
        reason=reason,
    )
