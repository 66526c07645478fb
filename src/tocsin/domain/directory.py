"""Whom one may warn, and how: people, offices and those who protect places.

A directory outlives cases; what a case needs of it is copied into the case when a recipient
is named, so that the record of a case stands alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin.domain.folding import words
from tocsin.domain.kinds import Method

MOST_WAYS, MOST_LANGUAGES, MOST_PROTECTED = 6, 10, 50
LONGEST_NAME, LONGEST_LINE, LONGEST_REMARK, LONGEST_KEY = 200, 400, 4_000, 20_000
WARN_AHEAD = timedelta(days=30)
"""How long before a key expires somebody is asked to get a new one."""
VERIFIED_FOR = timedelta(days=365)
"""After which an address counts as one that nobody has tried."""

_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
# Names of places alone: "localtime", "posix/..." and "EST5EDT" mean something else elsewhere.
_ZONE = re.compile(r"UTC|[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z0-9_+-]*){1,2}")
# What steers a line or shows another name than it is: as in the headers of a message.
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_UNFIT_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


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
        if not is_zone(self.zone):
            raise ValueError("a zone is an IANA name such as Europe/Paris")
        if not self.languages:
            raise ValueError("a contact has a language")


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this IANA name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


class Trouble(StrEnum):
    """Why a way may fail when it is needed."""

    KEY_EXPIRED = "key_expired"
    KEY_EXPIRES = "key_expires"
    NEVER_VERIFIED = "never_verified"
    VERIFIED_LONG_AGO = "verified_long_ago"


def troubles(way: Way, at: datetime) -> tuple[Trouble, ...]:
    """What somebody should see to at `at`, the worst first; a key is warned of 30 days ahead."""
    found = []
    if way.key and way.key.is_expired(at):
        found.append(Trouble.KEY_EXPIRED)
    elif way.key and way.key.expires_within(at, WARN_AHEAD):
        found.append(Trouble.KEY_EXPIRES)
    if way.verified_at is None:
        found.append(Trouble.NEVER_VERIFIED)
    elif way.verified_at + VERIFIED_FOR <= at:
        found.append(Trouble.VERIFIED_LONG_AGO)
    return tuple(found)


def protects(contact: Contact, names: Iterable[str]) -> bool:
    """Whether this contact protects what goes by one of `names`, or by all of them together."""
    return closeness(contact.protects, names) > 0


def closeness(protected: Iterable[str], names: Iterable[str]) -> int:
    """How well what somebody protects fits the names and the place of a victim; 0 not at all.

    Whole words are compared, without case and accents. 4: it is one of the names. 3: it stands
    in one. 2: all its words are among theirs together. 1: a name of two words or more stands in it.
    """
    named = [one for one in map(words, names) if one]
    return max((_closeness(words(one), named) for one in protected), default=0)


def _closeness(ours: Sequence[str], named: Sequence[Sequence[str]]) -> int:
    if not ours:
        return 0
    if any(ours == one for one in named):
        return 4
    if any(_stands_in(ours, one) for one in named):
        return 3
    if set(ours) <= {word for one in named for word in one}:
        return 2
    return int(any(len(one) > 1 and _stands_in(one, ours) for one in named))


def _stands_in(few: Sequence[str], many: Sequence[str]) -> bool:
    return any(few == many[at : at + len(few)] for at in range(len(many) - len(few) + 1))


def flaws(contact: Contact) -> Iterator[tuple[str, str]]:
    """Each field that no contact may hold so, and why; without what stands in it."""
    for name, line, most in (
        ("name", contact.name, LONGEST_NAME),
        ("responsible", contact.responsible, LONGEST_LINE),
        *(("protects", one, LONGEST_LINE) for one in contact.protects),
        *(("ways", one.label, LONGEST_LINE) for one in contact.ways),
        *(("ways", one.verified_how, LONGEST_LINE) for one in contact.ways),
    ):
        if len(line) > most or _UNFIT.search(line):
            yield name, f"give one line of at most {most} characters, without control characters"
    if not contact.name.strip():
        yield "name", "give a name"
    if any(not words(one) for one in contact.protects):
        yield "protects", "name each place or event in words"
    if not _ZONE.fullmatch(contact.zone):
        yield "zone", "use the name of a zone such as Europe/Paris, or UTC"
    if len(contact.remark) > LONGEST_REMARK or _UNFIT_IN_TEXT.search(contact.remark):
        yield "remark", f"give at most {LONGEST_REMARK} characters, without control characters"
    yield from _counts(contact)


def _counts(contact: Contact) -> Iterator[tuple[str, str]]:
    for name, found, most in (
        ("languages", contact.languages, MOST_LANGUAGES),
        ("protects", contact.protects, MOST_PROTECTED),
        ("ways", contact.ways, MOST_WAYS),
    ):
        if len(found) > most:
            yield name, f"give at most {most}"
    if len(set(contact.languages)) < len(contact.languages):
        yield "languages", "name each language once"
    if len({(one.method, one.address) for one in contact.ways}) < len(contact.ways):
        yield "ways", "give each way once"
    if any(one.key and len(one.key.text) > LONGEST_KEY for one in contact.ways):
        yield "ways", f"a key has at most {LONGEST_KEY} characters"
