"""What two records say about one birth, weighed: equal, off by a year, exchanged, in conflict.

Every date that was offered is kept, and every reading of an ambiguous one. Two sets of dates are a
mixture: each pair is as likely as any other to be the pair that was meant, so a second date can
neither hide an agreement nor add to it.
"""

import math
import tomllib
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files

EARLIEST, LATEST = 1850, 2100  # years of birth that a living subject or victim may be given
ABOUT = 2  # years to either side of one that is said to be approximate
LONGEST = 31  # years: a longer span says nothing


class Category(IntEnum):
    """How two dates compare, from the most alike to the most different. Numbers are kept."""

    UNKNOWN = 0  # one of them is not given
    EQUAL = 1
    SWAPPED = 2  # day and month exchanged
    YEAR_BY_ONE = 3  # same day and month
    YEAR_BY_TWO = 4
    YEAR_DIGIT = 5  # same day and month, and years a digit apart, or with two exchanged
    DIGIT = 6  # the same of day or month
    NEAR = 7  # a few days apart
    MONTH_ONLY = 8  # year and month agree; a day is not given
    SAME_MONTH = 9  # year and month agree; the days do not
    PLACEHOLDERS = 10  # both the first of January of one year: registers that know no more write it
    YEAR_ONLY = 11  # years agree; no more is given
    PLACEHOLDER = 12  # years agree; one is the first of January
    WITHIN = 13  # a span or "about" covers the other
    SAME_YEAR = 14  # days and months in conflict
    YEARS_NEAR = 15  # years differ by one; no more is given
    YEARS_BY_TWO = 16
    CONFLICT = 17  # up to five years apart: a false date is mostly not far from the true one
    FAR = 18


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Birth:
    """A partial date. `until` is the last year of a span (the same as `year` for none)."""

    year: int
    until: int
    month: int = 0
    day: int = 0

    def __post_init__(self) -> None:
        if not EARLIEST <= self.year <= self.until <= min(LATEST, self.year + LONGEST):
            raise ValueError("years of birth are out of order, or not of our time")
        if not 0 <= self.month <= 12 or not 0 <= self.day <= 31 or self.day > 0 == self.month:
            raise ValueError("a day needs a month, and both a place in the calendar")

    @property
    def packed(self) -> int:
        """All of it in 23 bits, as `between` takes it."""
        span = self.until - self.year
        return ((self.year - EARLIEST) << 14) | (span << 9) | (self.month << 5) | self.day

    @property
    def written(self) -> str:
        return written(self.packed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Births:
    """All dates that one record gives, sorted, and in plain words what could not be used."""

    dates: tuple[Birth, ...] = ()
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthEvidence:
    """`log_ratio` in nats: how much likelier this comparison is of one person than of two.

    `category` is that of the likeliest of `pairs` pairs of dates, `one` and `other` (packed).
    """

    category: Category
    log_ratio: float
    pairs: int = 0
    one: int = 0
    other: int = 0

    @property
    def words(self) -> str:
        """The comparison in plain words, with its dates."""
        told = _WORDS[self.category].format(a=written(self.one), b=written(self.other))
        return f"{told} (the likeliest of {self.pairs} pairs)" if self.pairs > 1 else told


def compare(a: Births, b: Births) -> BirthEvidence:
    """Symmetric; unknown and 0 nats where a side has no date."""
    packed_b = [born.packed for born in b.dates]
    pairs = [
        (between(x, y), min(x, y), max(x, y))
        for x in (born.packed for born in a.dates)
        for y in packed_b
    ]
    if not pairs:
        return BirthEvidence(category=Category.UNKNOWN, log_ratio=0.0)
    ratios = log_ratios()
    number, one, other = max(pairs, key=lambda pair: (ratios[pair[0]], pair))
    mean = math.fsum(math.exp(ratios[pair[0]]) for pair in pairs) / len(pairs)
    return BirthEvidence(
        category=Category(number),
        log_ratio=math.log(mean),
        pairs=len(pairs),
        one=one,
        other=other,
    )


def written(packed: int) -> str:
    """ISO 8601 as far as known: "1980", "1980-01", "1980-01-15", "1974/1976"."""
    year, span, month, day = (
        EARLIEST + (packed >> 14),
        packed >> 9 & 31,
        packed >> 5 & 15,
        packed & 31,
    )
    if span:
        return f"{year}/{year + span}"
    return f"{year}{f'-{month:02}' if month else ''}{f'-{day:02}' if day else ''}"


@cache
def log_ratios() -> tuple[float, ...]:
    """Nats by category number, as fitted (`training/names/births.py`)."""
    held = files("tocsin.names").joinpath("tables", "births.toml").read_text()
    fitted = tomllib.loads(held)["log_ratio"]
    return tuple(fitted[category.name.lower()] for category in Category)


_WORDS = {
    Category.UNKNOWN: "a date of birth is missing",
    Category.EQUAL: "the same date of birth, {a}",
    Category.SWAPPED: "day and month exchanged: {a} and {b}",
    Category.YEAR_BY_ONE: "same day and month, a year apart: {a} and {b}",
    Category.YEAR_BY_TWO: "same day and month, two years apart: {a} and {b}",
    Category.YEAR_DIGIT: "same day and month, a slip of the pen in the year: {a} and {b}",
    Category.DIGIT: "one slip of the pen apart: {a} and {b}",
    Category.NEAR: "a few days apart: {a} and {b}",
    Category.MONTH_ONLY: "same year and month, as far as given: {a} and {b}",
    Category.SAME_MONTH: "same year and month, another day: {a} and {b}",
    Category.PLACEHOLDERS: "both {a}, which often stands for an unknown day",
    Category.YEAR_ONLY: "same year, as far as given: {a} and {b}",
    Category.PLACEHOLDER: "same year; the first of January often stands for it: {a} and {b}",
    Category.WITHIN: "within the years given: {a} and {b}",
    Category.SAME_YEAR: "same year, another day: {a} and {b}",
    Category.YEARS_NEAR: "years differ by one: {a} and {b}",
    Category.YEARS_BY_TWO: "years differ by two: {a} and {b}",
    Category.CONFLICT: "dates of birth in conflict: {a} and {b}",
    Category.FAR: "dates of birth far apart: {a} and {b}",
}


# Plain functions of integers, which numba takes as they stand; each compiles alone.


def between(a: int, b: int) -> int:
    """The Category of two packed dates; symmetric."""
    first, span_a, day_a = a >> 14, (a >> 9) & 31, a & 511
    last, span_b, day_b = b >> 14, (b >> 9) & 31, b & 511
    years = abs(first - last)
    if span_a or span_b:
        gap = max(first - last - span_b, last - first - span_a)
        return 13 if gap <= 0 else 14 + gap if gap <= 2 else 17 if gap <= 5 else 18
    january_a, january_b = day_a == 33, day_b == 33
    if day_a & 31 == 0 or day_b & 31 == 0 or january_a or january_b:
        if years:
            return 14 + years if years <= 2 else 17 if years <= 5 else 18
        if january_a or january_b:
            return 10 if day_a == day_b else 11 if day_a & 31 == 0 or day_b & 31 == 0 else 12
        if day_a == 0 or day_b == 0:
            return 11
        return 8 if day_a >> 5 == day_b >> 5 else 14
    if day_a == day_b and years <= 2:
        return 1 if years == 0 else 3 if years == 1 else 4
    month_a, in_month_a, month_b, in_month_b = day_a >> 5, day_a & 31, day_b >> 5, day_b & 31
    if years == 0 and month_a == in_month_b and month_b == in_month_a:
        return 2
    # Months are taken as 31 days long: three days apart may count as four.
    if abs(372 * (first - last) + 31 * (month_a - month_b) + in_month_a - in_month_b) <= 3:
        return 7
    digits_a = (first + 1850) * 10000 + month_a * 100 + in_month_a
    digits_b = (last + 1850) * 10000 + month_b * 100 + in_month_b
    differing, place, change_at = 0, 0, 0
    before_a, before_b, exchanged = 0, 0, False
    while digits_a or digits_b:
        digit_a, digit_b = digits_a % 10, digits_b % 10
        if digit_a != digit_b:
            differing += 1
            neighbours = differing == 2 and place - change_at == 1 and place not in (2, 4)
            exchanged = neighbours and digit_a == before_b and digit_b == before_a
            change_at, before_a, before_b = place, digit_a, digit_b
        digits_a, digits_b, place = digits_a // 10, digits_b // 10, place + 1
    if differing == 1 or (differing == 2 and exchanged):
        return 5 if day_a == day_b else 6
    if years == 0:
        return 9 if month_a == month_b else 14
    return 17 if years <= 5 else 18
