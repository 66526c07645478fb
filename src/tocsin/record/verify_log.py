"""Is a published log what was signed, whole and in order? Names the first leaf that is not.

One pass over the entries, from whatever `read` reads: nothing here touches a file. The
directory is hostile: whatever stands in it becomes a fault, never an error.
Source: C2SP tlog-tiles, tlog-checkpoint; docs/record-format.md.
"""

import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from tocsin.record import checkpoint as checkpoints
from tocsin.record.checkpoint import Checkpoint, SignedCheckpoint
from tocsin.record.frontier import HASH_BYTES
from tocsin.record.frontier import hashes as split
from tocsin.record.leaf import LEAF_BYTES
from tocsin.record.log_faults import Faults, LogFaultCode, LogReport, Names, Read, why
from tocsin.record.log_keys import (
    ENTRY_BYTES,
    Keyring,
    Lines,
    cosigned_at,
    judge_newest,
    judge_quorum,
    names_of,
    read_rotations,
)
from tocsin.record.log_leaves import Leaves
from tocsin.record.log_notes import AnchorTime, Due, Judge, read_notes
from tocsin.record.log_tree import LogTree
from tocsin.record.note import Note, VerifierKey
from tocsin.record.tiles import WIDTH, Tile
from tocsin.record.trust import TrustPolicy

# An entry of a bundle: what begins every one of them, case_seq, at_us, case, previous,
# (body, tags, policy,) checkpoint, padding.
_ENTRY = struct.Struct(">10sQq32s32s96x32s168s")
_HEAD = LEAF_BYTES.to_bytes(2) + b"tocsin\0\x01"
_PADDING = bytes(168)
_NEWEST = "checkpoint"


