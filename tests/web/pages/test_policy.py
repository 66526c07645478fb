"""The policy in force on its pages: proposed, compared, confirmed by another, told as history."""

import pytest
from bs4 import BeautifulSoup

from tests.builders import ADAM, ANNA, BEN, CARLA, INES
from tests.support.house import a_client
from tocsin.casework import force
from tocsin.policy.pack import shipped

NAME = "us_ic_icd191"
SHORTER = shipped(NAME).replace(b'imminent = "15m"', b'imminent = "10m"')
FILE = {"file": ("example_directive.toml", SHORTER, "application/toml")}
TRIAGE = (
    "Clock: make the five findings imminent 15 min, near 1 h, later 4 h imminent 10 min, near 1 h"
)


def words(answer) -> str:
    return " ".join(BeautifulSoup(answer.text, "lxml").select_one("main").get_text(" ").split())


def proposed(visits, **data) -> str:
    """The address of a proposal: the shipped pack, and a stricter one of one's own beside it."""
    given = {"packs": [NAME], "reason": "EXAMPLE: counsel advised it"} | data
    answer = visits(BEN).post("/policy/new", data=given, files=FILE)
    assert answer.status_code == 303, words(answer)
    return answer.headers["location"]


def test_a_change_is_proposed_compared_confirmed_and_told(house, visits):
    place = proposed(visits)
    page = words(visits(CARLA).get(place))
    assert TRIAGE in page
    assert "No combination of findings is ruled otherwise" in page
    assert "Put it in force" in page
    assert "Put it in force" not in words(visits(BEN).get(place))
    done = visits(CARLA).post(f"{place}/confirmation", data={"confirmed": "yes"})
    assert done.headers["location"] == "/policy"
    page = words(visits(ADAM).get("/policy"))
    assert "us_ic_icd191 beside example_directive" in page
    assert "Proposed by Ben Okoro, confirmed by Carla Ruiz" in page
    assert "EXAMPLE: counsel advised it" in page
    assert force.of_unit(house, "east").name == "us_ic_icd191+example_directive"


def test_what_is_ruled_otherwise_is_told_by_its_conditions_and_examples(visits):
    data = {"packs": ["us_clinical"], "reason": "EXAMPLE"}
    answer = visits(BEN).post("/policy/new", data=data, files={"file": ("", b"")})
    page = words(visits(CARLA).get(answer.headers["location"]))
    assert "is yes, “credible” is yes, “impending” is no and “kind of harm” is killing" in page
    assert "Recipient: intended victim The intended victim: may be told" in page
    assert "Example a_hired_killer of us_ic_icd191: The intended victim kills for money" in page


def test_what_was_confirmed_is_still_told_against_what_stood_then(visits):
    place = proposed(visits)
    visits(CARLA).post(f"{place}/confirmation", data={"confirmed": "yes"})
    page = words(visits(INES).get(place))
    assert TRIAGE in page
    assert "Carla Ruiz" in page
    assert "Reject or withdraw" not in page


def test_it_takes_a_tick_and_another_officer(house, visits):
    place = proposed(visits)
    assert visits(CARLA).post(f"{place}/confirmation").status_code == 422
    own = visits(BEN).post(f"{place}/confirmation", data={"confirmed": "yes"})
    assert own.status_code == 409
    assert "you proposed this yourself" in words(own)
    assert force.of_unit(house, "east") is house.policy


def test_whoever_may_confirm_it_is_called_in_the_queue(visits):
    place = proposed(visits)
    assert place in visits(CARLA).get("/").text
    for one in (BEN, ANNA):
        assert place not in visits(one).get("/").text


def test_a_proposal_is_withdrawn_with_a_reason(house, visits):
    place = proposed(visits)
    assert visits(BEN).post(f"{place}/rejection", data={"reason": ""}).status_code == 422
    assert visits(BEN).post(f"{place}/rejection", data={"reason": "a slip"}).status_code == 303
    assert "a slip" in words(visits(ANNA).get("/policy"))
    assert "Propose another for your unit" in words(visits(BEN).get("/policy"))


def test_the_bytes_in_force_are_taken_away_as_a_file(house, visits):
    answer = visits(INES).get(f"/policy/packs/{house.policy.pack_hash}")
    assert answer.content == house.policy.text.encode()
    assert 'filename="us_ic_icd191.toml"' in answer.headers["content-disposition"]
    assert visits(INES).get(f"/policy/packs/{'0' * 64}").status_code == 404


@pytest.mark.parametrize(
    ("data", "file", "why"),
    [
        ({"reason": "EXAMPLE"}, None, "Choose a pack or its file"),
        ({"packs": [NAME]}, None, "Give your reason"),
        ({"packs": ["../../etc"], "reason": "EXAMPLE"}, None, "of the packs listed"),
        ({"packs": [NAME], "reason": "EXAMPLE"}, None, "in force already"),
        ({"reason": "EXAMPLE"}, ("bad.toml", b"[pack]\n"), "was not loaded"),
        ({"reason": "EXAMPLE"}, ("Bad Name.toml", SHORTER), "other characters"),
    ],
)
def test_what_cannot_be_proposed_is_shown_again_with_why(house, visits, data, file, why):
    files = {"file": file} if file else {"file": ("", b"")}
    answer = visits(BEN).post("/policy/new", data=data, files=files)
    assert answer.status_code in (409, 422)
    assert why in words(answer) or why in answer.text
    assert not force.standing(house).proposals


def test_whoever_may_not_propose_or_confirm_is_turned_away(visits):
    place = proposed(visits)
    for one in (ANNA, ADAM, INES):
        assert visits(one).get("/policy/new").status_code == 403
        assert visits(one).post("/policy/new", data={"packs": [NAME]}).status_code == 403
        assert visits(one).post(f"{place}/confirmation").status_code == 403
        assert visits(one).post(f"{place}/rejection").status_code == 403
        assert visits(one).get(place).status_code == 200
    assert visits(BEN).get("/policy/proposals/P99").status_code in (404, 409)


def test_programs_propose_compare_and_confirm_the_same(house):
    ben, carla = a_client(house, BEN), a_client(house, CARLA)
    packs = [{"name": NAME}, {"name": "example_directive", "text": SHORTER.decode()}]
    made = ben.post("/api/policy/proposals", json={"packs": packs, "reason": "EXAMPLE"})
    assert made.status_code == 201
    place = f"/api/policy/proposals/{made.json()['proposal_id']}"
    changed = carla.get(f"{place}/difference").json()["changes"]
    triage = next(one for one in changed if one["what"] == "Clock: make the five findings")
    assert triage["after"] == "imminent 10 min, near 1 h, later 4 h"
    assert ben.post(f"{place}/confirmation").status_code == 409
    assert carla.post(f"{place}/confirmation").json()["answer"] == "confirmed"
    told = ben.get("/api/policy").json()
    assert told["packs"] == [NAME, "example_directive"]
    assert told["pack_hash"] == made.json()["pack_hash"]
    units = carla.get("/api/policy/units").json()
    assert units["by_unit"]["east"]["answered_by"] == CARLA.actor_id
    assert units["first"] == house.policy.pack_hash
    assert carla.post(f"{place}/rejection", json={"reason": "late"}).status_code == 409
