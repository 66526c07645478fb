"""The recipient's door: a link that cannot be guessed, and a code from the message itself.

Both are derived from a key and kept nowhere. The link finds the delivery; the
code shows that the person read these very words, for it changes with them.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from datetime import datetime, timedelta
from unicodedata import decimal, normalize

from tocsin.domain.refusal import Code, refuse
from tocsin.identity.secret import text
from tocsin.store import people
from tocsin.store.engine import Store

DELIVERY_ID = re.compile(r"[A-Za-z0-9-]{1,128}")
MAC_BYTES, CODE_BYTES = 16, 5
MOST_TYPED = 64
MOST_TRIES = 10
TRIES_WINDOW = timedelta(minutes=15)

_RFC, _CROCKFORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_CROCKFORD = str.maketrans(_RFC, _CROCKFORD)
_LOOK_ALIKES = str.maketrans("OIL", "011")


def link_token(key: bytes, delivery_id: str) -> str:
    """The delivery's id and 128 bits that only the holder of `key` can make, safe in a URL.

    Raises ValueError for an id that is not letters, digits and dashes.
    """
    if not DELIVERY_ID.fullmatch(delivery_id):
        raise ValueError("a delivery's id is letters, digits and dashes")
    return f"{delivery_id}.{text(_mac(key, 'link', delivery_id)[:MAC_BYTES])}"


def delivery_of(key: bytes, token: str) -> str | None:
    """The delivery that the token opens, or None."""
    delivery_id, _, _ = token.partition(".")
    if not DELIVERY_ID.fullmatch(delivery_id):
        return None
    return delivery_id if _same(link_token(key, delivery_id), token) else None


def code(key: bytes, delivery_id: str, text_sha256: str) -> str:
    """Eight characters, "ABCD-EFGH", for this delivery of exactly these words; 40 bits.

    Source of the alphabet: Douglas Crockford, Base 32
    """
    raw = _mac(key, "code", delivery_id, text_sha256)[:CODE_BYTES]
    letters = b32encode(raw).decode("ascii").translate(_TO_CROCKFORD)
    return f"{letters[:4]}-{letters[4:]}"


def code_matches(key: bytes, delivery_id: str, text_sha256: str, typed: str) -> bool:
    """Whether this is the code, however it is spaced, cased, or its O, I and L mistaken.

    Wide letters and the digits of other scripts count as what they look like to their readers.
    """
    if len(typed) > MOST_TYPED:
        return False
    plain = (str(decimal(c, c)) for c in normalize("NFKC", typed).upper() if c.isalnum())
    expected = code(key, delivery_id, text_sha256).replace("-", "")
    return _same(expected, "".join(plain).translate(_LOOK_ALIKES))


def try_code(
    store: Store, key: bytes, *, delivery_id: str, text_sha256: str, typed: str, now: datetime
) -> None:
    """Return if `typed` is the code. Refuses CODE_WRONG, and TOO_MANY_TRIES without looking.

    Only wrong codes that were looked at count, and each for 15 minutes: the right one
    never does, nor does what is refused by the limit. So hammering does not prolong the
    limit, which ends by itself at a known time, and the recipient's code is taken
    whenever fewer than ten wrong ones stand. Guessing goes at 40 an hour against 2**40.
    Someone who holds the link may refill the limit as it empties; an officer can
    always take the answer in person.
    """
    with store.write() as db:
        people.lock_code_tries(db, delivery_id)
        limited = people.code_tries(db, delivery_id, now - TRIES_WINDOW) >= MOST_TRIES
        right = not limited and code_matches(key, delivery_id, text_sha256, typed)
        if not (limited or right):
            people.add_code_try(db, delivery_id, now)
    # Refused out here: a refusal inside would take the count back.
    if limited:
        refuse(
            Code.TOO_MANY_TRIES,
            "Your answer was not saved: too many wrong codes were given.",
            "Wait 15 minutes and try again, or call the number in the message.",
        )
    if not right:
        refuse(
            Code.CODE_WRONG,
            "Your answer was not saved: this is not the code in the message.",
            "Look for the eight letters and digits in the message and type them again.",
        )


def _mac(key: bytes, purpose: str, *parts: str) -> bytes:
    return hmac.digest(key, "\0".join((purpose, *parts)).encode(), hashlib.sha256)


def _same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "surrogatepass"))
