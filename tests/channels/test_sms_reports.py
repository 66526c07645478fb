"""What a message centre delivers, read without one: receipts, answers, and anything else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.channels.base import Report, Reported
from tocsin.channels.smpp import Packet, ShortMessage, Tag
from tocsin.channels.sms_reports import JOIN_S, next_heard

ANA = "+15555550100"


def heard(message: ShortMessage, came_at: float = 0, now: float = 0) -> Any:
    return next_heard([(came_at, Packet(command=5, sequence=1, body=bytes(message)))], now)


def receipt(stat: str = "", state: int | None = None) -> ShortMessage:
    text = f"id:m7 sub:001 dlvrd:000 stat:{stat} err:04B text:Stay" if stat else ""
    tags = {Tag.RECEIPTED_MESSAGE_ID: b"m7\0", Tag.MESSAGE_STATE: bytes((state or 0,))}
    return ShortMessage(
        source=ANA[1:],
        destination="1",
        esm_class=4,
        text=text.encode(),
        tags=tags if state is not None else {},
    )


@pytest.mark.parametrize(
    ("message", "kind", "detail"),
    [
        (receipt("DELIVRD"), Reported.DELIVERED, "DELIVRD"),
        (receipt("undeliv"), Reported.UNDELIVERABLE, "UNDELIV 04B"),
        (receipt("EXPIRED"), Reported.UNDELIVERABLE, "EXPIRED 04B"),
        (receipt("REJECTD"), Reported.UNDELIVERABLE, "REJECTD 04B"),
        (receipt(state=2), Reported.DELIVERED, "DELIVRD"),
        (receipt(state=5), Reported.UNDELIVERABLE, "UNDELIV"),
        (receipt("DELIVRD", state=8), Reported.UNDELIVERABLE, "REJECTD 04B"),
    ],
)
def test_receipts_are_read_in_either_form_and_tags_count_first(
    message: ShortMessage, kind: Reported, detail: str
) -> None:
    assert heard(message).report == Report(kind=kind, provider_id="m7", detail=detail)


@pytest.mark.parametrize(
    "message", [receipt("ENROUTE"), receipt("ACCEPTD"), receipt("UNKNOWN"), receipt(state=7)]
)
def test_on_the_way_and_nobody_knows_are_no_news(message: ShortMessage) -> None:
    assert heard(message).report is None
    assert heard(message).status == 0


def test_a_part_whose_others_never_come_is_reported_by_itself() -> None:
    part = ShortMessage(
        source=ANA[1:], destination="1", esm_class=0x40, text=b"\x05\x00\x03\x09\x02\x01yes"
    )
    assert heard(part, came_at=10, now=10 + JOIN_S / 2) is None
    assert heard(part, came_at=10, now=10 + JOIN_S).report.words == "yes"


@pytest.mark.parametrize(
    ("source", "ton", "address"),
    [("15555550100", 1, ANA), ("+15555550100", 0, ANA), ("5555550100", 2, ""), ("Bank", 5, "")],
)
def test_only_a_number_with_its_country_names_who_answered(
    source: str, ton: int, address: str
) -> None:
    message = ShortMessage(source=source, source_ton=ton, destination="1", text=b"yes")
    assert heard(message).report.address == address


@given(
    st.binary(max_size=300),
    st.integers(0, 255),
    st.integers(0, 255),
    st.dictionaries(st.sampled_from(Tag), st.binary(max_size=9), max_size=4),
)
def test_no_delivery_however_odd_is_more_than_dropped_or_reported(
    octets: bytes, coding: int, esm_class: int, tags: dict[int, bytes]
) -> None:
    given_ = ShortMessage(
        source=ANA[1:],
        destination="1",
        esm_class=esm_class,
        data_coding=coding,
        text=octets[:254],
        tags=tags,
    )
    assert heard(given_, now=JOIN_S) is not None
    assert next_heard([(0, Packet(command=5, sequence=1, body=octets))], JOIN_S) is not None


def test_a_place_of_a_wrong_size_is_none() -> None:
    """A total of nine octets was once waited for: one message took all memory there was."""
    tags = {Tag.SAR_REFERENCE: b"\0\1", Tag.SAR_TOTAL: b"\xff" * 9, Tag.SAR_NUMBER: b"\1"}
    part = ShortMessage(source=ANA[1:], destination="1", text=b"yes", tags=tags)
    assert heard(part, came_at=0, now=0).report.words == "yes"
