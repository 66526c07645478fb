"""Other people's alerts: read with their faults, or refused with a reason, never a crash."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import refused
from tocsin.domain.refusal import Code, Refusal
from tocsin.feeds.cap.document import MOST_BYTES
from tocsin.feeds.cap.model import Alert, FaultCode, Resource
from tocsin.feeds.cap.read import MOST_EMBEDDED, read
from tocsin.feeds.cap.rules import faults
from tocsin.feeds.cap.write import render

SAMPLES = {path.stem: path.read_bytes() for path in (Path(__file__).parent / "samples").iterdir()}
WHOLE = SAMPLES["one_language"]


def test_every_field_is_read():
    alert = read(WHOLE)
    info, area = alert.infos[0], alert.infos[0].areas[0]
    assert alert.faults == ()
    assert (alert.restriction, alert.codes, alert.incidents) == (
        "For offices that take part", ("sample-code",), "7F3K",
    )  # fmt: skip
    assert alert.addresses == '"first desk" second@desk.example'
    assert alert.references == (
        "duty@warnings.example,sample-0,2024-03-07T17:00:00+03:00",
        "duty@warnings.example,sample-00,2024-03-07T16:00:00-00:00",
    )
    assert alert.sent == datetime(2024, 3, 7, 15, tzinfo=UTC)
    assert (info.categories, info.responses) == (("Security", "Safety"), ("Avoid", "Monitor"))
    assert info.description == "An attack on a concert is being prepared."
    assert (info.event_codes, info.parameters) == ((("HOUSE", "G1"),), (("HOUSE", "yes"),))
    assert info.resources == (
        Resource(
            description="A map", media_type="image/png", size=4, embedded="bWFwIQ==",
            uri="https://warnings.example/map.png", digest="0" * 40,
        ),
    )  # fmt: skip
    assert area.polygons == ("55.5,37.3 55.9,37.3 55.9,37.9 55.5,37.9 55.5,37.3",)
    assert area.geocodes == (("SAME", "006109"), ("SAME", "006110"))
    assert (area.altitude, area.ceiling) == ("0", "300")


def test_every_fault_of_a_faulty_alert_is_named_with_its_place():
    alert = read(SAMPLES["faulty"])
    assert {(fault.code, fault.where) for fault in alert.faults} == {
        (FaultCode.SCHEMA, "line 4"),
        (FaultCode.UTC_FORM, "sent"),
        (FaultCode.STRAY_SPACE, "status"),
        (FaultCode.REPEATED, "msgType"),
        (FaultCode.UNKNOWN_ELEMENT, ""),
        (FaultCode.TIME_UNREADABLE, "info[1]/effective"),
        (FaultCode.TIME_FORM, "info[1]/onset"),
        (FaultCode.EMPTY, "info[1]/headline"),
        (FaultCode.NUMBER_UNREADABLE, "info[1]/resource[1]/size"),
        (FaultCode.MISSING, "sender"),
        (FaultCode.IDENTIFIER_FORM, "identifier"),
        (FaultCode.REFERENCE_FORM, "references"),
        (FaultCode.ADDRESSES_MISSING, "addresses"),
        (FaultCode.LANGUAGE_FORM, "info[1]/language"),
        (FaultCode.VALUE_UNKNOWN, "info[1]/category"),
        (FaultCode.VALUE_UNKNOWN, "info[1]/urgency"),
        (FaultCode.EXPIRES_EARLY, "info[1]/expires"),
        (FaultCode.HTML, "info[1]/event"),
        (FaultCode.WEB_FORM, "info[1]/web"),
        (FaultCode.POLYGON_ORDER, "info[1]/area[1]/polygon"),
        (FaultCode.CIRCLE_RADIUS, "info[1]/area[1]/circle"),
        (FaultCode.AREA_EMPTY, "info[1]/area[2]"),
    }
    assert (alert.message_type, alert.status) == ("Cancel", "Actual")
    assert faults(alert) == list(alert.faults)


def test_earlier_versions_are_read_too():
    assert (read(SAMPLES["version_1_1"]).version, read(SAMPLES["version_1_1"]).faults) == (
        "1.1",
        (),
    )
    alert = read(SAMPLES["version_1_0"])
    assert (alert.version, alert.infos[0].event_codes) == ("1.0", (("SAME", "SVR"),))
    assert alert.infos[0].areas[0].geocodes == (("fips6", "006109"),)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_was_read_and_written_is_read_the_same(name):
    first = read(SAMPLES[name])
    again = read(render(first))
    assert _told(again) == _told(first)


def _told(alert: Alert) -> dict[str, object]:
    skipped = {"faults", "version"}
    return {name: getattr(alert, name) for name in Alert.__slots__ if name not in skipped}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", Code.REPORT_UNREADABLE),
        (b"<alert/>", Code.REPORT_UNREADABLE),
        (WHOLE.replace(b"cap:1.2", b"cap:9.9"), Code.REPORT_UNREADABLE),
        (WHOLE[:-20], Code.REPORT_UNREADABLE),
        (WHOLE.replace(b"UTF-8", b"UTF-16"), Code.REPORT_UNREADABLE),
        (WHOLE.replace(b"UTF-8", b"no-such"), Code.REPORT_UNREADABLE),
        (WHOLE.replace(b"Stay away", b"Stay \xff"), Code.REPORT_UNREADABLE),
        (WHOLE.replace(b"<alert", b"<!DOCTYPE alert><alert", 1), Code.REPORT_UNREADABLE),
        (b"<x><alert/></x>", Code.REPORT_UNREADABLE),
        (WHOLE.replace(b"</info>", b"<a>" * 300 + b"</a>" * 300 + b"</info>"),
         Code.REPORT_UNREADABLE),
        (b"<alert>" + b"<a/>" * 100_001, Code.REPORT_TOO_COMPLEX),
        (WHOLE + b" " * MOST_BYTES, Code.REPORT_TOO_LARGE),
    ],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_alert_is_refused_with_a_reason(data, code):
    with refused(code):
        read(data)


BOMB = b"""<!DOCTYPE alert [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY x SYSTEM "file:///etc/hostname"> %s]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>&%s;</identifier></alert>"""
_LEVELS = b"".join(b'<!ENTITY %c "%s">' % (99 + n, b"&%c;" % (98 + n) * 8) for n in range(12))


@pytest.mark.parametrize("entity", [b"a", b"x", b"n"])
def test_entities_are_neither_expanded_nor_fetched(entity):
    with refused(Code.REPORT_UNREADABLE):
        read(BOMB % (_LEVELS, entity))


def test_embedded_content_beyond_the_bound_is_left_out_and_listed():
    alert = read(WHOLE.replace(b"bWFwIQ==", b"A" * (MOST_EMBEDDED + 1)))
    assert alert.infos[0].resources[0].embedded == ""
    assert [fault.code for fault in alert.faults] == [FaultCode.RESOURCE_TOO_LARGE]


def test_thousands_of_faults_and_points_stay_within_bounds():
    areas = b"<area><areaDesc>x</areaDesc><polygon>1,1</polygon></area>" * 5_000
    teeth = " ".join(f"{n * 0.05:.2f},{1 if n % 2 else 100}" for n in range(1, 997))
    combs = "".join(
        f"<area><areaDesc>x</areaDesc><polygon>0,0 {teeth} {n},0 0,0</polygon></area>"
        for n in range(50, 70)
    ).encode()
    alert = read(WHOLE.replace(b"</info>", combs + areas + b"</info>"))
    assert len(alert.faults) == 200
    assert FaultCode.POLYGON_TANGLED in {fault.code for fault in alert.faults}


_elements = st.sampled_from(
    [
        *("alert", "info", "area", "resource", "geocode", "valueName", "size", "language"),
        *("identifier", "sent", "expires", "polygon", "circle", "references", "headline", "web"),
    ]
)


def read_or_refused(data: bytes) -> Alert | Code:
    try:
        return read(data)
    except Refusal as refusal:
        return refusal.code


@given(st.recursive(
    st.text(max_size=8).map(lambda text: text.replace("<", "").replace("&", "")),
    lambda inner: st.lists(st.tuples(_elements, inner), max_size=4).map(
        lambda pairs: "".join(f"<{name}>{words}</{name}>" for name, words in pairs)
    ),
    max_leaves=12,
))  # fmt: skip
@settings(max_examples=80)
def test_any_nesting_of_its_elements_is_read_or_refused(words):
    document = f'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">{words}</alert>'
    alert = read_or_refused(document.encode("utf-8", "replace"))
    if isinstance(alert, Alert):
        assert alert.faults
        assert render(alert)
    else:
        assert alert is Code.REPORT_UNREADABLE


@given(st.data())
@settings(max_examples=80)
def test_any_damage_is_read_or_refused(data):
    damaged = bytearray(data.draw(st.sampled_from(sorted(SAMPLES.values()))))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    found = read_or_refused(bytes(damaged))
    assert isinstance(found, Alert) or found is Code.REPORT_UNREADABLE
