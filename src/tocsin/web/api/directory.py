"""The directory: contacts found, entered, changed, removed and verified."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Bound

from tocsin.casework import directory, directory_ways
from tocsin.casework.directory import Change, Kept
from tocsin.casework.directory_ways import CheckSent
from tocsin.domain.directory import (
    LONGEST_KEY,
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_REMARK,
    MOST_LANGUAGES,
    MOST_PROTECTED,
    MOST_WAYS,
    Contact,
    ContactKind,
    EncryptionKey,
    KeyKind,
    QuietHours,
    Trouble,
    Way,
    troubles,
)
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal
from tocsin.web.api.common import Refused, closed
from tocsin.web.api.fields import PRINTABLE, Instant
from tocsin.web.doors import House, Officer, officer

router = closed()

READS, MANAGES = [officer(directory.READ)], [officer(directory.MANAGE)]
TOO_OFTEN: dict[int | str, dict[str, Any]] = {
    429: {"model": Refused, "description": "Too many tries; wait"}
}
PAGE = 200
_NUMBER = r"^K-[0-9A-Z]{4}-[0-9A-Z]{4}$"


def _text(most: int, least: int = 0) -> Any:
    return StringConstraints(min_length=least, max_length=most, pattern=PRINTABLE)


Line = Annotated[str, _text(LONGEST_LINE)]
Reason = Annotated[str, _text(LONGEST_LINE, 1)]
ContactId = Annotated[str, Path(pattern=_NUMBER)]
WayNumber = Annotated[int, Path(ge=1, le=MOST_WAYS)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class GivenKey(_Strict):
    """A public key: an age recipient, an armoured OpenPGP key, or a certificate in PEM."""

    key_kind: KeyKind
    text: Annotated[str, _text(LONGEST_KEY, 1)]
    expires_at: Instant | None = None

    def key(self) -> EncryptionKey:
        return EncryptionKey(key_kind=self.key_kind, text=self.text, expires_at=self.expires_at)


class GivenWay(_Strict):
    """A way to reach somebody. None is verified by saying so."""

    method: Method
    address: Annotated[str, _text(2_000, 1)]
    label: Line = ""
    key: GivenKey | None = None

    def way(self) -> Way:
        return Way(
            method=self.method,
            address=self.address,
            label=self.label,
            key=self.key.key() if self.key else None,
        )


class GivenQuiet(_Strict):
    """Local times, such as 22:00, between which only what is imminent rings."""

    begins: Annotated[str, _text(5)]
    ends: Annotated[str, _text(5)]


class Given(_Strict):
    """A contact. The first way and the first language come first; `reason` goes on the record."""

    contact_kind: ContactKind
    name: Annotated[str, _text(LONGEST_NAME, 1)]
    ways: Annotated[tuple[GivenWay, ...], Bound(max_length=MOST_WAYS)] = ()
    languages: Annotated[tuple[Line, ...], Bound(min_length=1, max_length=MOST_LANGUAGES)] = ("en",)
    zone: Line = "UTC"
    quiet: GivenQuiet | None = None
    protects: Annotated[tuple[Line, ...], Bound(max_length=MOST_PROTECTED)] = ()
    responsible: Line = ""
    remark: Annotated[str, _text(LONGEST_REMARK)] = ""
    reason: Reason

    def contact(self, contact_id: str = "") -> Contact:
        """The contact described. Refuses BAD_VALUE where there can be none."""
        try:
            return Contact(
                contact_id=contact_id,
                contact_kind=self.contact_kind,
                name=self.name,
                unit="",
                ways=tuple(one.way() for one in self.ways),
                languages=self.languages,
                zone=self.zone,
                quiet=QuietHours(begins=self.quiet.begins, ends=self.quiet.ends)
                if self.quiet
                else None,
                protects=self.protects,
                responsible=self.responsible,
                remark=self.remark,
            )
        except ValueError as error:
            raise Refusal(
                Code.BAD_VALUE, f"The contact was not kept: {error}.", "Correct it and send again."
            ) from error


class Changed(Given):
    """The whole contact as it is from now on; `version` is the one that was read before."""

    version: Annotated[int, Bound(strict=True, ge=1, lt=2**53)]


class Removal(_Strict):
    reason: Reason


class GivenCode(_Strict):
    code: Annotated[str, _text(64, 1)]


class Attestation(_Strict):
    """How the way was tried, and when; now where it does not say."""

    how: Reason
    at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of contacts by name; `following` is what to give as `after` for the next, or ""."""

    contacts: Sequence[Contact]
    following: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubled:
    """A way that may fail when it is needed, and why, the worst first."""

    contact_id: str
    name: str
    way: int
    method: Method
    troubles: Sequence[Trouble]
    key_expires_at: datetime | None


