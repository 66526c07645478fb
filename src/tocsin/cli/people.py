"""Officers, from the host. Whoever can run these has the database already."""

from typing import Annotated

from cyclopts import Parameter
from cyclopts.types import PositiveInt

from tocsin.casework import people
from tocsin.cli.output import COMMON, Common, table
from tocsin.cli.session import house

OfficerId = Annotated[str, Parameter(help="The officer's id, such as a.lind.")]


def enrol(
    officer_id: OfficerId,
    /,
    *,
    name: Annotated[str, Parameter(help="The officer's name.")],
    unit: Annotated[str, Parameter(help="The unit; cases belong to the unit that opens them.")],
    roles: Annotated[
        str,
        Parameter(
            help="Roles, parted by commas: analyst, determining_officer, release_authority, "
            "deliverer, follow_up_owner, inspector, administrator."
        ),
    ],
    email: Annotated[str, Parameter(help="Where the bell rings when a case waits.")] = "",
    common: Common = COMMON,
) -> None:
    """Enrol an officer.

    Whoever can run this on the host has the database anyway; nobody is asked who they are.
    """
    wanted = [role.strip().replace("-", "_") for role in roles.split(",") if role.strip()]
    with house(common) as app:
        actor = people.enrol(
            app, officer_id=officer_id, name=name, unit=unit, roles=wanted, email=email
        )
    common.show(
        {"officer_id": actor.actor_id, "unit": actor.unit, "roles": sorted(actor.roles)},
        f"{actor.actor_id} was enrolled.",
        f"Next: tocsin invite {actor.actor_id}",
    )


def invite(officer_id: OfficerId, /, *, common: Common = COMMON) -> None:
    """Print a link that signs an officer in once.

    Hand it over by a safe path: whoever opens it first is signed in.
    """
    with house(common) as app:
        link, hours = people.sign_in_link(app, officer_id), app.settings.invite_hours
    common.show({"link": link, "hours": hours}, link, f"It works once, within {hours} hours.")


def token(
    officer_id: OfficerId,
    /,
    *,
    days: Annotated[
        PositiveInt | None, Parameter(help="How long it works; else until ended.")
    ] = None,
    name: Annotated[str, Parameter(help="What it is for.")] = "command line",
    common: Common = COMMON,
) -> None:
    """Print an API token for an officer, once.

    The programs and commands that hold it act as this officer.
    """
    with house(common) as app:
        secret = people.token(app, officer_id, name=name, days=days)
    common.show({"token": secret}, secret)


def everyone(*, common: Common = COMMON) -> None:
    """List the officers."""
    with house(common) as app:
        officers = people.everyone(app)
    common.show({"officers": officers})
    if not common.json:
        table(
            ("Id", "Name", "Unit", "Roles", ""),
            (
                (
                    one.officer_id,
                    one.name,
                    one.unit,
                    ", ".join(one.roles).replace("_", " "),
                    "disabled" if one.disabled_at_us else "",
                )
                for one in officers
            ),
        )


def disable(officer_id: OfficerId, /, *, common: Common = COMMON) -> None:
    """Shut an officer out at once.

    Sessions and tokens end; the name stays on the record.
    """
    with house(common) as app:
        people.disable(app, officer_id)
    common.show({"officer_id": officer_id, "disabled": True}, f"{officer_id} was shut out.")
