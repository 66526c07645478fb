"""What a check of a published log found, in sentences without anything from its records."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

MOST_FAULTS = 100

_NO_LEAF = 2**63

# A file's bytes by its path under the log, or None; bounded by whoever reads.
Read: TypeAlias = Callable[[str], bytes | None]
# The names of the files in a folder under the log; none where there is no folder.
Names: TypeAlias = Callable[[str], Iterable[str]]


class LogFaultCode(StrEnum):
    """What is wrong; stable, like every code that leaves the house."""

    MISSING = "missing"
    MALFORMED = "malformed"
    KEY_UNKNOWN = "key-unknown"
    SIGNATURE_WRONG = "signature-wrong"
    QUORUM_NOT_MET = "quorum-not-met"
    ROTATION_WRONG = "rotation-wrong"
    ANCHOR_WRONG = "anchor-wrong"
    LEAF_CHANGED = "leaf-changed"
    LEAF_MALFORMED = "leaf-malformed"
    BODY_CHANGED = "body-changed"
    TILE_CHANGED = "tile-changed"
    ROOT_WRONG = "root-wrong"
    NUMBER_WRONG = "number-wrong"
    CHAIN_BROKEN = "chain-broken"
    CHECKPOINT_UNKNOWN = "checkpoint-unknown"
    CHECKPOINT_OLDER = "checkpoint-older"
    CLOCK = "clock"
    REWRITTEN = "rewritten"


class Quorum(StrEnum):
    """Whether the newest checkpoint has the cosignatures that the policy wants."""

    MET = "met"
    NOT_MET = "not-met"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFault:
    """One thing that is wrong; `leaf` is the first index that it touches."""

    code: LogFaultCode
    sentence: str
    leaf: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The first `size` leaves were there by `at`, says an authority; None: it was not asked."""

    size: int
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """Leaves that others saw missing from the log, and later there."""

    first: int
    until: int  # after the last
    apart_s: int  # at most, between the two


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReport:
    """What a check of a whole log found. Without a fault, everything below holds."""

    faults: tuple[LogFault, ...]  # by leaf; what concerns the whole log comes last
    unlisted: int = 0  # faults beyond the first MOST_FAULTS; the check stops soon after those
    origin: str | None = None
    size: int = 0  # leaves, as the newest checkpoint says
    root: str | None = None  # hexadecimal
    signed_by: tuple[str, ...] = ()  # key name and id, as a signature line names them
    cosigned_by: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # whose lines nobody could judge: their keys were not given
    quorum: Quorum = Quorum.NOT_ASKED
    leaves: int = 0  # read and looked at
    cases: int = 0  # pseudonyms, the house's own streams among them
    newest_at_us: int | None = None  # latest claimed time, microseconds since 1970 UTC
    cosigned_at_s: int | None = None  # when others saw the newest checkpoint, since 1970 UTC
    dated: Dated | None = None  # the time that any other leaf claims is the house's word alone
    witnessed: int = 0  # witnessed checkpoints that the log keeps
    rotations: int = 0
    anchors: tuple[Anchor, ...] = ()
    prefixes: int = 0  # saved checkpoints that this log only added to


def why(error: ValueError) -> str:
    """What a malformed input lacks, as the end of a sentence; no such message holds content."""
    return str(error).rstrip(".")


class Faults:
    """Collects faults, of which only the first `MOST_FAULTS` are kept."""

    __slots__ = ("_kept", "unlisted")

    def __init__(self) -> None:
        self._kept: list[LogFault] = []
        self.unlisted = 0

    def add(self, code: LogFaultCode, sentence: str, leaf: int | None = None) -> None:
        if self.full:
            self.unlisted += 1
        else:
            self._kept.append(LogFault(code=code, sentence=sentence, leaf=leaf))

    @property
    def full(self) -> bool:
        return len(self._kept) >= MOST_FAULTS

    def within(self, first: int, until: int) -> bool:
        """Whether a leaf from `first` to before `until` is named already."""
        return any(fault.leaf is not None and first <= fault.leaf < until for fault in self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def all(self) -> tuple[LogFault, ...]:
        """By leaf; what concerns no leaf in particular comes last."""
        return tuple(sorted(self._kept, key=lambda one: _NO_LEAF if one.leaf is None else one.leaf))
