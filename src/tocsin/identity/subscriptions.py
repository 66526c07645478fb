"""How a subscriber is known without signing in: a token to leave."""

import hashlib
import hmac
import re

from tocsin.identity.secret import text

LIST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
MAC_BYTES = 16
_TOKEN = re.compile(r"([A-Za-z0-9-]{1,64})\.([1-9][0-9]{0,17})\.[A-Za-z0-9_-]{22}")


def address_mac(key: bytes, list_id: str, method: str, address: str) -> bytes:
    """32 bytes by which an address is found again on this list alone, however it is cased."""
    return _mac(key, "subscriber", list_id, method, address.casefold())


def leaving_token(key: bytes, list_id: str, number: int) -> str:
    """What a subscriber leaves the list with, safe in a URL; the same in every message."""
    mac = text(_mac(key, "leave", list_id, str(number))[:MAC_BYTES])
    return f"{list_id}.{number}.{mac}"


def leaver(key: bytes, token: str) -> tuple[str, int] | None:
    """List and number that a token of ours names, or None."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    list_id, number = found[1], int(found[2])
    ours = leaving_token(key, list_id, number)
    return (list_id, number) if hmac.compare_digest(ours, token) else None


def _mac(key: bytes, purpose: str, *parts: str) -> bytes:
    return hmac.digest(key, "\0".join((purpose, *parts)).encode(), hashlib.sha256)
