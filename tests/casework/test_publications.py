"""Warnings to the public through the house: signed, kept, checked against the reports."""

import hashlib
import stat
from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.builders import BEN, CARLA, DAY, EVA, GRETA, refused, words
from tests.casework.listing import a_list
from tests.casework.road import Road
from tests.feeds.cap.publications import CITY, a_notice
from tocsin.casework import publications
from tocsin.casework.cap_keys import certificate
from tocsin.casework.doctor import examine
from tocsin.domain import commands as c
from tocsin.domain.public import Status
from tocsin.domain.refusal import Code
from tocsin.feeds.cap.read import read
from tocsin.feeds.cap.sign import Judgement, verify
from tocsin.store import schema, views

PUBLIC = {"sender": "warnings@house.example", "sender_name": "Example Warning Office"}
AFTER = words(what="The warning is cancelled.", do="You may go there again.")


@pytest.fixture
def road(opens, clock):
    """Warning w1, released, in a house that may warn the public."""
    road = Road(app=opens(public=PUBLIC), clock=clock).drafted()
    road.releases()
    return road


def prepares(road, **fields):
    given = {"notice": a_notice(), "cancellation": (AFTER,), "status": Status.ACTUAL} | fields
    return road.does(BEN, c.PreparePublication, warning_id="w1", **given)


def confirms(road, number=1):
    typed = f"LIVE {road.case_id}"
    return road.does(CARLA, c.ConfirmPublication, publication_id=f"n{number}", typed=typed)


def test_what_is_confirmed_is_signed_kept_and_bound_to_the_record(road):
    prepares(road)
    one = confirms(road).publications["n1"]
    xml = publications.signed(road.app, one.sent_as.identifier)
    assert hashlib.sha256(xml).hexdigest() == one.sent_sha256
    assert road.case_id not in xml.decode()
    alert = read(xml)
    assert (alert.faults, alert.status, alert.message_type) == ((), "Actual", "Alert")
    assert alert.infos[0].areas[0].description == CITY.description
    trusted, now = certificate(road.app), road.clock()
    assert verify(xml, [trusted], now).judgement is Judgement.GENUINE
    changed = xml.replace(b"Stay away", b"Go to the")
    assert verify(changed, [trusted], now).judgement is Judgement.ALTERED
    key = road.app.settings.data_dir / "cap.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert examine(road.app).complaints == ()


def test_a_cancellation_goes_out_at_once_and_names_all_before_it_even_when_it_is_late(road):
    prepares(road)
    confirms(road)
    prepares(road, follows="n1", notice=a_notice(event="Security alert: halls"))
    confirms(road, 2)
    road.clock.advance(5 * DAY)
    case = road.does(EVA, c.CancelPublication, publication_id="n2", reason="a false alarm")
    first, second = (case.publications[one] for one in ("n1", "n2"))
    alert = read(publications.signed(road.app, second.cancelled_as.identifier))
    assert (alert.faults, alert.message_type) == ((), "Cancel")
    named = [one.split(",")[1] for one in alert.references]
    assert named == [first.sent_as.identifier, second.sent_as.identifier]
    assert first.sent_as.sent < second.sent_as.sent
    found = publications.chain_of(road.app, first.sent_as.identifier)
    assert [one.message.value for one in found] == ["alert", "update", "cancel"]
    assert found == publications.chain_of(road.app, second.cancelled_as.identifier)
    assert len(publications.messages(road.app, [Status.ACTUAL])) == 3
    assert publications.messages(road.app, publications.SHAM) == []


def test_nothing_is_confirmed_where_the_house_is_not_set_up(opens, clock):
    for public in (None, PUBLIC | {"enabled": False}):
        road = Road(app=opens(public=public), clock=clock)
        road.receives(content=f"EXAMPLE {public}".encode())
        road.drafted()
        road.releases()
        prepares(road)
        with refused(Code.SETTINGS_INVALID):
            confirms(road)
        assert publications.messages(road.app, list(Status)) == []


def test_what_stands_only_in_a_report_is_in_neither_the_event_nor_an_area_nor_the_cancellation(
    road,
):
    leaky = "Zebulon Krall"
    for fields in (
        {"notice": a_notice(event=f"Attack by {leaky}")},
        {"notice": a_notice(areas=(replace(CITY, description=f"Where {leaky} is"),))},
        {"notice": a_notice(areas=(replace(CITY, geocodes={leaky: "1"}),))},
        {"notice": a_notice(web="https://house.example/Zebulon-Krall")},
        {"cancellation": (replace(AFTER, do=f"{leaky} was arrested."),)},
    ):
        with refused(Code.PROTECTED_WORDS):
            prepares(road, **fields)
    assert road.case.publications == {}


def test_a_report_that_came_after_it_was_prepared_is_compared_again(road):
    prepares(road, notice=a_notice(event="Attack in Xanadu Hall"))
    said = b"EXAMPLE. The source says: Xanadu Hall, tonight."
    road.receives(content=said, title="More", case_id=road.case_id)
    with refused(Code.PROTECTED_WORDS):
        confirms(road)
    assert publications.messages(road.app, list(Status)) == []


def test_what_cap_cannot_say_is_refused_when_it_is_prepared(road):
    with refused(Code.BAD_VALUE):
        prepares(road, notice=a_notice(web="https://a house.example/"))
    assert road.case.publications == {}


def test_a_list_that_nobody_keeps_is_refused(road):
    with refused(Code.LIST_UNKNOWN):
        prepares(road, lists=("L-0000-0000",))


def test_the_lists_of_the_case_s_unit_are_served_whoever_confirms(road):
    list_id = a_list(road.app, 2)
    road.does(BEN, c.NameFollowUpOwner, officer_id=GRETA.actor_id)
    road.does(BEN, c.AdmitOfficer, officer_id=CARLA.actor_id, reason="asked for help")
    prepares(road, lists=(list_id,))
    guest = replace(CARLA, unit="elsewhere")
    road.does(guest, c.ConfirmPublication, publication_id="n1", typed=f"LIVE {road.case_id}")
    (dispatch,) = road.case.dispatches.values()
    assert (dispatch.list_id, dispatch.publication_id, dispatch.members) == (list_id, "n1", 2)


def test_the_database_refuses_one_person_in_both_parts_and_the_doctor_sees_changed_bytes(road):
    prepares(road)
    one = confirms(road).publications["n1"]
    row = views.ConfirmationRow(
        proposal_id="x", case_id=road.case_id, kind="publication",
        proposed_by=BEN.actor_id, confirmed_by=BEN.actor_id,
    )  # fmt: skip
    with pytest.raises(IntegrityError), road.app.store.write() as db:
        views.put_confirmation(db, row)
    table = schema.published_message
    with road.app.store.write() as db:
        db.execute(update(table).values(xml=b"<alert/>"))
    said = f"message {one.sent_as.identifier} is not kept as it went out."
    assert any(said in complaint for complaint in examine(road.app).complaints)
