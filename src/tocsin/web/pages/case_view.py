"""What the page of a case shows: what is waited for, by whom, and what this officer may do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from tocsin.casework.access import allows
from tocsin.casework.reads import Told, history, report_text
from tocsin.casework.screening_jobs import progress
from tocsin.casework.sources import CaseSources, same_stories, sources_of
from tocsin.casework.understanding import understood
from tocsin.domain.actor import ActorKind, Role
from tocsin.domain.case import Case, Delivery, Recipient
from tocsin.domain.clocks import is_under_way
from tocsin.domain.deciding.context import ON_CLOSED
from tocsin.domain.inbound import Watch
from tocsin.domain.kinds import Matter
from tocsin.domain.report import Report
from tocsin.domain.stage import Stage, duty_of, stage
from tocsin.domain.telling import Required, required
from tocsin.domain.warning import ThreatWarning
from tocsin.identity.officers import actor_of
from tocsin.policy.access import Access, CaseFacts, Principal
from tocsin.reading.marks import Mark
from tocsin.reading.read import Reading
from tocsin.store import people
from tocsin.web.pages.case_deliver import officers
from tocsin.web.pages.case_names import GLIMPSE_S, Row, rows_of
from tocsin.web.pages.case_needs import needs
from tocsin.web.pages.case_public_needs import Need
from tocsin.web.pages.case_sighting import (
    MOST_OPEN,
    MOST_WATCHES,
    Seen,
    by_likelihood,
    glimpse,
    seen,
)
from tocsin.web.pages.case_steps import STEPS, At, Step
from tocsin.web.pages.case_told import Known, evidence, to_plan
from tocsin.web.pages.case_told import Told as Standing
from tocsin.web.pages.case_understood import marked

MOST_EXCERPT, MOST_SHOWN = 3_000, 10
MOST_HISTORY = 200
MOST_NAMED = 6
INLINE = frozenset(
    {
        "propose_to_warn",
        "confirm",
        "name_owner",
        "plan_delivery",
        "plan_deliveries",
        "record_action",
        "record_review",
    }
)
"""Steps whose forms are short enough to stand on the page of the case itself."""
MOST_INLINE = 12
"""Recipients in a form that stands there; with more of them it has a page of its own."""
CLOCKS = frozenset({"DeadlineSet", "DeadlineMet"})
ALARMS = frozenset(
    {
        *("DeadlineLapsed", "WarnedAlone", "AttemptFailed", "DeterminationSetAside"),
        *("PublicationCancelled", "SubjectSighted"),
    }
)
ROAD: Sequence[tuple[str, frozenset[Stage]]] = (
    ("Received", frozenset()),
    ("Triage", frozenset({Stage.TRIAGE})),
    ("Determine", frozenset({Stage.DETERMINE, Stage.CONFIRM})),
    ("Write and release", frozenset({Stage.WRITE, Stage.RELEASE})),
    ("Deliver", frozenset({Stage.DELIVER})),
    ("Acknowledge", frozenset({Stage.AWAIT_ANSWER})),
    ("Follow up", frozenset({Stage.FOLLOW_UP, Stage.CLOSE})),
)
ROLES = {
    Role.ANALYST: "an analyst",
    Role.DETERMINING_OFFICER: "a determining officer",
    Role.RELEASE_AUTHORITY: "a release authority",
    Role.DELIVERER: "a deliverer",
    Role.FOLLOW_UP_OWNER: "a follow-up owner",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A need as this officer sees it: `may` they, or `why` not; `who` may at all."""

    need: Need
    url: str
    words: str
    may: bool
    why: str
    who: str
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """How a report's text begins, marked; `cut` where more follows."""

    report: Report
    text: str
    cues: Sequence[Mark]
    cut: bool
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    url: str
    words: str


@lru_cache(maxsize=256)
def roles_for(access: Access, action: str) -> tuple[Role, ...]:
    """The roles that allow an action on a case of the officer's own unit."""
    case = CaseFacts(case_id="-", unit="-", restricted=False, members=frozenset())
    return tuple(
        role
        for role in ROLES
        if access.decide(
            principal=Principal(
                kind=ActorKind.OFFICER.value, id="-", unit="-", roles=frozenset({role.value})
            ),
            action=action,
            case=case,
            delivery_id=None,
        ).allowed
    )


