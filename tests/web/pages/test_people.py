"""Looking after people: enrolled, invited, given roles, shut out; no case is seen."""

import re

import pytest

from tests.builders import ADAM, ANNA, INES
from tests.support.house import a_client
from tests.web.pages.road import received
from tocsin.casework.people import everyone

NEW = {"officer_id": "lea.berg", "name": "Lea Berg", "unit": "east", "roles": ["analyst"]}


@pytest.fixture
def admin(visits):
    return visits(ADAM)


def named(house, officer_id):
    return next(one for one in everyone(house) if one.officer_id == officer_id)


def test_only_administrators_look_after_people(visits):
    for one in (ANNA, INES):
        assert visits(one).get("/people").status_code == 403
        assert visits(one).post("/people", data=NEW).status_code == 403
        assert visits(one).post("/people/anna.lind/invite").status_code == 403


def test_an_officer_enrolled_and_invited_signs_in(house, admin, visits):
    enrolled = admin.post("/people", data=NEW)
    assert enrolled.headers["location"] == "/people/lea.berg"
    shown = admin.post("/people/lea.berg/invite").text
    link = re.search(r'id="link">([^<]+)<', shown)[1]
    visitor = visits()
    visitor.post(link)
    assert "Lea Berg" in visitor.get("/account").text
    assert link not in admin.get("/people/lea.berg").text


def test_what_was_wrong_is_marked_and_what_was_typed_stands(admin):
    answer = admin.post("/people", data=NEW | {"name": " ", "roles": ["analyst", "king"]})
    assert answer.status_code == 422
    assert "Enter the officer&#39;s name" in answer.text
    assert "Choose from the roles listed" in answer.text
    assert 'value="lea.berg"' in answer.text


def test_an_id_in_use_is_refused(admin):
    answer = admin.post("/people", data=NEW | {"officer_id": "anna.lind"})
    assert answer.status_code == 409
    assert "this id is in use" in answer.text


def test_roles_change_from_the_next_request_on(house, admin, visits):
    analyst = visits(ANNA)
    changed = admin.post("/people/anna.lind/roles", data={"roles": ["inspector"]})
    assert changed.status_code == 303
    assert named(house, "anna.lind").roles == ("inspector",)
    assert analyst.get("/record").status_code == 200
    admin.post("/people/anna.lind/roles", data={})
    assert "You hold no role yet" in analyst.get("/").text


def test_an_officer_shut_out_is_out_at_once(house, admin, visits):
    analyst = visits(ANNA)
    assert admin.post("/people/anna.lind/disable", data={}).status_code == 422
    assert analyst.get("/account").status_code == 200
    assert admin.post("/people/anna.lind/disable", data={"confirmed": "yes"}).status_code == 303
    assert analyst.get("/account").status_code == 303
    assert "Make a sign-in link" not in admin.get("/people/anna.lind").text


def test_nobody_shuts_themselves_out(house, admin):
    for path, fields in (("disable", {"confirmed": "yes"}), ("roles", {"roles": ["analyst"]})):
        answer = admin.post(f"/people/adam.reed/{path}", data=fields)
        assert answer.status_code == 409
        assert "Ask another administrator" in answer.text
    assert named(house, "adam.reed").roles == ("administrator",)


def test_an_administrator_sees_people_instead_of_the_queue(house, admin):
    received(house, title="A title that must not be seen")
    assert admin.get("/").headers["location"] == "/people"
    assert "must not be seen" not in a_client(house, ADAM).get("/people").text


def test_an_officer_who_does_not_exist_is_not_found(admin):
    assert admin.get("/people/nobody").status_code == 404
    assert admin.post("/people/nobody/invite").status_code == 404
