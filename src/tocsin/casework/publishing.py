"""The log as files that anybody's tools read: C2SP tlog-tiles, and what verifies beside it.

Only what is new is written; what stands there is never written over, except the newest
checkpoint. docs/record-format.md describes the directory.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from tocsin.casework import logbook, records
from tocsin.casework.access import allows
from tocsin.casework.house import App
from tocsin.domain.actor import Actor
from tocsin.domain.refusal import Code, refuse
from tocsin.record.canonical import canonical
from tocsin.record.checkpoint import Checkpoint, read
from tocsin.record.disclosure import Disclosure
from tocsin.record.log_keys import SHOWN
from tocsin.record.tiles import ENTRIES, Tile, parse_path, spell_entries, tiles_of
from tocsin.store import events, log, tiles
from tocsin.store.engine import Connection

Progress = Callable[[int], None]
CHECKPOINT = "checkpoint"
LEVEL_BITS = 8
"""A hash stands for 2**8 hashes of the level below."""

MOST_UNSETTLED = 10
"""So many of the newest witnessed checkpoints may still get the line of a late witness."""


def _unwatched(_done: int) -> None:
    """The progress of those who do not watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """How large the published log is, and how many files were written for it now."""

    size: int
    files: int


def publish(app: App, folder: Path, progress: Progress = _unwatched) -> Published:
    """Bring `folder` up to the newest checkpoint that a quorum has seen, or the newest of all
    where none is asked for.

    Refuses BAD_VALUE for another log's folder, and RECORD_DAMAGED for one that holds more of
    this log than there is, or something else.
    """
    note = logbook.handed_out(app)
    if (there := _there(folder)) and there.size > read(note.encode())[0].size:
        note = logbook.newest_note(app)  # published before a quorum was asked for
    checkpoint, _ = read(note.encode())
    written = 0
    with app.store.read() as db:
        _same_log(app, db, folder, checkpoint)
        for tile in chain(tiles_of(checkpoint.size), _still_partial(db, checkpoint.size)):
            written += _put(folder / tile.path, partial(_hashes, db, tile))
            if tile.level == 0:
                written += _put(folder / tile.entries_path, partial(_entries, db, tile))
                progress(tile.index * tiles.WIDTH + tile.width)
        written += _beside(app, db, folder, checkpoint.size)
    # Last, so that whoever reads meanwhile finds every file that the checkpoint speaks for.
    written += _replace(folder / CHECKPOINT, note.encode())
    return Published(size=checkpoint.size, files=written)


def publish_as(app: App, by: Actor, folder: Path, progress: Progress = _unwatched) -> Published:
    """`publish` for an officer. Refuses NOT_ALLOWED."""
    if not allows(app, by, "publish_log"):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was published: none of your roles allows it.",
            "Ask an inspector or an administrator.",
        )
    return publish(app, folder, progress)


def file_of(app: App, path: str) -> bytes | None:
    """One published file of the newest checkpoint's tree; None where that has no such file.

    Nothing is signed for it: whoever asks often must not see when something is recorded.
    """
    with app.store.read() as db:
        newest = log.newest_checkpoint(db)
        if newest is None:
            return None
        if path == CHECKPOINT:
            return logbook.note_at(db, newest.size).encode()
        try:
            tile = parse_path(path)
        except ValueError:
            return None
        # At its level, the tree of this size has so many hashes.
        known = newest.size >> LEVEL_BITS * max(tile.level, 0)
        if tile.index * tiles.WIDTH + tile.width > known:
            return None
        return _entries(db, tile) if tile.level == ENTRIES else _hashes(db, tile)


def _still_partial(db: Connection, size: int) -> Iterator[Tile]:
    """The tiles that older checkpoints beside the log speak for, where none at `size` is full.

    Source: C2SP tlog-tiles, "Partial Tiles".
    """
    older = {*log.witnessed_sizes(db), *(anchor.size for anchor in log.anchors(db))}
    for level in range(-(-size.bit_length() // LEVEL_BITS)):
        for count in {one >> LEVEL_BITS * level for one in older if one < size}:
            index, width = divmod(count, tiles.WIDTH)
            if width and index == size >> LEVEL_BITS * (level + 1):
                yield Tile(level=level, index=index, width=width)


def _hashes(db: Connection, tile: Tile) -> bytes:
    return b"".join(tiles.read(db, tile.level, tile.index, tile.width))


def _entries(db: Connection, tile: Tile) -> bytes:
    first = tile.index * tiles.WIDTH
    return spell_entries(events.leaves(db, first, first + tile.width))


def _beside(app: App, db: Connection, folder: Path, size: int) -> int:
    """Witnessed checkpoints, timestamps and rotations of the log's first `size` leaves."""
    written = 0
    cosigned = [one for one in log.witnessed_sizes(db) if one <= size]
    settled = frozenset(cosigned[:-MOST_UNSETTLED])
    for one in cosigned:
        path, note = folder / "witnessed" / str(one), partial(_note, db, one)
        written += _put(path, note) if one in settled else _replace(path, note())
    for anchor in log.anchors(db):
        if anchor.size <= size:
            note = partial(_note, db, anchor.size)
            written += _put(folder / "anchors" / f"{anchor.size}.tsr", partial(bytes, anchor.token))
            written += _put(folder / "anchors" / str(anchor.size), note)
    for record in _rotations(app, db):
        if record.index < size and record.body is not None and record.seed is not None:
            opened = Disclosure.of(record.leaf, record.body, record.seed, SHOWN).to_value()
            path = folder / "rotations" / f"{record.index}.json"
            written += _replace(path, canonical(opened))
    return written


def _note(db: Connection, size: int) -> bytes:
    return logbook.note_at(db, size).encode()


def _rotations(app: App, db: Connection) -> list[records.Record]:
    rows = (events.event_at(db, one.position) for one in log.keys(db) if one.position)
    return [records.opened(app, row) for row in rows if row is not None]


def _same_log(app: App, db: Connection, folder: Path, checkpoint: Checkpoint) -> None:
    """Refuse a folder that holds anything but an earlier part of this very log."""
    if not folder.is_file() and not (folder / CHECKPOINT).exists():
        return
    there = _there(folder)
    if there is None or there.origin != checkpoint.origin:
        refuse(
            Code.BAD_VALUE,
            "Nothing was published: the folder holds something else than this log.",
            "Name an empty folder, or the one this log was published to before.",
        )
    if there.size > checkpoint.size or logbook.tree(app, db, there.size).root() != there.root:
        refuse(
            Code.RECORD_DAMAGED,
            "Nothing was published: the folder holds records that this log no longer has.",
            "If the database was restored from a backup, keep the folder, publish to another, "
            "and tell whoever witnesses the log.",
        )


def _there(folder: Path) -> Checkpoint | None:
    """The checkpoint that was published there before, if one can be read."""
    try:
        return read((folder / CHECKPOINT).read_bytes())[0]
    except (OSError, ValueError):
        return None


def _put(path: Path, content: Callable[[], bytes]) -> bool:
    """Write a file that never changes; True where it was not there yet."""
    return not path.exists() and _replace(path, content())


def _replace(path: Path, content: bytes) -> bool:
    """Write the whole file or nothing of it; False where it stands there already."""
    try:
        if path.exists() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            with fresh.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)  # where it was not written whole
    except OSError as error:
        refuse(
            Code.BAD_VALUE,
            f"The log was not published: a file cannot be written ({type(error).__name__}).",
            "See that the folder can be written and has room; then do it again.",
        )
    return True
