"""What a scenario's people do that is no officer's command: reports come in, links are opened,
records are checked. A scene is what they share: the house, its clock, its mailbox, its case."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tocsin.casework import acknowledge, reads
from tocsin.casework.act import act, command
from tocsin.casework.auditing import audit
from tocsin.casework.export import export_case, house_key_text
from tocsin.casework.house import App
from tocsin.casework.intake import Received, receive
from tocsin.casework.release import leaks_of
from tocsin.casework.scenario_form import StepForm
from tocsin.casework.scenario_script import Script
from tocsin.casework.searching import search
from tocsin.channels import HandedOver, Message
from tocsin.domain.actor import Actor, ActorKind, Role
from tocsin.domain.case import Case
from tocsin.domain.events import Event
from tocsin.domain.kinds import ReactionKind
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.serial import instant
from tocsin.identity.officers import actor_of
from tocsin.record.answer import verify_answer
from tocsin.record.note import VerifierKey
from tocsin.record.verify import verify
from tocsin.store.people import officer

Found = tuple[str, ...]

DRILL = "EXERCISE - EXERCISE - EXERCISE\n\n"
OVERSEER = Actor(
    kind=ActorKind.OFFICER,
    actor_id="overseer.example",
    unit="Elsewhere",
    roles=frozenset({Role.INSPECTOR}),
)
"""Looks at a telling's end whether its record holds; nobody of the story."""

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


@dataclass(slots=True, kw_only=True)
class Scene:
    """A story as far as it has gone."""

    app: App
    script: Script
    clock: SimulatedClock
    mailbox: Mailbox
    exercise: bool
    case_id: str = ""
    reports: dict[str, str] = field(default_factory=dict)
    told: Case | None = None
    happened: list[Event] = field(default_factory=list)
    record: list[str] = field(default_factory=list)

    def actor(self, officer_id: str) -> Actor:
        with self.app.store.read() as db:
            return actor_of(officer(db, officer_id))

    def do(self, step: StepForm) -> Found:
        """Take a step; what it found. Raises Refusal."""
        if own := ACTS.get(step.do):
            return own(self, step)
        fields = self.filled(self.script.plain(step.fields))
        self.command(step.by, step.do, fields)
        return ()

    def command(self, officer_id: str, action: str, fields: Mapping[str, Any]) -> None:
        act(self.app, command(action, self.case_id, fields), self.actor(officer_id))

    def filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return _REFERENCE.sub(lambda found: self._named(found[1]), value)
        if isinstance(value, dict):
            return {key: self.filled(one) for key, one in value.items()}
        return [self.filled(one) for one in value] if isinstance(value, list) else value

    def _named(self, reference: str) -> str:
        kind, _, name = reference.partition(".")
        match kind:
            case "report" if name in self.reports:
                return self.reports[name]
            case "delivery":
                return f"{self.case_id}-d{name}"
            case "words":
                warnings = reads.case_of(self.app, self.case_id).warnings
                return warnings[name].draft.text_sha256 if name in warnings else ""
        return self.case_id

    def verdict(self, by: Actor) -> Found:
        """The case's record, exported and checked as somebody outside does."""
        report = verify(export_case(self.app, self.case_id, by), keys=self.keys())
        said = "; ".join(fault.sentence for fault in report.faults) or "verified"
        return (said, f"{report.events} events", f"signature {report.signature.value}")

    def keys(self) -> list[VerifierKey]:
        return [VerifierKey.from_text(one) for one in house_key_text(self.app).splitlines()]

    def mail(self, step: StepForm) -> tuple[str, str]:
        """Link and code, read from the newest message as a person reads them."""
        address = step.fields["mail"]
        for message in reversed(self.mailbox.messages):
            link, code = _LINK.search(message.body), _CODE.search(message.body)
            if message.to_address == address and link and code:
                return str(link[1]), str(step.fields.get("code", code[1]))
        return refuse(Code.LINK_UNKNOWN, "There is no such message.", "Send it first.")


def _receive(scene: Scene, step: StepForm) -> Found:
    name = step.fields["document"]
    form = scene.script.scenario.document[name]
    given = form.model_dump(exclude={"text", "source", "acquired_at", "disputed"})
    text = f"{form.text.strip()}\n\nTold from: {form.source}\n"
    for dispute in form.disputed:
        text += f"\nDisputed: {dispute.what}: {'; or: '.join(dispute.versions)}\n"
    received = Received(
        **given,
        content=f"{DRILL if scene.exercise else ''}{text}".encode(),
        acquired_at=scene.script.at(form.acquired_at),
        case_id="" if step.fields.get("apart") else scene.case_id,
        exercise=scene.exercise,
    )
    receipt = receive(scene.app, received, scene.actor(step.by))
    scene.case_id, scene.reports[name] = scene.case_id or receipt.case_id, receipt.report_id
    return ()


def _check(scene: Scene, step: StepForm) -> Found:
    case = reads.case_of(scene.app, scene.case_id)
    leaks = leaks_of(scene.app, case, case.warnings[step.fields["warning_id"]])
    return tuple(f"{leak.kind.value}: {leak.words}" for leak in leaks)


def _export(scene: Scene, step: StepForm) -> Found:
    return scene.verdict(scene.actor(step.by))


def _notices(scene: Scene, step: StepForm) -> Found:
    """What waits on an officer's desk."""
    return tuple(one.text for one in reads.notices(scene.app, scene.actor(step.by)))


def _search(scene: Scene, step: StepForm) -> Found:
    """Search the record and check the answer as whoever asked for it does."""
    fields = scene.script.plain(step.fields)
    before = fields.get("before")
    answer = search(
        scene.app,
        scene.actor(step.by),
        kind=fields["kind"],
        texts=scene.filled(fields["texts"]),
        before=instant(before) if before else None,
        reason=fields["reason"],
    )
    checked = verify_answer(answer.file, keys=scene.keys(), tag_key=scene.app.keys.tags)
    if checked.faults:
        raise RuntimeError("an answer does not verify")
    found = sum(len(one.found) for one in answer.cases)
    return (f"cases: {len(answer.cases)}", f"records: {found}", "the answer verifies")


def _audit(scene: Scene, step: StepForm) -> Found:
    """Open every record and look for texts in all of them."""
    fields = step.fields
    found = audit(scene.app, scene.actor(step.by), texts=fields["texts"], reason=fields["reason"])
    hits = f"{found.hit_count} hits, {found.missed_count} to which no search leads"
    return (f"{found.fault_count} faults", hits)


def _visit(scene: Scene, step: StepForm) -> Found:
    acknowledge.visit(scene.app, scene.mail(step)[0])
    return ()


def _acknowledge(scene: Scene, step: StepForm) -> Found:
    acknowledge.acknowledge(scene.app, *scene.mail(step))
    return ()


def _answer(scene: Scene, step: StepForm) -> Found:
    try:
        kind = ReactionKind(step.fields["kind"])
    except ValueError as error:
        raise Refusal(Code.BAD_VALUE, "There is no such answer.", "Choose another.") from error
    acknowledge.answer(scene.app, *scene.mail(step), kind, step.fields["words"])
    return ()


ACTS: Mapping[str, Callable[[Scene, StepForm], Found]] = {
    "wait": lambda _scene, _step: (),
    "receive": _receive,
    "check": _check,
    "export": _export,
    "notices": _notices,
    "search": _search,
    "audit": _audit,
    "visit": _visit,
    "acknowledge": _acknowledge,
    "answer": _answer,
}
