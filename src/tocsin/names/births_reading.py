"""Dates of birth as reports and lists write them; what is ambiguous is kept in all its readings."""

import re
import tomllib
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from tocsin.names.births import ABOUT, EARLIEST, LATEST, LONGEST, Birth, Births

LONGEST_TEXT, MOST_DATES, MOST_TEXTS = 200, 8, 32
CUT = "more was written than is read"
AMBIGUOUS = "day and month may be exchanged: both readings are kept"
TWO_DIGITS = "a year of two digits is not guessed"
CALENDAR = "a year of another calendar (Hijri, Persian, Buddhist, Hebrew) is not converted"
IMPOSSIBLE = "the calendar has no such day: as much is kept as can stand"
UNREAD = "a part is no date that is known here"
# Where the years of other calendars lie for those born in our time.
_OTHER_CALENDARS = (range(1200, 1500), range(2390, 2650), range(5600, 5900))
_CLOCK = re.compile(r"[t\s]\s*\d{1,2}:\d{2}\S*")
_PARTS = re.compile(r"\d+|[^\W\d_]+|[-/.;]")
# One letter for each part: Y a year, n one or two digits, B eight, M a month, a "about",
# b "between", ~ "to", ; "or", D the s of 1970s, x other digits. Tried in order at each place.
_SHAPES = re.compile(
    r"(?P<ymd>Y[-/.]n[-/.]n)|(?P<dmy>n[-/.]n[-/.]Y)|(?P<short>n[-/.]n[-/.]n)|(?P<basic>B)"
    r"|(?P<dmonthy>n[-/.]*M[-/.]*Y)|(?P<monthdy>M[-/.]*n[-/.]*Y)|(?P<ymonthd>Y[-/.]*M[-/.]*n)"
    r"|(?P<monthy>M[-/.]*Y)|(?P<ymonth>Y[-/.]*M)|(?P<decade>YD)|(?P<span>bY[;~]Y|Y[-/~]Y)"
    r"|(?P<ym>Y[-/.]n)|(?P<my>n[-/.]Y)|(?P<y>Y)|(?P<unread>[nx])"
)


def read_births(*written: str) -> Births:
    """What `written` offers. Never raises; of each text the first 200 characters are read."""
    dates: dict[Birth, None] = {}
    defects: dict[str, None] = {}
    for text in written[:MOST_TEXTS]:
        found = list(_found(text[:LONGEST_TEXT], defects))
        if not found and not defects and text.strip():
            defects[UNREAD] = None
        dates |= dict.fromkeys(found)
    cut = len(dates) > MOST_DATES or len(written) > MOST_TEXTS
    if cut or any(len(text) > LONGEST_TEXT for text in written):
        defects[CUT] = None
    return Births(dates=tuple(sorted([*dates][:MOST_DATES])), defects=tuple(defects))


def _found(text: str, defects: dict[str, None]) -> Iterator[Birth]:
    plain = _CLOCK.sub(" ", _plain(text))
    parts = [(kind, part) for part in _PARTS.findall(plain) if (kind := _kind(part))]
    kinds = "".join(kind for kind, _ in parts)
    end = 0
    for match in _SHAPES.finditer(kinds):
        held = [part for _, part in parts[match.start() : match.end()]]
        numbers = [_month(part) or int(part) for part in held if _month(part) or part.isdecimal()]
        about = "a" in kinds[end : match.start()]
        yield from _read(str(match.lastgroup), numbers, held, about, defects)
        end = match.end()


def _plain(text: str) -> str:
    """Digits of any script as ASCII, letters without case and marks, dashes and 年 as hyphens."""
    loose = unicodedata.normalize("NFKD", text.casefold())
    kept = (one for one in loose if unicodedata.category(one)[0] != "M")
    plain = "".join(str(unicodedata.decimal(one, one)) for one in kept)
    return re.sub(r"[年月‐-―]", "-", plain).replace("日", " ").replace("\n", ";")


