"""Secrets: 32 random bytes in base64url. The database sees their SHA-256 only.

A secret of 256 random bits needs no slow hash, and it is found by its hash, so
no comparison leaks how much of it was right.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta

Randomness = Callable[[int], bytes]

SECRET_BYTES = 32
TOUCH_EVERY = timedelta(minutes=1)
"""How often a use is noted: each note is a durable write."""


def text(raw: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def fresh(randomness: Randomness) -> str:
    """A new secret, 43 characters."""
    return text(randomness(SECRET_BYTES))


def hashed(secret: str) -> str:
    """SHA-256 in hexadecimal of whatever was offered; no text is an error."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
