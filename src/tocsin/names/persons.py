"""How likely two records are of one person: the names, how rare they are, the dates of birth.

Two doubts are weighed: that the names are not the same name, and that somebody else bears it.
Dates that agree answer both, dates in conflict raise both, and a rare name answers the second.
"""

import math

from tocsin.names.births import BirthEvidence, Category

# Among how many people a record is taken to have been found, unless the caller knows better.
POPULATION = 100_000
# A list is mostly of one country or language, where its names are commoner than in the world that
# the table of rarity counts. In nats, parts of full names are 0.72 as rare among 7,754 names in
# Arabic script as in the table, and 0.56 to 0.65 in smaller groups, whose rare names are too few
# to be counted (Persian, Urdu, Arabic in Latin letters, Slavic; Wikidata).
LOCAL = 0.7
# Of two persons of the same rare name, many are of one family: parents pass theirs on. Assumed.
RELATIVES = 0.02
# Nats that a date adds where the names may differ. In lists of a million each day of birth is met
# some fifty times, so a date alone never makes one name of two.
MOST_FOR_NAMES = 3.0
_SMALLEST = 1e-9


def combined(
    name_probability: float,
    evidence: BirthEvidence,
    *,
    rarity_of_shared_parts: float,
    population: int = POPULATION,
) -> float:
    """The probability that one person is meant, 0 to 1.

    `name_probability`: that the names are the same name; `rarity_of_shared_parts`: summed over
    the parts that were aligned, in nats (`rarity.rarity`). Grows with each of the three.
    """
    likely = min(max(name_probability, _SMALLEST), 1 - _SMALLEST)
    ratio = evidence.log_ratio
    other_name = math.log((1 - likely) / likely) - min(ratio, MOST_FOR_NAMES)
    against = math.exp(other_name) + namesakes(rarity_of_shared_parts, population) * math.exp(
        -ratio
    )
    return 1 / (1 + against)


def added(
    name_probability: float,
    evidence: BirthEvidence,
    *,
    rarity_of_shared_parts: float,
    population: int = POPULATION,
) -> float:
    """Nats by which rarity and dates move the odds that `name_probability` gives."""
    whole = combined(
        name_probability,
        evidence,
        rarity_of_shared_parts=rarity_of_shared_parts,
        population=population,
    )
    return _odds(whole) - _odds(name_probability)


def _odds(probability: float) -> float:
    bounded = min(max(probability, _SMALLEST), 1 - _SMALLEST)
    return math.log(bounded / (1 - bounded))


def namesakes(rarity_of_shared_parts: float, population: int = POPULATION) -> float:
    """How many others of the name are to be expected among `population`, relatives included."""
    return RELATIVES + population * math.exp(-LOCAL * max(rarity_of_shared_parts, 0.0))


def explained(
    evidence: BirthEvidence, *, rarity_of_shared_parts: float, population: int = POPULATION
) -> tuple[str, ...]:
    """What rarity and dates contributed, a sentence each, for a person to read."""
    others = namesakes(rarity_of_shared_parts, population) - RELATIVES
    many = f"about {others:,.0f} others" if others >= 1.5 else "hardly anybody else"
    rare = f"Among {population:,} people, {many} would bear these parts of a name."
    return (rare, f"{evidence.words[:1].upper()}{evidence.words[1:]}: {_weight(evidence)}.")


def _weight(evidence: BirthEvidence) -> str:
    if evidence.category is Category.UNKNOWN:
        return "this says nothing for or against"
    times = math.exp(abs(evidence.log_ratio))
    said = f"{times:,.0f} times" if times >= 10 else f"{times:.1f} times"
    whom = "one person" if evidence.log_ratio >= 0 else "two persons"
    return f"{said} as likely of {whom}"
