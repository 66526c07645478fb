"""The player of scenarios: a simulated clock, a mailbox that sends nothing, the real house."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tocsin.casework import people
from tocsin.casework.house import App, CaseCache
from tocsin.casework.player_acts import OVERSEER, Mailbox, Scene, SimulatedClock
from tocsin.casework.player_truth import unmet
from tocsin.casework.records import event_of, of_case
from tocsin.casework.scenario_form import SYSTEM, Expect
from tocsin.casework.scenario_script import Script, Step, Stop
from tocsin.casework.worker import work_once
from tocsin.domain.case import Case
from tocsin.domain.events import DeadlineMet, DeadlineSet
from tocsin.domain.evolving import evolve
from tocsin.domain.kinds import Method
from tocsin.domain.narrate import narrate
from tocsin.domain.plans import DEADLINE, LANES
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.policy.beside import gather, name_of
from tocsin.policy.beside import load as load_policy
from tocsin.store import jobs, packs
from tocsin.store.instants import from_us

EXACT = timedelta(hours=3)
"""So long after the last step every clock lapses at its own instant, however seldom one looks."""
MOST_JOBS = 5_000
"""In one stretch of time, so that no scenario is played for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A step, or what time did before it (`step` is None): what the record says of it.

    `do` is "lesson" at the end of a telling. `unmet` is what the story expected otherwise; it is
    empty but where an officer is at the keyboard.
    """

    at: datetime
    step: int | None
    by: str
    do: str
    say: str
    words: tuple[str, ...]
    refused: str = ""
    found: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()


def play(
    app: App, script: Script, until: Stop = None, *, telling: str = "", exercise: bool = False
) -> Iterator[Happened]:
    """Play a telling in `app`'s database, step by step; its clock and its mail are not `app`'s.

    Before each step every job due by then is worked at its own instant. Refuses
    SCENARIO_INVALID where a step fails or an expectation is not met, and while the
    house has deliveries of its own under way: their mail would be swallowed.
    """
    return Player(app, script, telling, exercise=exercise).play(until)


class Player:
    """One telling being played: its steps in their order, or whatever else is done instead."""

    def __init__(
        self, app: App, script: Script, telling: str = "", *, exercise: bool = False
    ) -> None:
        with app.store.read() as db:
            busy = jobs.live_keys(db, "delivery")
        if busy:
            refuse(
                Code.SCENARIO_INVALID,
                "The scenario was not played: this house has deliveries under way.",
                "Play it in a house of its own.",
            )
        self.script, self.telling = script, script.telling(telling)
        clock = SimulatedClock(script.at(self.steps[0].form.at))
        mailbox = Mailbox()
        self.scene = Scene(
            app=_under_its_pack(app, script, clock, mailbox),
            script=script,
            clock=clock,
            mailbox=mailbox,
            exercise=exercise or script.scenario.exercise,
        )
        self.looks = self.telling.looks
        self._quiet_since = self._looked = clock.at
        self._enrol()

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.telling.steps

    @property
    def now(self) -> datetime:
        return self.scene.clock.at

    @property
    def case(self) -> Case | None:
        """The case as the record has it; None before the first report."""
        return self.scene.told

    def repeats(self, number: int) -> bool:
        """Whether step `number` is the one before it, taken again."""
        return number > 1 and self.steps[number - 1].place == self.steps[number - 2].place

    def play(self, until: Stop) -> Iterator[Happened]:
        """The steps up to `until`, each as the story has it, and the lesson at the end."""
        for number, step in enumerate(self.steps, 1):
            at = self.script.at(step.form.at)
            if isinstance(until, datetime) and at > until:
                break
            yield from self.pass_to(at)
            yield self.take(number)
            if number == until:
                break
        else:
            yield from self.pass_to(self.now)
            yield from self._lesson()
            return
        yield from self.pass_to(until if isinstance(until, datetime) else self.now)

    def pass_to(self, until: datetime) -> Iterator[Happened]:
        """Let time pass: work every job due by `until`, at its due instant or when it is seen."""
        clock = self.scene.clock
        for _ in range(MOST_JOBS):
            if (found := self._next_due(until)) is None:
                clock.at = max(clock.at, until)
                return
            due, lane = found
            clock.at = max(clock.at, due)
            if not work_once(self.scene.app, lane, "scenario"):
                raise RuntimeError("a job is due and nobody can claim it")
            if words := self._news():
                yield self._told(words=words)
        refuse(
            Code.SCENARIO_INVALID,
            f"The scenario was not played on: over {MOST_JOBS:,} clocks ran out in one silence.",
            'Let clocks be looked at less often: looks = "7d" in its telling.',
        )

    def take(self, number: int, *, strict: bool = True) -> Happened:
        """Take step `number` now; where `strict`, refuse SCENARIO_INVALID if it goes otherwise."""
        step = self.steps[number - 1]
        refused, found = "", tuple[str, ...]()
        try:
            found = self.scene.do(step.form)
        except Refusal as refusal:
            refused, found = refusal.code.value, (str(refusal),)
        words = self._news()
        self._quiet_since = self._looked = self.now
        missed = tuple(self._missed(step.form.expect, refused, found))
        if missed and strict:
            self.script.fault(step.place, f"step {number}: {missed[0]}")
        told = self._told(words=words, by=step.form.by, do=step.form.do)
        return replace(
            told, step=number, say=step.form.say, refused=refused, found=found, unmet=missed
        )

    def _missed(self, expect: Expect, refused: str, found: tuple[str, ...]) -> Iterator[str]:
        if refused and expect.refused != refused:
            yield f"it was refused: {found[0]}"
        yield from unmet(self.scene, expect, refused, found)

    def act(self, officer_id: str, action: str, fields: Mapping[str, Any]) -> Happened:
        """What an officer does instead of the story's step. Raises Refusal."""
        self.scene.command(officer_id, action, fields)
        self._quiet_since = self._looked = self.now
        return self._told(words=self._news(), by=officer_id, do=action)

    def _told(self, *, words: tuple[str, ...], by: str = SYSTEM, do: str = "wait") -> Happened:
        return Happened(at=self.now, step=None, by=by, do=do, say="", words=words)

    def _lesson(self) -> Iterator[Happened]:
        """Whatever was done or left undone, its record holds; and the telling's lesson is so."""
        if (form := self.telling.form) is None:
            return
        place = ("telling", self.telling.name, "lesson", "expect")
        for missed in unmet(self.scene, form.lesson.expect, "", ()):
            self.script.fault(place, f"the lesson: {missed}")
        verdict = self.scene.verdict(OVERSEER)
        if verdict[0] != "verified":
            self.script.fault(place, f"the record does not verify: {verdict[0]}")
        told = self._told(words=(), do="lesson")
        yield replace(told, say=form.lesson.says, found=verdict)

    def _enrol(self) -> None:
        known = {one.officer_id for one in people.everyone(self.scene.app)}
        for officer_id, form in self.script.scenario.officer.items():
            if officer_id not in known:
                people.enrol(
                    self.scene.app,
                    officer_id=officer_id,
                    name=form.name,
                    unit=form.unit,
                    roles=[role.value for role in form.roles],
                )

    def _next_due(self, until: datetime) -> tuple[datetime, str] | None:
        """When and in which lane something is to be done by `until`."""
        with self.scene.app.store.read() as db:
            live = {lane for lane, state in jobs.counts(db) if state in ("waiting", "leased")}
            found = [(jobs.overdue(db, lane, until)[1], lane) for lane in LANES if lane in live]
        dues = ((from_us(due), lane) for due, lane in found if due is not None)
        seen = ((self._seen(due, until) if lane == DEADLINE else due, lane) for due, lane in dues)
        first = min(seen, key=lambda one: one[0], default=None)
        if first and first[1] == DEADLINE:
            self._looked = first[0]
        return first

    def _seen(self, due: datetime, until: datetime) -> datetime:
        """When somebody looks at a clock that runs out at `due`."""
        looks = self.looks
        if looks is None or due < self._quiet_since + EXACT or self._looked == self.now >= due:
            return due
        return min(until, max(due, self._looked + looks))

    def _news(self) -> tuple[str, ...]:
        """What the record says since it was last asked, without the clocks it set and stopped."""
        scene = self.scene
        if not scene.case_id:
            return ()
        with scene.app.store.read() as db:
            news = of_case(scene.app, db, scene.case_id, scene.told.seq if scene.told else 0)
        words = []
        for event in map(event_of, news):
            scene.told = evolve(scene.told, [event])
            scene.happened.append(event)
            if not isinstance(event, DeadlineSet | DeadlineMet):
                words.append(narrate(event, scene.told))
        scene.record += words
        return tuple(words)


def _under_its_pack(app: App, script: Script, clock: SimulatedClock, mailbox: Mailbox) -> App:
    """The house with the story's clock and mail, and under the story's policy."""
    policy, names = app.policy, script.scenario.policy
    if names and name_of(names) != policy.name:
        policy = load_policy(gather(names), name=name_of(names))
        with app.store.write() as db:
            packs.put_pack(db, pack_hash=policy.pack_hash, name=policy.name, text=policy.text)
    return replace(
        app,
        clock=clock,
        channels={Method.EMAIL: mailbox, Method.SMS: mailbox},
        cache=CaseCache(),
        policy=policy,
        packs={**app.packs, policy.pack_hash: policy},
    )
