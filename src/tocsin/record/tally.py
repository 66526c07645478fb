"""Counts without contents: how many duties fell into which class, and that none is left out.

A period's duties are blinded members of a small map of their own, whose root is in the
record. Under each class stand its members, and all members once more under `OWED`; so
each count can be shown alone, and all together must part `OWED` exactly. Whether a duty
was put in the right class is shown by opening it: by an audit, or by samples drawn from
a later checkpoint. docs/record-format.md has the form.
"""

import hmac
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from math import ceil, log
from typing import Self

from tocsin.domain.duties import CLASSES
from tocsin.domain.ledger import HOUSE
from tocsin.domain.retention import DutyTold
from tocsin.record import shape
from tocsin.record.answer import read_map_proof
from tocsin.record.canonical import Value, canonical, parse
from tocsin.record.checkpoint import Checkpoint
from tocsin.record.commitments import HASH_BYTES
from tocsin.record.evidence import OpenedLeaf, fields, trusted
from tocsin.record.leaf import decode
from tocsin.record.note import VerifierKey
from tocsin.record.prefix_map import Pair, PrefixTree, root, spell_proof, verify_prefix
from tocsin.record.tags import KEY_BYTES
from tocsin.record.trust import NONE, TrustPolicy

FORMAT = "tocsin-tally-1"
MAX_TALLY_BYTES = 64 * 2**20
MAX_CLASSES = 256
OWED = "owed"
"""The class in which every duty stands, beside its own."""

_MEMBER = b"tocsin/tally-member/1\0"
_CLASS = b"tocsin/tally-class/1\0"
_PERIOD = re.compile(r"[0-9]{4}(Q[1-4])?")
_NAME = re.compile(r"[a-z0-9][a-z0-9_/.-]{0,127}")


def member(key: bytes, period: str, case_id: str, victim_id: str) -> bytes:
    """The 32 bytes that stand for a duty in one period's tally; unlinkable without the tag key."""
    if len(key) != KEY_BYTES:
        raise ValueError("a tag key is 32 bytes")
    return hmac.digest(key, _MEMBER + f"{period}\0{case_id}\0{victim_id}".encode(), "sha256")


def class_key(period: str, name: str) -> bytes:
    """What the map's keys of a class begin with, 32 bytes. Anyone can make it, so that no
    class can be passed off as another; members alone need to be blinded.
    """
    return sha256(b"%b%b\0%b" % (_CLASS, period.encode(), name.encode())).digest()


@dataclass(frozen=True, kw_only=True)
class Tally:
    """One period's members by class. Raises ValueError where a member stands in two."""

    period: str  # "2026" or "2026Q4", in UTC
    classes: Mapping[str, frozenset[bytes]] = field(repr=False)

    def __post_init__(self) -> None:
        _checked(self.period, self.classes)
        if sum(map(len, self.classes.values())) != len(self.owed):
            raise ValueError("a duty stands in two classes")

    @classmethod
    def of(cls, key: bytes, period: str, duties: Iterable[tuple[str, DutyTold]]) -> Self:
        """The tally over these duties, each with its case's number; those that began in
        another period are passed over. Every class that is no waiver's is in it, even if empty.
        """
        classes = {name: set[bytes]() for name in CLASSES}
        for case_id, duty in duties:
            if period in duty.periods:
                one = member(key, period, case_id, duty.victim_id)
                classes.setdefault(duty.told, set()).add(one)
        return cls(period=period, classes={name: frozenset(some) for name, some in classes.items()})

    @property
    def owed(self) -> frozenset[bytes]:
        return frozenset().union(*self.classes.values())

    @cached_property
    def pairs(self) -> Sequence[Pair]:
        """The whole map: a class's key and a member; the member."""
        return _every_pair(self.period, {**self.classes, OWED: self.owed})

    @cached_property
    def _tree(self) -> PrefixTree | None:
        return PrefixTree(self.pairs) if self.pairs else None

    @property
    def root(self) -> bytes:
        return root(self.pairs)

    @property
    def counts(self) -> dict[str, int]:
        """What the record states beside the root."""
        return {name: len(members) for name, members in self.classes.items()}

    def shown(self, name: str) -> dict[str, Value]:
        """One class for a file, `OWED` among them, with the proof that it is whole."""
        prefix = class_key(self.period, name)
        proof = b""
        if self._tree:
            found, steps = self._tree.search(prefix)
            absent = not found[0].key.startswith(prefix)
            proof = spell_proof(steps, found[0] if absent else None)
        members = self.owed if name == OWED else self.classes[name]
        return {
            "members": [one.hex() for one in sorted(members)],
            "proof": b64encode(proof).decode(),
        }


