"""A fictitious duty team, and a desk at which it works one case by hand."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tocsin.domain import commands as c
from tocsin.domain.actor import SYSTEM, Actor, ActorKind, Role
from tocsin.domain.case import Case, Deadline, deadline_key
from tocsin.domain.deciding import Context, decide
from tocsin.domain.duties import duties_of
from tocsin.domain.duty import Clock, Policy
from tocsin.domain.events import Event, WarningDrafted
from tocsin.domain.findings import Answer, Finding, FindingName, Findings, Harm
from tocsin.domain.kinds import Matter, Method, OutcomeKind, Relation, VictimKind, WindowDecision
from tocsin.domain.parity import NOBODY_INSIDE
from tocsin.domain.refusal import Code, Refusal
from tocsin.domain.report import Credibility, Reliability, Report
from tocsin.domain.warning import WarningKind, WarningWords
from tocsin.domain.window import Window
from tocsin.policy.pack import load, shipped

NOW = datetime(2024, 3, 7, 9, 0, tzinfo=UTC)
CASE = "7F3K"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PACK = load(shipped("us_ic_icd191"), name="us_ic_icd191")


def an_officer(officer_id: str, unit: str, *roles: Role) -> Actor:
    return Actor(kind=ActorKind.OFFICER, actor_id=officer_id, unit=unit, roles=frozenset(roles))


ANNA = an_officer("anna.lind", "east", Role.ANALYST)
BEN = an_officer("ben.okoro", "east", Role.DETERMINING_OFFICER)
CARLA = an_officer("carla.ruiz", "east", Role.DETERMINING_OFFICER)
DMITRI = an_officer("dmitri.vale", "west", Role.DETERMINING_OFFICER)
EVA = an_officer("eva.stone", "east", Role.RELEASE_AUTHORITY)
FINN = an_officer("finn.hale", "east", Role.DELIVERER)
GRETA = an_officer("greta.moss", "east", Role.FOLLOW_UP_OWNER)
INES = an_officer("ines.fay", "house", Role.INSPECTOR)
ADAM = an_officer("adam.reed", "house", Role.ADMINISTRATOR)
OFFICERS = (ANNA, BEN, CARLA, DMITRI, EVA, FINN, GRETA, INES, ADAM)
RECIPIENT = Actor(kind=ActorKind.RECIPIENT, actor_id="recipient")

PARTICULARS: Mapping[str, Mapping[str, str]] = {
    "already_aware": {
        "who_told": "the city police",
        "told_at": "2024-03-07T07:30:00+00:00",
        "what_was_said": "that an attack on this hall is planned for tonight",
        "specific_to_this_threat": "yes",
    },
    "armed_conflict": {
        "which_conflict": "the fighting in the hills",
        "participation": "commands a group under arms",
        "only_as_a_result_of_participation": "yes",
    },
    "violent_actor": {
        "category": "assassin",
        "reasonable_basis": "convicted twice",
        "counsel_name": "Hana Weiss",
        "counsel_consulted_at": "2024-03-07T08:00:00+00:00",
        "counsel_agrees": "yes",
        "family_assessed": "yes",
        "family_result": "no family lives there",
        "bystanders_assessed": "yes",
        "bystanders_result": "nobody else is near",
    },
    "endangers_own": {
        "what_is_endangered": "a source in the group",
        "why_unduly": "the source would be killed",
        "sanitised_tried": "yes",
        "sanitised_rejected_because": "only one person knew",
        "anonymous_tried": "yes",
        "anonymous_rejected_because": "only one person knew",
        "via_protector_tried": "yes",
        "via_protector_rejected_because": "the protector is penetrated",
    },
    "endangers_partner": {
        "what_is_endangered": "a partner's source",
        "originator_asked_at": "2024-03-07T07:00:00+00:00",
        "originator_answered_at": "2024-03-07T08:00:00+00:00",
        "originator_answer": "not in any form",
        "originator_objects": "yes",
    },
    "no_means": {
        "channels_tried": "telephone, a visit, the embassy",
        "last_tried_at": "2024-03-07T08:45:00+00:00",
        "protectors_tried": "yes",
        "why_no_means": "nobody knows where they are",
    },
}
"""For each ground of the pack what it takes, as known at `NOW`."""


def a_report(report_id: str = "R1", **changes: Any) -> Report:
    """A report acquired half an hour before `NOW` by somebody outside the team."""
    return replace(
        Report(
            report_id=report_id,
            sha256="ab" * 32,
            size_bytes=512,
            media_type="text/plain",
            title="A talk overheard",
            acquired_at=NOW - 30 * MINUTE,
            acquired_by="hugo.berg",
            received_at=NOW,
            received_from="desk south",
            reliability=Reliability.B,
            credibility=Credibility.TWO,
            marking="SECRET",
        ),
        **changes,
    )


def finding(answer: Answer = Answer.YES, basis: str = "the report says so") -> Finding:
    return Finding(answer=answer, basis=basis)


def findings(
    kind_of_harm: Harm = Harm.KILLING, corroboration_tried: bool = False, **answers: Answer
) -> Findings:
    """All five yes, so that a warning is owed, except as given by name."""
    five = {name.value: finding(answers.get(name.value, Answer.YES)) for name in FindingName}
    return Findings(**five, kind_of_harm=kind_of_harm, corroboration_tried=corroboration_tried)


def not_owed() -> Findings:
    return findings(Harm.NONE_OF_THESE, harm=Answer.NO)


def a_window(
    opens: datetime = NOW, closes: datetime = NOW + 48 * HOUR, zone: str = "Europe/Moscow"
) -> Window:
    return Window(opens=opens, closes=closes, zone=zone)


def words(**changes: Any) -> WarningWords:
    return replace(
        WarningWords(
            what="An armed attack on a concert is being prepared.",
            where="Large halls in the city",
            window=a_window(),
            do="Stay away from large gatherings.",
            call="The duty desk, +1 555 0100, day and night",
            basis="Reporting that we believe.",
        ),
        **changes,
    )


@contextmanager
def refused(code: Code) -> Iterator[None]:
    """What happens inside is refused with this code, and says what did not happen."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code is code, caught.value
    assert caught.value.what.endswith(".")
    assert caught.value.remedy


