"""Whether a name was met before, in which spellings: on watch, as an intended victim, in reports.

Only in cases that whoever asks may see. How the words of reports sound is kept in memory alone,
so that a second question is answered at once; where time runs out the newest were looked at, it is
said how many, and asking again looks further.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

from tocsin.casework import reads, sounding
from tocsin.casework.comparing import compared, likelihoods
from tocsin.casework.handle import load
from tocsin.casework.heard import Brief, Somebody
from tocsin.casework.house import App
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case
from tocsin.names.forms import read_name
from tocsin.store import bodies, views

if TYPE_CHECKING:
    from tocsin.names.matching import Matcher
    from tocsin.names.passages import Known

SECONDS = 3.0
LEAST = 0.2
"""The least probability with which a name is shown as similar."""
MOST_PEOPLE, MOST_PLACES, MOST_COMPARED, PAGE = 50, 200, 2, 1_000
MOST_NAMES, GRACE_S = 400, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a spelling stands: characters start to end of a report's text."""

    case_id: str
    report_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A name as it was written, how probably it is the one asked for, and where reports have it."""

    name: str
    probability: float
    places: tuple[Place, ...] = ()

    @property
    def cases(self) -> list[str]:
        return list(dict.fromkeys(place.case_id for place in self.places))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Spellings that are taken for one person's. `known` is None of one only reports name."""

    case_id: str
    known: Somebody | None
    spellings: tuple[Spelling, ...]
    exercise: bool = False

    @property
    def probability(self) -> float:
        return max(one.probability for one in self.spellings)

    @property
    def times(self) -> int:
        """How often reports have one of the spellings."""
        return sum(len(one.places) for one in self.spellings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """The most probable first. `looked` of `reports` reports were looked at, the newest."""

    people: tuple[Person, ...]
    reports: int
    looked: int
    cut: bool

    @property
    def whole(self) -> bool:
        return self.looked == self.reports and not self.cut


def _nobody() -> "Known":
    from tocsin.names.passages import Known

    return Known()


@dataclass(kw_only=True)
class _Look:
    """One question: what it asks, of whom, until when, and what was found so far."""

    app: App
    by: Actor
    matcher: "Matcher"
    name: str
    born: str
    ear: sounding.Ear
    until: float
    people: list[Person] = field(default_factory=list)
    found: dict[tuple[str, bool], list[Place]] = field(default_factory=lambda: defaultdict(list))
    known: "Known" = field(default_factory=_nobody)
    cut: bool = False
    exercises: set[str] = field(default_factory=set)

    @property
    def over(self) -> bool:
        return monotonic() > self.until

    @property
    def late(self) -> bool:
        """Too late even to say whose the spellings are that were found."""
        return monotonic() > self.until + GRACE_S

    def likely(self, names: Sequence[str], births: str = "") -> list[float]:
        if self.born and births:
            seen = (compared(self.matcher, self.name, one, self.born, births) for one in names)
            return [one.probability for one in seen]
        return likelihoods(self.matcher, self.name, names) if names else []


def met(
    app: App,
    by: Actor,
    matcher: "Matcher",
    name: str,
    born: str = "",
    *,
    seconds: float | None = None,
    but: str = "",
    exercise: bool | None = None,
) -> Met:
    """Who of this name was met. `but` leaves a case out; `exercise` asks exercises or the rest."""
    look = _Look(
        app=app,
        by=by,
        matcher=matcher,
        name=name,
        born=born,
        ear=sounding.Ear(name),
        until=monotonic() + (SECONDS if seconds is None else seconds),
    )
    look.known.add(read_name(name))
    seen = [
        (case_id, brief)
        for case_id, brief in _briefs(look)
        if case_id != but and exercise in (None, brief.exercise)
    ]
    look.exercises = {case_id for case_id, brief in seen if brief.exercise}
    for case_id, brief in seen:
        _known_in(look, case_id, brief)
    wanted = [(case_id, *report) for case_id, brief in seen for report in brief.reports]
    looked = sum(_reported_in(look, *one) for one in wanted)
    people = sorted(_clustered(look), key=lambda one: -one.probability)
    return Met(
        people=tuple(people[:MOST_PEOPLE]),
        reports=len(wanted),
        looked=looked,
        cut=len(people) > MOST_PEOPLE or look.cut,
    )


def _briefs(look: _Look) -> Iterator[tuple[str, Brief]]:
    """Of every case that they may see, the newest first; only known ones once time is over."""
    rows = sorted(_rows(look), key=lambda row: -row.opened_us)
    for row in rows:
        brief = look.app.heard.brief(row.case_id, row.case_seq)
        if brief is None:
            if look.over:
                look.cut = True
                continue
            with look.app.store.read() as db:
                brief = _brief(load(look.app, db, row.case_id, row.case_seq))
            look.app.heard.note(row.case_id, row.case_seq, brief)
        yield row.case_id, brief


def _rows(look: _Look) -> Iterator[views.CaseRow]:
    for state in ("open", "closed"):
        after: views.Cursor | None = None
        while found := reads.queue(look.app, look.by, state=state, after=after, limit=PAGE):
            yield from found
            after = found[-1].cursor


def _brief(case: Case) -> Brief:
    if case.destroyed:
        return Brief()
    victims = (
        Somebody(kind="victim", number=one.victim_id, names=(one.name, *one.known_as), live=True)
        for one in case.victims.values()
    )
    watches = (
        Somebody(
            kind="watch",
            number=one.watch_id,
            names=one.names,
            births="; ".join(birth.born for birth in one.births),
            live=one.is_live,
        )
        for one in case.watches.values()
    )
    reports = ((one.report_id, one.sha256) for one in case.reports.values())
    return Brief(known=(*watches, *victims), reports=tuple(reports)[::-1], exercise=case.exercise)


def _known_in(look: _Look, case_id: str, brief: Brief) -> None:
    for known in brief.known:
        near = [name for name in known.names if _near(look, name)]
        look.cut |= look.over and bool(near)
        likely = [] if look.over else look.likely(near, known.births)
        spellings = [
            Spelling(name=name, probability=probability)
            for name, probability in zip(near, likely, strict=False)
            if probability >= LEAST
        ]
        if spellings:
            look.people.append(
                Person(
                    case_id=case_id,
                    known=known,
                    spellings=tuple(spellings),
                    exercise=brief.exercise,
                )
            )


def _near(look: _Look, name: str) -> bool:
    """One part of either is enough: who is known is known by few names."""
    return look.ear.fits(frozenset().union(*sounding.parts(name)), least=1)


def _reported_in(look: _Look, case_id: str, report_id: str, sha256: str) -> bool:
    """Note where a report names somebody so; False where time did not suffice to look."""
    sounds = look.app.heard.sounds(sha256)
    if look.over and (sounds is None or look.ear.fits(sounds)):
        return False
    text = None
    if sounds is None:
        text = _text(look.app, sha256)
        sounds = sounding.vocabulary(text)
        look.app.heard.listened(sha256, sounds)
    if look.ear.fits(sounds):
        text = _text(look.app, sha256) if text is None else text
        for one in look.known.windows(text[: sounding.LONGEST_TEXT], sounding.MOST_SIGNS):
            place = Place(case_id=case_id, report_id=report_id, start=one.start, end=one.end)
            name = " ".join(text[one.start : one.end].split())
            key = name, case_id in look.exercises
            if key in look.found or len(look.found) < MOST_NAMES:
                look.found[key].append(place)
            else:
                look.cut = True
    return True


def _text(app: App, sha256: str) -> str:
    with app.store.read() as db:
        kept = bodies.body(db, app.vault, sha256)
    return kept.text if kept else ""


def _told(look: _Look) -> Iterator[tuple[Spelling, bool]]:
    """Spellings in reports and whether of exercises, the likeliest first; of overlapping ones
    the likelier alone."""
    likely = zip(look.likely([name for name, _ in look.found]), look.found, strict=True)
    taken: dict[str, list[Place]] = defaultdict(list)
    for probability, key in sorted(likely, key=lambda one: (-one[0], -len(one[1][0]), one[1])):
        name, exercise = key
        places = [one for one in look.found[key] if not _overlaps(one, taken[one.report_id])]
        for one in places:
            taken[one.report_id].append(one)
        if places and probability >= LEAST:
            kept = tuple(places[:MOST_PLACES])
            yield Spelling(name=name, probability=probability, places=kept), exercise


def _overlaps(place: Place, others: Collection[Place]) -> bool:
    return any(place.start < one.end and one.start < place.end for one in others)


def _clustered(look: _Look) -> list[Person]:
    """Everybody met; a spelling in reports is joined to whom it is likeliest."""
    people = list(look.people)
    for one, exercise in _told(look):
        if look.late:
            look.cut = True
            break
        likely, n = _nearest(look, people, one, exercise=exercise)
        if likely >= look.matcher.threshold:
            people[n] = replace(people[n], spellings=_joined(people[n].spellings, one))
        else:
            case_id = one.places[0].case_id
            new = Person(case_id=case_id, known=None, spellings=(one,), exercise=exercise)
            people.append(new)
    return people


def _nearest(
    look: _Look, people: Sequence[Person], one: Spelling, *, exercise: bool
) -> tuple[float, int]:
    """Who of them the spelling is likeliest of, and how likely."""
    names = [
        (spelling.name, n)
        for n, person in enumerate(people)
        if person.exercise is exercise
        for spelling in person.spellings[:MOST_COMPARED]
    ]
    for name, n in names:
        if name == one.name:
            return 1.0, n
    if not names:
        return 0.0, 0
    likely = likelihoods(look.matcher, one.name, [name for name, _ in names])
    best = max(range(len(names)), key=lambda place: likely[place])
    return likely[best], names[best][1]


def _joined(spellings: tuple[Spelling, ...], one: Spelling) -> tuple[Spelling, ...]:
    same = [n for n, known in enumerate(spellings) if known.name == one.name]
    if not same:
        return (*spellings, one)
    (n,) = same[:1]
    return (*spellings[:n], replace(spellings[n], places=one.places), *spellings[n + 1 :])