def _kind(part: str) -> str:
    """The letter of a part, or nothing where it says nothing of a date."""
    if part.isdecimal():
        return {1: "n", 2: "n", 4: "Y", 8: "B"}.get(len(part), "x")
    if part in "-/.;":
        return part
    return "M" if _month(part) else _words()[0].get(part, "")


@cache
def _words() -> tuple[dict[str, str], dict[str, int]]:
    held = files("tocsin.names").joinpath("tables", "births_words.toml").read_text("utf-8")
    table = tomllib.loads(held)
    kinds = {"about": "a", "between": "b", "to": "~", "or": ";", "decade": "D"}
    words = {_plain(word): kind for name, kind in kinds.items() for word in table[name].split()}
    months: dict[str, int] = {}
    for number, names in enumerate(table["months"], 1):
        for name in map(_plain, names.split()):
            for size in range(min(3, len(name)), len(name) + 1):
                same = months.get(name[:size], number) == number
                months[name[:size]] = number if same else 0
    return words, months


def _month(part: str) -> int:
    return _words()[1].get(part, 0)


def _read(
    shape: str, numbers: list[int], held: list[str], about: bool, defects: dict[str, None]
) -> Iterator[Birth]:
    match shape, numbers:
        case "short", _:
            defects[TWO_DIGITS] = None
        case "unread", _:
            defects[UNREAD] = None
        case "basic", [number]:
            yield from _born(number // 10000, number // 100 % 100, number % 100, defects)
        case "dmy", [first, second, year]:
            yield from _either(year, first, second, "." in held, defects)
        case "dmonthy", [day, month, year]:
            yield from _born(year, month, day, defects)
        case (("ymd" | "ymonthd"), [year, month, day]):
            yield from _born(year, month, day, defects)
        case "monthdy", [month, day, year]:
            yield from _born(year, month, day, defects)
        case (("monthy" | "my"), [month, year]):
            yield from _born(year, month, 0, defects)
        case "span", [first, last]:
            yield from _span(first, last, defects)
        case "decade", [year]:
            yield from _span(year, year + 9, defects)
        case "ym", [year, last] if last > 12:
            yield from _span(year, year // 100 * 100 + last, defects)
        case (("ym" | "ymonth"), [year, month]):
            yield from _born(year, month, 0, defects)
        case _, [year] if about:
            yield from _span(year - ABOUT, year + ABOUT, defects)
        case _, [year]:
            yield from _born(year, 0, 0, defects)


def _either(
    year: int, first: int, second: int, dotted: bool, defects: dict[str, None]
) -> Iterator[Birth]:
    """Points are written day first; strokes and hyphens either way."""
    yield from _born(year, second, first, defects)
    if not dotted and first != second and 0 < first <= 12 and 0 < second <= 12:
        defects[AMBIGUOUS] = None
        yield from _born(year, first, second, defects)


def _born(year: int, month: int, day: int, defects: dict[str, None]) -> Iterator[Birth]:
    if not _is_ours(year, defects):
        return
    if month > 12 >= day > 0:  # the other order, beyond doubt
        month, day = day, month
    if month > 12 or (month and day > monthrange(year, month)[1]):
        defects[IMPOSSIBLE] = None
        month, day = (0, 0) if month > 12 else (month, 0)
    yield Birth(year=year, until=year, month=month, day=day if month else 0)


def _span(first: int, last: int, defects: dict[str, None]) -> Iterator[Birth]:
    if not (_is_ours(first, defects) and _is_ours(last, defects)):
        return
    if first <= last <= first + LONGEST:
        yield Birth(year=first, until=last)
    else:
        defects[UNREAD] = None


def _is_ours(year: int, defects: dict[str, None]) -> bool:
    ours = EARLIEST <= year <= LATEST
    if not ours:
        other = any(year in years for years in _OTHER_CALENDARS)
        defects[CALENDAR if other else UNREAD] = None
    return ours
