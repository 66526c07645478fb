"""Times: every expression of time in a text, what it is worth, and from which day it counts.

A reader of rules, one table of words per language (times_XX.toml). It proposes; the
interval is as wide as the words allow, and what they do not tell stays open.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from tocsin.reading.times import TimeKind, Told, Words, midnight
from tocsin.reading.times_builders import built
from tocsin.reading.times_grammar import GRAMMAR, rule
from tocsin.reading.times_words import LANGUAGES, Lexicon, Tokens, lexicon
from tocsin.reading.when_anchor import (
    Anchor,
    AnchorKind,
    Found,
    Speech,
    is_dateline,
    speeches,
    tense,
)

__all__ = ["LANGUAGES", "Anchor", "AnchorKind", "TimeExpression", "TimeKind", "read_times"]

_SIGNALS = {
    "L": "within", ">": "until", "~": "since", "β": "before", "α": "after", "Y": "by",
    "F": "from", "=": "between", "5": "for", "@": "at",
}  # fmt: skip
_MODIFIERS = {"START", "MID", "END"}
_NARRATIVE_REACH = 120  # tokens
_SURROUNDING = {"d", "O", "I"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExpression:
    """Characters `start` to `end` of a text tell a time.

    `value` is that of TIMEX3. `opens` and `closes` are the absolute interval, half open, each
    None where it is not known or has no end. `modifier` is START, MID, END or APPROX;
    `signal` the preposition before it (within, by, since ...). `anchor` says from which day
    it was counted; None where none was needed or known.
    """

    start: int
    end: int
    words: str
    kind: TimeKind
    value: str
    opens: datetime | None = None
    closes: datetime | None = None
    modifier: str = ""
    signal: str = ""
    anchor: Anchor | None = None
    rule: str


def read_times(
    text: str,
    *,
    language: str = "en",
    written: date | datetime | None = None,
    zone: tzinfo = UTC,
) -> tuple[TimeExpression, ...]:
    """Every expression of time, in the order of the text, none overlapping.

    `written` is the document's own date, or its moment with a zone; a dateline in the text
    goes before it. `zone` is that in which the text tells times. A language that we have no
    words for is read for dates in figures alone. Time is linear in the text.
    """
    words = lexicon(language)
    return tuple(_Reading(text, words, written, zone).expressions())


class _Reading:
    """One text while it is read."""

    def __init__(
        self, text: str, words: Lexicon, written: date | datetime | None, zone: tzinfo
    ) -> None:
        self.text, self.lexicon, self.zone = text, words, zone
        self.tokens: Tokens = words.tokens(text)
        self.found = [
            Found(rule(match), match.start(), match.end())
            for match in GRAMMAR.finditer(self.tokens.classes)
        ]
        self.base = self._document(written)
        self.dateline = -1
        self.known: dict[tuple[Any, ...], Told | None] = {}

    def expressions(self) -> Iterator[TimeExpression]:
        self._take_dateline()
        speech = self._speech_by_match()
        last: tuple[int, Anchor] | None = None
        for number, one in enumerate(self.found):
            anchor = self._anchor(number, speech.get(number), last)
            told = self._told(one, anchor)
            if told is None:
                continue
            start, end = self._span(one)
            if told.opens and (told.kind is TimeKind.TIME or _DAY.fullmatch(told.value)):
                day = midnight(told.opens.date())
                last = one.past, Anchor(kind=AnchorKind.NARRATIVE, moment=day, start=start, end=end)
            yield self._expression(one, told, anchor)

    def _document(self, written: date | datetime | None) -> Anchor | None:
        if written is None:
            return None
        if not isinstance(written, datetime):
            return Anchor(kind=AnchorKind.DOCUMENT, moment=midnight(written))
        try:
            moment = written.astimezone(self.zone) if written.tzinfo else written
        except OverflowError:  # at the ends of the calendar; nothing counts from there
            return None
        return Anchor(kind=AnchorKind.DOCUMENT, moment=moment.replace(tzinfo=None), exact=True)

    def _take_dateline(self) -> None:
        """Where a date at the top is a dateline, the text counts from it."""
        for number, one in enumerate(self.found[:3]):
            start, end = self._span(one)
            if one.rule != "day" or not is_dateline(self.text, start, end):
                continue
            told = self._told(one, self.base)
            if told and told.opens:
                self.dateline = number
                self.base = Anchor(
                    kind=AnchorKind.DATELINE, moment=told.opens, start=start, end=end
                )
            return

    def _speech_by_match(self) -> dict[int, Speech]:
        """The reported speech, if its day is told, in which each match stands."""
        if not self.base and not any("4" in self._classes(one) for one in self.found):
            return {}
        days = [
            number
            for number, one in enumerate(self.found)
            if one.rule in {"day", "timed"} and number != self.dateline
        ]
        firsts = [one.first for one in self.found]
        chosen: dict[int, Speech] = {}
        for speech in speeches(self.text, self.tokens, self.found, days):
            for number in range(
                bisect_right(firsts, speech.first - 1), bisect_right(firsts, speech.past - 1)
            ):
                if number != speech.date and (speech.quoted or number not in chosen):
                    chosen[number] = speech
        return chosen

    def _anchor(
        self, number: int, speech: Speech | None, last: tuple[int, Anchor] | None
    ) -> Anchor | None:
        one = self.found[number]
        basis = self._basis(one)
        if basis == "none":
            return None
        if speech and (speech.quoted or basis in {"forward", "near"}):
            date = self._speech_anchor(speech)
            if date and (speech.quoted or basis == "forward" or number > speech.date):
                return date
        if basis == "told" and last and one.first - last[0] <= _NARRATIVE_REACH:
            return last[1]
        return self.base

    def _speech_anchor(self, speech: Speech) -> Anchor | None:
        one = self.found[speech.date]
        told = self._told(one, self.base)
        if told is None or told.opens is None:
            return None
        start, end = self._span(one)
        exact = told.kind is TimeKind.TIME and told.value[-3:-2] == ":"
        moment = told.opens if exact else midnight(told.opens.date())
        return Anchor(kind=AnchorKind.SPEECH, moment=moment, exact=exact, start=start, end=end)

    def _basis(self, one: Found) -> str:
        """What the expression counts from: nothing, the day told before, or now."""
        classes = self._classes(one)
        if one.rule in {"lasting", "often", "year", "decade"}:
            return "none"
        if one.rule in {"later", "earlier", "beside", "clock"} or self._is_next_day(one):
            return "told"
        if one.rule in {"within", "ahead", "soon"}:
            return "forward"
        if one.rule == "near":
            return "forward" if "x" in classes and re.search("[n0#fV4B]", classes) else "deictic"
        if one.rule in {"day", "timed", "month", "days"}:
            if re.search("[i/]|[MmJ3H][^@]*4(?!z)|4g?[0n]3", classes):
                return "none"
            return "near" if re.search("[WMmJH3]", classes) and "q" not in classes else "deictic"
        return "deictic"

    def _is_next_day(self, one: Found) -> bool:
        """ "The next day" is that after the day told last; "next week" is ours."""
        classes = self._classes(one)
        days = {"dxU": {"D"}, "xU": {"D"}, "dxK": {"MO", "NI"}}
        return self.tokens.values[one.past - 1] in days.get(classes, ())

    def _told(self, one: Found, anchor: Anchor | None) -> Told | None:
        values = tuple(self.tokens.values[one.first : one.past])
        looks = tense(self.tokens.classes, one.first, one.past)
        name = "beside" if self._is_next_day(one) else one.rule
        at = anchor.at if anchor else None
        key = (name, self._classes(one), values, looks, at)
        if key not in self.known:
            words = Words(key[1], values, looks, self.lexicon.month_first)
            self.known[key] = built(name, words, at)
        return self.known[key]

    def _expression(self, one: Found, told: Told, anchor: Anchor | None) -> TimeExpression:
        start, end = self._span(one)
        before = self.tokens.classes[max(0, one.first - 2) : one.first]
        letter = before[-1:] if before[-1:] not in _SURROUNDING else before[:1]
        zone = UTC if self._is_utc(one) else self.zone
        modifier = next(
            (v for v in self.tokens.values[one.first : one.past] if v in _MODIFIERS), ""
        )
        return TimeExpression(
            start=start,
            end=end,
            words=self.text[start:end],
            kind=told.kind,
            value=told.value,
            opens=_aware(told.opens, zone),
            closes=_aware(told.closes, zone),
            modifier=modifier or ("APPROX" if "u" in self._classes(one)[:1] else ""),
            signal=_SIGNALS.get(letter, ""),
            anchor=anchor,
            rule=one.rule,
        )

    def _is_utc(self, one: Found) -> bool:
        return any(
            c == "z" and self.text[self.tokens.starts[n] : self.tokens.ends[n]].lower() in _UTC
            for n, c in enumerate(self._classes(one), one.first)
        )

    def _classes(self, one: Found) -> str:
        return self.tokens.classes[one.first : one.past]

    def _span(self, one: Found) -> tuple[int, int]:
        return self.tokens.starts[one.first], self.tokens.ends[one.past - 1]


_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_UTC = {"gmt", "utc", "z"}


def _aware(moment: datetime | None, zone: tzinfo) -> datetime | None:
    if moment is None:
        return None
    try:
        aware = moment.replace(tzinfo=zone)
        aware.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return aware