def place(method: Method) -> str:
    return "at the hall" if method.by_hand else "manager@hall.example"


@dataclass(kw_only=True)
class Desk:
    """One case and the clock on the wall. Every step goes through `decide`.

    The methods that take a case along the road return the desk, so that a test
    begins where its story does: `Desk().determined().released()`.
    """

    policy: Policy = PACK
    now: datetime = NOW
    held: Case | None = None
    happened: list[Event] = field(default_factory=list)
    also: dict[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        assert self.held is not None
        return self.held

    def does(self, by: Actor, command: c.Command | type[c.Command], **fields: Any) -> list[Event]:
        """What came of a command; its kind and fields will do, the case is known."""
        if isinstance(command, type):
            command = command(case_id=CASE, **fields)
        destroys = isinstance(command, c.ConfirmDestruction)
        duties = duties_of(self.happened, at=self.now) if destroys else ()
        ctx = Context(by=by, now=self.now, policy=self.policy, duties=duties, **self.also)
        steps = decide(self.held, command, ctx)
        self.held = steps[-1][1] if steps else self.held
        self.happened += (new := [event for event, _ in steps])
        return new

    def waits(self, time: timedelta) -> "Desk":
        """Time passes; nobody, the worker included, does anything."""
        self.now += time
        return self

    def lapses(self) -> list[Event]:
        """The worker writes down each deadline that has passed, once."""
        due = [one for one in self.case.deadlines.values() if one.due_at <= self.now]
        return [
            event
            for one in due
            for event in self.does(SYSTEM, c.Lapse, number=one.number, clock=one.clock)
        ]

    def runs(self, clock: Clock, subject: str = "case") -> Deadline | None:
        """The live deadline of a clock, if it runs."""
        return self.case.deadlines.get(deadline_key(clock, subject))

    def due_in(self, clock: Clock, subject: str = "case") -> timedelta:
        deadline = self.runs(clock, subject)
        assert deadline is not None, f"{clock} does not run for {subject}"
        return deadline.due_at - self.now

    # The road

    def opened(self, report: Report | None = None, **fields: Any) -> "Desk":
        self.does(ANNA, c.OpenCase, report=report or a_report(), title="A concert", **fields)
        return self

    def named(self, name: str = "Visitors of the hall", **fields: Any) -> "Desk":
        if self.held is None:
            self.opened()
        self.does(ANNA, c.NameVictim, name=name, kind=VictimKind.GROUP, **fields)
        return self

    def found(self, made: Findings | None = None, victim_id: str = "v1") -> "Desk":
        if self.held is None or not self.case.victims:
            self.named()
        self.does(ANNA, c.RecordFindings, victim_id=victim_id, findings=made or findings())
        return self

    def proposed(
        self, matter: Matter = Matter.WARN, by: Actor = BEN, victim_id: str = "v1", **fields: Any
    ) -> "Desk":
        if self.held is None:
            self.found()
        self.does(
            by,
            c.ProposeDetermination,
            victim_id=victim_id,
            matter=matter,
            reason="as discussed",
            **fields,
        )
        return self

    def determined(self, matter: Matter = Matter.WARN, **fields: Any) -> "Desk":
        self.proposed(matter, **fields)
        self.does(CARLA, c.ConfirmDetermination, proposal_id=self.last_proposal)
        return self

    def waived(self, ground: str = "already_aware") -> "Desk":
        self.proposed(Matter.WAIVE, ground=ground, particulars=PARTICULARS[ground])
        self.does(DMITRI, c.ConfirmDetermination, proposal_id=self.last_proposal)
        return self

    def drafted(
        self, said: WarningWords | None = None, victim_ids: tuple[str, ...] = ("v1",), **fields: Any
    ) -> str:
        """The number of the warning drafted."""
        event = self.does(
            ANNA, c.DraftWarning, words=said or words(), victim_ids=victim_ids, **fields
        )[0]
        assert isinstance(event, WarningDrafted)
        return event.warning_id

    def releases(self, warning_id: str, by: Actor = EVA, **fields: Any) -> list[Event]:
        sha256 = self.case.warnings[warning_id].draft.text_sha256
        said = {"residual_risk": "small, accepted by me", "parity": NOBODY_INSIDE} | fields
        return self.does(by, c.ReleaseWarning, warning_id=warning_id, text_sha256=sha256, **said)

    def released(self, said: WarningWords | None = None) -> "Desk":
        """Warning w1 for v1."""
        if self.held is None:
            self.determined()
        self.releases(self.drafted(said))
        return self

    def follows(self, kind: WarningKind, references: str = "w1", **changes: Any) -> str:
        """The number of an update or a cancellation, released."""
        warning_id = self.drafted(words(**changes), kind=kind, references=references)
        self.releases(warning_id)
        return warning_id

    def planned(
        self, method: Method = Method.EMAIL, warning_id: str = "w1", recipient_id: str = ""
    ) -> str:
        """The number of a delivery planned, to a new recipient unless one is named."""
        if self.held is None:
            self.released()
        if not self.case.follow_up_owner:
            self.does(BEN, c.NameFollowUpOwner, officer_id=GRETA.actor_id)
        if not recipient_id:
            recipient_id = self.recipient(method)
        self.does(FINN, c.PlanDelivery, warning_id=warning_id, recipient_id=recipient_id)
        return list(self.case.deliveries)[-1]

    def recipient(self, method: Method = Method.EMAIL, victim_id: str = "v1", **fields: Any) -> str:
        """The number of a recipient named; the first of `ways`, where given, is their method."""
        first = next(iter(fields.get("ways", ())), None)
        self.does(
            FINN,
            c.NameRecipient,
            victim_id=victim_id,
            name="The hall's manager",
            method=first.method if first else method,
            address=first.address if first else place(method),
            **{"relation": Relation.PROTECTOR, **fields},
        )
        return list(self.case.recipients)[-1]

    def attempted(self, delivery_id: str, result: str, **fields: Any) -> list[Event]:
        """One attempt, from its start to what the channel answered."""
        self.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)
        attempt = self.case.deliveries[delivery_id].attempts
        return self.does(
            SYSTEM,
            c.RecordAttempt,
            delivery_id=delivery_id,
            attempt=attempt,
            result=result,
            **fields,
        )

    def handed_over(self) -> str:
        """The number of a delivery by email, taken by the mail server."""
        delivery_id = self.planned()
        self.attempted(delivery_id, "handed_over", provider_id="m1")
        return delivery_id

    def attests(self, delivery_id: str, **changes: Any) -> list[Event]:
        told = {
            "to_whom": "the manager",
            "told_at": self.now,
            "text_sha256": self.case.deliveries[delivery_id].text_sha256,
            "identity_check": "passport seen",
            "understood": True,
            "read_back": "stay away from the hall",
        }
        return self.does(FINN, c.AttestDelivery, delivery_id=delivery_id, **(told | changes))

    def acknowledged(self) -> str:
        """The number of a delivery by email whose recipient has confirmed."""
        delivery_id = self.handed_over()
        self.does(RECIPIENT, c.Acknowledge, delivery_id=delivery_id)
        return delivery_id

    def stood_down(self) -> "Desk":
        """The warning acted on, its window decided, an outcome on the record: nothing blank."""
        if self.held is None:
            self.acted(self.acknowledged())
        self.does(
            BEN,
            c.DecideWindow,
            warning_id=self.case.current_warnings()[-1].warning_id,
            decision=WindowDecision.STAND_DOWN,
            reason="the danger is over",
        )
        self.does(CARLA, c.ConfirmStandDown, proposal_id=self.last_proposal)
        self.does(
            GRETA,
            c.RecordOutcome,
            outcome=OutcomeKind.UNKNOWN,
            claims="nothing was seen",
            source="police",
        )
        return self

    def acted(self, delivery_id: str) -> None:
        self.does(
            GRETA, c.RecordAction, delivery_id=delivery_id, taken="yes", words="the hall was shut"
        )

    def closed(self) -> "Desk":
        if self.held is None:
            self.stood_down()
        self.does(BEN, c.ProposeClosing, reason="nothing is left to do")
        self.does(CARLA, c.ConfirmClosing, proposal_id=self.last_proposal)
        return self

    @property
    def last_proposal(self) -> str:
        return list(self.case.proposals)[-1]
