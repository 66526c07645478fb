"""The doctor, on the command line."""

import hashlib
from typing import Annotated

from cyclopts import Parameter

from tocsin.casework.doctor import Examined, examine, rebuild
from tocsin.casework.house import App
from tocsin.cli.output import COMMON, Common, progress
from tocsin.cli.session import house
from tocsin.domain.serial import to_plain
from tocsin.store import events, replay


def doctor(
    *,
    rebuild: Annotated[
        bool,
        Parameter(negative="", help="Drop views and sources, and build them anew from the record."),
    ] = False,
    common: Common = COMMON,
) -> int:
    """Prove that no deadline and no job is lost.

    Reads the whole record: every open case must have a live deadline, every deadline and every
    delivery under way its job, every event its place, and every report be compared with others. The
    exit status is 1 where something is wrong. With --rebuild the views are built anew and compared
    byte for byte; so is the index that tells which reports are one source, uncompared.
    """
    with house(common) as app:
        same = _rebuilt(app) if rebuild else None
        found = _examined(app)
    complaints = list(found.complaints)
    if same is False:
        complaints.append("The views were not what the record says; now they are.")
    lines = [f"Wrong: {complaint}" for complaint in complaints]
    if rebuild:
        was = {True: "the same bytes as before", False: "other bytes than before", None: "new"}
        lines.append(f"The views were rebuilt: {was[same]}.")
    lines.append(
        f"{found.events:,} events, {found.cases:,} cases, {found.open_cases:,} of them open: "
        f"{f'{len(complaints)} complaints' if complaints else 'all is well'}."
    )
    told = {**to_plain(found), "complaints": complaints, "rebuilt": rebuild, "same_bytes": same}
    common.show(told, *lines)
    return int(bool(complaints))


def _examined(app: App) -> Examined:
    with progress("Reading the record", _last(app)) as bar:
        return examine(app, lambda done: bar.update(bar.task_ids[0], completed=done))


def _rebuilt(app: App) -> bool | None:
    """Whether the views came out as they were; None where there were none of this version."""
    before = _digest(app)
    rebuild_watched(app)
    return None if before is None else before == _digest(app)


def rebuild_watched(app: App) -> None:
    """Rebuild the views and the index of sources, and show how far it is."""
    with progress("Rebuilding the views", _last(app)) as bar:
        rebuild(app, lambda done: bar.update(bar.task_ids[0], completed=done))


def _digest(app: App) -> str | None:
    digest = hashlib.sha256()
    with app.store.read() as db:
        if not replay.views_are_current(db):
            return None
        for line in replay.dump(db):
            digest.update(line)
    return digest.hexdigest()


def _last(app: App) -> int:
    with app.store.read() as db:
        return events.last_position(db)
