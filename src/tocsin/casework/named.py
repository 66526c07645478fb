"""Whom a report names, its intended victims first: for somebody to say who goes on watch."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tocsin.casework.comparing import can_be_read
from tocsin.casework.understanding import read_words, understood
from tocsin.domain.case import Case
from tocsin.domain.folding import words as folded
from tocsin.domain.kinds import VictimKind
from tocsin.domain.report import Report

MOST_NAMED, MOST_CLAIMS, LONGEST_NAME, LONGEST_TEXT = 20, 20, 200, 20_000
_PERSONS = {
    "victim": "an intended victim, as reading sees it",
    "perpetrator_person": "a subject, as reading sees it",
}
_BORN = (
    r"[\s,(–-]{0,3}(?:who (?:was|is) )?(?:born|b\.|dob|geb(?:oren)?\.?|né|née|nacid[oa]"
    r"|род(?:ился|илась|\.))(?: on| am| le| in)?[\s.,:]{0,3}([^;!?\n]{4,30})"
)
_OTHERS = "written like a name; it may be something else"
# No word goes on without end, and none is given back: what is hostile must not be tried over again.
_LARGE = r"[^\W\d_a-zà-öø-ÿа-џ][\w'’ʼ-]{0,60}+"
_BETWEEN = r"(?:(?:al|el|bin|ibn|bint|abu|von|van|der|den|de|da|di|del|la|le|y)[ -]){0,3}"
# Two to five words written large beside each other, with particles between them.
_RUN = re.compile(rf"(?<!\w)(?:{_LARGE}|[^\W\d_]{{1,3}}\.)(?:[ \u00a0]{_BETWEEN}{_LARGE}){{1,4}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name as it was received, and as what; `sure` where it is known to be a person's."""

    name: str
    what: str
    sure: bool = True


def named_in(case: Case, report: Report, text: str) -> tuple[Named, ...]:
    """Names of persons, each once: the case's victims, then as the report and its claims say."""
    found = [*_victims(case), *_claimed(case, report), *_read(report, text)]
    kept: dict[tuple[str, ...], Named] = {}
    for one in found:
        key = tuple(sorted(folded(one.name)))
        if key and len(one.name) <= LONGEST_NAME and can_be_read(one.name):
            kept.setdefault(key, one)
    return tuple(kept.values())[:MOST_NAMED]


def births_beside(name: str, text: str) -> tuple[str, ...]:
    """Dates of birth that stand behind a name: "1986", "1986-10" or "1986-10-22"."""
    from tocsin.names.births import written
    from tocsin.names.births_reading import read_births

    said = re.search(rf"{re.escape(name)}{_BORN}", text[:LONGEST_TEXT], re.I)
    dates = (written(one.packed) for one in read_births(said[1]).dates) if said else ()
    return tuple(one for one in dates if "/" not in one)


def _victims(case: Case) -> Iterator[Named]:
    for victim in case.victims.values():
        if victim.kind is VictimKind.PERSON:
            for name in (victim.name, *victim.known_as):
                yield Named(name=name, what=f"intended victim {victim.victim_id}")


def _read(report: Report, text: str) -> Iterator[Named]:
    found = understood(report, text).entities
    for one in found:
        if one.role in _PERSONS:
            yield Named(name=_plain(one.words), what=_PERSONS[one.role])
    for name in _runs(text[:LONGEST_TEXT], [one.words for one in found]):
        yield Named(name=name, what=_OTHERS, sure=False)


def _claimed(case: Case, report: Report) -> Iterator[Named]:
    about = {one.inbound_id for one in case.inbound.values() if one.report_id == report.report_id}
    claims = [claim for claim in case.claims.values() if claim.inbound_id in about]
    for claim in claims[:MOST_CLAIMS]:
        read = read_words(claim.words, claim.language or report.language)
        persons = [_plain(one.words) for one in read.entities if one.role in _PERSONS]
        others = [one.words for one in read.entities if one.role not in _PERSONS]
        for name in dict.fromkeys([*persons, *_runs(claim.words, [*persons, *others])]):
            yield Named(name=name, what=f"claim {claim.claim_id}")


def _runs(words: str, known: Iterable[str]) -> Iterator[str]:
    """Words written large beside each other that are not known as something already."""
    for found in _RUN.finditer(words):
        name = _plain(found[0])
        if not any(name in one or _plain(one) in name for one in known):
            yield name


def _plain(words: str) -> str:
    return " ".join(words.split()).strip(' .,;:!?"“”„«»()[]')
