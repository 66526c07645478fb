"""Browsers that a contact adds by a link from an officer: a further way, until tried unverified.

Whoever holds the link can add one, so the code of the test goes to the browser alone, and
comes back through the officer.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NoReturn, Protocol, runtime_checkable

from tocsin.casework import directory, directory_ways
from tocsin.casework.contact_checks import checked
from tocsin.casework.directory import Kept
from tocsin.casework.house import App
from tocsin.domain.actor import Actor, ActorKind
from tocsin.domain.directory import MOST_WAYS, Contact, Way
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.identity.browser_links import browser_token, contact_of

GOOD_FOR = timedelta(days=7)
MOST_BROWSERS, LONGEST_LABEL = 5, 60
UNNAMED = "A browser"


@runtime_checkable
class Rings(Protocol):
    """What a channel to browsers says beside sending."""

    @property
    def application_server_key(self) -> str: ...
    def accepts(self, subscription: str) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What the page at a link needs: for whom, until when, and the house's public key."""

    kept: Kept
    until: datetime
    server_key: str


class Outcome(StrEnum):
    """What came of it; a test that is not sure to have left is none."""

    TESTED = "tested"
    UNTESTED = "untested"
    ALREADY = "already"


def rings(app: App) -> bool:
    """Whether this house can push to browsers at all."""
    return _channel(app) is not None


def _channel(app: App) -> Rings | None:
    found: object = app.channels.get(Method.WEB_PUSH)
    return found if isinstance(found, Rings) else None


def has_room(contact: Contact) -> bool:
    """Whether one more browser may be added."""
    browsers = [way for way in contact.ways if way.method is Method.WEB_PUSH]
    return len(browsers) < MOST_BROWSERS and len(contact.ways) < MOST_WAYS


def link(app: App, contact_id: str, by: Actor) -> str:
    """The address where this contact adds a browser, good for a week; kept nowhere.

    Refuses NOT_ALLOWED, RECIPIENT_UNKNOWN, and DELIVERY_NOT_MADE without a channel.
    """
    directory.may(app, by, directory.MANAGE)
    kept = directory.open_one(app, contact_id, by)
    if not rings(app):
        refuse(
            Code.DELIVERY_NOT_MADE,
            "No link was made: this house has no channel to browsers.",
            "Ask whoever runs this system to set up web_push.",
        )
    token = browser_token(app.keys.links, kept.contact.contact_id, app.clock() + GOOD_FOR)
    return f"{app.settings.base_url}/browser/{token}"


def invited(app: App, token: str) -> Invited:
    """Who may add a browser by this token. Refuses LINK_UNKNOWN, whatever is wrong with it."""
    found, channel = contact_of(app.keys.links, token, app.clock()), _channel(app)
    kept = directory.as_kept(app, found[0]) if found else None
    if found is None or kept is None or kept.contact.removed or channel is None:
        refuse(
            Code.LINK_UNKNOWN,
            "This browser was not added: the link is not good, or not any more.",
            "Ask whoever gave it to you for a new one.",
        )
    return Invited(kept=kept, until=found[1], server_key=channel.application_server_key)


def add(app: App, token: str, subscription: str, label: str) -> Outcome:
    """Keep a browser as the contact's last way and send it a code, which the officer gets back.

    Of `label` what can be shown is kept, of at most 60 characters. Refuses LINK_UNKNOWN,
    ADDRESS_INVALID, BAD_VALUE for one too many, CHANGED_MEANWHILE.
    """
    guest = invited(app, token)
    address = _address(app, subscription)
    contact = guest.kept.contact
    browsers = [way.address for way in contact.ways if way.method is Method.WEB_PUSH]
    if _place(address) in map(_place, browsers):
        return Outcome.ALREADY
    if not has_room(contact):
        refuse(
            Code.BAD_VALUE,
            "This browser was not added: there are as many ways as there may be.",
            "Ask whoever gave you the link to take one away.",
        )
    fresh = Way(method=Method.WEB_PUSH, address=address, label=_shown(label) or UNNAMED)
    kept = _kept(app, guest, replace(contact, ways=(*contact.ways, fresh)))
    try:
        sent = directory_ways.send_check(app, kept, len(kept.contact.ways))
    except Refusal:  # the way is kept and stands as never verified, which is so
        return Outcome.UNTESTED
    return Outcome.TESTED if sent.certain else Outcome.UNTESTED


def _shown(label: str) -> str:
    """No label is a reason to be without a warning: what steers a line becomes a space."""
    plain = "".join(one if one.isprintable() else " " for one in label)
    return " ".join(plain.split())[:LONGEST_LABEL].strip()


def _kept(app: App, guest: Invited, changed: Contact) -> Kept:
    by = Actor(kind=ActorKind.RECIPIENT, actor_id=changed.contact_id)
    fresh = checked(changed, guest.kept.contact, app.clock())
    reason = f"A browser was added by the link that is good until {guest.until:%Y-%m-%d %H:%M} UTC"
    return directory.write(app, fresh, by, reason, after=guest.kept.version)


def _address(app: App, subscription: str) -> str:
    """The subscription in the form to keep. Refuses ADDRESS_INVALID."""
    from tocsin.channels.addresses import address_for

    address, channel = address_for(Method.WEB_PUSH, subscription), _channel(app)
    if channel is None or not channel.accepts(address):
        unfit()
    return address


def unfit() -> NoReturn:
    """Refuse ADDRESS_INVALID."""
    refuse(
        Code.ADDRESS_INVALID,
        "This browser was not added: what it gave is no address that this house can push to.",
        "Try another browser.",
    )


def _place(address: str) -> str:
    """Where a browser is reached: its keys may change, and it is still the same one."""
    place: str = json.loads(address)["endpoint"]
    return place
