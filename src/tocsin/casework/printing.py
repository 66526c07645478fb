"""The newest checkpoint for places without network: one page of paper, or a mail."""

from dataclasses import dataclass
from datetime import datetime

import segno

from tocsin.casework import log_keys, logbook
from tocsin.casework.house import App
from tocsin.record import printed
from tocsin.record.checkpoint import Checkpoint, read
from tocsin.record.note import Note
from tocsin.record.signing import signed_at, signs
from tocsin.store import log
from tocsin.store.instants import from_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigned:
    """A witness of the trust policy that cosigned, and when it says it did."""

    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What stands on the paper. `note` is the short form, and `code` holds it as SVG.

    `root` is in lines of hexadecimal groups to be read aloud, and so are the fingerprints
    in `keys`, those in force, each after how it signs.
    """

    origin: str
    size: int
    at: datetime
    root: list[str]
    cosigned: tuple[Cosigned, ...]
    keys: list[tuple[str, list[str]]]
    note: str
    code: str


def page(app: App) -> Page:
    """The newest checkpoint that witnesses keep up with; else the newest, signed now."""
    size = _size(app)
    with app.store.read() as db:
        checkpoint, note = read(logbook.note_at(db, size).encode())
        row, keys = log.checkpoint_at(db, size), log_keys.verifier_keys(db)
    if row is None:
        raise RuntimeError("a checkpoint that was given out is not kept")
    short = printed.short(note)
    return Page(
        origin=checkpoint.origin,
        size=size,
        at=from_us(row.signed_at_us),
        root=printed.spoken(checkpoint.root),
        cosigned=_cosigned(app, checkpoint, note),
        keys=printed.fingerprints(keys),
        note=short,
        code=segno.make(short.encode(), error="m", micro=False).svg_inline(omitsize=True),
    )


def mail(shown: Page) -> str:
    """The same as plain text, in lines that no mail program folds."""
    cosigned = ", ".join(one.name for one in shown.cosigned) or "nobody"
    root = "\n".join(f"  {line}" for line in shown.root)
    return (
        f"CHECKPOINT of the record of {shown.origin}\n\n"
        f"Signed on:    {shown.at:%Y-%m-%d %H:%M} UTC\n"
        f"Records:      {shown.size}\n"
        f"Cosigned by:  {cosigned}\n"
        f"Root, to read aloud:\n\n{root}\n\n"
        "Keep this mail where the house cannot reach it. Whoever holds it can\n"
        "show later that no record up to here was changed or taken out:\n\n"
        "  tocsin verify FOLDER --key KEYS --since MAIL\n\n"
        "FOLDER is the published log, KEYS the keys that you were given by\n"
        "another path, MAIL this text saved as a file. The signed note:\n\n"
        f"{printed.narrow(shown.note)}"
    )


def _size(app: App) -> int:
    state = logbook.state(app)
    if state.is_watched and state.witnessed_size and not state.is_alarming:
        return state.witnessed_size
    return logbook.sign(app).size


def _cosigned(app: App, checkpoint: Checkpoint, note: Note) -> tuple[Cosigned, ...]:
    """Each witness once, whatever number of its keys signed."""
    found: dict[str, datetime | None] = {}
    for key in app.trust.witness_keys if app.trust else ():
        for line in note.signatures:
            if signs(key, line, checkpoint):
                at_s = signed_at(key, line)
                found[key.name] = None if at_s is None else from_us(at_s * 1_000_000)
    return tuple(Cosigned(name=name, at=found[name]) for name in sorted(found))