def _pairs(period: str, name: str, members: Collection[bytes]) -> list[Pair]:
    prefix = class_key(period, name)
    return [Pair(prefix + one, one) for one in sorted(members)]


def _every_pair(period: str, classes: Mapping[str, Collection[bytes]]) -> list[Pair]:
    return sorted(pair for name in classes for pair in _pairs(period, name, classes[name]))


def _checked(period: str, classes: Collection[str]) -> None:
    if not _PERIOD.fullmatch(period):
        raise ValueError("a period is a year, or a quarter of one")
    if len(classes) > MAX_CLASSES or OWED in classes or not all(map(_NAME.fullmatch, classes)):
        raise ValueError("no such class")


def build(
    tally: Tally, *, checkpoint: str, tally_made: OpenedLeaf, only: Collection[str] | None = None
) -> bytes:
    """The file, with all classes and `OWED`, or `only` some. Nothing is judged.

    Raises ValueError for what could not be read back.
    """
    names = {OWED, *tally.classes} if only is None else only
    data = canonical(
        {
            "checkpoint": checkpoint,
            "classes": {name: tally.shown(name) for name in names},
            "format": FORMAT,
            "tally": tally_made.to_value(),
        }
    )
    TallyFile.read(data)
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One class as the file shows it."""

    members: tuple[bytes, ...]
    proof: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyFile:
    """A file that has the right shape; nothing in it is believed yet."""

    checkpoint: str  # the whole note
    tally: OpenedLeaf
    classes: Mapping[str, Shown]

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The file in `data`. Raises ValueError unless its shape is exact."""
        value = parse(data, max_bytes=MAX_TALLY_BYTES)
        outer = shape.members(value, "checkpoint", "classes", "format", "tally")
        if outer["format"] != FORMAT:
            raise ValueError("not a tally of a known format")
        classes = shape.mapping(outer["classes"])
        if len(classes) > MAX_CLASSES + 1:
            raise ValueError("too many classes")
        return cls(
            checkpoint=shape.text(outer["checkpoint"]),
            tally=OpenedLeaf.from_value(outer["tally"]),
            classes={name: _shown(one) for name, one in classes.items()},
        )


