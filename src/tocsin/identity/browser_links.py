"""The link by which a contact adds a browser of theirs: made from a key, kept nowhere."""

import hashlib
import hmac
import re
from datetime import UTC, datetime

from tocsin.identity.secret import text

MAC_BYTES = 16
_CONTACT = re.compile(r"[A-Za-z0-9-]{1,64}")
_TOKEN = re.compile(r"([A-Za-z0-9-]{1,64})\.([1-9][0-9]{0,10})\.[A-Za-z0-9_-]{22}")


def browser_token(key: bytes, contact_id: str, until: datetime) -> str:
    """Contact, the second when it ends, and 128 bits of the holder of `key`; safe in a URL.

    Raises ValueError for an id that is not letters, digits and dashes.
    """
    if not _CONTACT.fullmatch(contact_id):
        raise ValueError("a contact's id is letters, digits and dashes")
    ends_s = str(int(until.timestamp()))
    mac = hmac.digest(key, f"browser\0{contact_id}\0{ends_s}".encode(), hashlib.sha256)
    return f"{contact_id}.{ends_s}.{text(mac[:MAC_BYTES])}"


def contact_of(key: bytes, token: str, now: datetime) -> tuple[str, datetime] | None:
    """Whose browser a token of ours may add, and until when; None for every other, alike."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    until = datetime.fromtimestamp(int(found[2]), UTC)
    right = hmac.compare_digest(browser_token(key, found[1], until), token)
    return (found[1], until) if right and now < until else None
