"""The leaves of a published log, in their order: each case's chain, and each claimed time.

A claimed time lies between two others that the house does not make: when witnesses cosigned the
last checkpoint that does not cover the leaf yet, wherever the leaf points, and the first that does.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from tocsin.record.leaf import ZERO
from tocsin.record.log_faults import Faults, LogFaultCode
from tocsin.record.log_notes import Witnessed

TOLERANCE_US = 3_600_000_000  # an hour: clocks differ, and a witness may be slow

_NEVER = 2**53  # no leaf claims a time this far from 1970, either way
_NEW: tuple[int, bytes, int] = (1, ZERO, -_NEVER)

# By column: case_seq, at_us, case pseudonym, previous, checkpoint.
Columns: TypeAlias = tuple[
    Sequence[int], Sequence[int], Sequence[bytes], Sequence[bytes], Sequence[bytes]
]


class Leaves:
    """Follows every case through the log. Nothing here is kept per leaf, only per case."""

    def __init__(
        self,
        witnessed: Mapping[bytes, Witnessed],
        covered: Iterable[tuple[int, int]],
        faults: Faults,
    ) -> None:
        """`covered`: sizes, and when (seconds since 1970) others say that they had seen them."""
        self._faults = faults
        # By case: the number that is due, the hash it must follow, the earliest time it may claim.
        self._cases: dict[bytes, tuple[int, bytes, int]] = {}
        self._gone: set[bytes] = set()
        self._blind = False
        self._witnessed = witnessed
        self._covered = sorted(covered, reverse=True)  # the next is the last
        self._lacking = sorted(
            ((one.size, one.at_s) for one in witnessed.values() if one.at_s is not None),
            reverse=True,
        )
        self._embedded, self._embedded_size = ZERO, 0
        self._unknown: set[bytes] = set()
        self._earliest, self._latest, self._until = -_NEVER, _NEVER, 0
        self.newest_at_us: int | None = None

    @property
    def cases(self) -> int:
        return len(self._cases)

    def take(self, indexes: Sequence[int], columns: Columns, hashes: Sequence[bytes]) -> None:
        """Look at some leaves in their order; `hashes` are their own."""
        if not indexes:
            return
        seqs, times, cases, befores, checkpoints = columns
        self._times(indexes, times, checkpoints)
        follows, get = self._cases, self._cases.get
        for index, case, seq, before, at, own in zip(
            indexes, cases, seqs, befores, times, hashes, strict=True
        ):
            due, expected, earliest = get(case, _NEW)
            if seq != due or before != expected or at < earliest:
                self._broken(index, seq, before, at, get(case, _NEW))
            follows[case] = (seq + 1, own, at - TOLERANCE_US)

    def skip(self, hashes: Iterable[bytes] | None) -> None:
        """Go on without leaves whose hashes are known, or (None) without even those."""
        if hashes is None:
            self._blind = True
        else:
            self._gone.update(hashes)

    def _broken(
        self, index: int, seq: int, before: bytes, at: int, expected: tuple[int, bytes, int]
    ) -> None:
        due, hash_before, earliest = expected
        if not 1 <= seq < _NEVER or (before == ZERO) != (seq == 1):
            self._faults.add(
                LogFaultCode.LEAF_MALFORMED,
                f"Leaf {index} is no leaf: the first event of a case, and no other, has "
                "nothing before it.",
                index,
            )
        elif before in self._gone or (self._blind and seq > 1):
            return
        elif seq != due:
            sentence = f"Leaf {index} is event {seq} of its case, where event {due} belongs."
            self._faults.add(LogFaultCode.NUMBER_WRONG, sentence, index)
        elif before != hash_before:
            self._faults.add(
                LogFaultCode.CHAIN_BROKEN,
                f"Leaf {index} does not follow the leaf before it in its case: one of the two "
                "was changed.",
                index,
            )
        if at < earliest:
            sentence = f"Leaf {index} claims a time that is before its case's event before it."
            self._faults.add(LogFaultCode.CLOCK, sentence, index)

    def _times(
        self, indexes: Sequence[int], times: Sequence[int], checkpoints: Sequence[bytes]
    ) -> None:
        newest = max(times)
        self.newest_at_us = max(newest, self.newest_at_us or newest)
        if (
            indexes[-1] < self._until
            and self._earliest <= min(times)
            and newest <= self._latest
            and checkpoints.count(self._embedded) == len(checkpoints)
        ):
            return
        for index, at, checkpoint in zip(indexes, times, checkpoints, strict=True):
            if checkpoint != self._embedded:
                self._embed(index, checkpoint)
            if index >= self._until:
                self._bound(index)
            if not -_NEVER < at < _NEVER:
                sentence = f"Leaf {index} is no leaf: it claims a time outside what one can hold."
                self._faults.add(LogFaultCode.LEAF_MALFORMED, sentence, index)
            elif at < self._earliest:
                sentence = (
                    f"Leaf {index} claims a time that does not fit: witnesses saw the log "
                    "without it later."
                )
                self._faults.add(LogFaultCode.CLOCK, sentence, index)
            elif at > self._latest:
                sentence = (
                    f"Leaf {index} claims a time that does not fit: the log was seen to hold "
                    "it before."
                )
                self._faults.add(LogFaultCode.CLOCK, sentence, index)

    def _embed(self, index: int, checkpoint: bytes) -> None:
        """Note the checkpoint that this leaf points at, and that the one before did not."""
        self._embedded = checkpoint
        found = self._witnessed.get(checkpoint)
        if checkpoint == ZERO:
            found = Witnessed(size=0, at_s=None)
        elif found is None or found.size > index:
            if checkpoint not in self._unknown:
                self._unknown.add(checkpoint)
                sentence = f"Leaf {index} points at a checkpoint that was not witnessed before it."
                self._faults.add(LogFaultCode.CHECKPOINT_UNKNOWN, sentence, index)
            return
        if found.size < self._embedded_size:
            sentence = f"Leaf {index} points at an older checkpoint than the leaf before it."
            self._faults.add(LogFaultCode.CHECKPOINT_OLDER, sentence, index)
        self._embedded_size = found.size

    def _bound(self, index: int) -> None:
        """Find when the log was last seen without this leaf, and when first with it."""
        while self._lacking and self._lacking[-1][0] <= index:
            _, at_s = self._lacking.pop()
            self._earliest = max(self._earliest, at_s * 1_000_000 - TOLERANCE_US)
        while self._covered and self._covered[-1][0] <= index:
            self._covered.pop()
        self._latest = _NEVER
        if self._covered:
            self._latest = self._covered[-1][1] * 1_000_000 + TOLERANCE_US
        self._until = min(
            (some[-1][0] for some in (self._lacking, self._covered) if some), default=2**63
        )
