"""What the house records of itself, outside any case: keys, map roots, searches, counts.

Kinds and fields are frozen; they only grow. No field is named `kind` or `case_id`:
beside the fields, the record keeps these two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tocsin.domain.directory import Contact
from tocsin.domain.events import Event

HOUSE = "~house"
"""The stream of the house's own records; no case's number begins with a tilde."""
POLICY = "~policy"
"""The stream of what policy units work under: who proposed what, and who confirmed it."""
COVER = "~cover."
"""What the streams of cover records begin with."""
DIRECTORY = "~directory."
"""What the streams of contacts begin with; a contact's id follows, each has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotated(Event):
    """New log keys, signed by the old and by the new: base64, one signature a key."""

    generation: int
    origin: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    reason: str
    signed_by_old: tuple[str, ...]
    signed_by_new: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRooted(Event):
    """The root of the map over the tags of the first `covered` leaves."""

    root: str
    covered: int
    pairs: int
    map_function: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchMade(Event):
    """Somebody asked the record for everything about a subject, a place or a case."""

    sought: str
    variants: tuple[str, ...]
    before: datetime | None
    reason: str
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyMade(Event):
    """How many duties fell into which class in a period, and the root over their members."""

    period: str
    covered: int
    owed: int
    classes: Mapping[str, int]
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditMade(Event):
    """Every body was opened, checked against its leaf, and searched anew."""

    covered: int
    opened: int
    destroyed: int
    faults: int
    variants: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplesExported(Event):
    """Text of reports left with officers' labels on it, to train what reads; never by itself.

    `left_out` reports are restricted or controlled by their originator, but `with_restricted`.
    """

    reports: int
    corrections: int
    left_out: int
    with_restricted: bool
    sha256: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListScreened(Event):
    """A list of people is screened against those on watch; who stands in it is nowhere here.

    `sha256` is that of the list's bytes; `list_id` is made of it and `name`, so that the same rows
    of another journey are another list. `records`: hits go on the cases' record.
    """

    list_id: str
    sha256: str
    name: str
    reason: str
    records: bool
    exercise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover(Event):
    """Nothing happened; the log grows all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecorded(Event):
    """A contact of the directory stands like this from now on; the whole of it, each time."""

    contact: Contact
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChanged(Event):
    """A list by its name, and how many are on it from now on; who they are stands nowhere here."""

    list_id: str
    name: str
    subscribers: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyProposed(Event):
    """A unit is to work under this policy from its confirmation on.

    `pack_hash` names the kept bytes, `instead_of` those in force when it was proposed.
    """

    proposal_id: str
    unit: str
    name: str
    pack_hash: str
    instead_of: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyConfirmed(Event):
    """A second officer agreed: the unit's new cases are opened under it."""

    proposal_id: str
    unit: str
    name: str
    pack_hash: str
    proposed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRejected(Event):
    """The proposal was rejected, or withdrawn by whoever had made it."""

    proposal_id: str
    reason: str


LEDGER: Mapping[str, type[Event]] = {
    one.__name__: one
    for one in (
        KeyRotated,
        MapRooted,
        SearchMade,
        TallyMade,
        AuditMade,
        Cover,
        ContactRecorded,
        ListChanged,
        PolicyProposed,
        PolicyConfirmed,
        PolicyRejected,
        ExamplesExported,
        ListScreened,
    )
}
