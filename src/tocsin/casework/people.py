"""Officers, as whoever runs the house sees them: enrolled, invited, given tokens, disabled.

Nothing here asks who wants it: the pages do, by the Cedar policies; on the host
one needs the database itself.
"""

from collections.abc import Iterable
from datetime import timedelta

from tocsin.casework.house import App
from tocsin.domain.actor import Actor
from tocsin.identity import invites, officers, tokens
from tocsin.store import people

EXAMPLE = ".example"


def is_of_the_example(officer_id: str) -> bool:
    """Whether an officer belongs to the worked example, and so what they see is invented."""
    return officer_id.endswith(EXAMPLE)


def enrol(
    app: App, *, officer_id: str, name: str, unit: str, roles: Iterable[str], email: str = ""
) -> Actor:
    """Add an officer, who signs in once invited. Refuses BAD_VALUE and OFFICER_EXISTS."""
    return officers.enrol(
        app.store,
        officer_id=officer_id,
        name=name,
        unit=unit,
        roles=roles,
        email=email or None,
    )


def sign_in_link(app: App, officer_id: str) -> str:
    """A link that signs this officer in once. Refuses OFFICER_UNKNOWN."""
    lifetime = timedelta(hours=app.settings.invite_hours)
    secret = invites.invite(app.store, officer_id, app.clock(), lifetime, app.randomness)
    return f"{app.settings.base_url}/invite/{secret}"


def token(app: App, officer_id: str, *, name: str, days: int | None = None) -> str:
    """An API token, shown once. Refuses OFFICER_UNKNOWN and BAD_VALUE."""
    return tokens.issue(
        app.store,
        officer_id,
        name=name,
        now=app.clock(),
        randomness=app.randomness,
        lifetime=None if days is None else timedelta(days=days),
    )


def everyone(app: App) -> list[people.Officer]:
    """Every officer, disabled or not, by id."""
    with app.store.read() as db:
        return people.officers(db)


def disable(app: App, officer_id: str) -> people.Officer:
    """Shut an officer out at once; the name stays on the record. Refuses OFFICER_UNKNOWN."""
    return officers.disable(app.store, officer_id, app.clock())
