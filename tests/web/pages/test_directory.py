"""The directory's pages: found, entered, put in order, verified, removed; and who may."""

import re

import pytest

from tests.builders import ADAM, ANNA, DMITRI, FINN, INES, NOW
from tocsin.casework import directory
from tocsin.channels import HandedOver
from tocsin.domain.kinds import Method

AGE = "age1dj3v47zpzlrv4trmjplccr276shp96julcqpmf2h399z59umhvjsc47um8"
NEW = {
    "contact_kind": "protector", "name": "EXAMPLE Élodie Vasseur", "languages": "fr, en",
    "zone": "Europe/Paris", "quiet_begins": "22:00", "quiet_ends": "07:00",
    "protects": "Krokus City Hall\nThe station", "remark": "", "responsible": "",
    "way1_method": "email", "way1_address": "desk@hall.example", "way1_label": "Duty desk",
    "way2_method": "voice", "way2_address": "+44 20 7946 0000",
    "reason": "EXAMPLE, on her own word",
}  # fmt: skip


@pytest.fixture
def desk(visits):
    return visits(FINN)


@pytest.fixture
def there(desk):
    return desk.post("/directory/new", data=NEW).headers["location"]


def contact(house, there):
    return directory.contact(house, there.rpartition("/")[2], FINN)


def test_a_contact_entered_is_shown_with_all_that_is_known(house, desk, there):
    shown = desk.get(there).text
    for words in ("Vasseur", "desk@hall.example", "+442079460000", "fr, en", "Europe/Paris",
                  "22:00 to 07:00", "Krokus City Hall; The station", "Never verified",
                  "on her own word", "finn.hale"):  # fmt: skip
        assert words in shown
    listed = desk.get("/directory").text
    assert "These ways may fail when they are needed" in listed
    assert "1 contact, by name" in listed
    assert "Vasseur" in desk.get("/directory", params={"q": "vasseur elodie"}).text
    protecting = {"protecting": "at THE STATION"}
    assert "Vasseur" in desk.get("/directory", params=protecting).text
    assert "No contact that you may see" in desk.get("/directory?q=nobody").text


def test_who_sees_the_directory_and_who_changes_it(visits, there):
    for reader in (ANNA, INES):
        client = visits(reader)
        assert "Vasseur" in client.get("/directory").text
        assert "Enter a contact" not in client.get("/directory").text
        assert "Change this contact" not in client.get(there).text
        for path in ("/directory/new", there + "/edit", there + "/ways/1"):
            assert client.get(path).status_code == 403
    assert visits(ADAM).get("/directory").status_code == 403
    elsewhere = visits(DMITRI)
    assert "Vasseur" not in elsewhere.get("/directory").text
    for path in (there, there + "/edit", there + "/ways/1"):
        assert elsewhere.get(path).status_code == 404


def test_what_was_wrong_is_marked_in_its_row_and_what_was_typed_stands(house, desk):
    wrong = NEW | {
        "way1_address": "a@b.example\nBcc: c@d.example", "way2_method": "", "zone": "Mars/Olympus",
        "way3_method": "email", "way3_address": "a@ex\u0430mple.org", "quiet_ends": "25:00",
        "way4_key": "age1", "reason": "", "contact_kind": "king",
    }  # fmt: skip
    answer = desk.post("/directory/new", data=wrong)
    assert answer.status_code == 422
    for words in ("Way 1: The address was not accepted", "Way 2: choose a method",
                  "its domain imitates another", "There is no such time zone",
                  "two different times", "Choose the kind of key", "on whose word",
                  "Choose what this contact is"):  # fmt: skip
        assert words in answer.text
    assert 'value="a@ex\u0430mple.org"' in answer.text
    assert directory.count(house, FINN) == 0
    assert desk.post("/directory/new", data=NEW | {"verified": "yes"}).status_code == 422
    long = desk.post("/directory/new", data=NEW | {"name": "A" * 201})
    assert "Shorten this to 200 characters" in long.text


def test_ways_are_put_in_order_before_they_are_saved(house, desk, there):
    page = desk.get(there + "/edit").text
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    moved = desk.post(there + "/edit", data=NEW | {"version": version, "move": "2"})
    assert moved.status_code == 200
    assert 'id="way1_address" name="way1_address" type="text" value="+44 20 7946' in moved.text
    assert contact(house, there).ways[0].method is Method.EMAIL  # nothing is kept yet
    ordered = {
        name.replace("way1", "x").replace("way2", "way1").replace("x", "way2"): value
        for name, value in NEW.items()
    }
    assert desk.post(there + "/edit", data=ordered | {"version": version}).status_code == 303
    assert [way.method for way in contact(house, there).ways] == [Method.VOICE, Method.EMAIL]
    late = desk.post(there + "/edit", data=NEW | {"version": version})
    assert late.status_code == 409
    assert "somebody else has changed it" in late.text


def test_a_form_shown_and_sent_back_changes_nothing(house, desk, there):
    keyed = NEW | {
        "way1_key_kind": "age",
        "way1_key": AGE,
        "way1_key_expires": "2024-04-01",
    }
    assert desk.post(there + "/edit", data=keyed | {"version": "1"}).status_code == 303
    before = contact(house, there)
    assert "Key expires 2024-04-01" in desk.get(there).text
    assert desk.post(there + "/edit", data=keyed | {"version": "2"}).status_code == 303
    assert contact(house, there) == before
    assert "Saved unchanged" in desk.get(there).text
    odd = keyed | {"version": "3", "way1_key_expires": "soon"}
    assert "Enter a day" in desk.post(there + "/edit", data=odd).text


def test_a_contact_is_removed_once_it_was_asked_for_with_a_reason(house, desk, there):
    assert desk.post(there + "/remove", data={"confirmed": "yes"}).status_code == 422
    assert desk.post(there + "/remove", data={"reason": "EXAMPLE"}).status_code == 422
    sure = {"confirmed": "yes", "reason": "EXAMPLE gone"}
    assert desk.post(there + "/remove", data=sure).status_code == 303
    assert "It is kept, and offered no more" in desk.get(there).text
    assert "Vasseur" not in desk.get("/directory").text
    assert desk.get(there + "/edit").status_code == 404
    assert desk.post(there + "/remove", data=sure).status_code == 404


def test_an_address_is_verified_by_a_code_or_by_word(house, desk, there, hands):
    sent = []

    class Box:
        name = "box"

        def send(self, message):
            sent.append(message)
            return HandedOver(provider_id="1", detail="")

    house.channels = {Method.EMAIL: Box()}
    assert "The check was handed over" in desk.post(there + "/ways/1/check").text
    assert desk.post(there + "/ways/1/check").status_code == 429
    wrong = desk.post(there + "/ways/1/code", data={"code": "0000-0000"})
    assert (wrong.status_code, "this is not the code" in wrong.text) == (422, True)
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", sent[0].body)[0]
    assert desk.post(there + "/ways/1/code", data={"code": code}).status_code == 303
    assert contact(house, there).ways[0].verified_at == NOW
    assert "has no channel" in desk.get(there + "/ways/2").text
    word = {"how": "called back", "at": "2024-03-07T09:30", "zone": "Europe/Paris"}
    assert desk.post(there + "/ways/2/attest", data=word).status_code == 303
    later = desk.post(there + "/ways/2/attest", data=word | {"at": "2024-03-07T11:00"})
    assert later.status_code == 422
    assert desk.get(there + "/ways/3").status_code == 409
    assert "These ways may fail" not in desk.get("/directory").text
