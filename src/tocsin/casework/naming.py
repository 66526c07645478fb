"""A recipient out of the directory: what a case needs of a contact is copied into it."""

from collections.abc import Collection

from tocsin.casework import directory
from tocsin.casework.house import App
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case, Victim
from tocsin.domain.commands import NameRecipient
from tocsin.domain.deciding.context import the_victim
from tocsin.domain.kinds import Relation, VictimKind
from tocsin.domain.refusal import Code, refuse


def from_directory(
    app: App,
    case: Case,
    victim_id: str,
    contact_id: str,
    relation: Relation,
    inside: bool,
    passes_on: bool,
    by: Actor,
    *,
    language: str = "",
    leave_out: Collection[int] = (),
    answers: tuple[str, ...] = (),
) -> NameRecipient:
    """The command that names a contact, with its ways in their order; nothing is done yet.

    `leave_out` counts from 0 the ways that are not to be used. `language` is one of theirs, the
    first unless said otherwise; `answers` as in the command. Refuses VICTIM_UNKNOWN,
    RECIPIENT_UNKNOWN and NO_SUCH_WAY.
    """
    the_victim(case, victim_id)
    one = directory.open_one(app, contact_id, by).contact
    ways = tuple(way for number, way in enumerate(one.ways) if number not in leave_out)
    if not ways:
        refuse(
            Code.NO_SUCH_WAY,
            "No recipient was named: there is no way to reach this contact.",
            "Enter a way in the directory, or type one for this case.",
        )
    return NameRecipient(
        case_id=case.case_id,
        victim_id=victim_id,
        name=one.name,
        relation=relation,
        method=ways[0].method,
        address=ways[0].address,
        language=language if language in one.languages else one.languages[0],
        ways=ways,
        contact_id=one.contact_id,
        zone=one.zone,
        quiet=one.quiet,
        inside=inside,
        passes_on=passes_on,
        answers=answers,
    )


def passes_on_usually(victim: Victim, relation: Relation) -> bool:
    """Whoever protects a person or a group is asked to say to whom they passed the words."""
    return relation is Relation.PROTECTOR and victim.kind in (VictimKind.PERSON, VictimKind.GROUP)
