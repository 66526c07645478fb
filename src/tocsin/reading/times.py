"""What a time expression is worth: calendar arithmetic, from words and an anchor.

Values are those of TIMEX3 (ISO 8601 with X for what is not known, W weeks, seasons
and parts of the day); intervals are half open and naive, in the reader's zone.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

DAY = timedelta(days=1)
HOURS = {"MO": (4, 12), "AF": (12, 18), "EV": (17, 24), "NI": (18, 30), "DT": (6, 18)}
SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
_SECONDS = {"TS": 1, "TM": 60, "TH": 3600}


class TimeKind(StrEnum):
    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    INTERVAL = "interval"
    SET = "set"


@dataclass(frozen=True, slots=True)
class At:
    """The moment from which an expression counts; only the day is known unless `exact`."""

    moment: datetime
    exact: bool = False

    @property
    def day(self) -> date:
        return self.moment.date()


@dataclass(frozen=True, slots=True)
class Told:
    """What one expression says; an end that is open or not known is None."""

    kind: TimeKind
    value: str
    opens: datetime | None = None
    closes: datetime | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of one expression; its sentence looks back (-1), ahead (1) or neither (0)."""

    classes: str
    values: Sequence[Any]
    tense: int = 0
    month_first: bool = False

    def all(self, letters: str) -> list[Any]:
        return [v for c, v in zip(self.classes, self.values, strict=True) if c in letters]

    def first(self, letters: str) -> Any:
        return next(iter(self.all(letters)), None)

    def has(self, letters: str) -> bool:
        return any(letter in letters for letter in self.classes)

    @property
    def step(self) -> int:
        """-1 for last, 1 for next, 0 for this."""
        return -1 if self.has("l") else 1 if self.has("x") else 0


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def period(unit: str, day: date, offset: int = 0) -> Told:
    """The calendar unit around `day`, `offset` units on. Raises ValueError out of the calendar."""
    first, past, value = _bounds(unit, day, offset)
    return Told(TimeKind.DATE, value, midnight(first), midnight(past))


def _bounds(unit: str, day: date, offset: int) -> tuple[date, date, str]:
    if unit == "D":
        first = day + offset * DAY
        return first, first + DAY, first.isoformat()
    if unit in {"W", "WE", "FN"}:
        monday = day + (7 * offset - day.weekday()) * DAY
        year, week, _ = monday.isocalendar()
        if unit == "WE":
            return monday + 5 * DAY, monday + 7 * DAY, f"{year:04}-W{week:02}-WE"
        return monday, monday + 7 * DAY, f"{year:04}-W{week:02}"
    if unit in {"M", "Q"}:
        size = 1 if unit == "M" else 3
        first = months(day.replace(day=1), size * offset - (day.month - 1) % size)
        name = f"{first.month:02}" if unit == "M" else f"Q{(first.month + 2) // 3}"
        return first, months(first, size), f"{first.year:04}-{name}"
    size = {"Y": 1, "DE": 10, "CE": 100}[unit]
    number = day.year // size + offset
    first = date(max(number * size, 1), 1, 1)
    width = {"Y": 4, "DE": 3, "CE": 2}[unit]
    return first, months(first, 12 * size), f"{number:0{width}}"


