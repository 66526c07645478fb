"""What of cases may be read through the API, by whom."""

import json

import pytest

from tests.builders import ADAM, ANNA, BEN, CARLA, DMITRI, INES
from tests.support.house import JO, a_client, a_house, log_keys
from tests.web.api.building import a_case, does
from tocsin.record.verify import verify

READINGS = ("", "/history", "/export", "/reports/R-0/text", "/reports/R-0/original")


def test_the_queue_is_paged_without_a_gap_or_a_double(house, client):
    ids = {a_case(house, f"Report {n}".encode()) for n in range(7)}
    seen, after = [], {}
    while True:
        page = client.get("/api/queue", params={"limit": 3, **after}).json()
        seen += [case["case_id"] for case in page["cases"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert sorted(seen) == sorted(ids)


@pytest.mark.parametrize(
    "after", ["zz", "bnVsbA==", "WzEsIDJd", "WzFlNTAwLCAieCJd", "W251bGwsICJcdTAwMDAiXQ==", "%00"]
)
def test_a_place_in_the_queue_that_is_none_of_ours_is_refused(client, after):
    answer = client.get("/api/queue", params={"after": after})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad-value")


@pytest.mark.parametrize(
    "question",
    ["text=%00", "text=%ED%A0%80", "text=%25_%5C", "limit=0", "limit=201", "state=x", "after=%FF"],
)
def test_no_question_breaks_the_database(database_url, tmp_path, question):
    house = a_house(database_url, tmp_path)
    client = a_client(house, JO)
    assert client.get(f"/api/queue?{question}").status_code in {200, 422}
    assert client.get("/api/cases/%00").status_code == 422
    house.close()


def test_a_case_is_found_by_a_word_of_its_title(house, client):
    a_case(house, b"Something about a harbour")
    wanted = a_case(house, b"Something about a c\xc3\xb4ncert")
    found = client.get("/api/queue", params={"text": "CONCERT"}).json()["cases"]
    assert [case["case_id"] for case in found] == [wanted]


@pytest.mark.parametrize("reading", READINGS)
def test_who_may_not_see_a_case_learns_not_even_that_it_is(house, reading):
    hidden = a_case(house, restricted=True)
    for officer in (ANNA, DMITRI, ADAM):
        client = a_client(house, officer)
        there = client.get(f"/api/cases/{hidden}{reading}")
        nowhere = client.get(f"/api/cases/C-0000-0000{reading}")
        assert there.status_code == nowhere.status_code == 404
        assert there.json() == nowhere.json()
    assert a_client(house, ANNA).get("/api/queue").json()["cases"] == []


def test_an_inspector_reads_everything(house):
    hidden = a_case(house, restricted=True)
    client = a_client(house, INES)
    assert client.get(f"/api/cases/{hidden}").json()["case_id"] == hidden
    assert len(client.get("/api/queue").json()["cases"]) == 1


def test_the_history_tells_who_did_what(house, client):
    case_id = a_case(house)
    does(client, case_id, "record_remark", words="The caller sounded sure.")
    told = client.get(f"/api/cases/{case_id}/history").json()
    assert [one["case_seq"] for one in told] == list(range(1, len(told) + 1))
    assert (told[-1]["kind"], told[-1]["by"]) == ("RemarkRecorded", JO.actor_id)


def test_the_export_can_be_verified_with_the_key_of_the_house(house):
    case_id = a_case(house)
    answer = a_client(house, BEN).get(f"/api/cases/{case_id}/export")
    report = verify(answer.content, keys=log_keys(house))
    assert answer.headers["content-disposition"] == f'attachment; filename="{case_id}.json"'
    assert answer.headers["content-type"] == "application/json"
    assert not report.faults
    assert json.loads(answer.content)["entries"]


def test_an_analyst_exports_nothing(house):
    answer = a_client(house, ANNA).get(f"/api/cases/{a_case(house)}/export")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not-allowed")


def test_a_call_is_heard_by_those_whom_it_calls(house):
    case_id = a_case(house)
    ben, anna = a_client(house, BEN), a_client(house, ANNA)
    does(anna, case_id, "name_victim", name="Visitors of the hall", kind="group")
    does(ben, case_id, "propose_determination", victim_id="v1", matter="warn", reason="as told")
    calls = a_client(house, CARLA).get("/api/notices").json()
    assert {(one["case_id"], one["role"]) for one in calls} == {(case_id, "determining_officer")}
    assert anna.get("/api/notices").json() == []
    assert a_client(house, ADAM).get("/api/notices").status_code == 403


@pytest.mark.parametrize("address", ["/api/queue?stat=closed", "/api/queue?=1", "/api/me?x=1"])
def test_a_question_that_is_not_known_is_refused(tmp_path, address):
    house = a_house(f"sqlite:///{tmp_path / 'x.db'}", tmp_path)
    answer = a_client(house, JO).get(address)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "unknown-field")
    house.close()
