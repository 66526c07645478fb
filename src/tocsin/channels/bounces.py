"""What comes back by mail: bounces (RFC 3464), receipts (RFC 8098), answers. All of it hostile."""

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32

from tocsin.channels.base import LONGEST_REPLY, Report, Reported
from tocsin.channels.mail_message import key_of

MOST_BYTES = 256 * 1024
"""So much of a mail is looked at; the part of a machine comes before the returned words."""
AUTOMATIC = "automatic answer"
_MOST_PARTS = 50
_MOST_IDS = 50
_MOST_NESTING = 60
_NESTING = re.compile(rb"(?i)boundary|message/")
_ID = re.compile(r"<[^<>\s]{1,300}>")
_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_MACHINES = re.compile(r"(?i)(?:^|<|\s)(?:mailer-daemon|postmaster)@")
_ATTRIBUTION = re.compile(
    r"\s*(?:On .{4,200}wrote:|Am .{4,200}schrieb.{0,200}:|Le .{4,200}a écrit\s?:|"
    r"-{3,}\s*(?:Original Message|Forwarded message).{0,60}|_{10,})\s*"
)
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
Ours = tuple[str, bytes]
"""Domain and secret of the Message-IDs that leave here."""
_ACTIONS = {"failed": Reported.UNDELIVERABLE, "delivered": Reported.DELIVERED}


def read_report(data: bytes, domain: str, secret: bytes = b"") -> Report | None:
    """What a mail tells of one that left with a Message-ID at `domain`; None where nothing.

    Pure, and bounded: at most `MOST_BYTES` are read. Whoever has the mail can write such a one,
    and with `secret`, that of the Message-IDs, nobody else; it is news, never a proof.
    """
    data, ours = data[:MOST_BYTES], (domain, secret)
    # Parts within parts are read recursively; mail of people and machines has a handful.
    is_nested = len(_NESTING.findall(data)) > _MOST_NESTING
    parser = BytesHeaderParser(policy=compat32) if is_nested else BytesParser(policy=compat32)
    mail = parser.parsebytes(data)
    parts = [] if is_nested else list(_parts(mail))
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            return _of_delivery(part, mail, parts, ours)
        if part.get_content_type() == "message/disposition-notification":
            return _of_display(part, mail, ours)
    return _of_answer(mail, parts, ours)


def _parts(mail: Message) -> Iterator[Message]:
    """Every part in its order; a returned mail counts as one part."""
    waiting, seen = [mail], 0
    while waiting and seen < _MOST_PARTS:
        part, seen = waiting.pop(), seen + 1
        yield part
        if part.get_content_maintype() == "multipart":
            waiting += reversed(_inner(part))


def _inner(part: Message) -> list[Message]:
    within = part.get_payload()
    return [one for one in within if isinstance(one, Message)] if isinstance(within, list) else []


def _of_delivery(part: Message, mail: Message, parts: list[Message], ours: Ours) -> Report | None:
    known = {
        str(fields.get("Action", "")).split("(")[0].strip().lower(): fields
        for fields in reversed(_inner(part)[:_MOST_PARTS])
    }
    for action, kind in _ACTIONS.items():
        if fields := known.get(action):
            status = _STATUS.match(str(fields.get("Status", "")))
            named = [_returned(one) for one in parts] + [_values(mail, "References", "In-Reply-To")]
            return _report(kind, " ".join(named), ours, detail=status[1] if status else "")
    return None


def _returned(part: Message) -> str:
    """The Message-ID in the mail, or its headers, that a bounce brings back."""
    if part.get_content_type() == "message/rfc822":
        return " ".join(_values(one, "Message-ID") for one in _inner(part)[:1])
    if part.get_content_type() == "text/rfc822-headers":
        headers = BytesHeaderParser(policy=compat32).parsebytes(_decoded(part))
        return _values(headers, "Message-ID")
    return ""


def _of_display(part: Message, mail: Message, ours: Ours) -> Report | None:
    fields = next(iter(_inner(part)), part)
    mode, _, disposition = _values(fields, "Disposition").lower().partition(";")
    if disposition.strip().split("/")[0].strip() != "displayed":
        return None
    named = _values(fields, "Original-Message-ID") or _values(mail, "In-Reply-To", "References")
    if mode.strip().startswith("automatic-action"):  # a machine opened it
        return _report(Reported.DELIVERED, named, ours, detail=AUTOMATIC)
    return _report(Reported.DISPLAYED, named, ours)


def _of_answer(mail: Message, parts: list[Message], ours: Ours) -> Report | None:
    named = _values(mail, "In-Reply-To", "References")
    if mail.get("X-Failed-Recipients"):
        returned = " ".join(map(_returned, parts))
        return _report(Reported.UNDELIVERABLE, f"{returned} {named}", ours)
    if _MACHINES.search(_values(mail, "From")):
        return None  # most of what these write are bounces in nobody's form: no news is safer
    automatic = _values(mail, "Auto-Submitted").split(";")[0].strip().lower() not in ("", "no")
    if automatic or mail.get("X-Autoreply") or mail.get("X-Autorespond"):
        return _report(Reported.DELIVERED, named, ours, detail=AUTOMATIC)
    return _report(Reported.REPLIED, named, ours, words=_words(parts))


def _report(
    kind: Reported, named: str, ours: Ours, *, words: str = "", detail: str = ""
) -> Report | None:
    for name in _ID.findall(named)[:_MOST_IDS]:
        if (key := key_of(name, *ours)) is not None:
            provider_id = "" if key else name
            return Report(kind=kind, key=key, provider_id=provider_id, words=words, detail=detail)
    return None


def _words(parts: list[Message]) -> str:
    """The first plain text, without what it quotes."""
    for part in parts:
        if part.get_content_type() != "text/plain" or part.get_filename():
            continue
        text = _text(part)
        kept = []
        for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
            if _ATTRIBUTION.fullmatch(line[:500]):
                break
            if not line.startswith(">"):
                kept.append(line.rstrip())
        return "\n".join(kept).strip()[:LONGEST_REPLY]
    return ""


def _text(part: Message) -> str:
    try:
        text = _decoded(part).decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        text = _decoded(part).decode("utf-8", "replace")
    return _UNFIT.sub("", text)


def _decoded(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _values(mail: Message, *names: str) -> str:
    """Every value of these headers, one after the other, on one line."""
    found = [str(value)[:10_000] for name in names for value in mail.get_all(name, [])[:20]]
    return " ".join(" ".join(found).split())
