"""Reports and cases for the tests of the API."""

from typing import Any

from starlette.testclient import TestClient

from tests.builders import HOUR, NOW
from tests.support.house import JO
from tocsin.app import App
from tocsin.casework.intake import Received, receive

SAID = {
    "acquired_at": (NOW - HOUR).isoformat(),
    "acquired_by": "hugo.berg",
    "received_from": "desk south",
    "reliability": "B",
    "credibility": "2",
}
ATTACK = b"An attack on the spring concert is planned."


def a_case(app: App, content: bytes = ATTACK, **about: Any) -> str:
    """The id of a case on a fresh report."""
    given = Received(
        content=content,
        acquired_at=NOW - HOUR,
        acquired_by="hugo.berg",
        received_from="desk south",
        **about,
    )
    return receive(app, given, JO).case_id


def does(client: TestClient, case_id: str, action: str, **fields: Any) -> Any:
    """What the API answers to a command, which it must carry out."""
    answer = client.post(f"/api/cases/{case_id}/{action}", json=fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(client: TestClient, case_id: str, action: str, **fields: Any) -> tuple[int, Any]:
    """The status, and what the API says of a command that it does not carry out."""
    answer = client.post(f"/api/cases/{case_id}/{action}", json=fields)
    return answer.status_code, answer.json()["error"]
