"""People screened as they come, through the API."""

import json

from tests.builders import ADAM, ANNA, DMITRI
from tests.casework.test_sighting import watching
from tests.support.house import a_client
from tocsin.casework.reads import case_of

ASKED = "/api/watches/screen?name=EXAMPLE+12&purpose=arrivals"
BODY = (
    '{"name": "Тимур Карелин", "birth_date": "1980"}\n{broken\n\n'
    '{"schema": "Person", "properties": {"name": ["Ilda Norr"]}}\n'
)


def sent(client, body=BODY, to=ASKED):
    return client.post(to, content=body.encode())


def waiting_of(house, case):
    (watch,) = case_of(house, case.case_id).watches.values()
    return watch.waiting


def test_every_line_is_answered_in_order_and_hits_wait_on_their_case(house):
    case = watching(house, "Timur Karelin")
    answer = sent(a_client(house, ANNA))
    assert answer.status_code == 200, answer.text
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert [(one["row"], one["state"], len(one["hits"])) for one in told] == [
        (1, "person", 1), (2, "broken", 0), (3, "empty", 0), (4, "person", 0)
    ]  # fmt: skip
    assert told[0]["hits"][0]["found"][0]["watched"] == "Timur Karelin"
    (waiting,) = waiting_of(house, case)
    assert (waiting.row, len(waiting.list_id)) == (1, 16)


def test_whoever_may_not_see_the_watch_is_answered_as_if_there_were_none(house):
    before = sent(a_client(house, DMITRI)).text
    case = watching(house, "Timur Karelin")
    assert sent(a_client(house, DMITRI)).text == before
    assert waiting_of(house, case)


def test_too_many_lines_a_missing_purpose_and_a_missing_role_are_refused(house):
    client = a_client(house, ANNA)
    assert sent(client, "{}\n" * 1_001).status_code == 413
    assert sent(client, to="/api/watches/screen?name=x").status_code == 422
    assert sent(a_client(house, ADAM)).status_code == 403


def test_one_officer_may_not_send_without_end(house):
    client = a_client(house, ANNA)
    answers = [sent(client, "\n" * 999 + "{}\n").status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]
