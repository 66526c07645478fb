"""The checkpoints beside a published log: the newest, the witnessed, the anchored.

Each must be signed by the log, and by a quorum where it claims to be witnessed. That its root
is the tree's is for the walk over the leaves to say, which takes `Due`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

from tocsin.record import checkpoint as checkpoints
from tocsin.record.checkpoint import Checkpoint
from tocsin.record.log_faults import Anchor, Dated, Faults, LogFaultCode, Names, Read, why
from tocsin.record.log_keys import (
    Keyring,
    Lines,
    cosigned_at,
    judge_lines,
    judge_quorum,
    numbers,
    wrong_lines,
)
from tocsin.record.trust import TrustPolicy

# When an authority saw a message, from its token; ValueError if the token does not prove it.
AnchorTime: TypeAlias = Callable[[bytes, bytes], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The root that the tree must have had at some size, and who says so."""

    size: int
    root: bytes
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """A checkpoint that a leaf may point at."""

    size: int
    at_s: int | None  # when its quorum was reached


@dataclass(slots=True, kw_only=True)
class Notes:
    """Everything that the notes beside the log promise about its leaves."""

    witnessed: dict[bytes, Witnessed] = field(default_factory=dict)  # by the text's digest
    anchors: list[Anchor] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    covered: list[tuple[int, int]] = field(default_factory=list)  # size, seconds since 1970

    def dated(self) -> Dated | None:
        """Which leaves others vouch for the time of, and how closely; None for none."""
        lacking = {one.size: one.at_s for one in self.witnessed.values() if one.at_s is not None}
        first_seen = dict(sorted(self.covered, reverse=True))
        spans, latest = list[int](), -1
        for size, until in pairwise(sorted(first_seen)):
            latest = max(latest, lacking.get(size, -1))
            if latest >= 0:
                spans.append(first_seen[until] - latest)
        if not spans:
            return None
        return Dated(first=min(lacking), until=max(first_seen), apart_s=max(spans))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Judges one note after another by the same keys."""

    read: Read
    newest: Checkpoint
    keyring: Keyring
    policy: TrustPolicy | None
    faults: Faults

    def note(self, path: str, size: int) -> tuple[Checkpoint, Lines] | None:
        """The checkpoint of `size` leaves at `path`, its log's signatures judged."""
        data = self.read(path)
        if data is None:
            self.faults.add(LogFaultCode.MISSING, f"{path} is missing.")
            return None
        try:
            checkpoint, note = checkpoints.read(data)
        except ValueError as error:
            sentence = f"{path} is not a signed checkpoint: {why(error)}."
            self.faults.add(LogFaultCode.MALFORMED, sentence)
            return None
        if (checkpoint.origin, checkpoint.size) != (self.newest.origin, size):
            sentence = f"{path} is the checkpoint of another log or size."
            self.faults.add(LogFaultCode.MALFORMED, sentence)
            return None
        lines = judge_lines(checkpoint, note, self.keyring.all)
        wrong_lines(path, lines, self.faults)
        if not any(generation <= lines.good.keys() for generation in self.keyring.generations):
            sentence = f"{path} is not signed with every key that the log had then."
            self.faults.add(LogFaultCode.SIGNATURE_WRONG, sentence)
        elif size > self.newest.size:
            self.faults.add(
                LogFaultCode.REWRITTEN,
                f"The log was cut back: it has {self.newest.size} leaves, and {path} shows "
                f"that it had {size}.",
                self.newest.size,
            )
            return None
        return checkpoint, lines


def read_notes(names: Names, judge: Judge, anchor_time: AnchorTime | None) -> Notes:
    """What stands under witnessed/ and anchors/; what is wrong there becomes faults."""
    notes = Notes()
    for size in numbers(names("witnessed")):
        if judge.faults.full:
            return notes
        path = f"witnessed/{size}"
        if found := judge.note(path, size):
            checkpoint, lines = found
            judge_quorum(path, lines, judge.keyring, judge.policy, judge.faults)
            at_s = cosigned_at(lines, judge.keyring, judge.policy)
            notes.witnessed[checkpoint.digest] = Witnessed(size=size, at_s=at_s)
            notes.due.append(Due(size=size, root=checkpoint.root, path=path))
            if at_s is not None:
                notes.covered.append((size, at_s))
    in_anchors = list(names("anchors"))
    for size in sorted({*numbers(in_anchors), *numbers(in_anchors, ".tsr")}):
        if judge.faults.full:
            return notes
        _anchor(f"anchors/{size}", size, judge, anchor_time, notes)
    notes.covered.sort()
    return notes


def _anchor(
    path: str, size: int, judge: Judge, anchor_time: AnchorTime | None, notes: Notes
) -> None:
    token = judge.read(f"{path}.tsr")
    if token is None:
        judge.faults.add(LogFaultCode.MISSING, f"{path}.tsr is missing.")
    found = judge.note(path, size)
    if found is None or token is None:
        return
    checkpoint, _ = found
    notes.due.append(Due(size=size, root=checkpoint.root, path=path))
    try:
        at = anchor_time(token, checkpoint.text.encode()) if anchor_time else None
    except ValueError as error:
        sentence = f"{path}.tsr does not prove when the log had {size} leaves: {why(error)}."
        judge.faults.add(LogFaultCode.ANCHOR_WRONG, sentence)
        return
    notes.anchors.append(Anchor(size=size, at=at))
    if at is not None:
        notes.covered.append((size, int(at.timestamp())))
