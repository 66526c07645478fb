"""Every command of an officer through the API: the same one, strictly read."""

import json

import pytest
from pydantic import ValidationError

from tests.builders import ANNA, BEN, CARLA, EVA, FINN, GRETA, NOW, findings, words
from tests.support.house import a_client
from tests.web.api.building import a_case, does, refused
from tocsin.casework.act import ACTIONS
from tocsin.domain import commands as c
from tocsin.domain.correcting import Correction, HarmStage
from tocsin.domain.serial import to_plain
from tocsin.domain.warning import text_sha256
from tocsin.web.api.fields import body_of, given

WINDOW = {"opens": "2024-03-07T10:00:00Z", "closes": "2024-03-08T10:00:00Z", "zone": "Europe/Riga"}


def test_every_command_of_an_officer_has_its_route_and_its_words(client):
    paths = client.get("/api/openapi.json").json()["paths"]
    for action, kind in ACTIONS.items():
        described = paths[f"/api/cases/{{case_id}}/{action}"]["post"]
        assert described["summary"] == kind.__doc__.partition("\n")[0].rstrip(".")
    taking = {path for path, methods in paths.items() if "post" in methods}
    elsewhere = ("/api/record/", "/api/directory", "/api/policy/", "/api/watches/")
    named = {path.rpartition("/")[2] for path in taking if not path.startswith(elsewhere)}
    assert named == {*ACTIONS, "reports", "text"}


def test_nobody_speaks_for_the_worker_or_for_a_recipient(client):
    for action in (
        *("lapse", "start_attempt", "record_attempt", "start_attempts", "record_attempts"),
        *("record_receipt", "record_reply", "visit", "acknowledge", "react"),
    ):
        assert client.post(f"/api/cases/C-0/{action}", json={}).status_code == 404


@pytest.mark.parametrize(
    "command",
    [
        c.RecordFindings(case_id="C-1", victim_id="v1", findings=findings()),
        c.DraftWarning(case_id="C-1", words=words(), victim_ids=("v1", "v2")),
        c.ProposeDetermination(
            case_id="C-1", victim_id="v1", matter="waive", reason="r", particulars={"who": "x"}
        ),
        c.SetUrgency(case_id="C-1", urgency="near", reason="r", expected=words().window),
        c.SetUrgency(case_id="C-1", urgency="near", reason="r"),
        c.CorrectReading(
            case_id="C-1",
            report_id="R-1",
            model="m",
            corrections=(Correction(start=0, end=4, stage=HarmStage.DENIED, was="threatened"),),
        ),
    ],
)
def test_a_body_becomes_the_very_command(command):
    plain = to_plain(command)
    del plain["case_id"]
    body = body_of(type(command), "case_id").model_validate(json.loads(json.dumps(plain)))
    assert type(command)(case_id="C-1", **given(body)) == command


def test_a_case_goes_from_report_to_recipient_through_the_api(house):
    anna, ben, carla, eva, finn = (a_client(house, o) for o in (ANNA, BEN, CARLA, EVA, FINN))
    case_id = a_case(house)
    does(anna, case_id, "name_victim", name="Visitors of the hall", kind="group")
    made = {**to_plain(findings()), "kind_of_harm": "killing"}
    does(anna, case_id, "record_findings", victim_id="v1", findings=made)
    does(ben, case_id, "propose_determination", victim_id="v1", matter="warn", reason="as found")
    status, error = refused(ben, case_id, "confirm_determination", proposal_id="p1")
    assert (status, error["code"]) == (409, "same-officer")
    does(carla, case_id, "confirm_determination", proposal_id="p1")
    does(anna, case_id, "draft_warning", words=to_plain(words()), victim_ids=["v1"])
    draft = anna.get(f"/api/cases/{case_id}").json()["warnings"]["w1"]["draft"]
    released = {
        "warning_id": "w1",
        "residual_risk": "small",
        "parity": {"parity": "nobody_inside"},
        "text_sha256": text_sha256(draft["text"]),
    }
    does(eva, case_id, "release_warning", **released)
    does(ben, case_id, "name_follow_up_owner", officer_id=GRETA.actor_id)
    how = {"relation": "protector", "method": "in_person", "address": "at the hall"}
    does(finn, case_id, "name_recipient", victim_id="v1", name="The hall's manager", **how)
    standing = does(finn, case_id, "plan_delivery", warning_id="w1", recipient_id="r1")
    assert (standing["case_id"], standing["state"], standing["stage"]) == (
        case_id, "open", "deliver"
    )  # fmt: skip
    assert standing["next_deadline"]["due_at"].endswith("Z")
    assert standing["seq"] == anna.get(f"/api/cases/{case_id}/history").json()[-1]["case_seq"]


