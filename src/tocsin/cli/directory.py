"""The directory from the command line: found, entered, imported, verified, watched."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from tocsin.cli.output import COMMON, SIGNED, Common, Signed, table, when
from tocsin.domain.directory import Contact, ContactKind, Way, troubles
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal, refuse

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.casework.directory import Change

app = App(
    name="directory",
    help="Those who may have to be warned, and how.\n\nEvery command takes --json and --debug.",
    help_format="plaintext",
    help_formatter="plain",
)

ContactId = Annotated[str, Parameter(name="ID", help="The contact's number, as K-7F3K-9QWM.")]
Reason = Annotated[str, Parameter(help="Why, on whose word; it goes on the record.")]


@app.command(name="list")
def list_(
    text: Annotated[str, Parameter(help="Words of the name, the number or what it protects.")] = "",
    /,
    *,
    protecting: Annotated[str, Parameter(help="A place or event that it protects.")] = "",
    signed: Signed = SIGNED,
) -> None:
    """List contacts, by name; at most a thousand."""
    from tocsin.casework import directory
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (house, by):
        found, now = directory.contacts(house, by, text, protecting), house.clock()
    signed.show({"contacts": found})
    if not signed.json:
        rows = [
            (
                one.contact_id,
                one.name,
                one.contact_kind.value.replace("_", " "),
                ", ".join(way.method.value for way in one.ways) or "no way",
                ", ".join(dict.fromkeys(_troubles(one, now))),
            )
            for one in found
        ]
        table(("Id", "Name", "Kind", "Ways", "May fail"), rows)


@app.command
def show(contact_id: ContactId, /, *, signed: Signed = SIGNED) -> None:
    """Show one contact: its ways in order, and every change of it."""
    from tocsin.casework import directory
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (house, by):
        kept = directory.standing(house, contact_id, by)
        changes, now = directory.history(house, contact_id, by), house.clock()
    told = {"contact": kept.contact, "version": kept.version, "history": changes}
    lines = [f"{one.by}, {when(one.at)}: {one.reason}{_changed(one)}" for one in changes]
    signed.show(told, *_told(kept.contact, now), "", *lines)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class About:
    """What is said of a contact."""

    kind: Annotated[ContactKind, Parameter(help="What it is.")]
    name: Annotated[str, Parameter(help="Of the person, the office or the audience.")]
    way: Annotated[
        tuple[str, ...],
        Parameter(
            negative="", help="METHOD:ADDRESS, as email:desk@example.org; again for each, in order."
        ),
    ] = ()
    language: Annotated[
        tuple[str, ...], Parameter(negative="", help="A tag, as fr; the best first.")
    ] = ("en",)
    zone: Annotated[str, Parameter(help="Its time zone, as Europe/Paris.")] = "UTC"
    quiet: Annotated[str, Parameter(help="Quiet hours there, as 22:00-07:00.")] = ""
    protects: Annotated[
        tuple[str, ...], Parameter(negative="", help="A place or event; again for each.")
    ] = ()
    responsible: Annotated[str, Parameter(help="Whom to tell when it stays silent.")] = ""
    remark: Annotated[str, Parameter(help="Anything else.")] = ""

    def contact(self) -> Contact:
        """The contact described. Raises ValueError where there can be none."""
        from tocsin.casework.directory_file import quiet_of

        return Contact(
            contact_id="",
            contact_kind=self.kind,
            name=self.name,
            unit="",
            ways=tuple(map(_way, self.way)),
            languages=self.language,
            zone=self.zone,
            quiet=quiet_of(self.quiet),
            protects=self.protects,
            responsible=self.responsible.upper(),
            remark=self.remark,
        )


@app.command
def add(about: About, *, reason: Reason, signed: Signed = SIGNED) -> None:
    """Enter a contact. Its ways are unverified until they are tried."""
    from tocsin.casework import directory
    from tocsin.cli.session import signed_in

    try:
        given = about.contact()
    except ValueError as error:
        raise Refusal(
            Code.BAD_VALUE,
            f"The contact was not kept: {error}.",
            "Correct it, then enter it again.",
        ) from error
    with signed_in(signed) as (house, by):
        kept = directory.put(house, given, by, reason)
    one = kept.contact
    signed.show(
        {"contact": one, "version": kept.version},
        f"{one.contact_id} was entered.",
        f"Next: tocsin directory verify {one.contact_id} 1 --send",
    )


@app.command(name="import")
def import_(
    file: Annotated[
        Path,
        Parameter(name="FILE", allow_leading_hyphen=True, help="CSV; - is standard input."),
    ],
    /,
    *,
    reason: Reason,
    signed: Signed = SIGNED,
) -> None:
    """Enter many contacts from CSV: all of them, or none where a line is at fault.

    UTF-8, with the names of the columns in the first line: kind and name, and as wanted
    languages, zone, quiet (22:00-07:00), protects, responsible, remark, and for way1 to way6
    way1_method, way1_address, way1_label, way1_key_kind, way1_key, way1_key_expires. Lists are
    parted by semicolons. Nothing that stands in the directory is changed.
    """
    from tocsin.casework import directory, directory_file
    from tocsin.cli.session import signed_in

    most = directory_file.MOST_BYTES + 1
    try:
        if str(file) == "-":
            data = sys.stdin.buffer.read(most)
        else:
            with file.open("rb") as opened:
                data = opened.read(most)
    except OSError as error:
        refuse(
            Code.BAD_VALUE,
            f"No contact was kept: the file cannot be read ({type(error).__name__}).",
            "Check its name and that you may read it.",
        )
    with signed_in(signed) as (house, by):
        kept = directory.put_all(house, directory_file.read(data, house.clock()), by, reason)
    ids = [one.contact.contact_id for one in kept]
    signed.show(
        {"contacts": ids},
        f"{len(ids):,} {'contact was' if len(ids) == 1 else 'contacts were'} entered.",
    )


@app.command
def verify(
    contact_id: ContactId,
    way: Annotated[int, Parameter(name="WAY", help="Which of its ways, from 1.")],
    /,
    *,
    send: Annotated[bool, Parameter(negative="", help="Send a code there.")] = False,
    code: Annotated[str, Parameter(help="The code that came back.")] = "",
    attest: Annotated[str, Parameter(help="How you tried it, by your word.")] = "",
    signed: Signed = SIGNED,
) -> None:
    """Verify a way: send a code, give the code that came back, or say how you tried it."""
    from tocsin.casework import directory_ways
    from tocsin.cli.session import signed_in

    if [send, bool(code), bool(attest)].count(True) != 1:
        refuse(
            Code.BAD_VALUE,
            "Nothing was verified: it is not said how.",
            "Give one of --send, --code and --attest.",
        )
    with signed_in(signed) as (house, by):
        if send:
            sent = directory_ways.begin_verifying(house, contact_id, way, by)
            left = "was handed over" if sent.certain else "may have left; nobody knows"
            until = f"Its code is good until {when(sent.good_until)}."
            signed.show(sent, f"The check {left}. {until}")
            return
        kept = (
            directory_ways.finish_verifying(house, contact_id, way, code, by)
            if code
            else directory_ways.attest_way(house, contact_id, way, attest, by)
        )
    signed.show(
        {"contact": kept.contact, "version": kept.version},
        f"Way {way} of {contact_id} is verified.",
    )


@app.command
def secret(
    address: Annotated[str, Parameter(name="ADDRESS", help="A webhook's, beginning https://.")],
    /,
    *,
    common: Common = COMMON,
) -> None:
    """Print the secret that a partner's system shares with this house.

    With it the system checks what it is sent and signs its receipts. Hand it over by a safe path;
    it is the same each time. Whoever can run this on the host has the house's keys anyway.
    """
    from tocsin.casework.partners import partner_secret
    from tocsin.cli.session import house

    with house(common) as here:
        found = partner_secret(here, address)
    common.show({"secret": found}, found)


@app.command
def expiring(*, signed: Signed = SIGNED) -> int:
    """List ways that may fail: keys that end within 30 days, addresses not tried for a year.

    The exit status is 1 where there is one.
    """
    from tocsin.casework import directory
    from tocsin.cli.session import signed_in

    with signed_in(signed) as (house, by):
        now = house.clock()
        found = directory.expiring(house, by, now)
    told = [
        {
            "contact_id": one.contact_id,
            "name": one.name,
            "way": one.ways.index(way) + 1,
            "method": way.method,
            "troubles": [trouble.value for trouble in troubles(way, now)],
            "key_expires_at": way.key.expires_at if way.key else None,
        }
        for one, way in found
    ]
    signed.show({"expiring": told})
    if not signed.json:
        rows = [
            (
                one.contact_id,
                one.name,
                f"{one.ways.index(way) + 1} {way.method.value}",
                ", ".join(_of(way, now)),
            )
            for one, way in found
        ]
        table(("Id", "Name", "Way", "May fail"), rows)
    return int(bool(found))


def _way(text: str) -> Way:
    method, parted, address = text.partition(":")
    if not parted or method not in set(Method):
        raise ValueError(f"a way is METHOD:ADDRESS, the method one of {', '.join(Method)}")
    return Way(method=Method(method), address=address)


def _troubles(one: Contact, now: "datetime") -> Iterator[str]:
    for way in one.ways:
        yield from _of(way, now)


def _of(way: Way, now: "datetime") -> list[str]:
    return [trouble.value.replace("_", " ") for trouble in troubles(way, now)]


def _changed(one: "Change") -> str:
    return f" ({', '.join(one.changed)})" if one.changed else ""


def _told(one: Contact, now: "datetime") -> Iterator[str]:
    yield f"{one.contact_id} {one.name}{' (removed)' * one.removed}"
    yield f"{one.contact_kind.value.replace('_', ' ')}; {', '.join(one.languages)}; {one.zone}"
    if one.quiet:
        yield f"Quiet from {one.quiet.begins} to {one.quiet.ends}, but for what is imminent."
    if one.protects:
        yield f"Protects: {'; '.join(one.protects)}"
    if one.responsible:
        yield f"Told when it stays silent: {one.responsible}"
    for number, way in enumerate(one.ways, 1):
        state = ", ".join(_of(way, now)) or "verified"
        yield f"{number}. {way.method.value} {way.address} {way.label} [{state}]"
    if one.remark:
        yield one.remark
