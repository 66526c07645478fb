"""Officers at their browsers before one case of a house, without a browser."""

from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from tests.builders import ANNA, BEN, CARLA, EVA, FINN, GRETA, words
from tests.support.house import a_client
from tests.web.pages.road import received
from tocsin.app import App
from tocsin.casework.handle import handle
from tocsin.casework.reads import case_of
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case
from tocsin.web.server import create_app

ALL_YES = {
    name: value
    for finding in ("harm", "directed", "credible", "specific", "impending")
    for name, value in ((finding, "yes"), (f"{finding}.basis", "the report says so"))
} | {"kind_of_harm": "killing"}
WORDS = {
    "victim": "v1",
    "kind": "alert",
    "what": words().what,
    "where": words().where,
    "opens": "2024-03-07T18:00",
    "closes": "2024-03-09T18:00",
    "zone": "Europe/Moscow",
    "do": words().do,
    "call": words().call,
    "basis": words().basis,
    "language": "en",
}
ADDRESSES = {"email": "manager@hall.example", "sms": "+447700900123", "voice": "+447700900123"}


@dataclass(slots=True)
class Answer:
    """A page, read as a person reads it."""

    status: int
    soup: BeautifulSoup

    @property
    def text(self) -> str:
        return " ".join(self.soup.get_text(" ").split())

    def value(self, name: str) -> str:
        """What stands in a field."""
        found = self.soup.select_one(f'[name="{name}"]')
        assert found is not None, f"no field {name}"
        return str(found.get("value", found.get_text()))

    @property
    def errors(self) -> list[str]:
        """What the error summary lists."""
        return [
            one.get_text(" ", strip=True) for one in self.soup.select(".govuk-error-summary li")
        ]

    def goes_to(self) -> set[str]:
        """Where its links lead."""
        return {str(link["href"]) for link in self.soup.select("main a[href]")}


@dataclass(slots=True)
class CaseDesk:
    """One case, opened on a report."""

    app: App
    case_id: str = ""
    clients: dict[str, TestClient] = field(default_factory=dict)

    @classmethod
    def with_report(cls, app: App, *content: bytes, **report: Any) -> "CaseDesk":
        return cls(app, received(app, *content, **report))

    @property
    def case(self) -> Case:
        return case_of(self.app, self.case_id)

    @property
    def report_id(self) -> str:
        return next(iter(self.case.reports))

    def does(self, by: Actor, command: Any, **fields: Any) -> None:
        """A step taken elsewhere than in the pages."""
        handle(self.app, command(case_id=self.case_id, **fields), by)

    def client(self, who: Actor) -> TestClient:
        if not self.clients:
            self.clients[""] = a_client(self.app, web=create_app(self.app))
        if who.actor_id not in self.clients:
            self.clients[who.actor_id] = a_client(self.app, who, self.clients[""].app)
        return self.clients[who.actor_id]

    def asks(self, who: Actor, path: str = "", *, status: int = 200) -> Answer:
        """Open a page of the case."""
        got = self.client(who).get(f"/cases/{self.case_id}{path}")
        answer = Answer(got.status_code, BeautifulSoup(got.text, "lxml"))
        assert got.status_code == status, answer.text
        return answer

    def sends(self, who: Actor, path: str, /, *, status: int = 303, **fields: Any) -> Answer:
        """Send a form; where it was taken, the page that it led back to."""
        got = self.client(who).post(f"/cases/{self.case_id}{path}", data=fields)
        answer = Answer(got.status_code, BeautifulSoup(got.text, "lxml"))
        assert got.status_code == status, answer.text
        if status != 303:
            return answer
        back = got.headers["location"]
        assert back.startswith(f"/cases/{self.case_id}?")
        return self.asks(who, back.removeprefix(f"/cases/{self.case_id}").partition("#")[0])

    # The road, each step by its form

    def named(self) -> "CaseDesk":
        self.sends(ANNA, "/victims/new", name="Visitors of the hall", kind="group")
        return self

    def found(self) -> "CaseDesk":
        self.named()
        seen = self.asks(ANNA, "/victims/v1/findings").value("seen")
        self.sends(ANNA, "/victims/v1/findings", seen=seen, **ALL_YES)
        return self

    def determined(self) -> "CaseDesk":
        self.found()
        self.sends(BEN, "/victims/v1/determination", reason="owed")
        self.sends(CARLA, "/proposals/p1/confirm", confirmed="yes")
        return self

    def drafted(self, **changes: str) -> "CaseDesk":
        self.determined()
        self.sends(ANNA, "/warnings/new", **WORDS | changes)
        return self

    def released(self) -> "CaseDesk":
        self.drafted()
        self.sends(EVA, "/warnings/w1/release", **self.release_form())
        return self

    def release_form(self, **changes: str) -> dict[str, str]:
        """What a release authority sends who has read the newest words."""
        page = self.asks(EVA, "/warnings/w1/release")
        return {
            "text_sha256": page.value("text_sha256"),
            "residual_risk": "small, accepted by me",
            "parity": "nobody_inside",
            "confirmed": "yes",
        } | changes

    def planned(self, method: str = "email") -> str:
        """The number of a delivery planned."""
        self.released()
        self.sends(BEN, "/follow-up", officer_id=GRETA.actor_id)
        self.recipient(method)
        self.sends(FINN, "/deliveries/new", plan="w1:r1")
        return f"{self.case_id}-d1"

    def recipient(self, method: str = "email", **changes: str) -> str:
        """The number of a recipient named by hand."""
        given = {
            "victim": "v1",
            "name": "The hall's manager",
            "relation": "protector",
            "method": method,
            "address": ADDRESSES.get(method, "at the gate"),
            "language": "en",
            "passes_on": "no",
        }
        self.sends(FINN, "/recipients/new", **given | changes)
        return list(self.case.recipients)[-1]

    def attested(self) -> str:
        """The number of a delivery made in person."""
        delivery_id = self.planned("in_person")
        self.sends(FINN, f"/deliveries/{delivery_id}/attest", **self.attest_form())
        return delivery_id

    def attest_form(self, **changes: str) -> dict[str, str]:
        return {
            "to_whom": "the manager",
            "told_at": "2024-03-07T12:00",
            "zone": "Europe/Moscow",
            "identity_check": "passport seen",
            "understood": "yes",
            "read_back": "stay away from the hall",
            "text_sha256": self.case.warnings["w1"].draft.text_sha256,
        } | changes