def _shown(value: Value) -> Shown:
    outer = shape.members(value, "members", "proof")
    listed = shape.sequence(outer["members"])
    members = tuple(shape.hexadecimal(one, HASH_BYTES) for one in listed)
    if any(before >= after for before, after in pairwise(members)):
        raise ValueError("members stand in ascending order, each once")
    return Shown(members=members, proof=read_map_proof(outer["proof"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyReport:
    """What a check found. With any fault, nothing in the file is to be believed."""

    faults: tuple[str, ...]
    period: str = ""
    covered: int = 0  # leaves up to which the house counted
    owed: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)  # as the record states them
    shown: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)  # members
    parted: bool = False  # whether all classes are shown, and part `owed` exactly
    witnessed: bool = False  # whether a policy's quorum vouches for the checkpoint
    origin: str | None = None  # the log's; among many keys, whose duties these are
    size: int = 0  # leaves under the checkpoint
    at_us: int | None = None  # when it was counted, as the record claims; since 1970 UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    period: str
    covered: int
    owed: int
    counts: Mapping[str, int]
    root: bytes


def verify_tally(
    data: bytes, *, keys: Collection[VerifierKey], policy: TrustPolicy | None = None
) -> TallyReport:
    """Check a tally against the log's keys, which come from elsewhere.

    Never raises for anything in `data`. Each class shown is whole and as many as stated;
    where all are, they part all duties exactly, and the map holds nothing else.
    """
    try:
        file = TallyFile.read(data)
        checkpoint = trusted(file.checkpoint, keys, policy)
        stated = _stated(file.tally, checkpoint)
    except ValueError as error:
        return TallyReport(faults=(f"The file is not a tally that the log holds: {error}.",))
    complete = file.classes.keys() == {OWED, *stated.counts}
    faults = [*_miscounted(file, stated), *_unparted(file, stated, complete=complete)]
    return TallyReport(
        faults=tuple(faults),
        period=stated.period,
        covered=stated.covered,
        owed=stated.owed,
        counts=stated.counts,
        shown={} if faults else {name: one.members for name, one in file.classes.items()},
        parted=complete and not faults,
        witnessed=policy is not None and policy.quorum != NONE,
        origin=checkpoint.origin,
        size=checkpoint.size,
        at_us=decode(file.tally.leaf).at_us,
    )


def _stated(opened: OpenedLeaf, checkpoint: Checkpoint) -> _Stated:
    found = fields(opened, checkpoint)
    if (found.get("kind"), found.get("case_id")) != ("TallyMade", HOUSE):
        raise ValueError("the record opened for the tally is another")
    classes = shape.mapping(found.get("classes"))
    stated = _Stated(
        period=shape.text(found.get("period")),
        covered=shape.integer(found.get("covered")),
        owed=shape.integer(found.get("owed")),
        counts={name: shape.integer(count) for name, count in classes.items()},
        root=shape.hexadecimal(found.get("root"), HASH_BYTES),
    )
    _checked(stated.period, stated.counts)
    if not 0 <= stated.covered <= opened.index:
        raise ValueError("it claims to cover leaves that came after it")
    counts = stated.counts.values()
    if any(count < 0 for count in counts) or sum(counts) != stated.owed:
        raise ValueError("the classes do not add up to the duties owed")
    return stated


def _miscounted(file: TallyFile, stated: _Stated) -> Iterator[str]:
    counts = {**stated.counts, OWED: stated.owed}
    for name, one in file.classes.items():
        if name not in counts:
            yield "A class is shown that the record does not state."
            continue
        pairs = _pairs(stated.period, name, one.members)
        if not verify_prefix(stated.root, class_key(stated.period, name), pairs, one.proof):
            yield f"Class {name}: these are not all its members."
        if len(one.members) != counts[name]:
            yield f"Class {name}: the record states another number."


def _unparted(file: TallyFile, stated: _Stated, *, complete: bool) -> Iterator[str]:
    classes = {name: one.members for name, one in file.classes.items() if name != OWED}
    members = Counter(one for some in classes.values() for one in some)
    if any(count > 1 for count in members.values()):
        yield "A duty stands in two classes."
    if OWED not in file.classes:
        return
    owed = frozenset(file.classes[OWED].members)
    if not members.keys() <= owed or (complete and members.keys() != owed):
        yield "The classes do not part the duties owed."
    if complete and root(_every_pair(stated.period, {**classes, OWED: owed})) != stated.root:
        yield "The map holds more than the classes."


def class_of(report: TallyReport, *, tag_key: bytes, case_id: str, victim_id: str) -> str | None:
    """For an auditor: the class in which this duty was counted, None if in none that is shown.

    Raises ValueError for a report with faults.
    """
    if report.faults:
        raise ValueError("a tally that does not hold has no classes")
    wanted = member(tag_key, report.period, case_id, victim_id)
    return next(
        (name for name, members in report.shown.items() if name != OWED and wanted in members),
        None,
    )


def samples_needed(most_wrong: float, confidence: float) -> int:
    """How many duties, drawn at random and all found in their right class, show at this
    `confidence` that a part of less than `most_wrong` is in a wrong one: 299 for 1 % at 95 %.

    Raises ValueError unless both lie between 0 and 1. Source: (1 - most_wrong)^n <=
    1 - confidence; drawing without putting back needs no more.
    """
    if not (0 < most_wrong < 1 and 0 < confidence < 1):
        raise ValueError("both are parts between 0 and 1")
    return ceil(log(1 - confidence) / log(1 - most_wrong))


def sample(digest: bytes, period: str, members: Collection[bytes], count: int) -> list[bytes]:
    """`count` members, or all, in an order that `digest` alone decides.

    `digest` is that of a checkpoint cosigned after the tally, so that nobody knew
    beforehand which duties would be opened.
    """
    seed = sha256(b"tocsin/tally-sample/1\0" + period.encode() + b"\0" + digest).digest()
    return sorted(members, key=lambda one: sha256(seed + one).digest())[:count]
