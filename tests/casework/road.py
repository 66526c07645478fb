"""A case worked through the real house, step by step, and the post that takes its mail."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.builders import (
    ANNA,
    BEN,
    CARLA,
    EVA,
    FINN,
    GRETA,
    MINUTE,
    NOW,
    findings,
    words,
)
from tests.support.house import Hands
from tocsin.app import App
from tocsin.casework.act import act
from tocsin.casework.handle import handle
from tocsin.casework.intake import Receipt, Received, receive
from tocsin.casework.reads import case_of
from tocsin.casework.records import Record, of_case
from tocsin.casework.worker import work_all
from tocsin.channels import HandedOver, Message
from tocsin.domain import commands as c
from tocsin.domain.actor import Actor, ActorKind
from tocsin.domain.case import Case, Delivery
from tocsin.domain.kinds import Matter, Method, Relation, VictimKind
from tocsin.domain.parity import NOBODY_INSIDE
from tocsin.domain.warning import AcceptedLeak, WarningWords
from tocsin.identity import links
from tocsin.store import events, jobs, replay

THREAT = "EXAMPLE. Nobody in Quuxville will leave the concert alive, said Zebulon Krall."
VICTIM = "Visitors of the hall"
ADDRESS = "manager@hall.example"


def received(**changes: Any) -> Received:
    """A report acquired half an hour before `NOW`."""
    given = Received(
        content=THREAT.encode(),
        acquired_at=NOW - 30 * MINUTE,
        acquired_by="hugo.berg",
        received_from="desk south",
        title="A talk overheard",
    )
    return replace(given, **changes)


class Died(Exception):
    """The worker was killed."""


@dataclass
class Post:
    """Hands everything over, unless `does` is set: it is called first and may raise.

    What it raises counts as not having arrived, unless `arrives`.
    """

    name: str = "post"
    sent: list[Message] = field(default_factory=list)
    does: Callable[[Message], None] | None = None
    arrives: bool = False

    def send(self, message: Message) -> HandedOver:
        try:
            if self.does:
                self.does(message)
        except BaseException:
            if self.arrives:
                self.sent.append(message)
            raise
        self.sent.append(message)
        return HandedOver(provider_id=f"m{len(self.sent)}", detail="250")

    def dies_once(self, *, arrives: bool) -> None:
        """The next message takes its sender down, before or after it has left."""

        def die(_: Message) -> None:
            self.does = None
            raise Died

        self.does, self.arrives = die, arrives

    def fails(self, failure: Exception) -> None:
        """From now on."""

        def fail(_: Message) -> None:
            raise failure

        self.does = fail

    @property
    def warnings(self) -> list[Message]:
        """What was sent to the recipient, not to officers."""
        return [one for one in self.sent if one.to_address == ADDRESS]


@dataclass(kw_only=True)
class Road:
    """One case; the methods that take it along return the road, as `Desk`'s do."""

    app: App
    clock: Hands
    case_id: str = ""

    @property
    def case(self) -> Case:
        return case_of(self.app, self.case_id)

    def does(self, by: Actor, kind: type[c.Command], /, **fields: Any) -> Case:
        """What an officer, the system or a recipient does to the case."""
        command = kind(case_id=self.case_id, **fields)
        is_officer = by.kind is ActorKind.OFFICER
        return (act if is_officer else handle)(self.app, command, by)

    def receives(self, by: Actor = ANNA, **changes: Any) -> Receipt:
        receipt = receive(self.app, received(**changes), by)
        self.case_id = self.case_id or receipt.case_id
        return receipt

    def found(self) -> "Road":
        if not self.case_id:
            self.receives()
        self.does(ANNA, c.NameVictim, name=VICTIM, kind=VictimKind.GROUP)
        self.does(ANNA, c.RecordFindings, victim_id="v1", findings=findings())
        return self

    def determined(self) -> "Road":
        self.found()
        self.does(
            BEN, c.ProposeDetermination, victim_id="v1", matter=Matter.WARN, reason="as discussed"
        )
        self.does(CARLA, c.ConfirmDetermination, proposal_id="p1")
        return self

    def drafted(self, said: WarningWords | None = None) -> "Road":
        self.determined()
        self.does(ANNA, c.DraftWarning, words=said or words(), victim_ids=("v1",))
        return self

    def releases(self, by: Actor = EVA, *accepted: AcceptedLeak) -> Case:
        return self.does(
            by,
            c.ReleaseWarning,
            warning_id="w1",
            text_sha256=self.case.warnings["w1"].draft.text_sha256,
            residual_risk="small, accepted by me",
            parity=NOBODY_INSIDE,
            accepted=accepted,
        )

    def planned(self, address: str = ADDRESS, **recipient: Any) -> "Road":
        """A delivery by e-mail is planned and due."""
        self.drafted()
        self.releases()
        self.does(BEN, c.NameFollowUpOwner, officer_id=GRETA.actor_id)
        whom = {"name": "The hall's manager", "relation": Relation.PROTECTOR} | recipient
        self.does(
            FINN,
            c.NameRecipient,
            victim_id="v1",
            method=Method.EMAIL,
            address=address,
            **whom,
        )
        work_all(self.app, "bells")  # rung before, so that the delivery is the next job
        self.does(FINN, c.PlanDelivery, warning_id="w1", recipient_id="r1")
        return self

    def handed_over(self) -> "Road":
        """The post has taken the warning."""
        self.planned()
        work_all(self.app, "w")
        return self

    @property
    def delivery(self) -> Delivery:
        return self.case.deliveries[self.delivery_id]

    @property
    def delivery_id(self) -> str:
        return f"{self.case_id}-d1"

    @property
    def token(self) -> str:
        return links.link_token(self.app.keys.links, self.delivery_id)

    @property
    def code(self) -> str:
        return links.code(self.app.keys.links, self.delivery_id, self.delivery.text_sha256)

    def kinds(self) -> list[str]:
        """The kinds of the case's events, in order."""
        return [record.kind for record in self.rows()]

    def rows(self) -> list[Record]:
        with self.app.store.read() as db:
            return of_case(self.app, db, self.case_id)


def everything(app: App) -> tuple[bytes, dict[tuple[str, str], int], int]:
    """Views, jobs by state and the record's length: equal before and after what did nothing."""
    with app.store.read() as db:
        return b"".join(replay.dump(db)), jobs.counts(db), events.last_position(db)
