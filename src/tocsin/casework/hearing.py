"""What channels report after the hand-over: receipts, failures, words that came back."""

import logging
import re
from collections.abc import Mapping
from datetime import timedelta

from tocsin.casework import lists
from tocsin.casework.acknowledge import recipient_of
from tocsin.casework.handle import handle
from tocsin.casework.hearing_lists import Heard, is_member
from tocsin.casework.house import App
from tocsin.casework.reads import case_of
from tocsin.casework.sending import printed
from tocsin.channels import Report, Reported, address_for
from tocsin.domain.actor import SYSTEM
from tocsin.domain.case import Case, Delivery
from tocsin.domain.commands import Acknowledge, RecordReceipt, RecordReply
from tocsin.domain.delivering import Receipt
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal
from tocsin.identity import links
from tocsin.store import deliveries
from tocsin.store.instants import to_us

ANSWERS_FOR = timedelta(days=90)
MOST_SEARCHED = 2_000
_RECEIPTS: Mapping[Reported, Receipt] = {
    Reported.DELIVERED: Receipt.DELIVERED,
    Reported.DISPLAYED: Receipt.DISPLAYED,
    Reported.UNDELIVERABLE: Receipt.UNDELIVERABLE,
}
_CODE = re.compile(
    r"(?<![0-9A-Za-z])([0-9A-Za-z]{4})[-\u2010-\u2015 ]?([0-9A-Za-z]{4})(?![0-9A-Za-z])"
)
STOP = frozenset({"stop", "unsubscribe", "end", "quit", "cancel"})
LONGEST_CONFIRMATION = 60
"""Characters. A machine that sends the whole message back sends the code back too."""
MOST_CODES = 3

_NOT_TO_BE_MENDED = frozenset(
    {Code.CASE_DESTROYED, Code.PARTICULARS_MISSING, Code.BAD_VALUE, Code.TOO_MANY_TRIES}
)
"""Refused so once, a report would be refused so for ever, and hold up those behind it."""

log = logging.getLogger("tocsin.hearing")


def hear(app: App, method: Method, report: Report, heard: Heard | None = None) -> bool:
    """Put a report on the record; False where it is of no delivery that is known.

    One of a member of a list waits in `heard` for others, where that is given.
    """
    if key := _member(app, method, report):
        return _of_a_list(app, method, report, key, heard or Heard(app, longest=timedelta(0)))
    found = _delivery_of(app, method, report)
    if found is None and _stops(app, method, report):
        return True
    if found is None:
        log.warning("A report by %s is of no delivery that is known.", method)
        return False
    case, delivery = found
    named = {"case_id": case.case_id, "delivery_id": delivery.delivery_id}
    try:
        if report.kind is not Reported.REPLIED:
            receipt = RecordReceipt(
                **named,
                receipt=_RECEIPTS[report.kind],
                provider_id=printed(report.provider_id),
                detail=printed(report.detail),
            )
            handle(app, receipt, SYSTEM)
        elif not _confirms(app, delivery, report.words):
            handle(app, RecordReply(**named, words=_whole(report.words)), SYSTEM)
        else:
            handle(app, Acknowledge(**named), recipient_of(delivery))
    except Refusal as refusal:
        if refusal.code not in _NOT_TO_BE_MENDED:
            raise
        return False
    return True


def _whole(words: str) -> str:
    """Without halves of characters, which no record can carry."""
    return words.encode("utf-8", "replace").decode()


def _member(app: App, method: Method, report: Report) -> str:
    """The key of the member of a list whom a report is of; "" where it is of nobody on a list."""
    if is_member(report.key):
        return report.key
    if report.key or not report.provider_id or not report.provider_id.isprintable():
        return ""
    with app.store.read() as db:
        named = deliveries.named_by_provider(db, method.value, report.provider_id)
    return named[0] if len(named) == 1 and is_member(named[0]) else ""


def _of_a_list(app: App, method: Method, report: Report, key: str, heard: Heard) -> bool:
    """Of those on a list no words are kept but the one to stop, which takes them off."""
    if report.kind is not Reported.REPLIED:
        heard.take(key, _RECEIPTS[report.kind])
        return True
    _stops(app, method, report)
    heard.take(key, Receipt.DELIVERED)
    return True


