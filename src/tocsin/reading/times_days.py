"""Days, months and years as they are named, and what day that is."""

from datetime import date, datetime, timedelta

from tocsin.reading.times import (
    DAY,
    At,
    TimeKind,
    Told,
    Words,
    day_of,
    midnight,
    nearest_year,
    period,
    persian,
    slashed,
    weekday,
)

_UNKNOWN_DAY = "XXXX-XX-XX"


def day_told(words: Words, at: At | None) -> Told | None:
    """A day named in whatever way."""
    if words.has("D"):
        return (
            period("D", at.day, int(words.first("D"))) if at else Told(TimeKind.DATE, _UNKNOWN_DAY)
        )
    if iso := words.first("i"):
        return _iso(iso)
    if text := words.first("/"):
        found = slashed(text, words.month_first)
        return period("D", found) if found else None
    if holiday := words.first("H"):
        month, day = map(int, holiday.split("-"))
        return dated(month, day, words.first("4"), words, at)
    if words.has("MmµJ3"):
        return _calendar(words, at)
    if words.has("W"):
        return weekday_told(words, at)
    return _relative(words, at) if words.has("q") else None


def _iso(text: str) -> Told | None:
    try:
        if len(text) == 10:
            return period("D", date.fromisoformat(text))
        moment = datetime.fromisoformat(text[:16])
    except ValueError:
        return None
    return Told(TimeKind.TIME, text.replace(" ", "T"), moment, moment + timedelta(minutes=1))


def _calendar(words: Words, at: At | None) -> Told | None:
    """Month, with or without day and year, in any order."""
    small = words.all("0on")
    month = words.first("MmµJ")
    if month is None:
        month, *small = small
    year = words.first("4")
    day = small[0] if small else None
    if year is None and len(small) > 1:
        year = small[1] + (1900 if small[1] > 69 else 2000)
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    if words.has("J"):
        return _persian(month, day, year, at)
    return dated(month, day, year, words, at)


def dated(
    month: int, day: int | None, year: int | None, words: Words, at: At | None
) -> Told | None:
    if year is None:
        if at is None:
            ending = "" if day is None else f"-{day:02}"
            return Told(TimeKind.DATE, f"XXXX-{month:02}{ending}")
        year = _year(month, day, words, at)
    found = day_of(year, month, day or 1)
    return period("M" if day is None else "D", found) if found else None


def _year(month: int, day: int | None, words: Words, at: At) -> int:
    here = (at.day.month, at.day.day if day else 0)
    if words.has("q"):
        return at.day.year + int(words.first("q").split()[1])
    if words.has("l"):
        return at.day.year - ((month, day or 0) >= here)
    if words.has("x"):
        return at.day.year + ((month, day or 0) <= here)
    return at.day.year if words.has("c") else nearest_year(month, day, at, words.tense)


def _persian(month: int, day: int | None, year: int | None, at: At | None) -> Told | None:
    try:
        if year is not None:
            first = persian(year, month, day or 1)
        elif at is None:
            return Told(TimeKind.DATE, _UNKNOWN_DAY)
        else:
            here = at.day
            guesses = [persian(here.year - 622 + n, month, day or 1) for n in (0, 1)]
            first = min(guesses, key=lambda one: abs(one - here))
    except ValueError:
        return None
    if day is not None:
        return period("D", first)
    past = first + (31 if month <= 6 else 30) * DAY
    return Told(TimeKind.DATE, f"{first:%Y-%m}", midnight(first), midnight(past))


def weekday_told(words: Words, at: At | None) -> Told:
    place = words.first("W") - 1
    if at is None:
        return Told(TimeKind.DATE, f"XXXX-WXX-{place + 1}")
    if words.has("q"):
        unit, offset = words.first("q").split()
        monday = period("W", at.day, int(offset)).opens if unit == "W" else None
        return period("D", monday.date() + place * DAY if monday else at.day)
    return period("D", weekday(place, at, words))


def _relative(words: Words, at: At | None) -> Told:
    """A unit of the calendar that the language names in one word: last year, this week."""
    unit, offset = words.first("q").split()
    return period(unit, at.day, int(offset)) if at else vague(unit)


def vague(unit: str) -> Told:
    values = {"D": _UNKNOWN_DAY, "W": "XXXX-WXX", "WE": "XXXX-WXX-WE", "M": "XXXX-XX"}
    return Told(TimeKind.DATE, values.get(unit, "XXXX"))
