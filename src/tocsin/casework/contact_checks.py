"""What is checked of a contact before it is kept: words, languages, addresses, keys, the reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tocsin.domain.directory import LONGEST_LINE, Contact, EncryptionKey, Way, flaws
from tocsin.domain.refusal import Code, refuse


def checked(given: Contact, before: Contact | None, now: datetime) -> Contact:
    """The contact as it may be kept: addresses in the form to use, keys and languages checked.

    A key that it had before is not checked again, so that an expired one stops no other change.
    Refuses BAD_VALUE, ADDRESS_INVALID, and what the checks of keys and languages refuse.
    """
    from tocsin.domain.phrases import checked_language

    _flawless(given)
    fresh = replace(
        given,
        name=" ".join(given.name.split()),
        languages=tuple(checked_language(one) for one in given.languages),
        ways=tuple(_checked_way(one, before.ways if before else (), now) for one in given.ways),
        remark=given.remark.strip(),
        removed=False,
    )
    _flawless(fresh)
    return fresh


def _checked_way(way: Way, before: Sequence[Way], now: datetime) -> Way:
    from tocsin.channels.addresses import address_for

    address = address_for(way.method, way.address)
    same = (one for one in before if (one.method, one.address) == (way.method, address))
    tried = next(same, Way(method=way.method, address=address))
    return replace(
        way,
        address=address,
        verified_at=tried.verified_at,
        verified_how=tried.verified_how,
        key=way.key if way.key in {one.key for one in before} else _checked_key(way.key, now),
    )


def _checked_key(key: EncryptionKey | None, now: datetime) -> EncryptionKey | None:
    if key is None:
        return None
    from tocsin.channels.mail_sealing import checked_key

    return checked_key(key, now)


def _flawless(given: Contact) -> None:
    for name, why in flaws(given):
        refuse(
            Code.BAD_VALUE,
            f"The contact was not kept: {name.replace('_', ' ')} does not fit.",
            f"{why[0].upper()}{why[1:]}.",
        )


def checked_reason(reason: str) -> str:
    """Why a contact is changed, on one line. Refuses BAD_VALUE."""
    said = " ".join(reason.split())
    if not 0 < len(said) <= LONGEST_LINE or not said.isprintable():
        refuse(
            Code.BAD_VALUE,
            "Nothing was kept: a change of the directory has a reason.",
            f"Say in at most {LONGEST_LINE} characters why, on one line.",
        )
    return said
