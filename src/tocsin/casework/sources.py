"""Which reports are one source: kept as reports are received, told to those who may read them.

An exercise is compared with exercises alone: its words are numbers under a secret of its own.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from unicodedata import normalize

from tocsin.casework.access import may_read
from tocsin.casework.house import App
from tocsin.casework.reads import case_of, read_case, report_text
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.report import Report
from tocsin.domain.stage import Stage, stage
from tocsin.reading.grams import Grams
from tocsin.reading.sources import Link, Passage, Relation, Sources, passages
from tocsin.reading.sources_groups import Group, groups
from tocsin.store import bodies, sources, views
from tocsin.store.engine import Connection

MOST_READ = 200_000
"""Characters of a report that are compared; what follows is not."""
_MOST_FOR_ONE = 18  # U+FDFA is a whole phrase
MOST_GROUPED, MOST_LINKS, MOST_CASES, MOST_NEW = 500, 2_000, 20, 20
"""The newest reports of a case, what is found of them, other cases that are looked at, and the
newest reports of each case in a queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What a report of a case is to another, of this case or one that the officer may read.

    It has `shared` of its `words` from the other, which has `other_shared` of `other_words`.
    `draws` is whether one of both is put together from several sources, which stay apart.
    """

    report_id: str
    other_id: str
    case_id: str
    relation: Relation
    shared: int
    words: int
    other_shared: int
    other_words: int
    draws: bool

    @property
    def words_shared(self) -> str:
        """How much of whichever has more of it in the other: "212 of 240 words"."""
        one, other = (self.shared, self.words), (self.other_shared, self.other_words)
        shared, words = max(one, other, key=lambda pair: pair[0] / pair[1])
        return f"they share {shared:,} of {words:,} words"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSources:
    """How many voices a case's reports are. It decides nothing.

    `elsewhere` are those of its reports that say the same as one in a case which this officer
    may not read: that there is one, and no more. Of a very large case only the newest reports
    are grouped.
    """

    groups: tuple[Group, ...]
    likenesses: tuple[Likeness, ...]
    elsewhere: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.groups)

    def group_of(self, report_id: str) -> Group | None:
        """The source that prints this report; None where it draws on several, or is too old."""
        return next((group for group in self.groups if report_id in group.reports), None)

    def of(self, report_id: str) -> list[Likeness]:
        """What this report is to others, the strongest first."""
        return [one for one in self.likenesses if one.report_id == report_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Two reports of one source as received, and the passages they share, in characters."""

    likeness: Likeness
    text: str
    other_text: str
    passages: tuple[Passage, ...]


