"""The player of scenarios: a simulated clock, a mailbox that sends nothing, the real house."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tocsin.casework import acknowledge, people
from tocsin.casework.act import act, command
from tocsin.casework.export import export_case, house_key_text
from tocsin.casework.house import App, CaseCache
from tocsin.casework.intake import Received, receive
from tocsin.casework.reads import case_of
from tocsin.casework.records import event_of, of_case
from tocsin.casework.release import leaks_of
from tocsin.casework.scenario import Expect, Script, StepForm
from tocsin.casework.worker import work_once
from tocsin.channels import HandedOver, Message
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case
from tocsin.domain.events import DeadlineLapsed, DeadlineMet, DeadlineSet
from tocsin.domain.evolving import evolve
from tocsin.domain.kinds import Method, ReactionKind
from tocsin.domain.narrate import narrate
from tocsin.domain.plans import LANES
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.stage import duty_of, stage
from tocsin.identity.officers import actor_of
from tocsin.record.note import VerifierKey
from tocsin.record.verify import verify
from tocsin.store import jobs
from tocsin.store.instants import from_us
from tocsin.store.people import officer

_REFERENCE = re.compile(r"\$(case|report\.\w+|delivery\.\d+|words\.\w+)")
_LINK, _CODE = re.compile(r"/w/(\S+)"), re.compile(r"Your code: (\S+)")


@dataclass(slots=True)
class SimulatedClock:
    """The time that the story says."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A channel whose mail never leaves the process."""

    name: str = "scenario"
    messages: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> HandedOver:
        self.messages.append(message)
        return HandedOver(
            provider_id=f"scenario-{len(self.messages)}",
            detail="kept in the scenario's own mailbox; nothing left this machine",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A step, or what time did before it (`step` is None): what the record says of it."""

    at: datetime
    step: int | None
    by: str
    do: str
    say: str
    words: tuple[str, ...]
    refused: str = ""
    found: tuple[str, ...] = ()


def play(app: App, script: Script, until: int | None = None) -> Iterator[Happened]:
    """Play a scenario in `app`'s database, step by step; its clock and its mail are not `app`'s.

    Before each step every job due by then is worked at its own instant. Refuses
    SCENARIO_INVALID where a step fails or an expectation is not met, and while the
    house has deliveries of its own under way: their mail would be swallowed.
    """
    with app.store.read() as db:
        busy = jobs.live_keys(db, "delivery")
    if busy:
        refuse(
            Code.SCENARIO_INVALID,
            "The scenario was not played: this house has deliveries under way.",
            "Play it in a house of its own.",
        )
    return _Player(app, script).play(until)


class _Player:
    def __init__(self, app: App, script: Script) -> None:
        self.script = script
        self.clock = SimulatedClock(script.at(script.scenario.step[0].at))
        self.mailbox = Mailbox()
        self.app = replace(
            app, clock=self.clock, channels={Method.EMAIL: self.mailbox}, cache=CaseCache()
        )
        self.case_id = ""
        self.reports: dict[str, str] = {}
        self.told: Case | None = None
        self.lapsed: set[str] = set()
        self.own: dict[str, Callable[[StepForm], tuple[str, ...]]] = {
            "receive": self._receive,
            "check": self._check,
            "export": self._export,
            "visit": self._visit,
            "acknowledge": self._acknowledge,
            "answer": self._answer,
            "wait": lambda _: (),
        }

    def play(self, until: int | None) -> Iterator[Happened]:
        self._enrol()
        for number, step in enumerate(self.script.scenario.step, 1):
            yield from self._let_pass(self.script.at(step.at))
            yield self._step(number, step)
            if number == until:
                break
        yield from self._let_pass(self.clock.at)

    def _enrol(self) -> None:
        known = {one.officer_id for one in people.everyone(self.app)}
        for officer_id, form in self.script.scenario.officer.items():
            if officer_id not in known:
                people.enrol(
                    self.app,
                    officer_id=officer_id,
                    name=form.name,
                    unit=form.unit,
                    roles=[role.value for role in form.roles],
                )

    def _let_pass(self, until: datetime) -> Iterator[Happened]:
        """Work every job due by `until`, each at its due instant."""
        while (due := self._next_due(until)) is not None:
            self.clock.at = max(self.clock.at, due)
            if not any(work_once(self.app, lane, "scenario") for lane in LANES):
                raise RuntimeError("a job is due and nobody can claim it")
            if words := self._news():
                yield Happened(
                    at=self.clock.at, step=None, by="system", do="wait", say="", words=words
                )
        self.clock.at = max(self.clock.at, until)

    def _next_due(self, until: datetime) -> datetime | None:
        with self.app.store.read() as db:
            due = [jobs.overdue(db, lane, until)[1] for lane in LANES]
        return min((from_us(one) for one in due if one is not None), default=None)

    def _step(self, number: int, step: StepForm) -> Happened:
        refused, found = "", tuple[str, ...]()
        try:
            found = self.own.get(step.do, self._act)(step)
        except Refusal as refusal:
            refused = refusal.code.value
            if step.expect.refused is not refusal.code:
                self.script.fault(number, f"it was refused: {refusal}")
            found = (str(refusal),)
        words = self._news()
        for unmet in self._unmet(step.expect, refused, found):
            self.script.fault(number, unmet)
        return Happened(
            at=self.clock.at,
            step=number,
            by=step.by,
            do=step.do,
            say=step.say,
            words=words,
            refused=refused,
            found=found,
        )

    def _actor(self, step: StepForm) -> Actor:
        with self.app.store.read() as db:
            return actor_of(officer(db, step.by))

    def _fields(self, step: StepForm) -> Any:
        return self._filled(self.script.plain(step.fields))

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return _REFERENCE.sub(lambda found: self._named(found[1]), value)
        if isinstance(value, dict):
            return {key: self._filled(one) for key, one in value.items()}
        return [self._filled(one) for one in value] if isinstance(value, list) else value

    def _named(self, reference: str) -> str:
        kind, _, name = reference.partition(".")
        match kind:
            case "report" if name in self.reports:
                return self.reports[name]
            case "delivery":
                return f"{self.case_id}-d{name}"
            case "words":
                return case_of(self.app, self.case_id).warnings[name].draft.text_sha256
        return self.case_id

    def _act(self, step: StepForm) -> tuple[str, ...]:
        act(self.app, command(step.do, self.case_id, self._fields(step)), self._actor(step))
        return ()

    def _receive(self, step: StepForm) -> tuple[str, ...]:
        name = step.fields["document"]
        form = self.script.scenario.document[name]
        given = form.model_dump(exclude={"text", "source", "acquired_at"})
        received = Received(
            **given,
            content=f"{form.text.strip()}\n\nTold from: {form.source}\n".encode(),
            acquired_at=self.script.at(form.acquired_at),
            case_id=self.case_id,
            exercise=self.script.scenario.exercise,
        )
        receipt = receive(self.app, received, self._actor(step))
        self.case_id, self.reports[name] = receipt.case_id, receipt.report_id
        return ()

    def _check(self, step: StepForm) -> tuple[str, ...]:
        case = case_of(self.app, self.case_id)
        leaks = leaks_of(self.app, case, case.warnings[step.fields["warning_id"]])
        return tuple(f"{leak.kind.value}: {leak.words}" for leak in leaks)

    def _export(self, step: StepForm) -> tuple[str, ...]:
        data = export_case(self.app, self.case_id, self._actor(step))
        keys = [VerifierKey.from_text(one) for one in house_key_text(self.app).splitlines()]
        report = verify(data, keys=keys)
        verdict = "; ".join(fault.sentence for fault in report.faults) or "verified"
        return (verdict, f"{report.events} events", f"signature {report.signature.value}")

    def _mail(self, step: StepForm) -> tuple[str, str]:
        """Link and code, read from the newest message as a person reads them."""
        address = step.fields["mail"]
        for message in reversed(self.mailbox.messages):
            link, code = _LINK.search(message.body), _CODE.search(message.body)
            if message.to_address == address and link and code:
                return str(link[1]), str(step.fields.get("code", code[1]))
        return refuse(Code.LINK_UNKNOWN, "There is no such message.", "Send it first.")

    def _visit(self, step: StepForm) -> tuple[str, ...]:
        acknowledge.visit(self.app, self._mail(step)[0])
        return ()

    def _acknowledge(self, step: StepForm) -> tuple[str, ...]:
        acknowledge.acknowledge(self.app, *self._mail(step))
        return ()

    def _answer(self, step: StepForm) -> tuple[str, ...]:
        kind, words = ReactionKind(step.fields["kind"]), step.fields["words"]
        acknowledge.answer(self.app, *self._mail(step), kind, words)
        return ()

    def _news(self) -> tuple[str, ...]:
        """What the record says since it was last asked, without the clocks it set and stopped."""
        if not self.case_id:
            return ()
        with self.app.store.read() as db:
            news = of_case(self.app, db, self.case_id, self.told.seq if self.told else 0)
        words = []
        for event in map(event_of, news):
            self.told = evolve(self.told, [event])
            if isinstance(event, DeadlineLapsed):
                self.lapsed.add(event.clock.value)
            if not isinstance(event, DeadlineSet | DeadlineMet):
                words.append(narrate(event, self.told))
        return tuple(words)

    def _unmet(self, expect: Expect, refused: str, found: tuple[str, ...]) -> Iterator[str]:
        if expect.refused and not refused:
            yield f"it should have been refused with {expect.refused}"
        if expect.lapsed and expect.lapsed.value not in self.lapsed:
            yield f"no {expect.lapsed} deadline has lapsed"
        if expect.leaks is not None and expect.leaks != found:
            yield f"the check found {list(found)}"
        if expect.verdict and expect.verdict not in found:
            yield f"the verdict was {list(found)}"
        if (case := self.told) is not None:
            yield from _differences(case, expect)


def _differences(case: Case, expect: Expect) -> Iterator[str]:
    seen: dict[str, object] = {
        "state": case.state.value,
        "stage": stage(case).value,
        "duty": duty_of(case),
        "urgency": case.clock_urgency.value,
    }
    for name, is_now in seen.items():
        wanted = getattr(expect, name)
        if wanted is not None and wanted != is_now:
            yield f"{name} should be {wanted} and is {is_now}"
    running = {deadline.clock for deadline in case.deadlines.values()}
    if expect.deadline and expect.deadline not in running:
        yield f"no {expect.deadline} clock runs"
    for number, state in expect.delivery.items():
        delivery = case.deliveries.get(f"{case.case_id}-d{number}")
        if delivery is None or delivery.state is not state:
            yield f"delivery {number} should be {state} and is {delivery and delivery.state}"