def verify_log(
    read: Read,
    names: Names,
    *,
    keys: Collection[VerifierKey],
    policy: TrustPolicy | None = None,
    since: Sequence[Checkpoint | SignedCheckpoint] = (),
    anchor_time: AnchorTime | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> LogReport:
    """Check the whole log that `read` and `names` give. Never raises for anything in it.

    Every log key that bears its origin must have signed, or have been rotated out; keys of
    other names are cosigners'. `since` are checkpoints saved earlier, trusted as they are: the
    log must only have added to each. Without `anchor_time` timestamps are not judged.
    `progress` gets the number of leaves done since it was last called.
    """
    faults = Faults()
    found = _newest(read, faults)
    if found is None:
        return LogReport(faults=faults.all())
    newest, note = found
    rotations = read_rotations(read, names, newest, faults)
    ring, lines = judge_newest(_NEWEST, newest, note, keys, policy, rotations, faults)
    report = _described(newest, ring, lines, policy, faults)
    if not report.signed_by and not any(names("rotations")):
        return report  # by the keys given there is no such log, and none lead on from them
    judge = Judge(read=read, newest=newest, keyring=ring, policy=policy, faults=faults)
    quorum = judge_quorum(_NEWEST, lines, ring, policy, faults)
    notes = read_notes(names, judge, anchor_time)
    if report.cosigned_at_s is not None:
        notes.covered.append((newest.size, report.cosigned_at_s))
    saved = list(_saved(since, newest, faults))
    leaves = Leaves(notes.witnessed, notes.covered, faults)
    tree = LogTree(read, names, newest, [*notes.due, *saved], faults)
    done = _Walk(read, tree, leaves, faults).run(newest.size, progress)
    return replace(
        report,
        leaves=done,
        faults=faults.all(),
        unlisted=faults.unlisted,
        quorum=quorum,
        rotations=len(rotations),
        cases=leaves.cases,
        newest_at_us=leaves.newest_at_us,
        dated=notes.dated(),
        witnessed=len(notes.witnessed),
        anchors=tuple(notes.anchors),
        prefixes=sum(one in tree.agreed for one in saved),
    )


def verify_checkpoint(
    data: bytes, *, keys: Collection[VerifierKey], policy: TrustPolicy | None = None
) -> LogReport:
    """Check one signed checkpoint by itself, as `verify_log` does; no leaf is looked at.

    Never raises for anything in `data`.
    """
    faults = Faults()
    found = _newest(lambda _: data, faults)
    if found is None:
        return LogReport(faults=faults.all())
    checkpoint, note = found
    ring, lines = judge_newest(_NEWEST, checkpoint, note, keys, policy, [], faults)
    quorum = judge_quorum(_NEWEST, lines, ring, policy, faults)
    return replace(_described(checkpoint, ring, lines, policy, faults), quorum=quorum)


def _described(
    checkpoint: Checkpoint,
    ring: Keyring,
    lines: Lines,
    policy: TrustPolicy | None,
    faults: Faults,
) -> LogReport:
    return LogReport(
        faults=faults.all(),
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        signed_by=names_of(ring.newest & lines.good.keys()),
        cosigned_by=names_of(ring.cosigners & lines.good.keys()),
        unknown=lines.unknown,
        cosigned_at_s=cosigned_at(lines, ring, policy),
    )


class _Walk:
    """Reads every bundle once, and hands its leaves and their hashes on."""

    def __init__(self, read: Read, tree: LogTree, leaves: Leaves, faults: Faults) -> None:
        self._read, self._tree, self._leaves, self._faults = read, tree, leaves, faults

    def run(self, size: int, progress: Callable[[int], None]) -> int:
        """The number of leaves looked at: all, unless there are too many faults to go on."""
        done, known = 0, True
        while done < size and not self._faults.full:
            tile = self._tree.tile(0, done // WIDTH)
            hashes = self._bundle(tile)
            known = known and hashes is not None
            if known and hashes is not None:
                self._tree.add(hashes)
            done += tile.width
            progress(tile.width)
        if known and done == size:
            self._tree.finish()
        return done

    def _bundle(self, tile: Tile) -> bytes | None:
        """The hashes of the leaves under `tile`, as far as anybody can tell."""
        data, shown = self._read(tile.entries_path), self._tree.shown(tile)
        if data is None:
            return self._lost(tile, shown)
        if len(data) == tile.width * ENTRY_BYTES:
            hashes = [
                sha256(b"\0" + data[at : at + LEAF_BYTES]).digest()
                for at in range(2, len(data), ENTRY_BYTES)
            ]
            heads, seqs, times, cases, befores, notes, paddings = zip(
                *_ENTRY.iter_unpack(data), strict=True
            )
            known = heads.count(_HEAD) == paddings.count(_PADDING) == tile.width
            if known and (joined := b"".join(hashes)) == shown:
                indexes = range(tile.index * WIDTH, tile.index * WIDTH + tile.width)
                self._leaves.take(indexes, (seqs, times, cases, befores, notes), hashes)
                self._tree.older(tile, data, ENTRY_BYTES, lambda one: one.entries_path)
                return joined
        return self._mended(tile, data, shown)

    def _lost(self, tile: Tile, shown: bytes | None) -> bytes | None:
        """Go on without a bundle, by the hashes that the tile shows."""
        self._tree.missing(tile.entries_path, tile)
        if shown is None or len(shown) != tile.width * HASH_BYTES:
            self._leaves.skip(None)
            return None
        self._leaves.skip(split(shown))
        return shown

    def _mended(self, tile: Tile, data: bytes, shown: bytes | None) -> bytes:
        """Name what is wrong in a bundle or its tile, and go on with what is right."""
        first = tile.index * WIDTH
        slots = [data[at * ENTRY_BYTES :][:ENTRY_BYTES] for at in range(tile.width)]
        hashes = [sha256(b"\0" + slot[2:]).digest() for slot in slots]
        right, wrong = b"".join(hashes), set[int]()
        if shown is not None and shown != right:
            right, wrong = self._settled(tile, hashes, shown)
        for at, slot in enumerate(slots):
            if at in wrong:
                continue
            if slot[:2] != _HEAD[:2] or len(slot) != ENTRY_BYTES:
                self._changed(first + at, "was changed: its bundle gives it another length")
            elif slot[: len(_HEAD)] != _HEAD or not slot.endswith(_PADDING):
                sentence = f"Leaf {first + at} is not a leaf of a known version."
                self._faults.add(LogFaultCode.LEAF_MALFORMED, sentence, first + at)
                wrong.add(at)
        if len(data) > tile.width * ENTRY_BYTES:
            self._changed(first + tile.width - 1, "has something after it in its bundle")
        good = [at for at in range(tile.width) if at not in wrong and len(slots[at]) == ENTRY_BYTES]
        self._leaves.skip(hashes[at] for at in range(tile.width) if at not in good)
        if good:
            rows = zip(*(_ENTRY.unpack(slots[at]) for at in good), strict=True)
            _, seqs, times, cases, befores, notes, _ = rows
            self._leaves.take(
                [first + at for at in good],
                (seqs, times, cases, befores, notes),
                [hashes[at] for at in good],
            )
        return right

    def _settled(self, tile: Tile, hashes: Sequence[bytes], shown: bytes) -> tuple[bytes, set[int]]:
        """The tile's right hashes, and the places whose entries are not to be believed."""
        settled = self._tree.settle(tile, b"".join(hashes), shown)
        theirs = [shown[at * HASH_BYTES :][:HASH_BYTES] for at in range(tile.width)]
        apart = [at for at in range(tile.width) if hashes[at] != theirs[at]] or [tile.width - 1]
        first = tile.index * WIDTH + apart[0]
        if settled.computed:
            sentence = f"{tile.path} was changed: its hash of leaf {first} is not the leaf's."
            self._faults.add(LogFaultCode.TILE_CHANGED, sentence, first)
            return settled.hashes, set()
        more = f", and so were {len(apart) - 1} more of its bundle" if len(apart) > 1 else ""
        if settled.shown:
            self._changed(first, f"was changed{more}: its hash does not lead to the signed root")
        else:
            self._changed(first, f"was changed, or its hash in {tile.path}{more}")
        self._leaves.skip(theirs[at] for at in apart)
        return settled.hashes, set(apart)

    def _changed(self, leaf: int, how: str) -> None:
        self._faults.add(LogFaultCode.LEAF_CHANGED, f"Leaf {leaf} {how}.", leaf)


def _newest(read: Read, faults: Faults) -> tuple[Checkpoint, Note] | None:
    data = read(_NEWEST)
    if data is None:
        faults.add(LogFaultCode.MISSING, f"{_NEWEST} is missing.")
        return None
    try:
        return checkpoints.read(data)
    except ValueError as error:
        faults.add(LogFaultCode.MALFORMED, f"{_NEWEST} is not a signed checkpoint: {why(error)}.")
        return None


def _saved(
    since: Iterable[Checkpoint | SignedCheckpoint], newest: Checkpoint, faults: Faults
) -> Iterator[Due]:
    """The roots that the log must have had by what somebody saved of it."""
    for one in since:
        saved = one.checkpoint if isinstance(one, SignedCheckpoint) else one
        if saved.origin != newest.origin:
            sentence = f"A saved checkpoint is of another log: {saved.origin!a}."
            faults.add(LogFaultCode.KEY_UNKNOWN, sentence)
        elif saved.size > newest.size:
            faults.add(
                LogFaultCode.REWRITTEN,
                f"The log was cut back: it has {newest.size} leaves, and a saved checkpoint "
                f"shows that it had {saved.size}.",
                newest.size,
            )
        else:
            path = f"the saved checkpoint of {saved.size} leaves"
            yield Due(size=saved.size, root=saved.root, path=path)
