"""Who is on the list that a dispatch goes to, read while nobody else writes."""

from tocsin.casework.house import App
from tocsin.domain.commands import Command, PlanDispatch
from tocsin.domain.dispatching import Audience
from tocsin.domain.numbering import spelled
from tocsin.identity.subscriptions import LIST_ID
from tocsin.store import lists
from tocsin.store.engine import Connection


def audience(app: App, db: Connection, command: Command) -> Audience | None:
    """For a `PlanDispatch` to a list that there is; else None."""
    if not isinstance(command, PlanDispatch) or not LIST_ID.fullmatch(command.list_id):
        return None
    row = lists.one_list(db, command.list_id)
    if row is None:
        return None
    numbers, sha256 = lists.audience(db, command.list_id, command.method.value)
    batch = app.settings.dispatch_batch
    return Audience(unit=row.unit, members=spelled(numbers), sha256=sha256, batch=batch)
