"""Reports through the API: their bytes unchanged, in and out."""

import base64
import json

import pytest

from tests.builders import ADAM, ANNA, INES
from tests.support.house import JO, a_client, a_house
from tests.web.api.building import ATTACK, SAID, a_case

HOSTILE = b"<script>alert(1)</script>\x00\xff \xe2\x80\xae"


@pytest.fixture
def anywhere(database_url, tmp_path):
    """A house on each kind of database."""
    app = a_house(database_url, tmp_path)
    yield app
    app.close()


def uploaded(client, content=ATTACK, name="report.txt", **fields):
    return client.post("/api/reports", files={"report": (name, content)}, data=SAID | fields)


def written(client, **fields):
    return client.post("/api/reports/text", json=SAID | fields)


def test_the_same_bytes_are_one_report_however_they_come(anywhere):
    client = a_client(anywhere, JO)
    first = uploaded(client)
    again = written(client, text=ATTACK.decode())
    once_more = written(client, content_base64=base64.b64encode(ATTACK).decode())
    assert (first.status_code, again.status_code, once_more.status_code) == (201, 200, 200)
    assert [one.json()["again"] for one in (first, again, once_more)] == [False, True, True]
    assert len({one.json()["report_id"] for one in (first, again, once_more)}) == 1


def test_hostile_bytes_come_out_as_they_went_in_and_are_shown_by_no_browser(anywhere):
    client = a_client(anywhere, JO)
    receipt = uploaded(client, HOSTILE, name='../"; x=\r\n.html').json()
    place = f"/api/cases/{receipt['case_id']}/reports/{receipt['report_id']}"
    original, text = client.get(f"{place}/original"), client.get(f"{place}/text")
    assert original.content == HOSTILE
    assert original.headers["content-type"] == "application/octet-stream"
    assert original.headers["content-disposition"] == (
        f'attachment; filename="{receipt["report_id"]}.bin"'
    )
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert "\0" not in text.text


def test_what_is_said_of_a_report_is_kept_with_it(client):
    said = {"originator_controls": ["no-foreign", "ask-first"], "marking": "SECRET"}
    receipt = uploaded(client, **said).json()
    report = client.get(f"/api/cases/{receipt['case_id']}").json()["reports"][receipt["report_id"]]
    assert {name: report[name] for name in said} == said
    assert report["reliability"] == "B"


def test_a_report_can_be_added_to_a_case(house, client):
    case_id = a_case(house)
    assert uploaded(client, b"More of it.", case_id=case_id).json()["case_id"] == case_id


def test_a_report_of_a_case_one_may_not_see_is_received_again_without_its_number(house):
    a_case(house, restricted=True)
    answer = uploaded(a_client(house, ANNA))
    assert answer.status_code == 200
    assert answer.json()["case_id"] == ""


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": "x", "content_base64": "eA=="}, "bad-value"),
        ({}, "bad-value"),
        ({"content_base64": "no base64"}, "bad-value"),
        ({"text": "Secret \ud800"}, "bad-value"),
        ({"text": ""}, "report-empty"),
        ({"text": "x", "acquired_at": "2024-03-07T08:00:00"}, "time-without-zone"),
        ({"text": "x", "reliability": "Z"}, "bad-value"),
        ({"text": "x", "by": "eva.stone"}, "unknown-field"),
    ],
)
def test_what_cannot_be_received_is_refused_and_leaves_nothing(client, fields, code):
    answer = client.post(
        "/api/reports/text",
        content=json.dumps(SAID | fields).encode(),
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert "Secret" not in answer.text
    assert client.get("/api/queue").json()["cases"] == []


def test_a_form_with_a_stranger_among_its_fields_or_without_a_file_is_refused(client):
    assert uploaded(client, by="eva.stone").json()["error"]["code"] == "unknown-field"
    answer = client.post("/api/reports", data=SAID)
    assert answer.json()["error"]["fields"] == [{"path": "body.report", "problem": "is needed"}]


@pytest.mark.parametrize("officer", [INES, ADAM])
def test_who_changes_nothing_or_sees_no_content_receives_nothing(house, officer):
    answer = uploaded(a_client(house, officer))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not-allowed")