def test_a_release_through_the_api_is_checked_against_the_reports(house):
    anna, ben, carla, eva = (a_client(house, o) for o in (ANNA, BEN, CARLA, EVA))
    case_id = a_case(house, b"Our man Orlov in the group says the hall will be attacked.")
    does(anna, case_id, "name_victim", name="Visitors of the hall", kind="group")
    does(anna, case_id, "record_findings", victim_id="v1", findings=to_plain(findings()))
    does(ben, case_id, "propose_determination", victim_id="v1", matter="warn", reason="as found")
    does(carla, case_id, "confirm_determination", proposal_id="p1")
    said = to_plain(words(basis="Orlov in the group says so."))
    does(anna, case_id, "draft_warning", words=said, victim_ids=["v1"])
    leaks = eva.get(f"/api/cases/{case_id}/warnings/w1/leaks").json()
    assert "Orlov" in {leak["words"] for leak in leaks}
    draft = anna.get(f"/api/cases/{case_id}").json()["warnings"]["w1"]["draft"]
    released = {
        "warning_id": "w1",
        "residual_risk": "small",
        "parity": {"parity": "nobody_inside"},
        "text_sha256": text_sha256(draft["text"]),
    }
    status, error = refused(eva, case_id, "release_warning", **released)
    assert (status, error["code"]) == (409, "protected-words")


VICTIM = {"name": "Secret Name", "kind": "person"}
DRAFT = {"victim_ids": ["v1"], "words": to_plain(words())}


def draft(**changes):
    return {**DRAFT, "words": {**DRAFT["words"], **changes}}


@pytest.mark.parametrize(
    ("action", "fields", "path", "code"),
    [
        ("name_victim", {**VICTIM, "by": "eva.stone"}, "body.by", "unknown-field"),
        ("name_victim", {**VICTIM, "case_id": "C-1"}, "body.case_id", "unknown-field"),
        ("name_victim", {"kind": "person"}, "body.name", "bad-value"),
        ("name_victim", {**VICTIM, "kind": "Secret"}, "body.kind", "bad-value"),
        ("name_victim", {**VICTIM, "name": "Secret\0"}, "body.name", "bad-value"),
        ("name_victim", {**VICTIM, "name": "Secret\ud800"}, "body.name", "bad-value"),
        ("name_victim", {**VICTIM, "name": "Secret" * 100}, "body.name", "bad-value"),
        ("name_victim", {**VICTIM, "known_as": ["x"] * 101}, "body.known_as", "bad-value"),
        ("restrict_case", {"restricted": "Secret", "reason": "x"}, "body.restricted", "bad-value"),
        ("draft_warning", draft(Secret=1), "body.words.Secret", "unknown-field"),
        ("draft_warning", draft(what=" "), "body.words", "bad-value"),
        ("draft_warning", draft(window={**WINDOW, "opens": WINDOW["closes"]}),
         "body.words.window", "bad-value"),
        ("draft_warning", draft(window={**WINDOW, "zone": "Secret/Place"}),
         "body.words.window", "bad-value"),
        ("draft_warning", draft(window={**WINDOW, "opens": "2024-03-07T10:00:00"}),
         "body.words.window.opens", "time-without-zone"),
        ("draft_warning", draft(window={**WINDOW, "opens": 1_700_000_000}),
         "body.words.window.opens", "bad-value"),
        ("draft_warning", draft(window={**WINDOW, "opens": "0001-01-01T00:00:00+14:00"}),
         "body.words.window.opens", "bad-value"),
        ("draft_warning", draft(window={**WINDOW, "closes": "2024-02-30T10:00:00Z"}),
         "body.words.window.closes", "bad-value"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_its_place_and_never_by_what_stood_there(
    house, client, action, fields, path, code
):
    content = json.dumps(fields).encode()
    answer = client.post(
        f"/api/cases/{a_case(house)}/{action}",
        content=content,
        headers={"Content-Type": "application/json"},
    )
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, code)
    assert [fault["path"] for fault in error["fields"]] == [path]
    assert "Secret" not in answer.text.replace(path, "")


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"{", 422), (b"[]", 422), (b"", 422), (b"\xff", 400), (b"1" * 9_999, 400)],
)
def test_a_body_that_is_none_is_refused(client, content, status):
    answer = client.post(
        "/api/cases/C-0/name_victim", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


def test_json_under_another_name_is_not_taken(client):
    plain = {"Content-Type": "text/plain"}
    answer = client.post("/api/cases/C-0/name_victim", content=b'{"name":"x"}', headers=plain)
    assert answer.status_code == 422


def test_a_case_that_one_may_not_see_is_answered_as_one_that_is_not_there(house, client):
    hidden = a_case(house, restricted=True)
    anna = a_client(house, ANNA)
    assert refused(anna, hidden, "record_remark", words="x") == refused(
        anna, "C-0000-0000", "record_remark", words="x"
    )
    assert refused(anna, hidden, "record_remark", words="x")[0] == 404


def test_a_number_is_no_time_whatever_its_unit():
    told = {
        "delivery_id": "d1", "to_whom": "x", "told_at": NOW.timestamp(), "text_sha256": "00",
        "identity_check": "x", "understood": True,
    }  # fmt: skip
    with pytest.raises(ValidationError, match="told_at"):
        body_of(c.AttestDelivery, "case_id").model_validate(told)
