"""The keys that sign the log: two a generation, rotated by a record that old and new sign.

The first generation comes from the house key. Later ones lie in files of their own, so
that a rotation helps where the house key is known to others.
"""

import hashlib
import hmac
import os
from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tocsin.casework import ledger
from tocsin.casework.access import allows
from tocsin.casework.house import App
from tocsin.domain.actor import Actor
from tocsin.domain.ledger import KeyRotated
from tocsin.domain.refusal import Code, refuse
from tocsin.record.canonical import Value, canonical
from tocsin.record.note import KeyType, VerifierKey
from tocsin.record.signing import Signer
from tocsin.store import events, log
from tocsin.store.engine import Connection
from tocsin.store.instants import from_us, to_us

OVERLAP = timedelta(days=30)
"""How long the keys before still sign too, for those who have not yet heard of the new."""

ROTATION = b"tocsin/key-rotation/1\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKeys:
    """Who signs now. `signers` are the generation's two, then those of the one before."""

    generation: int
    origin: str
    signers: tuple[Signer, ...]

    @property
    def newest(self) -> tuple[Signer, Signer]:
        """This generation's Ed25519 and ML-DSA-44 signers."""
        return self.signers[0], self.signers[1]


def begin(app: App) -> None:
    """Name the log and its first keys, once in the life of a house.

    Refuses SETTINGS_INVALID where the database is of a house with another key.
    """
    with app.store.read() as db:
        known = log.keys(db)
    if known and not _if_there(app, known[0]):
        refuse(
            Code.SETTINGS_INVALID,
            "Tocsin did not start: this database belongs to a house with another key.",
            "Restore the house.key that lay in the data folder when the database was begun.",
        )
    if known:
        return
    with app.store.write() as db:
        if log.keys(db):
            return
        origin = app.settings.log_origin or f"tocsin/{app.randomness(8).hex()}"
        signers = _signers(origin, app.keys.signing)
        _put(db, 1, origin, signers, position=0, at_us=to_us(app.clock()))


def current(app: App, db: Connection) -> LogKeys:
    """The keys in force. Refuses LOG_KEY_MISSING where this host lacks their secret."""
    rows = log.keys(db)
    newest = rows[-1]
    signers = signers_of(app, newest)
    if len(rows) > 1 and app.clock() < from_us(newest.at_us) + OVERLAP:
        # Gone from this host is as good as retired: the newest sign, and nobody is kept waiting.
        signers += _if_there(app, rows[-2])
    return LogKeys(generation=newest.generation, origin=newest.origin, signers=signers)


def verifier_keys(db: Connection) -> tuple[VerifierKey, ...]:
    """The public keys in force, for whoever checks what this house signs."""
    return tuple(map(VerifierKey.from_text, log.keys(db)[-1].keys.splitlines()))


def signers_of(app: App, row: log.KeyRow) -> tuple[Signer, ...]:
    """The two signers of a generation. Refuses LOG_KEY_MISSING."""
    found = _if_there(app, row)
    if not found:
        refuse(
            Code.LOG_KEY_MISSING,
            "Nothing was signed: this host does not have the log's present key.",
            f"Copy log.{row.generation}.key into its data folder from the host that rotated it.",
        )
    return found


def rotate(app: App, by: Actor, reason: str) -> LogKeys:
    """Sign with new keys from now on; old and new say so together, on the record.

    The new secret lies in this host's data folder: other hosts need a copy of the file.
    Refuses NOT_ALLOWED, LOG_KEY_MISSING, and BAD_VALUE without a reason.
    """
    if not allows(app, by, "rotate_log_key"):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was rotated: none of your roles allows it.",
            "Ask an administrator.",
        )
    if not reason.strip():
        refuse(
            Code.BAD_VALUE,
            "Nothing was rotated: it goes on the record why.",
            "Say why the keys are rotated.",
        )
    now = app.clock()
    with app.store.write() as db:
        events.lock_head(db)
        old = current(app, db)
        generation = old.generation + 1
        new = _signers(old.origin, _fresh_secret(app, generation))
        old_keys, new_keys = _texts(old.newest), _texts(new)
        said = statement(old.origin, generation, old_keys, new_keys)
        head = ledger.record(
            app,
            db,
            KeyRotated(
                by=by.named,
                at=now,
                generation=generation,
                origin=old.origin,
                old=old_keys,
                new=new_keys,
                reason=reason,
                signed_by_old=signed(old.newest, said),
                signed_by_new=signed(new, said),
            ),
        )
        _put(db, generation, old.origin, new, position=head.position, at_us=to_us(now))
        return current(app, db)


def _fresh_secret(app: App, generation: int) -> bytes:
    """A new seed, in its file before any record speaks of its keys."""
    path = key_file(app, generation)
    seed = app.randomness(32)
    # Left from a rotation that did not come to pass; the record knows nothing of it.
    try:
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(seed.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        refuse(
            Code.SETTINGS_INVALID,
            f"Nothing was rotated: the new key's file was not written ({type(error).__name__}).",
            "See that the data folder can be written and has room; then do it again.",
        )
    return seed


def _texts(signers: tuple[Signer, ...]) -> tuple[str, ...]:
    return tuple(one.verifier_key.text for one in signers)


def statement(origin: str, generation: int, old: tuple[str, ...], new: tuple[str, ...]) -> bytes:
    """What old and new keys sign when one generation follows another."""
    said: dict[str, Value] = {
        "generation": generation,
        "new": list(new),
        "old": list(old),
        "origin": origin,
    }
    return ROTATION + canonical(said)


def signed(signers: tuple[Signer, ...], message: bytes) -> tuple[str, ...]:
    """Base64 of each signer's signature."""
    return tuple(b64encode(one.sign_bytes(message)).decode() for one in signers)


def key_file(app: App, generation: int) -> Path:
    """Where the secret of a later generation lies."""
    return app.settings.data_dir / f"log.{generation}.key"


def _put(
    db: Connection,
    generation: int,
    origin: str,
    signers: tuple[Signer, Signer],
    *,
    position: int,
    at_us: int,
) -> None:
    row = log.KeyRow(
        generation=generation,
        origin=origin,
        keys="\n".join(_texts(signers)),
        position=position,
        at_us=at_us,
    )
    log.put_key(db, row)


def _if_there(app: App, row: log.KeyRow) -> tuple[Signer, ...]:
    if row.generation == 1:
        seed = app.keys.signing
    else:
        try:
            seed = bytes.fromhex(key_file(app, row.generation).read_text("ascii"))
        except (OSError, ValueError):
            return ()
    known = app.log_signers.get(seed)
    if known is None:
        known = app.log_signers[seed] = _signers(row.origin, seed)
    return known if "\n".join(_texts(known)) == row.keys else ()


def _signers(origin: str, seed: bytes) -> tuple[Signer, Signer]:
    """Ed25519 from the seed itself, as exports always had it; ML-DSA-44 from one derived."""
    lattice = hmac.digest(seed, b"tocsin/log/ml-dsa-44/1", hashlib.sha256)
    return (
        Signer(name=origin, type=KeyType.ED25519, secret=seed),
        Signer(name=origin, type=KeyType.ML_DSA_44, secret=lattice),
    )
