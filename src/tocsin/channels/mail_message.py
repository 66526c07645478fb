"""The mail as it leaves."""

import hmac
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256

from tocsin.channels.base import Message
from tocsin.channels.mail_parts import Entity, encoded, file_part, mailbox, multipart, text_part
from tocsin.channels.smtp_settings import SmtpSettings

COVER = """\
An encrypted warning is attached. Open it now with your key.
If you cannot, call the office that sent it, at the number you already have.
"""
_FITS = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_HASHED = re.compile("[0-9a-f]{40}")


def compose(
    message: Message, settings: SmtpSettings, at: datetime, *, cover: str = COVER
) -> Entity:
    """Plain text first, then files; nothing that reports who opened it.

    With `encrypt_to`, what can be read of it says no more than `cover`. Raises `Permanent`
    (key-expired, key-unusable).

    No Auto-Submitted: people wrote and released these words (RFC 3834: absent means "no"),
    and an out-of-office answer, which that header would suppress, tells that nobody reads.
    """
    content = _content(message)
    subject = message.subject
    if message.encrypt_to:
        from tocsin.channels.mail_sealing import sealed

        content = sealed(content, message, at, _exercise(message, cover, "\n\n"))
        subject = "Encrypted warning"
    headers = [
        ("From", mailbox(settings.sender_name, settings.sender)),
        ("To", mailbox(message.to_name, message.to_address)),
        ("Subject", encoded(_exercise(message, subject, " "))),
        ("Date", dated(at)),
        ("Message-ID", message_id(message.key, settings.sender_domain, settings.secret)),
    ]
    if message.imminent:
        headers += [("Importance", "high"), ("X-Priority", "1 (Highest)")]
    if message.expires_at:
        headers.append(("Expires", dated(message.expires_at)))
    return Entity((*headers, ("MIME-Version", "1.0"), *content.headers), content.body)


def dated(at: datetime) -> str:
    return _dated(at.astimezone(UTC).replace(microsecond=0))


@lru_cache(maxsize=100)
def _dated(at: datetime) -> str:
    return format_datetime(at)


def message_id(key: str, domain: str, secret: bytes = b"") -> str:
    """With the key where it fits, else its hash: either way the same on every retry.

    With a secret nobody can tell it who was not sent that mail.
    """
    fits = len(key) <= 64 and _FITS.fullmatch(key)
    left = key if fits else sha256(key.encode()).hexdigest()[:40]
    return f"<{left}@{_right(left, domain, secret)}>"


def key_of(message_id: str, domain: str, secret: bytes = b"") -> str | None:
    """The key that a Message-ID of ours carries, "" where it carries a hash; None if not ours."""
    left, at, right = message_id.strip().removeprefix("<").removesuffix(">").rpartition("@")
    if not at or len(left) > 64 or not _FITS.fullmatch(left):
        return None
    theirs, ours = right.lower(), _right(left, domain, secret)
    if not hmac.compare_digest(theirs.encode("utf-8", "surrogatepass"), ours.encode()):
        return None
    return "" if _HASHED.fullmatch(left) else left


def _right(left: str, domain: str, secret: bytes) -> str:
    """A domain, which servers may write in other letters, and so without any in capitals."""
    if not secret:
        return domain
    return f"{hmac.digest(secret, left.encode(), 'sha256').hex()[:20]}.{domain}"


def _content(message: Message) -> Entity:
    words = text_part(message.body, message.language)
    files = [file_part(one.name, one.media_type, one.content) for one in message.attachments]
    return multipart("mixed", [words, *files]) if files else words


def _exercise(message: Message, words: str, then: str) -> str:
    return f"EXERCISE{then}{words}" if message.exercise and "EXERCISE" not in words else words
