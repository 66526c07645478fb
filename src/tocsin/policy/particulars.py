"""What a waiver must state: its values, and the checks that they must meet."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, product

from tocsin.domain.duty import Ground
from tocsin.policy.rules import Facts, Kind, Predicate, RuleFailed, Value, Vocabulary

MOST_CHARACTERS = 4_000
_MOST_TRIED = 1_024
_LITERAL = re.compile(r""""([^"\\]{1,200})"|'([^'\\]{1,200})'""")
_SAMPLES: Mapping[Kind, tuple[str, ...]] = {
    Kind.TEXT: ("as stated in the file on the case", "x"),
    Kind.YES_NO: ("yes", "no"),
    Kind.INSTANT: ("2024-03-07T08:00:00+00:00", "2024-03-07T09:00:00+00:00"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One condition on the particulars; `otherwise` says what is wanting."""

    allow: Predicate
    otherwise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """All the conditions of one ground."""

    vocabulary: Vocabulary
    checks: tuple[Check, ...]

    def wanting(self, values: Mapping[str, Value]) -> list[str]:
        """What is wanting, in words; nothing when all hold. Raises RuleFailed."""
        facts = self.vocabulary.bind(values)
        return [check.otherwise for check in self.checks if not check.allow.holds(facts)]

    def never_met(self, ground: Ground) -> list[int]:
        """Checks that no particulars tried meet, by place; all, where they exclude each other.

        Yes and no are tried in every combination, a text with every word that a check compares it
        to, a time earlier and later than the others. Nothing is said of checks over so many
        particulars that not all could be tried.
        """
        met = set[int]()
        for number, given in enumerate(tried(ground, self)):
            if number == _MOST_TRIED:
                return []
            facts = self.vocabulary.bind(typed(ground, given))
            now = {n for n, check in enumerate(self.checks) if _meets(check, facts)}
            if len(now) == len(self.checks):
                return []
            met |= now
        every = range(len(self.checks))
        return [n for n in every if n not in met] or list(every)


def tried(ground: Ground, checks: Checks) -> Iterator[dict[str, str]]:
    """Particulars to try a ground with; what its checks do not name stays the same."""
    texts = [check.allow.text for check in checks.checks]
    named = {name for check in checks.checks for name in check.allow.names}
    literals = tuple({one or two: None for text in texts for one, two in _LITERAL.findall(text)})
    choices = []
    for need in ground.needs:
        samples = _SAMPLES[Kind(need.kind)]
        if need.name not in named:
            samples = samples[:1]
        elif need.kind == Kind.TEXT:
            samples = (*literals, *samples)
        choices.append(samples)
    for chosen in product(*choices):
        yield dict(zip((need.name for need in ground.needs), chosen, strict=True))


def meeting(ground: Ground, checks: Checks) -> dict[str, str] | None:
    """Particulars that meet the ground, where some of those tried do."""
    for given in islice(tried(ground, checks), _MOST_TRIED):
        try:
            if not checks.wanting(typed(ground, given)):
                return given
        except RuleFailed:
            continue
    return None


def typed(ground: Ground, particulars: Mapping[str, str]) -> dict[str, Value]:
    """The values of particulars that are all well given. Raises ValueError."""
    return {need.name: value(Kind(need.kind), particulars[need.name]) for need in ground.needs}


def value(kind: Kind, text: str) -> Value:
    """The typed value of a particular. Raises ValueError with what to give instead."""
    # "-" and "?" are how a form gets past a demand for words.
    if not any(character.isalnum() for character in text):
        raise ValueError("missing")
    if text.strip(" .?!\t\n").casefold() == "unknown":
        raise ValueError("unknown, which meets nothing")
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"longer than {MOST_CHARACTERS} characters")
    match kind:
        case Kind.TEXT:
            if any("\ud800" <= character <= "\udfff" for character in text):
                raise ValueError("contains characters that are not text")
            return text
        case Kind.YES_NO:
            if text not in ("yes", "no"):
                raise ValueError("answer yes or no")
            return text == "yes"
        case Kind.INSTANT:
            return _instant(text)


def _instant(text: str) -> datetime:
    try:
        given = datetime.fromisoformat(text.strip())
        if given.tzinfo is not None:
            return given.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("give a time with its zone, such as 2024-03-07T14:30:00+03:00")


def _meets(check: Check, facts: Facts) -> bool:
    try:
        return check.allow.holds(facts)
    except RuleFailed:
        return False