def months(day: date, count: int) -> date:
    """The same day `count` months on, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = 31 if month == 11 else (date(year, month + 2, 1) - DAY).day
    return date(year, month + 1, min(day.day, last))


def later(at: At, count: float, unit: str) -> datetime:
    """`count` units after the anchor. Raises OverflowError or ValueError out of the calendar."""
    if unit in _SECONDS:
        return at.moment + timedelta(seconds=count * _SECONDS[unit])
    if unit in {"D", "W", "FN", "WE"}:
        return at.moment + timedelta(days=count * {"D": 1, "W": 7, "WE": 7, "FN": 14}[unit])
    size = {"M": 1, "Q": 3, "Y": 12, "DE": 120, "CE": 1200}[unit]
    whole, rest = divmod(count * size, 1)
    day = months(at.day, int(whole)) + timedelta(days=round(rest * 30))
    return datetime.combine(day, at.moment.time())


def reach(at: At, count: float | None, unit: str, back: bool) -> tuple[datetime | None, ...]:
    """The interval that runs for so long up to or from the anchor, as wide as the words allow.

    Where only the day of the anchor is known it may begin with that day and end after it.
    """
    whole_day = timedelta() if at.exact else DAY
    if back:
        return (None if count is None else later(at, -count, unit)), at.moment + whole_day
    return at.moment, (None if count is None else later(at, count, unit) + whole_day)


def shifted(at: At, count: float | None, unit: str) -> Told:
    """So long before or after the anchor, as finely as the unit tells it."""
    if count is None:
        return Told(TimeKind.DATE, "PAST_REF" if unit[0] == "-" else "FUTURE_REF")
    moment = later(at, count, unit)
    if unit in _SECONDS:
        if not at.exact:
            return Told(TimeKind.TIME, at.day.isoformat(), at.moment, at.moment + DAY)
        size = timedelta(seconds=_SECONDS[unit])
        return Told(TimeKind.TIME, moment.isoformat(timespec="minutes"), moment, moment + size)
    if unit == "D":
        return period("D", moment.date())
    rough = {"FN": "W", "WE": "WE"}.get(unit, unit)
    return period(rough, moment.date())


def duration(count: float | None, unit: str) -> str:
    """ISO 8601, with X for a number that is not told."""
    if unit == "FN":
        count, unit = (None if count is None else count * 2), "W"
    if unit == "Q":
        count, unit = (None if count is None else count * 3), "M"
    number = "X" if count is None else f"{count:g}" if count < 1e6 else str(int(count))
    return f"PT{number}{unit[1]}" if unit in _SECONDS else f"P{number}{unit}"


def nearest_year(month: int, day: int | None, at: At, tense: int) -> int:
    """The year of a date told without one: the nearest, unless the sentence looks elsewhere."""
    ahead = (month - at.day.month) * 31 + ((day or at.day.day) - at.day.day)
    step = 1 if ahead < -183 else -1 if ahead > 183 else 0
    ahead += 372 * step
    if (tense > 0 and ahead < -31) or (tense < 0 and ahead > 31):
        step += tense
    return at.day.year + step


def weekday(place: int, at: At, words: Words) -> date:
    """The day of that name: `place` is 0 for Monday; today counts unless "last" or "next"."""
    ahead = (place - at.day.weekday()) % 7
    if isinstance(week := words.first("lx"), int):  # Chinese: that day of last or of next week
        return at.day + (place - at.day.weekday() + 7 * week) * DAY
    if words.has("l"):
        return at.day - ((7 - ahead) % 7 or 7) * DAY
    if words.has("x"):
        return at.day + (ahead or 7) * DAY
    if words.has("c") or words.tense > 0:
        return at.day + ahead * DAY
    return at.day - (7 - ahead) % 7 * DAY


def clock(text: str) -> time | None:
    """A time of day as written: 18:00, 6 p.m., 0530, 6 o'clock, 18h30, 下午 aside."""
    found = re.match(r"(\d{1,2})\D?(\d\d)?(?:\D(\d\d))?", text)
    if re.fullmatch(r"\d{4}", text):
        found = re.match(r"(\d\d)(\d\d)()", text)
    if not found:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups())
    if half := re.search(r"[ap](?=\.?m)", text):
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    minute = 30 if text.endswith("半") else minute
    if hour == 24 and not minute:
        hour = 0
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def persian(year: int, month: int, day: int) -> date:
    """A Solar Hijri date in ours, by the 33-year cycle (right for 1244 to 1472).

    Raises ValueError outside that range or for a day that there is not.
    """
    if not (1244 <= year <= 1472 and 1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        raise ValueError("no such day")
    leaps = (8 * year + 21) // 33 - (8 * 1402 + 21) // 33
    nowruz = date(2023, 3, 21) + ((year - 1402) * 365 + leaps) * DAY
    return nowruz + (31 * (month - 1) - max(0, month - 7) + day - 1) * DAY


def slashed(text: str, month_first: bool) -> date | None:
    """7/3/2024, 7.3.24: the day first unless it cannot be, or points are not written and the
    language puts the month first."""
    one, two, year = map(int, re.split(r"[./-]", text))
    if year < 100:
        year += 1900 if year > 69 else 2000
    if two > 12 or (month_first and "." not in text and one <= 12):
        one, two = two, one
    return day_of(year, two, one)


def day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


Builder = Callable[[Words, At | None], Told | None]
Builders = Mapping[str, Builder]
