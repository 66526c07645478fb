"""Whom one may warn, and how: people, offices and those who protect places.

A directory outlives cases; what a case needs of it is copied into the case when a recipient
is named, so that the record of a case stands alone.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin.domain.kinds import Method

_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class ContactKind(StrEnum):
    PERSON = "person"
    OFFICE = "office"
    LIAISON_POST = "liaison_post"
    PROTECTOR = "protector"
    PARTNER_SERVICE = "partner_service"
    PUBLIC_AUDIENCE = "public_audience"


class KeyKind(StrEnum):
    """What a key belongs to; `text` of a key is its armoured or PEM form, an age recipient."""

    AGE = "age"
    OPENPGP = "openpgp"
    SMIME = "smime"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptionKey:
    """A recipient's public key. Without `expires_at` it does not expire."""

    key_kind: KeyKind
    text: str
    expires_at: datetime | None = None

    def is_expired(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at

    def expires_within(self, at: datetime, ahead: timedelta) -> bool:
        """Whether somebody should ask for a new one now: it ends by `at + ahead`."""
        return self.is_expired(at + ahead)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Local times ("22:00") between which nothing rings that is not imminent; over midnight too."""

    begins: str
    ends: str

    def __post_init__(self) -> None:
        if not (_CLOCK_TIME.fullmatch(self.begins) and _CLOCK_TIME.fullmatch(self.ends)):
            raise ValueError("quiet hours begin and end at a time such as 22:00")
        if self.begins == self.ends:
            raise ValueError("quiet hours begin and end at different times")

    def until(self, at: datetime, zone: str) -> datetime | None:
        """When quiet hours that hold at `at` end; None while there is no quiet."""
        local = at.astimezone(ZoneInfo(zone))
        first, last = time.fromisoformat(self.begins), time.fromisoformat(self.ends)
        for day in (local.date() - timedelta(days=1), local.date()):
            begins = datetime.combine(day, first, ZoneInfo(zone))
            next_day = day + timedelta(days=last <= first)
            ends = datetime.combine(next_day, last, ZoneInfo(zone))
            if begins.astimezone(at.tzinfo) <= at < ends.astimezone(at.tzinfo):
                return ends.astimezone(at.tzinfo)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to reach somebody. Unverified until an officer says when and how it was tried."""

    method: Method
    address: str
    label: str = ""
    verified_at: datetime | None = None
    verified_how: str = ""
    key: EncryptionKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody who may have to be warned; the first way and the first language come first.

    `protects` names places and events as people call them; `responsible` is the contact who is
    told when this one stays silent. `removed` ones are kept, and never offered.
    """

    contact_id: str
    contact_kind: ContactKind
    name: str
    unit: str
    ways: tuple[Way, ...] = ()
    languages: tuple[str, ...] = ("en",)
    zone: str = "UTC"
    quiet: QuietHours | None = None
    protects: tuple[str, ...] = ()
    responsible: str = ""
    remark: str = ""
    removed: bool = False

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise ValueError("a zone is an IANA name such as Europe/Paris") from unknown
        if not self.languages:
            raise ValueError("a contact has a language")
