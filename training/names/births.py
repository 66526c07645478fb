"""Fit what a comparison of birth dates is worth: `python -m training.names.births [--to FILE]`.

Persons and the records of them are generated; no list of persons is looked at. Two records of one
person, and two of different persons, go through the same errors, and the logarithm of how much
oftener a category comes of the former is its weight.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from tocsin.names.births import Birth, Category, between
from training.names.rarity import TABLES

SEED, RECORDS, ROUNDS = 20261122, 500_000, 400
TODAY = 2026
# Ages of those whom reports name. A quarter of mankind is under 15 and a tenth over 65 (United
# Nations, World Population Prospects 2024); between, the shares fall slowly. Few children and
# few of the very old are subjects or intended victims, so half of theirs is taken.
AGES = ((5, 15, 0.08), (15, 25, 0.17), (25, 45, 0.35), (45, 65, 0.29), (65, 85, 0.11))

# How a record gives a date, as assumed. Registers of some countries, and refugee agencies, write
# the first of January for whoever knows no day: nearly 11,000 of 80,000 refugees whom the United
# States resettled in 2009 (State Department, Los Angeles Times, 1 January 2010). Of everybody
# whom a report may name we take a third of that share. Press and wanted notices often know a year.
PRECISION = {"day": 0.75, "year": 0.14, "month": 0.02, "placeholder": 0.05, "span": 0.04}
# Errors of a record that gives a day. Studies that link registers of health and census find one
# to five dates in a hundred wrong, most in one part of three; records of borders and of police
# are hastier, cross calendars, and some subjects lie. Years off by one come of ages that were
# converted to years; exchanged days of two customs of writing.
ERRORS = {
    "year by one": 0.012,
    "year by two": 0.004,
    "digit": 0.010,
    "swapped": 0.010,
    "days": 0.006,
    "same month": 0.003,
    "false": 0.006,
}
FALSE_CLOSE = 0.5  # of false dates, the share near the true year: looks limit lies
# A record of a year alone errs as ages do: they are told as of an unknown day.
YEAR_ERROR = 0.12
BOUNDS = (-6.0, 10.0)  # nats: beyond, the assumptions carry nothing


def person(random: Random) -> Birth:
    low, high = random.choices([(low, high) for low, high, _ in AGES], [one[2] for one in AGES])[0]
    return _any_day(TODAY - random.randrange(low, high), random)


def record(born: Birth, random: Random) -> Birth:
    """`born` as some record gives it."""
    kind = _chosen(PRECISION, random)
    if kind == "day":
        return _erring(born, random)
    year = born.year + (random.choice((-1, 1)) if random.random() < YEAR_ERROR else 0)
    if kind == "span":
        first = year - random.randrange(0, 5)
        return Birth(year=first, until=first + random.choice((2, 4, 4)))
    if kind == "month":
        return Birth(year=born.year, until=born.year, month=born.month)
    one = int(kind == "placeholder")
    return Birth(year=year, until=year, month=one, day=one)


def _erring(born: Birth, random: Random) -> Birth:
    match _chosen(ERRORS, random):
        case "year by one":
            return _dated(born.year + random.choice((-1, 1)), born.month, born.day)
        case "year by two":
            return _dated(born.year + random.choice((-2, 2)), born.month, born.day)
        case "digit":
            return _slipped(born, random)
        case "swapped" if born.day <= 12:
            return _dated(born.year, born.day, born.month)
        case "days":
            moved = min(max(born.day + random.choice((-2, -1, 1, 2)), 1), 30)
            return _dated(born.year, born.month, moved)
        case "same month":
            return _dated(born.year, born.month, random.randint(1, 30))
        case "false" if random.random() < FALSE_CLOSE:
            return _any_day(born.year + random.randint(-5, 5), random)
        case "false":
            return person(random)
    return born


def _slipped(born: Birth, random: Random) -> Birth:
    """One digit replaced, or in a quarter of cases two neighbours of a part exchanged."""
    while True:
        digits = [*f"{born.year:04}{born.month:02}{born.day:02}"]
        if random.random() < 0.25:
            at = random.choice((2, 4, 6))
            digits[at], digits[at + 1] = digits[at + 1], digits[at]
        else:
            digits[random.randrange(2, 8)] = random.choice("0123456789")
        whole = "".join(digits)
        made = (int(whole[:4]), int(whole[4:6]), int(whole[6:]))
        lived = TODAY - 100 <= made[0] <= TODAY and 1 <= made[1] <= 12 and 1 <= made[2] <= 30
        if lived and made != (born.year, born.month, born.day):
            return _dated(*made)


def _dated(year: int, month: int, day: int) -> Birth:
    return Birth(year=year, until=year, month=month, day=day)


def _any_day(year: int, random: Random) -> Birth:
    return _dated(year, random.randint(1, 12), random.randint(1, 30))


def _chosen(shares: dict[str, float], random: Random) -> str:
    at = random.random()
    for kind, share in shares.items():
        if at < share:
            return kind
        at -= share
    return ""


def shares_same(random: Random) -> NDArray[np.float64]:
    """By category, of two records of one person each."""
    counts = np.full(len(Category), 0.5)
    for _ in range(RECORDS):
        born = person(random)
        counts[between(record(born, random).packed, record(born, random).packed)] += 1
    return counts / float(counts.sum())


def shares_different(random: Random) -> NDArray[np.float64]:
    """By category, of one record each of two persons: every record against the ROUNDS behind it."""
    records = np.array([record(person(random), random).packed for _ in range(RECORDS)], np.int64)
    counts = np.full(len(Category), 0.5)
    _compared(numba.njit(between), records, ROUNDS, counts)
    return counts / float(counts.sum())


@numba.njit
def _compared(
    category: Callable[[int, int], int], records: NDArray[np.int64], rounds: int, counts: Any
) -> None:
    for apart in range(1, rounds + 1):
        for at in range(records.size):
            counts[category(records[at], records[(at + apart) % records.size])] += 1


def fitted() -> dict[str, float]:
    """Nats by category."""
    random = Random(SEED)  # noqa: S311 - reproducible, and no secret
    together, apart = shares_same(random), shares_different(random)
    ratios = {
        category.name.lower(): float(np.clip(np.log(together[category] / apart[category]), *BOUNDS))
        for category in Category
    }
    return ratios | {"unknown": 0.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=TABLES / "births.toml")
    given = parser.parse_args()
    head = "# Made by training/names/births.py from generated records; nats.\n[log_ratio]\n"
    told = "".join(f"{name} = {ratio:.2f}\n" for name, ratio in fitted().items())
    given.to.write_text(head + told)
    print(told)


if __name__ == "__main__":
    main()