def compared(text: str) -> str:
    """As much of a report as is compared; less of one whose characters stand for many each."""
    cut = text[:MOST_READ]
    swells = len(normalize("NFKC", cut)) > 2 * MOST_READ
    return cut[: MOST_READ // _MOST_FOR_ONE] if swells else cut


def keep(app: App, db: Connection, report_id: str, text: str, *, exercise: bool) -> None:
    """Add a report to the index, in a transaction that holds the record's head."""
    links = _reading(app, db, exercise=exercise).add(report_id, compared(text))
    sources.put_links(db, links)


def keep_again(app: App, db: Connection, report: Report, *, exercise: bool) -> None:
    """As `keep`, of a report on the record. One that cannot be opened is passed over."""
    try:
        found = bodies.body(db, app.vault, report.sha256)
    except ValueError:
        return
    if found:
        keep(app, db, report.report_id, found.text, exercise=exercise)


def same_as(app: App, text: str, by: Actor, *, exercise: bool) -> tuple[str, ...]:
    """Open cases, among those the officer may read, that hold this very story; keeps nothing."""
    with app.store.read() as db:
        found = _reading(app, db, exercise=exercise).look(compared(text))
        same = [link.other_id for link in found if link.relation is Relation.SAME]
        held = views.cases_of(db, same)
    cases = (case_of(app, held[one]) for one in same if one in held)
    return tuple(
        dict.fromkeys(one.case_id for one in cases if one.is_open and may_read(app, by, one))
    )


def cases_like(app: App, case: Case, report_id: str, by: Actor) -> tuple[str, ...]:
    """The other cases that held this report's story before, as far as the officer may read them."""
    with app.store.read() as db:
        same = [other for _, other in sources.earlier_same(db, [report_id])]
        held = views.cases_of(db, same)
    found = dict.fromkeys(held[one] for one in same if one in held)
    return tuple(
        one for one in found if one != case.case_id and may_read(app, by, case_of(app, one))
    )


def sources_of(app: App, case_id: str, by: Actor) -> CaseSources:
    """The sources of a case's reports, for somebody who may see it."""
    case = read_case(app, case_id, by)
    mine = list(case.reports)[-MOST_GROUPED:]
    with app.store.read() as db:
        links = sources.links_of(db, mine, limit=MOST_LINKS)
        near = {one for link in links for one in (link.report_id, link.other_id)}
        around = [*mine, *sorted(near.difference(mine))]
        among = sources.links_among(db, around) if len(around) > len(mine) else links
        words, held = sources.sizes(db, around), views.cases_of(db, sorted(near))
    seen = _seen(app, by, case_id)
    likenesses, elsewhere = [], dict[str, None]()
    found = groups(around, among)
    drawn = {one for group in found for one in group.drawn_on_by}
    for one in sorted(_sides(links, mine, words, held, drawn), key=_strongest):
        if seen(one.case_id):
            likenesses.append(one)
        elif seen(one.case_id) is False and one.relation is Relation.SAME:
            elsewhere[one.report_id] = None
    return CaseSources(
        groups=_voices(mine, found, among),
        likenesses=tuple(likenesses),
        elsewhere=tuple(elsewhere),
    )


def beside(app: App, case_id: str, report_id: str, other_id: str, by: Actor) -> Beside:
    """Two reports that are one source, and what they share.

    Refuses REPORT_UNKNOWN where they are not, or where either may not be read.
    """
    alike = sources_of(app, case_id, by).of(report_id)
    likeness = next((one for one in alike if one.other_id == other_id), None)
    if likeness is None:
        refuse(
            Code.REPORT_UNKNOWN,
            "Nothing was shown: these are not two reports of one source.",
            "Look at the case again.",
        )
    text = compared(report_text(app, case_id, report_id, by))
    other = compared(report_text(app, likeness.case_id, other_id, by))
    found = passages(text, other, _grams(app, exercise=False))
    return Beside(likeness=likeness, text=text, other_text=other, passages=found)


def same_stories(app: App, by: Actor, cases: Sequence[Case]) -> Mapping[str, tuple[str, ...]]:
    """For each case still in triage the other open cases that had its story before, as one may
    read them."""
    mine = {
        one: case.case_id
        for case in cases
        if stage(case) is Stage.TRIAGE
        for one in list(case.reports)[-MOST_NEW:]
    }
    if not mine:
        return {}
    with app.store.read() as db:
        pairs = sources.earlier_same(db, mine)
        held = views.cases_of(db, sorted({other for _, other in pairs}))
    found: dict[str, dict[str, None]] = {}
    shown = cache(
        lambda case_id: (case := case_of(app, case_id)).is_open and may_read(app, by, case)
    )
    for report_id, other_id in pairs:
        there = held.get(other_id, mine[report_id])
        if there != mine[report_id] and shown(there):
            found.setdefault(mine[report_id], {})[there] = None
    return {case_id: tuple(those) for case_id, those in found.items()}


def _reading(app: App, db: Connection, *, exercise: bool) -> Sources:
    grams = _grams(app, exercise=exercise)

    def text_of(report_id: str) -> str:
        """Nothing where it cannot be opened: receiving another does not fail for that."""
        row = views.report(db, report_id)
        try:
            found = bodies.body(db, app.vault, row.sha256) if row else None
        except ValueError:
            found = None
        return compared(found.text) if found else ""

    return Sources(sources.SourceIndex(db, grams, text_of), grams)


def _grams(app: App, *, exercise: bool) -> Grams:
    if exercise not in app.grams:
        app.grams[exercise] = Grams(app.keys.sources + b"exercise" * exercise)
    return app.grams[exercise]


def _seen(app: App, by: Actor, here: str) -> Callable[[str], bool | None]:
    """Whether a case may be read; None beyond so many cases, of which nothing is told."""
    looked: dict[str, bool] = {here: True}

    def seen(case_id: str) -> bool | None:
        if case_id not in looked and len(looked) <= MOST_CASES:
            looked[case_id] = may_read(app, by, case_of(app, case_id))
        return looked.get(case_id)

    return seen


def _sides(
    links: Sequence[Link],
    mine: Collection[str],
    words: Mapping[str, int],
    held: Mapping[str, str],
    drawn: Collection[str],
) -> Iterator[Likeness]:
    """Each link once, seen from the later of two reports of this case, else from its own."""
    own = frozenset(mine)
    for link in links:
        ours = link.report_id in own
        one, other = (link.report_id, link.other_id)[:: 1 if ours else -1]
        shared, theirs = (link.shared, link.other_shared)[:: 1 if ours else -1]
        if other in held and one in words and other in words:
            yield Likeness(
                report_id=one,
                other_id=other,
                case_id=held[other],
                relation=link.relation,
                shared=shared,
                words=words[one],
                other_shared=theirs,
                other_words=words[other],
                draws=one in drawn or other in drawn,
            )


def _strongest(one: Likeness) -> tuple[float, str]:
    return -max(one.shared / one.words, one.other_shared / one.other_words), one.other_id


def _voices(
    mine: Sequence[str], found: Sequence[Group], among: Sequence[Link]
) -> tuple[Group, ...]:
    """The groups of a case's own reports; reports of other cases may be what joins two of them."""
    own = frozenset(mine)
    ours = [
        Group(
            reports=tuple(one for one in group.reports if one in own),
            drawn_on_by=tuple(one for one in group.drawn_on_by if one in own),
        )
        for group in found
        if own.intersection(group.reports)
    ]
    # Put together from reports of other cases alone, it is a voice here all the same.
    told = {one for group in ours for one in (*group.reports, *group.drawn_on_by)}
    ours += groups([one for one in mine if one not in told], among)
    place = {one: number for number, one in enumerate(mine)}
    return tuple(sorted(ours, key=lambda group: place[group.reports[0]]))
