"""Trying an address before it is needed: by a code that comes back, or by an officer's word."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from unicodedata import normalize

from tocsin.casework.directory import MANAGE, Kept, may, open_one, write, write_in
from tocsin.casework.house import App
from tocsin.casework.intake import ALPHABET
from tocsin.channels.base import Message, NotHandedOver, OutcomeUnknown
from tocsin.domain.actor import Actor
from tocsin.domain.directory import LONGEST_LINE, Contact, Way
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.store import contacts as stored
from tocsin.store import events
from tocsin.store.instants import from_us, to_us

GOOD_FOR = timedelta(hours=24)
PAUSE = timedelta(minutes=1)
"""Between two codes to one way, so that nobody is flooded through us."""
MOST_TRIES = 5
CODE_LETTERS, MOST_TYPED = 8, 64
_NOT_VERIFIED = "The address is not verified:"
_LOOK_ALIKES = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSent:
    """A code is on its way until `good_until`; not `certain` where nobody knows if it left."""

    good_until: datetime
    certain: bool


def begin_verifying(app: App, contact_id: str, way_number: int, by: Actor) -> CheckSent:
    """Send a code to a way, numbered from 1, and say that it is a check and no warning.

    Refuses NO_SUCH_WAY, and what `send_check` refuses.
    """
    kept, _ = open_way(app, contact_id, way_number, by)
    return send_check(app, kept, way_number)


def send_check(app: App, kept: Kept, way_number: int) -> CheckSent:
    """As `begin_verifying`, whoever asks: for the house's own use.

    Refuses DELIVERY_NOT_MADE where it was not handed over, and TOO_MANY_TRIES within a minute
    of the last one.
    """
    contact_id, way = kept.contact.contact_id, kept.contact.ways[way_number - 1]
    channel = app.channels.get(way.method)
    if way.method.by_hand or channel is None:
        refuse(
            Code.DELIVERY_NOT_MADE,
            "No check was sent: this house has no channel for this method.",
            "Try the address yourself, then say when and how.",
        )
    now = app.clock()
    code = "".join(ALPHABET[one % len(ALPHABET)] for one in app.randomness(CODE_LETTERS))
    message = _message(app, kept, way, code, now)
    with app.store.write() as db:
        before = stored.check(db, contact_id, way_number)
        if before and now < from_us(before.expires_us) - GOOD_FOR + PAUSE:
            refuse(
                Code.TOO_MANY_TRIES,
                "No check was sent: the last one went there less than a minute ago.",
                "Wait for it, or try again in a minute.",
            )
        stored.put_check(
            db,
            stored.WayCheck(
                contact_id=contact_id,
                way=way_number,
                code_hash=_hashed(app, contact_id, way, code),
                expires_us=to_us(now + GOOD_FOR),
            ),
        )
    try:
        channel.send(message)
    except OutcomeUnknown:
        return CheckSent(good_until=now + GOOD_FOR, certain=False)
    except NotHandedOver as failed:
        with app.store.write() as db:
            stored.drop_checks(db, contact_id, way_number)
        raise Refusal(
            Code.DELIVERY_NOT_MADE,
            f"No check was sent: the channel did not take it ({failed.reason.value}).",
            "Correct the address or the key, or try again later.",
        ) from failed
    return CheckSent(good_until=now + GOOD_FOR, certain=True)


def finish_verifying(app: App, contact_id: str, way_number: int, code: str, by: Actor) -> Kept:
    """Verify a way with the code that was sent there.

    Refuses NO_SUCH_WAY, CODE_WRONG, also for a code that is too old, and TOO_MANY_TRIES after
    five wrong ones.
    """
    kept, way = open_way(app, contact_id, way_number, by)
    now = app.clock()
    with app.store.write() as db:
        events.lock_head(db)
        sent = stored.check(db, contact_id, way_number)
        limited = sent is not None and sent.tries >= MOST_TRIES
        expected = sent.code_hash if sent and now < from_us(sent.expires_us) else ""
        right = not limited and hmac.compare_digest(
            expected, _hashed(app, contact_id, way, _plain(code))
        )
        if right:
            how = f"a code sent by {way.method.value.replace('_', ' ')} came back"
            fresh = _verified(kept, way_number, now, how)
            done = write_in(app, db, fresh, by, _said(way_number, how), after=kept.version)
            stored.drop_checks(db, contact_id, way_number)
            return done
        if not limited:
            stored.count_try(db, contact_id, way_number)
    # Refused out here: a refusal inside would take the count back.
    if limited:
        why = "too many wrong codes were given."
        raise Refusal(Code.TOO_MANY_TRIES, f"{_NOT_VERIFIED} {why}", "Send a new check.")
    why, remedy = "this is not the code, or it is too old.", "Ask for the eight letters once more."
    raise Refusal(Code.CODE_WRONG, f"{_NOT_VERIFIED} {why}", remedy)


def attest_way(
    app: App,
    contact_id: str,
    way_number: int,
    how: str,
    by: Actor,
    *,
    at: datetime | None = None,
) -> Kept:
    """Verify a way by the officer's word: how it was tried, and when (now, unless it says).

    Refuses NO_SUCH_WAY, BAD_VALUE, TIME_IN_FUTURE and TIME_WITHOUT_ZONE.
    """
    kept, _ = open_way(app, contact_id, way_number, by)
    now, said = app.clock(), " ".join(how.split())
    if not 0 < len(said) <= LONGEST_LINE or not said.isprintable():
        refuse(
            Code.BAD_VALUE,
            f"{_NOT_VERIFIED} it is not said how it was tried.",
            f"Say in at most {LONGEST_LINE} characters how, such as: called back, she answered.",
        )
    at = at or now
    if at.utcoffset() is None:
        refuse(
            Code.TIME_WITHOUT_ZONE,
            f"{_NOT_VERIFIED} the time has no zone.",
            "Give it with its offset, such as 2024-03-07T14:00+03:00.",
        )
    if at > now:
        refuse(
            Code.TIME_IN_FUTURE,
            f"{_NOT_VERIFIED} the time when it was tried is yet to come.",
            "Give the time when somebody answered.",
        )
    fresh = _verified(kept, way_number, at, said)
    return write(app, fresh, by, _said(way_number, said), after=kept.version)


def is_pending(app: App, contact_id: str, way_number: int) -> bool:
    """Whether a code is on its way there that may still be given."""
    with app.store.read() as db:
        sent = stored.check(db, contact_id, way_number)
    return sent is not None and app.clock() < from_us(sent.expires_us) and sent.tries < MOST_TRIES


def open_way(app: App, contact_id: str, way_number: int, by: Actor) -> tuple[Kept, Way]:
    """A way, numbered from 1, that this officer may verify. Refuses NO_SUCH_WAY."""
    may(app, by, MANAGE)
    kept = open_one(app, contact_id, by)
    if not 1 <= way_number <= len(kept.contact.ways):
        refuse(
            Code.NO_SUCH_WAY,
            "Nothing was done: this contact has no such way.",
            "Look at the contact again.",
        )
    return kept, kept.contact.ways[way_number - 1]


def _verified(kept: Kept, way_number: int, at: datetime, how: str) -> Contact:
    ways = list(kept.contact.ways)
    ways[way_number - 1] = replace(ways[way_number - 1], verified_at=at, verified_how=how)
    return replace(kept.contact, ways=tuple(ways))


def _said(way_number: int, how: str) -> str:
    return f"Way {way_number} verified: {how}"[:LONGEST_LINE]


def _plain(typed: str) -> str:
    """The code however it is spaced, cased, or its O, I and L mistaken."""
    letters = normalize("NFKC", typed[:MOST_TYPED]).upper()
    return "".join(filter(str.isalnum, letters)).translate(_LOOK_ALIKES)


def _hashed(app: App, contact_id: str, way: Way, code: str) -> str:
    """Bound to the address: a code for one that stood there before says nothing of this one."""
    told = f"way\0{contact_id}\0{way.method.value}\0{way.address}\0{code}"
    return hmac.new(app.keys.links, told.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _message(app: App, kept: Kept, way: Way, code: str, now: datetime) -> Message:
    house = app.settings.house or "Duty to warn"
    shown, until = f"{code[:4]}-{code[4:]}", now + GOOD_FOR
    return Message(
        key=f"check-{kept.contact.contact_id}-{app.randomness(12).hex()}",
        method=way.method,
        to_name=kept.contact.name,
        to_address=way.address,
        subject="A check of this address, no warning",
        body=(
            f"This is a check of this address by {house}. It is no warning: nothing has "
            f"happened, and nothing needs to be done but this.\n\n"
            f"Give this code to the officer who asked you for it: {shown}\n\n"
            f"It is good until {until:%Y-%m-%d %H:%M} UTC. If nobody has asked you, ignore it.\n"
        ),
        short=f"Check of this address by {house}, no warning. Code {shown}",
        encrypt_to=way.key,
    )
