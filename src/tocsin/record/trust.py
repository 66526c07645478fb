"""Whom a verifier trusts: logs, witnesses, and how many of them must have cosigned.

A policy is a file of octets. The names in it matter nowhere else; they are kept as
Latin-1, one character for each octet, so that two names are equal only if their
octets are. A key's own name and the URLs are UTF-8, as everywhere. An organisation
is a group: one that runs three witnesses counts once where its group is `any`.

Stricter than the source in two places: no key may stand in the policy twice, be it
for a log or for a witness, so that no log cosigns for itself; and where a group needs
several of its members, two keys of one name, which are one witness's, cannot count as
two. Looser in another: the last line may lack its newline. Source: C2SP tlog-policy.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tocsin.record.note import KeyType, VerifierKey

MAX_POLICY_BYTES = 2**20
MAX_ENTRIES = 256  # of each kind
NONE = "none"  # the quorum that needs no witness

_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_THRESHOLD = re.compile(rb"[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A log whose checkpoints count; its key's name is its origin."""

    key: VerifierKey
    url: str | None = None

    def __post_init__(self) -> None:
        if self.key.type is KeyType.ED25519_COSIGNATURE:
            raise ValueError("a witness's key cannot stand for a log")


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A witness, under the name that groups and the quorum know it by."""

    name: str
    key: VerifierKey
    url: str | None = None

    def __post_init__(self) -> None:
        if self.key.type is KeyType.ED25519:
            raise ValueError("a log's key cannot stand for a witness")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Has witnessed what at least `threshold` of its members have: witnesses or groups."""

    name: str
    threshold: int
    members: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 1 <= self.threshold <= len(self.members):
            raise ValueError("a group needs at least one and at most all of its members")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustPolicy:
    """Which checkpoints a verifier believes. Without logs, it knows them from elsewhere."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]  # each after those it names
    quorum: str

    def __post_init__(self) -> None:
        if max(len(self.logs), len(self.witnesses), len(self.groups)) > MAX_ENTRIES:
            raise ValueError("at most 256 logs, witnesses and groups")
        if len({key.key for key in self.keys}) != len(self.keys):
            raise ValueError("a key stands in the policy twice")
        defined = {NONE}
        free: set[str] = set()  # each name is in one group at most, so each witness counts once
        behind = {witness.name: frozenset({witness.key.name}) for witness in self.witnesses}
        entries: tuple[Witness | Group, ...] = (*self.witnesses, *self.groups)
        for entry in entries:
            if entry.name in defined:
                raise ValueError("a name is defined twice")
            for member in entry.members if isinstance(entry, Group) else ():
                if member not in free:
                    raise ValueError("a member is not defined before, or is in a group already")
                free.remove(member)
            if isinstance(entry, Group):
                behind[entry.name] = _behind(entry, behind)
            defined.add(entry.name)
            free.add(entry.name)
        if self.quorum not in defined:
            raise ValueError("the quorum is not defined")

    @property
    def log_keys(self) -> tuple[VerifierKey, ...]:
        return tuple(log.key for log in self.logs)

    @property
    def witness_keys(self) -> tuple[VerifierKey, ...]:
        return tuple(witness.key for witness in self.witnesses)

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """Every key that `checkpoint.verified` should know."""
        return self.log_keys + self.witness_keys

    def met_by(self, keys: Collection[VerifierKey]) -> bool:
        """Whether witnesses whose keys are among `keys`, all verified, make up the quorum."""
        met = {NONE} | {witness.name for witness in self.witnesses if witness.key in keys}
        for group in self.groups:
            if sum(member in met for member in group.members) >= group.threshold:
                met.add(group.name)
        return self.quorum in met


def _behind(group: Group, behind: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The names of the keys behind a group, each of which it may count once."""
    members = [behind[member] for member in group.members]
    names = frozenset[str]().union(*members)
    # Both keys of one witness may be asked for, where nothing less will do.
    is_each = group.threshold == len(members) and all(len(one) == 1 for one in members)
    if group.threshold > 1 and sum(map(len, members)) > len(names) and not is_each:
        raise ValueError("one witness would count twice in a group")
    return names


def parse(data: bytes) -> TrustPolicy:
    """The policy in a file. Raises ValueError, with the line where one is at fault."""
    if len(data) > MAX_POLICY_BYTES:
        raise ValueError("the policy is too large")
    if _FORBIDDEN.search(data):
        raise ValueError("a policy's control characters are tab and newline")
    reading = _Reading()
    for number, line in enumerate(data.split(b"\n"), start=1):
        items = line.split()  # at spaces and tabs: no other ASCII whitespace is left
        if not items or items[0].startswith(b"#"):
            continue
        try:
            reading.take(items)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
    if reading.quorum is None:
        raise ValueError("a policy says what its quorum is")
    return TrustPolicy(
        logs=tuple(reading.logs),
        witnesses=tuple(reading.witnesses),
        groups=tuple(reading.groups),
        quorum=reading.quorum,
    )


@dataclass(slots=True, kw_only=True)
class _Reading:
    logs: list[Log] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None
    # `TrustPolicy` no longer sees whether a group stood above a witness that it names.
    defined: set[str] = field(default_factory=lambda: {NONE})

    def take(self, items: list[bytes]) -> None:
        match items:
            case [b"log", key, *url] if len(url) <= 1:
                self.logs.append(Log(key=_key(key), url=_url(url)))
            case [b"witness", name, key, *url] if len(url) <= 1:
                self.witnesses.append(Witness(name=_name(name), key=_key(key), url=_url(url)))
                self.defined.add(_name(name))
            case [b"group", name, threshold, *members]:
                group = _group(name, threshold, members)
                if not self.defined.issuperset(group.members):
                    raise ValueError("a member is not defined before")
                self.groups.append(group)
                self.defined.add(group.name)
            case [b"quorum", name] if self.quorum is None and _name(name) in self.defined:
                self.quorum = _name(name)
            case [b"quorum", _]:
                raise ValueError("a second quorum, or one that is not defined before")
            case _:
                raise ValueError("not a log, a witness, a group or a quorum")


def _group(name: bytes, threshold: bytes, members: list[bytes]) -> Group:
    words = {b"any": 1, b"all": len(members)}
    if threshold not in words and not _THRESHOLD.fullmatch(threshold):
        raise ValueError("a group needs any, all, or a number of its members")
    return Group(
        name=_name(name),
        threshold=words[threshold] if threshold in words else int(threshold),
        members=tuple(map(_name, members)),
    )


def _key(octets: bytes) -> VerifierKey:
    return VerifierKey.from_text(octets.decode())


def _name(octets: bytes) -> str:
    return octets.decode("latin-1")


def _url(items: list[bytes]) -> str | None:
    # What is not UTF-8 is of no use as a URL, but does not make the policy wrong.
    return items[0].decode(errors="backslashreplace") if items else None
