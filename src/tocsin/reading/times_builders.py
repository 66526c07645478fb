"""From the words of an expression to what it says, one function for each rule of the grammar."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from tocsin.reading.times import (
    DAY,
    HOURS,
    SEASONS,
    At,
    Builders,
    TimeKind,
    Told,
    Words,
    clock,
    duration,
    midnight,
    months,
    period,
    reach,
    shifted,
)
from tocsin.reading.times_days import dated, day_told, vague, weekday_told


def quantity(words: Words) -> tuple[float | None, str]:
    """How many of which unit; None for "several"."""
    if both := words.first("B"):
        count, unit = both.split()
        return float(count), unit
    unit = words.first("UVk") or ("M" if words.has("3") else "Y")
    numbers = words.all("n0#4o")
    if "U+" in words.classes:
        return 1.5, unit
    if words.has("f"):
        return None, unit
    if not numbers:
        return (0.5 if words.has("h") else None if words.has("V") else 1.0), unit
    count = sum(numbers) if max(numbers) >= 20 and len(numbers) > 1 else numbers[0]
    return float(count) + (0.5 if words.has("h") else 0.0), unit


def timed(words: Words, at: At | None) -> Told | None:
    """A day with an hour or a part of the day; without a day, that of the anchor."""
    # A time in four figures is told from a year by where it stands.
    figures = re.sub(r"9|^4(?!g)|(?<=@)4|4(?=[zkV])", "7", words.classes)
    figures = re.sub(r"0(?=k)", "7", figures)
    values = [
        _figures(v) if c == "7" and isinstance(v, int) else v
        for c, v in zip(figures, words.values, strict=True)
    ]
    words = replace(words, classes=figures, values=values)
    part, hour = words.first("8") or words.first("K6"), _hour(words)
    rest = _without(words, "K768zk@V")
    if words.has("K") and words.has("l") and not words.has("WDMmJ"):
        day = period("D", at.day, -1) if at else vague("D")
    elif rest.has("DWMmJi/q3H"):
        day = day_told(rest, at) or vague("D")
    else:
        day = period("D", at.day, int(words.has("x"))) if at else vague("D")
    if hour is None and part is None:
        return None
    if hour is None:
        return _part(day, part)
    if part in {"EV", "NI", "AF"} and (5 if part == "NI" else 1) <= hour.hour < 12:
        hour = hour.replace(hour=hour.hour + 12)
    value = f"{day.value}T{hour:%H:%M}" + (f":{hour:%S}" if hour.second else "")
    if day.opens is None:
        return Told(TimeKind.TIME, value)
    opens = datetime.combine(day.opens.date(), hour)
    return Told(TimeKind.TIME, value, opens, opens + timedelta(minutes=1))


def _figures(value: int) -> str:
    return f"{value}:00" if value < 100 and value < 24 else f"{value:04}"


def _hour(words: Words) -> Any:
    if text := words.first("7"):
        return clock(text.lower())
    if words.has("#") and words.has("@"):
        return clock(f"{words.first('#'):.2f}")
    return None


def _part(day: Told, part: str) -> Told:
    if ":" in part:
        told = Told(TimeKind.TIME, f"{day.value}T{part}")
        hours = (24.0, 24.0) if part == "24:00" else (12.0, 12.0)
    else:
        told = Told(TimeKind.TIME, f"{day.value}T{part}")
        hours = HOURS[part]
    if day.opens is None:
        return told
    opens, closes = (day.opens + timedelta(hours=hour) for hour in hours)
    return replace(told, opens=opens, closes=max(closes, opens + timedelta(minutes=1)))


def _without(words: Words, letters: str) -> Words:
    kept = [(c, v) for c, v in zip(words.classes, words.values, strict=True) if c not in letters]
    return replace(words, classes="".join(c for c, _ in kept), values=[v for _, v in kept])


def days(words: Words, at: At | None) -> Told | None:
    """A run of days of one month: 7-9 March."""
    small = words.all("0on")
    month, year = words.first("Mm"), words.first("4")
    if not all(1 <= day <= 31 for day in small[:2]):
        return None
    first, last = (dated(month, day, year, words, at) for day in small[:2])
    if first is None or last is None:
        return None
    return Told(TimeKind.INTERVAL, f"{first.value}/{last.value}", first.opens, last.closes)


def near(words: Words, at: At | None) -> Told | None:
    """Last, this or next unit; one, or a stretch of several."""
    count, unit = quantity(words)
    if words.has("c") and words.has("V") and not words.has("n0#f"):
        return Told(TimeKind.DATE, "PRESENT_REF")
    if not words.has("lxc"):
        return _weekend(words, at) if unit == "WE" else None
    stretch = words.first("l") == "stretch" or unit == "FN"
    several = words.has("n0#fB4a") or (words.has("V") and count is None) or stretch
    if several:
        value = duration(count, unit)
        if at is None or words.has("c"):
            return Told(TimeKind.DURATION, value)
        return Told(TimeKind.DURATION, value, *reach(at, count, unit, words.has("l")))
    if unit[0] == "T":
        return Told(
            TimeKind.DURATION,
            duration(1, unit),
            *(reach(at, 1, unit, words.has("l")) if at else ()),
        )
    return period(unit, at.day, words.step) if at else vague(unit)


def _weekend(words: Words, at: At | None) -> Told:
    """ "The weekend": the last one, unless the sentence looks ahead or it is weekend."""
    if at is None:
        return vague("WE")
    return period("WE", at.day, 0 if words.tense > 0 or at.day.weekday() > 4 else -1)


def ago(words: Words, at: At | None) -> Told:
    return _moved(words, at, -1)


def ahead(words: Words, at: At | None) -> Told:
    return _moved(words, at, 1)


def _moved(words: Words, at: At | None, sign: int) -> Told:
    count, unit = quantity(words)
    if count is None:
        return Told(TimeKind.DATE, "PAST_REF" if sign < 0 else "FUTURE_REF")
    return shifted(at, sign * count, unit) if at else Told(TimeKind.DURATION, duration(count, unit))


def within(words: Words, at: At | None) -> Told:
    count, unit = quantity(words)
    ends = reach(at, count, unit, back=False) if at else ()
    return Told(TimeKind.DURATION, duration(count, unit), *ends)


def soon(words: Words, at: At | None) -> Told:
    """ "In two days": when, in a sentence that looks ahead; else how long."""
    return ahead(words, at) if words.tense > 0 else lasting(words, at)


def lasting(words: Words, _: At | None) -> Told:
    return Told(TimeKind.DURATION, duration(*quantity(words)))


def beside(words: Words, at: At | None) -> Told | None:
    """The following, previous or same unit, from the day told last."""
    step = 1 if words.has("vRxα") else -1 if words.has("bEβ") else 0
    if words.has("K"):
        day = period("D", at.day, step) if at else vague("D")
        return _part(day, words.first("K"))
    if words.has("W"):
        letter = {1: "x", -1: "l", 0: "c"}[step]
        return weekday_told(
            replace(words, classes=letter + words.classes, values=[None, *words.values]), at
        )
    count, unit = quantity(words)
    if words.has("n0#f") or count is None:
        ends = reach(at, count, unit, back=step < 0) if at else ()
        return Told(TimeKind.DURATION, duration(count, unit), *ends)
    if unit[0] == "T":
        return None
    return period(unit, at.day, step) if at else vague(unit)


def hour(words: Words, at: At | None) -> Told | None:
    """ "1900 hours" is a time of day where it can be one; "1500 years" is not."""
    told = timed(words, at) if words.first("kV") == "TH" else None
    return told or lasting(words, at)


def often(words: Words, _: At | None) -> Told:
    if words.has("Å"):
        return Told(TimeKind.SET, words.first("Å"))
    if words.has("Ww"):
        return Told(TimeKind.SET, f"XXXX-WXX-{words.first('Ww')}")
    if words.has("K"):
        return Told(TimeKind.SET, f"XXXX-XX-XXT{words.first('K')}")
    if words.has("M"):
        return Told(TimeKind.SET, f"XXXX-{words.first('M'):02}")
    count, unit = quantity(replace(words, classes=words.classes.replace("N", "_")))
    return Told(TimeKind.SET, duration(count or 1, unit))


def year(words: Words, _: At | None) -> Told | None:
    number = words.first("4")
    if words.classes == "4" and not 1900 <= number <= 2049:
        return None
    if words.has("X"):
        return Told(TimeKind.DATE, f"FY{number}")
    return period("Y", date(number, 1, 1)) if 1000 <= number <= 2999 else None


def decade(words: Words, _: At | None) -> Told:
    number = int(words.first("C"))
    return period("DE", date(number * 10, 1, 1)) if number else vague("Y")


def nth(words: Words, at: At | None) -> Told | None:
    """The third quarter, the first half of a year, the 19th century."""
    place = int(words.first("o"))
    unit = words.first("UV")
    if not words.has("h") and unit == "CE":
        first = date(max((place - 1) * 100, 1), 1, 1) if place <= 99 else None
        return period("CE", first) if first else None
    if (not words.has("h") and unit != "Q") or place > (2 if words.has("h") else 4):
        return None
    number = words.first("4") or (at.day.year + words.step if at else None)
    name = f"{'H' if words.has('h') else 'Q'}{place}"
    if number is None or not 1 <= number <= 9998:
        return Told(TimeKind.DATE, f"XXXX-{name}")
    size = 6 if words.has("h") else 3
    first = date(number, size * (place - 1) + 1, 1)
    return Told(TimeKind.DATE, f"{number}-{name}", midnight(first), midnight(months(first, size)))


def season(words: Words, at: At | None) -> Told:
    name = words.first("Ss")
    number = words.first("4")
    if number is None and at is not None:
        number = at.day.year + words.step
        month = SEASONS[name]
        if words.has("l") and at.day.month > month + 2:
            number += 1
        elif words.has("x") and at.day.month < month:
            number -= 1
    if number is None or not 1 <= number <= 9998:
        return Told(TimeKind.DATE, f"XXXX-{name}")
    first = date(number, SEASONS[name], 1)
    return Told(TimeKind.DATE, f"{number}-{name}", midnight(first), midnight(months(first, 3)))


def refer(words: Words, at: At | None) -> Told:
    if words.has("j"):
        return Told(TimeKind.DATE, "PAST_REF")
    value = words.first("r")
    if at is None or value != "PRESENT_REF":
        return Told(TimeKind.DATE, value)
    return Told(
        TimeKind.DATE, value, at.moment, at.moment + (timedelta(minutes=1) if at.exact else DAY)
    )


BUILDERS: Builders = {
    "days": days, "timed": timed, "clock": timed, "day": day_told, "month": day_told,
    "near": near, "ago": ago, "earlier": ago, "ahead": ahead, "later": ahead, "soon": soon,
    "within": within, "lasting": lasting, "hour": hour, "beside": beside, "often": often,
    "year": year, "decade": decade, "nth": nth, "season": season, "refer": refer,
}  # fmt: skip


def built(rule: str, words: Words, at: At | None) -> Told | None:
    """What the rule makes of the words; None where they are no time after all."""
    try:
        return BUILDERS[rule](words, at)
    except (OverflowError, ValueError):
        # Outside the calendar: "ten thousand years ago" has no date.
        return None
