"""What a message centre delivers: receipts, and what people answer. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from tocsin.channels.addresses import address_for
from tocsin.channels.base import LONGEST_REPLY, Report, Reported
from tocsin.channels.smpp import Packet, ShortMessage, Status, Tag, c_text
from tocsin.channels.sms_text import read_septets
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Refusal

JOIN_S = 5.0
"""How long the other parts of an answer are waited for: a centre that gives the next part only
when this one is acknowledged must not be waited for in vain."""

_STATES = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 8: "REJECTD"}
_OVER = {"EXPIRED", "DELETED", "UNDELIV", "REJECTD"}
_INTERNATIONAL = 1
_SAR = {Tag.SAR_REFERENCE: 2, Tag.SAR_TOTAL: 1, Tag.SAR_NUMBER: 1}
"""How many octets each has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Packets that belong together and are answered with `status`, and what they say, if that
    is of use: on the way is no news."""

    packets: tuple[Packet, ...]
    report: Report | None
    status: int = Status.OK


def next_heard(untaken: Sequence[tuple[float, Packet]], now: float) -> Heard | None:
    """The first of what came (with when, on a monotonic clock) that can be reported."""
    for came_at, packet in untaken:
        try:
            message = ShortMessage.read(packet.body)
        except ValueError:
            return Heard(packets=(packet,), report=None, status=Status.NEVER)
        if _is_receipt(message):
            return Heard(packets=(packet,), report=_receipt(message))
        series = _series(message)
        if series is None:
            return Heard(packets=(packet,), report=_reply([message]))
        together = _together(untaken, message, series)
        whole = {number for _, _, number in together} >= set(range(1, series[1] + 1))
        if whole or now - came_at >= JOIN_S:
            once = {number: said for _, said, number in together}
            said = [once[number] for number in sorted(once)]
            return Heard(packets=tuple(one for one, _, _ in together), report=_reply(said))
    return None


def _is_receipt(message: ShortMessage) -> bool:
    return bool(message.esm_class & 0x24) or Tag.RECEIPTED_MESSAGE_ID in message.tags


def _receipt(message: ShortMessage) -> Report | None:
    """A delivery receipt, by its tags or else by its text (SMPP 3.4, appendix B)."""
    text = message.text.decode("latin-1")
    named, state = re.search(r"\bid:([!-~]{1,64})", text), message.tags.get(Tag.MESSAGE_STATE)
    said = re.search(r"\bstat:([A-Z]{1,10})", text, re.I)
    error = re.search(r"\berr:([0-9A-F]{1,8})\b", text, re.I)
    word = _STATES.get(state[0], "") if state else said[1].upper() if said else ""
    tagged = c_text(message.tags.get(Tag.RECEIPTED_MESSAGE_ID, b""))
    provider_id = tagged or (named[1] if named else "")
    if not provider_id or word not in {"DELIVRD", *_OVER}:
        return None
    return Report(
        kind=Reported.UNDELIVERABLE if word in _OVER else Reported.DELIVERED,
        provider_id=provider_id[:64],
        detail=f"{word} {error[1]}" if error and word in _OVER else word,
    )


Series = tuple[int, int]
"""The reference that parts share, and how many they are."""


def _series(message: ShortMessage) -> Series | None:
    reference, total, _ = _place(message)
    return (reference, total) if total > 1 else None


def _together(
    untaken: Sequence[tuple[float, Packet]], first: ShortMessage, series: Series
) -> list[tuple[Packet, ShortMessage, int]]:
    found = []
    for _, packet in untaken:
        try:
            message = ShortMessage.read(packet.body)
        except ValueError:
            continue
        if message.source == first.source and _series(message) == series:
            found.append((packet, message, _place(message)[2]))
    return found


def _place(message: ShortMessage) -> tuple[int, int, int]:
    """Reference, total and number, of its header or its tags; a total of 1 where it has none."""
    header, _ = _split(message)
    while len(header) >= 2:
        kind, length = header[:2]
        element, header = header[2 : 2 + length], header[2 + length :]
        if (kind, len(element)) in ((0, 3), (8, 4)):
            return int.from_bytes(element[:-2], "big"), element[-2], element[-1]
    given = [message.tags.get(tag, b"") for tag in _SAR]
    # Other sizes are no place (SMPP 3.4, 5.3.2.22): a total of nine octets would be waited for.
    if [len(one) for one in given] == list(_SAR.values()):
        reference, total, number = (int.from_bytes(one, "big") for one in given)
        return reference, total, number
    return 0, 1, 1


def _split(message: ShortMessage) -> tuple[bytes, bytes]:
    """The user data header, without its length, and the text."""
    text = message.text
    if not message.esm_class & 0x40 or not text:
        return b"", text
    return text[1 : 1 + text[0]], text[1 + text[0] :]


def _reply(said: Sequence[ShortMessage]) -> Report:
    address = _address(said[0])
    # Joined before they are read: some phones cut a letter in two.
    words = "".join(
        _read(b"".join(_split(one)[1] for one in alike), coding)
        for coding, alike in groupby(said, key=lambda one: one.data_coding)
    )
    return Report(
        kind=Reported.REPLIED,
        address=address,
        words=words.replace("\0", "")[:LONGEST_REPLY],
        detail="" if address else "from no international number",
    )


def _address(message: ShortMessage) -> str:
    """E.164, or "" where the centre does not say which country's number it is."""
    digits = message.source.removeprefix("+")
    if not digits.isdecimal() or (
        message.source_ton != _INTERNATIONAL and digits == message.source
    ):
        return ""
    try:
        return address_for(Method.SMS, f"+{digits}")
    except Refusal:
        return ""


def _read(text: bytes, coding: int) -> str:
    """Text by its data_coding (SMPP 3.4, 5.2.19; 3GPP TS 23.038, 4)."""
    if coding >= 0xF0:
        return text.decode("latin-1") if coding & 0x04 else read_septets(text)
    match coding & 0x0C:
        case 0x08:
            return text.decode("utf-16-be", errors="replace")
        case 0x00 if coding not in (1, 3):
            return read_septets(text)
        case _:
            return text.decode("latin-1")
