"""Two names side by side: whether they are one person's, and what speaks for and against it."""

from dataclasses import asdict
from typing import Annotated, Any

from cyclopts import Parameter

from tocsin.cli.output import OFFLINE, Offline, progress
from tocsin.domain.refusal import Code, refuse
from tocsin.names import persons
from tocsin.names.births import BirthEvidence, Births
from tocsin.names.births import compare as compare_births
from tocsin.names.births_reading import read_births
from tocsin.names.compiling import uncompiled
from tocsin.names.forms import Name, read_name

with uncompiled():  # of one pair nothing is won by it
    from tocsin.names.matching import Match, Matcher, explained


def compare(
    name: Annotated[str, Parameter(help="A name, in any script.", allow_leading_hyphen=True)],
    other: Annotated[str, Parameter(help="Another.", allow_leading_hyphen=True)],
    *,
    born: Annotated[str, Parameter(help="Birth dates of the first, as written.")] = "",
    other_born: Annotated[str, Parameter(help="Birth dates of the other.")] = "",
    common: Offline = OFFLINE,
) -> int:
    """Say whether two names could be one person's, part by part; nothing is kept or sent.

    Probabilities are of the same name, and with dates of birth on both sides of the same person.
    The exit status is 1 where they count as different.
    """
    names = read_name(name), read_name(other)
    if not (names[0].tokens and names[1].tokens):
        refuse(Code.BAD_VALUE, "Nothing was compared: a name has no letters.", "Give two names.")
    with progress("Loading what is known of names", None):
        matcher = Matcher.load()
        match = matcher.compare(*names)
    dates = read_births(born), read_births(other_born)
    evidence = compare_births(*dates)
    rarity = sum(part.rarity for part in match.parts)
    if evidence.pairs:
        nats = persons.added(match.probability, evidence, rarity_of_shared_parts=rarity)
        match = matcher.compare(*names, births=nats)
    same = match.probability >= matcher.threshold
    told = _told(names, match, dates, evidence) | {"same": same, "threshold": matcher.threshold}
    lines = [
        (
            f"{'They count as one' if same else 'They count as different'} (one from "
            f"{matcher.threshold:.0%} on)."
        ),
        *explained(match),
    ]
    if evidence.pairs:
        lines += persons.explained(evidence, rarity_of_shared_parts=rarity)
    lines += [f"Not used: {defect}." for one in dates for defect in one.defects]
    common.show(told, *lines)
    return int(not same)


def _told(
    names: tuple[Name, Name], match: Match, dates: tuple[Births, Births], evidence: BirthEvidence
) -> dict[str, Any]:
    return {
        "probability": match.probability,
        "parts": [asdict(part) for part in match.parts],
        "missing": [asdict(one) for one in match.missing],
        "whole": match.whole,
        "births": match.births,
        "birth_dates": [[one.written for one in side.dates] for side in dates],
        "birth_evidence": evidence.category.name.lower(),
        "defects": [list(one.defects) for one in (*names, *dates)],
    }