Sought = Annotated[str, Query(max_length=200, pattern=PRINTABLE)]


@router.get("/directory", operation_id="list_contacts", tags=["directory"], dependencies=READS)
def listed(
    app: House,
    by: Officer,
    text: Sought = "",
    protecting: Sought = "",
    after: Annotated[str, Query(pattern=rf"^$|{_NUMBER}")] = "",
) -> Listing:
    """Contacts of your unit, by name; those that protect a place or an event where one is named"""
    found = directory.contacts(app, by, text, protecting, after=after, limit=PAGE + 1)
    shown = found[:PAGE]
    return Listing(contacts=shown, following=shown[-1].contact_id if found[PAGE:] else "")


@router.get(
    "/directory/expiring", operation_id="expiring_ways", tags=["directory"], dependencies=READS
)
def expiring(app: House, by: Officer) -> list[Troubled]:
    """Ways that may fail: keys that expire within 30 days, addresses that nobody has tried"""
    now = app.clock()
    return [
        Troubled(
            contact_id=one.contact_id,
            name=one.name,
            way=one.ways.index(way) + 1,
            method=way.method,
            troubles=troubles(way, now),
            key_expires_at=way.key.expires_at if way.key else None,
        )
        for one, way in directory.expiring(app, by, now)
    ]


@router.post("/directory", operation_id="add_contact", tags=["directory"], dependencies=MANAGES)
def add(body: Given, app: House, by: Officer) -> Kept:
    """Enter a contact"""
    return directory.put(app, body.contact(), by, body.reason)


@router.get(
    "/directory/{contact_id}", operation_id="show_contact", tags=["directory"], dependencies=READS
)
def show(contact_id: ContactId, app: House, by: Officer) -> Kept:
    """One contact as it stands, and its version"""
    return directory.standing(app, contact_id, by)


@router.put(
    "/directory/{contact_id}",
    operation_id="change_contact",
    tags=["directory"],
    dependencies=MANAGES,
)
def change(contact_id: ContactId, body: Changed, app: House, by: Officer) -> Kept:
    """Change a contact; an address that is not the same has to be verified anew"""
    return directory.put(app, body.contact(contact_id), by, body.reason, version=body.version)


@router.get(
    "/directory/{contact_id}/history",
    operation_id="contact_history",
    tags=["directory"],
    dependencies=READS,
)
def history(contact_id: ContactId, app: House, by: Officer) -> list[Change]:
    """Every change of a contact, the newest first"""
    return directory.history(app, contact_id, by)


@router.post(
    "/directory/{contact_id}/removal",
    operation_id="remove_contact",
    tags=["directory"],
    dependencies=MANAGES,
)
def remove(contact_id: ContactId, body: Removal, app: House, by: Officer) -> Kept:
    """Offer a contact no more; the record keeps it"""
    return directory.remove(app, contact_id, by, body.reason)


@router.post(
    "/directory/{contact_id}/ways/{number}/check",
    operation_id="begin_verifying",
    tags=["directory"],
    dependencies=MANAGES,
    responses=TOO_OFTEN,
)
def check(contact_id: ContactId, number: WayNumber, app: House, by: Officer) -> CheckSent:
    """Send a code to a way, with words that say that it is a check and no warning"""
    return directory_ways.begin_verifying(app, contact_id, number, by)


@router.post(
    "/directory/{contact_id}/ways/{number}/code",
    operation_id="finish_verifying",
    tags=["directory"],
    dependencies=MANAGES,
    responses=TOO_OFTEN,
)
def code(
    contact_id: ContactId, number: WayNumber, body: GivenCode, app: House, by: Officer
) -> Kept:
    """Verify a way with the code that came back"""
    return directory_ways.finish_verifying(app, contact_id, number, body.code, by)


@router.post(
    "/directory/{contact_id}/ways/{number}/attestation",
    operation_id="attest_way",
    tags=["directory"],
    dependencies=MANAGES,
)
def attest(
    contact_id: ContactId, number: WayNumber, body: Attestation, app: House, by: Officer
) -> Kept:
    """Verify a way by your word"""
    return directory_ways.attest_way(app, contact_id, number, body.how, by, at=body.at)
