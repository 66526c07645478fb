"""Every rule that the schema cannot test, broken one at a time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.feeds.cap.publications import a_publication
from tocsin.feeds.cap.model import AlertArea, Fault, FaultCode
from tocsin.feeds.cap.rules import faults, reference
from tocsin.feeds.cap.write import alert_of

SOUND = alert_of(a_publication())
ITSELF = "warnings@house.example,7F3K-1,2024-03-07T12:00:00+03:00"
EARLIER = "warnings@house.example,7F3K-0,2024-03-07T12:00:00+03:00"


def codes(alert):
    return [fault.code for fault in faults(alert)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"identifier": ""}, FaultCode.MISSING),
        ({"sent": None}, FaultCode.MISSING),
        ({"identifier": "a b"}, FaultCode.IDENTIFIER_FORM),
        ({"sender": "a,b"}, FaultCode.SENDER_FORM),
        ({"status": "actual"}, FaultCode.VALUE_UNKNOWN),
        ({"message_type": "Update"}, FaultCode.REFERENCES_MISSING),
        ({"message_type": "Cancel"}, FaultCode.REFERENCES_MISSING),
        ({"message_type": "Ack"}, FaultCode.REFERENCES_MISSING),
        ({"references": ("x",)}, FaultCode.REFERENCE_FORM),
        ({"references": ("a,b,2024-03-07T12:00:00",)}, FaultCode.REFERENCE_FORM),
        ({"references": (ITSELF,)}, FaultCode.REFERENCE_TO_ITSELF),
        ({"scope": "Private"}, FaultCode.ADDRESSES_MISSING),
        ({"scope": "Restricted"}, FaultCode.RESTRICTION_MISSING),
        ({"status": "Exercise"}, FaultCode.NOTE_MISSING),
        ({"message_type": "Error", "references": (EARLIER,)}, FaultCode.NOTE_MISSING),
        ({"infos": ()}, FaultCode.INFO_MISSING),
        ({"note": "<p>Hello</p>"}, FaultCode.HTML),
    ],
)
def test_a_fault_of_the_whole_is_found(changes, code):
    assert codes(replace(SOUND, **changes)) == [code]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"language": ""}, FaultCode.LANGUAGE_MISSING),
        ({"language": "english"}, FaultCode.LANGUAGE_FORM),
        ({"categories": ()}, FaultCode.MISSING),
        ({"categories": ("Security ",)}, FaultCode.VALUE_UNKNOWN),
        ({"responses": ("Run",)}, FaultCode.VALUE_UNKNOWN),
        ({"certainty": "Very Likely"}, FaultCode.VALUE_UNKNOWN),
        ({"expires": None}, FaultCode.EXPIRES_MISSING),
        ({"expires": SOUND.sent}, FaultCode.EXPIRES_EARLY),
        ({"onset": SOUND.sent + timedelta(days=9)}, FaultCode.EXPIRES_EARLY),
        ({"headline": "x" * 161}, FaultCode.HEADLINE_LONG),
        ({"description": "a<br/>b"}, FaultCode.HTML),
        ({"instruction": "a &amp; b"}, FaultCode.HTML),
        ({"web": "www.example.org"}, FaultCode.WEB_FORM),
        ({"web": "javascript:alert(1)"}, FaultCode.WEB_FORM),
        ({"areas": ()}, FaultCode.AREA_MISSING),
        ({"areas": (AlertArea(circles=("1,1 5",)),)}, FaultCode.MISSING),
        ({"areas": (AlertArea(description="x"),)}, FaultCode.AREA_EMPTY),
    ],
)
def test_a_fault_of_one_language_is_found_in_its_place(changes, code):
    first, second = SOUND.infos
    found = faults(replace(SOUND, infos=(first, replace(second, **changes))))
    assert [fault.code for fault in found] == [code]
    assert found[0].where.startswith("info[2]/")


@pytest.mark.parametrize(
    ("area", "code"),
    [
        ({"polygons": ("1,1 2,1 2,2",)}, FaultCode.POLYGON_SHORT),
        ({"polygons": ("1,1 2,1 2,2 1,2",)}, FaultCode.POLYGON_OPEN),
        ({"polygons": ("1,1 2,2 2,1 1,2 1,1",)}, FaultCode.POLYGON_CROSSES),
        ({"polygons": ("100,1 100,2 101,2 100,1",)}, FaultCode.POLYGON_ORDER),
        ({"polygons": ("1,1,0 2,1,0 2,2,0 1,1,0",)}, FaultCode.POLYGON_FORM),
        ({"circles": ("1,1",)}, FaultCode.CIRCLE_FORM),
        ({"circles": ("1,1 0",)}, FaultCode.CIRCLE_RADIUS),
        ({"circles": ("1,999 1",)}, FaultCode.CIRCLE_RANGE),
    ],
)
def test_a_fault_of_a_shape_is_found(area, code):
    info = replace(SOUND.infos[0], areas=(AlertArea(description="x", **area),))
    assert codes(replace(SOUND, infos=(info,))) == [code]


def test_a_sound_alert_has_none_and_what_reading_found_is_kept():
    assert faults(SOUND) == []
    known = Fault(FaultCode.EMPTY, "info[1]/web", "It is there and empty; leave it out.")
    assert faults(replace(SOUND, faults=(known,))) == [known]


def test_an_address_in_brackets_is_no_html():
    info = replace(SOUND.infos[0], contact="Desk <desk@house.example>, 3 < 4 & 5 > 2")
    assert codes(replace(SOUND, infos=(info,))) == []


def test_a_reference_names_sender_identifier_and_time():
    named = reference(EARLIER)
    assert (named.sender, named.identifier) == ("warnings@house.example", "7F3K-0")
    assert named.sent == SOUND.sent
    assert reference("a,b") is reference(",b,2024-03-07T12:00:00+03:00") is None