@dataclass(kw_only=True)
class View:
    """Everything the page of a case asks for, worked out when it is asked.

    `known` and `page` say which of the recipients are shown.
    """

    at: At
    known: Known | None = None
    page: int = 1

    @property
    def case(self) -> Case:
        return self.at.case

    @cached_property
    def _officers(self) -> Sequence[people.Officer]:
        return officers(self.at)

    def name(self, officer_id: str) -> str:
        return self.at.name(officer_id)

    @cached_property
    def waiting(self) -> list[Waiting]:
        """What is waited for, the least time left first; each thing once."""
        seen: set[tuple[str, str]] = set()
        found = []
        for need in needs(self.case):
            one = self._waiting(need)
            if (one.url, need.what) not in seen:
                seen.add((one.url, need.what))
                found.append(one)
        return found

    def _waiting(self, need: Need) -> Waiting:
        made = STEPS[need.step]
        at = self.at.there(need.ids)
        query = f"?{need.query}" if need.query else ""
        why = need.barred.get(self.at.officer.actor_id, "")
        action = made.action(at)
        may = self._may(action) and not why
        return Waiting(
            need=need,
            url=made.url(at) + query,
            words=made.button,
            may=may,
            why=why,
            who=self._who(action, need),
            step=made,
        )

    def _who(self, action: str, need: Need) -> str:
        roles = [ROLES[role] for role in roles_for(self.at.app.access, action)]
        other = " other than " + ", ".join(map(self.name, need.barred)) if need.barred else ""
        return f"{_or(roles)}{other}" if roles else "nobody"

    @cached_property
    def first(self) -> Waiting | None:
        """What is waited for most; where there are several, one that this officer may do."""
        return self.waiting[0] if self.waiting else None

    @cached_property
    def people(self) -> str:
        """Names of those who may do what is waited for first."""
        if self.first is None:
            return ""
        action = self.first.step.action(self.at.there(self.first.need.ids))
        able = (
            one.name
            for one in self._officers
            if one.officer_id not in self.first.need.barred
            and allows(self.at.app, actor_of(one), action, self.case)
        )
        named = list(islice(able, MOST_NAMED + 1))
        more = ["others"] if len(named) > MOST_NAMED else []
        return ", ".join(named[:MOST_NAMED] + more)

    @cached_property
    def form(self) -> Mapping[str, Any] | None:
        """The form of what is waited for first, where it is short and theirs."""
        one = self.first
        if one is None or not one.may or one.step.name not in INLINE:
            return None
        if one.step.name.startswith("plan_") and self.plans > MOST_INLINE:
            return None
        at = self.at.there(one.need.ids, one.need.query)
        return one.step.form(at, one.step.show(at))

    def way(self, name: str, words: str = "", query: str = "", **ids: str) -> Link | None:
        """A link to a step, where a role of theirs and the case's state allow it."""
        made, at = STEPS[name], self.at.there(ids)
        if self.case.destroyed:
            return None
        if not self.case.is_open and made.command(at) not in ON_CLOSED:
            return None
        if not self._may(made.action(at)):
            return None
        return Link(url=made.url(at) + (f"?{query}" if query else ""), words=words or made.title)

    def _may(self, action: str) -> bool:
        if action not in self._allowed:
            self._allowed[action] = allows(self.at.app, self.at.officer, action, self.case)
        return self._allowed[action]

    @cached_property
    def _allowed(self) -> dict[str, bool]:
        return {}

    def may(self, action: str) -> bool:
        return self._may(action)

    def under_way(self, victim_id: str) -> bool:
        return is_under_way(self.case, victim_id)

    @cached_property
    def watches(self) -> Sequence[Watch]:
        """Whoever may have been met first, the likeliest before."""
        return by_likelihood(self.case)

    @cached_property
    def screened(self) -> Mapping[str, int]:
        """Percent of what came before with which a watch was compared, unless it is done."""
        with self.at.app.store.read() as db:
            found = progress(db, self.case.case_id)
        return {one: min(99, 100 * each.done // max(each.of, 1)) for one, each in found.items()}

    def sightings(self, watch: Watch) -> list[Seen]:
        """What waits for an answer, the likeliest first; only the first of them part by part."""
        near = self.watches.index(watch) < MOST_WATCHES
        return [
            seen(self.at, watch, one) if near and n < MOST_OPEN else glimpse(watch, one)
            for n, one in enumerate(watch.waiting if watch.is_live else ())
        ]

    def named_in(self, report_id: str) -> list[Row]:
        """Whom a warning given to us names, and whether we met them, as far as is known now."""
        there = self.at.there({"report_id": report_id})
        rows = rows_of(there, seconds=GLIMPSE_S / len(self.case.inbound or "-"), patience_s=0.0)
        return [row for row in rows if row.sure]

    def required(self, victim_id: str) -> list[Required]:
        """Whom the duty requires to be told for a victim."""
        return [one for one in required(self.case) if one.victim.victim_id == victim_id]

    @property
    def duty(self) -> str:
        duty = duty_of(self.case)
        return "not_assessed" if duty == "unassessed" else duty

    @property
    def road(self) -> list[tuple[str, str]]:
        """The steps of the road, each done, here or empty; only those that this case takes."""
        now = stage(self.case)
        here = next((n for n, (_, stages) in enumerate(ROAD) if now in stages), len(ROAD))
        settled = [v.determination for v in self.case.victims.values() if v.determination]
        unwarned = bool(settled) and not any(d.matter is Matter.WARN for d in settled)
        skipped = {"Write and release", "Deliver", "Acknowledge"} if unwarned else set()
        return [
            (words, "done" if n < here else "here" if n == here else "")
            for n, (words, _) in enumerate(ROAD)
            if words not in skipped
        ]

    @cached_property
    def reports(self) -> list[Excerpt]:
        """The newest reports; those of one source together, at the place of their newest."""
        newest = list(self.case.reports)[: -MOST_SHOWN - 1 : -1]
        places = {one: self._source(one) for one in newest}
        first = list(dict.fromkeys(places.values()))
        newest.sort(key=lambda one: first.index(places[one]))
        return [self._excerpt(number) for number in newest]

    @cached_property
    def sources(self) -> CaseSources:
        """Which of the reports are one source, and where else their story is told."""
        return sources_of(self.at.app, self.at.case_id, self.at.officer)

    def _source(self, report_id: str) -> str:
        """The first report of the source that a report prints."""
        group = self.sources.group_of(report_id)
        return group.reports[0] if group else report_id

    @property
    def same_story(self) -> tuple[str, ...]:
        """Open cases that had this one's story before, while it can still be left to them."""
        found = same_stories(self.at.app, self.at.officer, [self.case])
        return found.get(self.case.case_id, ())

    @property
    def older(self) -> list[Report]:
        """Reports that are only named, so that a page stays quick with many."""
        return list(self.case.reports.values())[:-MOST_SHOWN][::-1]

    def _excerpt(self, report_id: str) -> Excerpt:
        text = report_text(self.at.app, self.at.case_id, report_id, self.at.officer)
        report, shown = self.case.reports[report_id], text[:MOST_EXCERPT]
        reading = understood(report, text)
        return Excerpt(
            report=report,
            text=shown,
            cues=marked(reading, text, len(shown)),
            cut=len(text) > len(shown),
            reading=reading,
        )

    @cached_property
    def history(self) -> list[Told]:
        return history(self.at.app, self.at.case_id, self.at.officer)

    def entries(self, *, clocks: bool) -> list[dict[str, Any]]:
        """The history, the newest first, for people; the running of clocks on demand."""
        shown = [one for one in self.history if clocks or one.kind not in CLOCKS]
        return [
            {"at": one.at, "words": one.words, "actor": self.name(one.by), "kind": _kind(one)}
            for one in reversed(shown[-MOST_HISTORY:])
        ]

    def since(self, seq: int) -> list[str]:
        """What this officer has put on the record since."""
        by = self.at.officer.named
        return [
            one.words
            for one in self.history
            if one.case_seq > seq and one.by == by and one.kind not in CLOCKS
        ]

    @cached_property
    def _to_plan(self) -> Sequence[tuple[ThreatWarning, Recipient]]:
        return list(to_plan(self.case))

    @property
    def plans(self) -> int:
        """How many recipients released words wait to be sent to."""
        return len(self._to_plan)

    @cached_property
    def told(self) -> Standing:
        """Who knows how much, and what is done about it."""
        return Standing(case=self.case, known=self.known, page=self.page)

    def evidence(self, delivery: Delivery) -> list[tuple[str, datetime]]:
        return evidence(delivery)

    @cached_property
    def _pauses(self) -> Mapping[str, str]:
        """The record's words on the last pause of each delivery, its reason among them."""
        said = (one.words for one in self.history if one.kind == "ChasePaused")
        return {words.split()[1]: words for words in said}

    def pause_of(self, delivery_id: str) -> str:
        return self._pauses.get(delivery_id, "")


def _kind(told: Told) -> str:
    return "alarm" if told.kind in ALARMS else "system" if told.by == "system" else "officer"


def _or(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
