"""What a witness must not forget: the newest checkpoint it cosigned of each log; evidence.

A log's state is that checkpoint's note, with the log's lines and the witness's own, in
one file. The witness's signatures over it are its checksum: what was changed by accident
or by anybody without the key does not verify, and then nothing is cosigned. An older
copy does verify: never restore `state` from a backup.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tocsin.record import checkpoint as checkpoints
from tocsin.record.canonical import Value, canonical
from tocsin.record.checkpoint import Checkpoint
from tocsin.record.note import MAX_NOTE_BYTES, VerifierKey

STATE, EVIDENCE, LOCK = "state", "evidence", "lock"
MOST_EVIDENCE_BYTES = 64 * 2**20
"""Of each log: thousands of contradictions."""
_ID_DIGITS = 16


class Damaged(Exception):
    """What was kept cannot be trusted; to start again from nothing would forget a promise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The newest checkpoint cosigned of one log, its whole note, and when it was cosigned."""

    checkpoint: Checkpoint
    note: str
    at_s: int


class Keep:
    """The durable state in `folder` of the witness that signs with `keys`.

    Safe for threads and for processes that share the folder: whoever goes from `latest` to
    `put` holds it in between.
    """

    def __init__(self, folder: Path, keys: Sequence[VerifierKey]) -> None:
        self._folder, self._keys = folder, tuple(keys)
        self._read: dict[str, tuple[bytes, Kept]] = {}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the state against every other thread and process until the block ends."""
        with held(self._folder):
            yield

    def latest(self, origin: str) -> Kept | None:
        """The newest cosigned checkpoint of a log, if any. Raises `Damaged`."""
        return self._load(self._folder / STATE / log_id(origin))

    def newest_s(self) -> int:
        """The newest time at which anything was cosigned, 0 for never. Raises `Damaged`."""
        files = [path for path in self._states() if not path.name.startswith(".")]
        return max((kept.at_s for path in files if (kept := self._load(path))), default=0)

    def put(self, origin: str, note: str) -> None:
        """Make `note`, cosigned, the newest of a log; durable on return. Only while held."""
        write(self._folder / STATE / log_id(origin), note.encode(), over=True)

    def accuse(self, origin: str, name: bytes, piece: Mapping[str, Value], *, room: float) -> None:
        """Keep a piece of evidence against a log for ever, under its name's hash. Only while held.

        Nothing more is kept once `room`, a part of `MOST_EVIDENCE_BYTES`, is full: what is
        there is proof enough, and a log must not fill the disk that others need too.
        """
        against = log_id(origin)[:_ID_DIGITS]
        path = self._folder / EVIDENCE / f"{against}-{sha256(name).hexdigest()}.json"
        if path.exists():
            return
        kept = sum(one.stat().st_size for one in path.parent.glob(f"{against}-*.json"))
        data = canonical(piece)
        if kept + len(data) <= room * MOST_EVIDENCE_BYTES:
            write(path, data, over=False)

    def evidence(self) -> int:
        """How many pieces of evidence are kept."""
        return sum(1 for _ in (self._folder / EVIDENCE).glob("[!.]*.json"))

    def _states(self) -> list[Path]:
        try:
            return list((self._folder / STATE).iterdir())
        except FileNotFoundError:
            raise Damaged("the folder of states is gone") from None

    def _load(self, path: Path) -> Kept | None:
        try:
            with path.open("rb") as file:
                data = file.read(MAX_NOTE_BYTES + 1)
        except FileNotFoundError:
            if not path.parent.is_dir():
                raise Damaged("the folder of states is gone") from None
            return None
        before = self._read.get(path.name)
        if before and before[0] == data:
            return before[1]
        try:
            signed = checkpoints.verified(data, self._keys)
        except ValueError:
            raise Damaged("a state was not signed by this witness") from None
        if log_id(signed.checkpoint.origin) != path.name:
            raise Damaged("a state of another log")
        at_s = max(each.at_s or 0 for each in signed.verified)
        kept = Kept(checkpoint=signed.checkpoint, note=data.decode(), at_s=at_s)
        self._read[path.name] = data, kept
        return kept


def log_id(origin: str) -> str:
    """The name of a log in files and addresses: SHA-256 of its origin, in hexadecimal."""
    return sha256(origin.encode()).hexdigest()


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a witness's folder against every other thread and process until the block ends."""
    # Its own descriptor each time: that is what makes the lock hold between threads too.
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write(path: Path, data: bytes, *, over: bool) -> None:
    """Write the whole file, for its owner alone, or nothing; durable on return.

    Replaces an older file, or else leaves it. Only while the folder is held.
    """
    new = path.with_name(".new")
    # Never written into: after a crash it may be a second name of what was kept.
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if over:
        new.replace(path)
    else:
        with suppress(FileExistsError):
            path.hardlink_to(new)
        new.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make the names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
