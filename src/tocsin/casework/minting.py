"""A message to the public made and kept: written, signed, and bound to the event that sends it."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta

from tocsin.casework.cap_keys import signing
from tocsin.casework.house import App
from tocsin.domain import commands as c
from tocsin.domain.case import Case
from tocsin.domain.public import (
    Publication,
    PublicationState,
    PublishedNotice,
    Reference,
)
from tocsin.domain.publishing import Minted
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.serial import to_plain
from tocsin.domain.warning import WarningKind, WarningWords
from tocsin.store import published
from tocsin.store.engine import Connection
from tocsin.store.instants import to_us

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U to misread aloud
SECOND = timedelta(seconds=1)
AFTERWARDS = timedelta(days=1)
"""For how long a cancellation tells of itself where what it cancels is over already."""
UNSENT = "NOT-SENT"
"""The identifier of a message that is only looked at."""


def mint(
    app: App, db: Connection, command: c.Command, case: Case | None, now: datetime
) -> Minted | None:
    """The message that a command sends to the public, kept; None where it sends none.

    What is kept is undone with the transaction where the command is then refused. Refuses
    SETTINGS_INVALID where nothing is set up, BAD_VALUE for what CAP cannot say.
    """
    if case is None or not isinstance(command, c.ConfirmPublication | c.CancelPublication):
        return None
    one = case.publications.get(command.publication_id)
    if one is None:
        return None
    cancels = isinstance(command, c.CancelPublication)
    if not (one.state is PublicationState.LIVE if cancels else case.is_waiting(one)):
        return None
    if not cancels:
        _set_up(app)
    before = case.messages_of(one)
    sent = now.replace(microsecond=0)
    if before:
        # In one second two messages of a chain would have no order.
        sent = max(sent, before[-1].sent + SECOND)
    message = publication_of(app, case, one, cancels=cancels, identifier=_new(app, now), sent=sent)
    return _kept(app, db, case, one, message)


def publication_of(
    app: App,
    case: Case,
    one: PublishedNotice,
    *,
    cancels: bool,
    identifier: str = UNSENT,
    sent: datetime,
) -> Publication:
    """What goes out, or would go out, for a publication of a case or for its cancellation."""
    public, before = app.settings.public, case.messages_of(one)
    draft = case.warnings[one.warning_id].draft
    # What cancels is of the same sender as what it cancels, whatever the settings say by then.
    sender = before[-1].sender if before and cancels else public.sender if public else "not.set.up"
    return Publication(
        sender=sender,
        identifier=identifier,
        sent=sent,
        status=one.status,
        message=WarningKind.CANCEL if cancels else one.message,
        words=_still(one.cancellation, sent) if cancels else (draft.words, *draft.translations),
        notice=replace(one.notice, web=one.notice.web or _web(app, identifier)),
        references=before,
        sender_name=public.sender_name if public else "",
    )


def _still(words: tuple[WarningWords, ...], sent: datetime) -> tuple[WarningWords, ...]:
    """A cancellation may come after the end of what it cancels, and must not end before it."""
    return tuple(
        replace(one, window=replace(one.window, closes=max(one.window.closes, sent + AFTERWARDS)))
        if one.window.closes <= sent
        else one
        for one in words
    )


def _web(app: App, identifier: str) -> str:
    base = app.settings.base_url
    if base.startswith("https://"):
        return f"{base}/public/{identifier}"
    return app.settings.public.web if app.settings.public else ""


def _set_up(app: App) -> None:
    if app.settings.public is None or not app.settings.public.enabled:
        refuse(
            Code.SETTINGS_INVALID,
            "Nothing was published: this house is not set up to warn the public.",
            "Ask an operator to set public.sender, and public.enabled to true.",
        )


def _new(app: App, now: datetime) -> str:
    """An identifier that tells nothing of the case."""
    number = int.from_bytes(app.randomness(5))
    digits = "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    prefix = app.settings.public.prefix if app.settings.public else "TOCSIN"
    return f"{prefix}-{now:%Y%m%dT%H%M}-{digits}"


def _kept(
    app: App, db: Connection, case: Case, one: PublishedNotice, message: Publication
) -> Minted:
    from tocsin.feeds.cap.sign import sign
    from tocsin.feeds.cap.write import write

    key, certificate = signing(app)
    xml = sign(write(message), key=key, certificate=certificate)
    first = message.references[0].identifier if message.references else message.identifier
    row = published.Row(
        identifier=message.identifier,
        case_id=case.case_id,
        publication_id=one.publication_id,
        message=message.message.value,
        status=message.status.value,
        chain=first,
        sent_us=to_us(message.sent),
        said=json.dumps(to_plain(message), ensure_ascii=False),
    )
    published.put(db, row, xml)
    named = Reference(sender=message.sender, identifier=message.identifier, sent=message.sent)
    return Minted(message=named, cap_sha256=hashlib.sha256(xml).hexdigest())