def _stops(app: App, method: Method, report: Report) -> bool:
    """Whether somebody on a list wrote back to be left alone; they are then on none."""
    wanted = report.kind is Reported.REPLIED and report.words.strip().casefold() in STOP
    try:
        address = address_for(method, report.address) if wanted and report.address else ""
    except Refusal:
        return False
    return bool(address) and lists.stop(app, method, address) > 0


def _delivery_of(app: App, method: Method, report: Report) -> tuple[Case, Delivery] | None:
    with app.store.read() as db:
        row = (
            deliveries.delivery(db, report.key) if links.DELIVERY_ID.fullmatch(report.key) else None
        )
        if row is None and report.provider_id and report.provider_id.isprintable():
            named = deliveries.named_by_provider(db, method.value, report.provider_id)
            row = deliveries.delivery(db, named[0]) if len(named) == 1 else None
    if row is not None:
        case = case_of(app, row.case_id)
        delivery = case.deliveries.get(row.delivery_id)
        if delivery is None or delivery.method is not method:
            return None
        # Anybody can name a key; where it is said who reports, it must be who was sent it.
        strange = report.address and _checked(method, report.address) != _address(case, delivery)
        if strange and not _carries_code(app, delivery, report):
            return None
        return case, delivery
    # A receipt names its message; of which one an address has a receipt, nobody could say.
    replies = report.address and report.kind is Reported.REPLIED
    return _newest_to(app, method, report.address) if replies else None


def _newest_to(app: App, method: Method, address: str) -> tuple[Case, Delivery] | None:
    """The newest delivery to an address. Addresses are sealed, so the cases are looked through."""
    wanted = _checked(method, address)
    if wanted is None:
        return None
    since = to_us(app.clock() - ANSWERS_FOR)
    with app.store.read() as db:
        rows = deliveries.newest_by(db, method.value, since_us=since, limit=MOST_SEARCHED)
    for row in rows:
        case = case_of(app, row.case_id)
        delivery = case.deliveries.get(row.delivery_id)
        if delivery is None or not delivery.attempts:
            continue
        if _address(case, delivery) == wanted:
            return case, delivery
    return None


def _address(case: Case, delivery: Delivery) -> str | None:
    """As it was written to, whatever the spelling in which it was entered."""
    way = case.recipients[delivery.recipient_id].ways[delivery.way]
    return _checked(delivery.method, way.address)


def _carries_code(app: App, delivery: Delivery, report: Report) -> bool:
    """Whether a reply from another address (an alias, a secretary) carries the right code.

    Wrong ones are not counted: a stranger could close the door on the recipient.
    """
    return report.kind is Reported.REPLIED and any(
        links.code_matches(app.keys.links, delivery.delivery_id, delivery.text_sha256, one)
        for one in _codes(report.words)
    )


def _codes(words: str) -> list[str]:
    """What may be codes in words short enough to be nothing but a confirmation."""
    if len(words.strip()) > LONGEST_CONFIRMATION:
        return []
    return list(dict.fromkeys("".join(one) for one in _CODE.findall(words)))[:MOST_CODES]


def _checked(method: Method, address: str) -> str | None:
    try:
        return address_for(method, address)
    except Refusal:
        return None


def _confirms(app: App, delivery: Delivery, words: str) -> bool:
    """Whether the words carry the code of the delivery; wrong ones count against the limit."""
    named = {"delivery_id": delivery.delivery_id, "text_sha256": delivery.text_sha256}
    for one in _codes(words):
        if one.isalpha() and not links.code_matches(app.keys.links, **named, typed=one):
            continue  # a word of eight letters is no attempt
        try:
            links.try_code(app.store, app.keys.links, **named, typed=one, now=app.clock())
        except Refusal as refusal:
            if refusal.code not in (Code.CODE_WRONG, Code.TOO_MANY_TRIES):
                raise
        else:
            return True
    return False
