"""A case of a running house taken along its road, as far as a page under test needs it."""

from dataclasses import dataclass, replace
from typing import Any

from tests.builders import ANNA, BEN, CARLA, EVA, FINN, GRETA, HOUR, NOW, findings, words
from tocsin.app import App
from tocsin.casework.handle import handle
from tocsin.casework.intake import Received, receive
from tocsin.casework.reads import case_of
from tocsin.casework.release import link_for
from tocsin.domain import commands as c
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case, Delivery
from tocsin.domain.kinds import Matter, Method, Relation, VictimKind
from tocsin.domain.parity import NOBODY_INSIDE
from tocsin.domain.warning import WarningKind
from tocsin.identity import links

TEXT = b"An attack on the spring concert is planned."


def received(app: App, content: bytes = TEXT, by: Actor = ANNA, **changes: Any) -> str:
    """The number of the case opened on a report."""
    given = Received(
        content=content,
        acquired_at=NOW - HOUR,
        acquired_by="hugo.berg",
        received_from="desk south",
    )
    return receive(app, replace(given, **changes), by).case_id


@dataclass(kw_only=True)
class Warned:
    """A case whose warning is planned to go to the hall's manager."""

    app: App
    case_id: str
    delivery_id: str

    @property
    def case(self) -> Case:
        return case_of(self.app, self.case_id)

    @property
    def delivery(self) -> Delivery:
        return self.case.deliveries[self.delivery_id]

    @property
    def path(self) -> str:
        return link_for(self.app, self.delivery).removeprefix(self.app.settings.base_url)

    @property
    def code(self) -> str:
        key = self.app.keys.links
        return links.code(key, self.delivery_id, self.delivery.text_sha256)

    def follows(self, kind: WarningKind) -> "Warned":
        """An update or a cancellation of the warning, on its way to the same recipient."""
        warning_id = _released(
            self.app, self.case_id, kind=kind, references=self.delivery.warning_id
        )
        return replace(self, delivery_id=_planned(self.app, self.case_id, warning_id, "r1"))


def warned(app: App, language: str = "en", exercise: bool = False) -> Warned:
    """From the report to a planned delivery."""
    case_id = received(app, exercise=exercise)

    def does(by: Actor, command: type[c.Command], **fields: Any) -> Case:
        return handle(app, command(case_id=case_id, **fields), by)

    does(ANNA, c.NameVictim, name="Visitors of the hall", kind=VictimKind.GROUP)
    does(ANNA, c.RecordFindings, victim_id="v1", findings=findings())
    case = does(BEN, c.ProposeDetermination, victim_id="v1", matter=Matter.WARN, reason="owed")
    does(CARLA, c.ConfirmDetermination, proposal_id=list(case.proposals)[-1])
    warning_id = _released(app, case_id, language=language)
    does(BEN, c.NameFollowUpOwner, officer_id=GRETA.actor_id)
    does(
        FINN,
        c.NameRecipient,
        victim_id="v1",
        name="The hall's manager",
        relation=Relation.PROTECTOR,
        method=Method.EMAIL,
        address="manager@hall.example",
    )
    return Warned(app=app, case_id=case_id, delivery_id=_planned(app, case_id, warning_id, "r1"))


def _released(app: App, case_id: str, language: str = "en", **chain: Any) -> str:
    draft = c.DraftWarning(
        case_id=case_id, victim_ids=("v1",), words=words(language=language), **chain
    )
    warning = list(handle(app, draft, ANNA).warnings.values())[-1]
    release = c.ReleaseWarning(
        case_id=case_id,
        warning_id=warning.warning_id,
        text_sha256=warning.draft.text_sha256,
        residual_risk="small",
        parity=NOBODY_INSIDE,
    )
    handle(app, release, EVA)
    return warning.warning_id


def _planned(app: App, case_id: str, warning_id: str, recipient_id: str) -> str:
    plan = c.PlanDelivery(case_id=case_id, warning_id=warning_id, recipient_id=recipient_id)
    return list(handle(app, plan, FINN).deliveries)[-1]
