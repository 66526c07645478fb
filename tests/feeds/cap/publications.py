"""Warnings to the public from a fictitious house, and what strategies make of them."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import strategies as st

from tests.builders import DAY, NOW, words
from tocsin.domain.areas import Area
from tocsin.domain.public import (
    Category,
    Certainty,
    Nearness,
    Publication,
    PublicNotice,
    Reference,
    Response,
    Severity,
    Status,
)
from tocsin.domain.warning import WarningKind, WarningWords
from tocsin.domain.window import Window

CITY = Area(
    description="The city and its halls",
    polygons=("55.5,37.3 55.9,37.3 55.9,37.9 55.5,37.9 55.5,37.3",),
    circles=("55.7558,37.6173 25.0",),
    geocodes={"ISO 3166-2": "RU-MOW"},
)


def a_notice(**changes: Any) -> PublicNotice:
    return replace(
        PublicNotice(
            event="Security alert: large gatherings",
            category=Category.SECURITY,
            nearness=Nearness.IMMEDIATE,
            severity=Severity.EXTREME,
            certainty=Certainty.POSSIBLE,
            response=Response.AVOID,
            areas=(CITY,),
            web="https://warnings.example/w/7F3K",
        ),
        **changes,
    )


def a_publication(**changes: Any) -> Publication:
    return replace(
        Publication(
            sender="warnings@house.example",
            identifier="7F3K-1",
            sent=NOW,
            status=Status.ACTUAL,
            message=WarningKind.ALERT,
            words=(
                words(),
                words(language="ru", what="Готовится нападение на концерт.", where="Большие залы"),
            ),
            notice=a_notice(),
            sender_name="Example Warning Office",
        ),
        **changes,
    )


def following(earlier: Publication, kind: WarningKind, number: int) -> Publication:
    """The message after `earlier`, which it refers to as it does to all before."""
    named = Reference(sender=earlier.sender, identifier=earlier.identifier, sent=earlier.sent)
    return replace(
        earlier,
        identifier=f"7F3K-{number}",
        sent=earlier.sent + timedelta(hours=1),
        message=kind,
        references=(*earlier.references, named),
    )


@cache
def a_key(kind: str) -> bytes:
    made = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if kind == "rsa"
        else ec.generate_private_key(ec.SECP256R1())
    )
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


# All that XML can hold; the rest is refused, and tested as such.
_characters = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="<&\ufffe\uffff"
) | st.sampled_from("\n\t\r")
_texts = st.text(_characters, min_size=1, max_size=60).filter(str.strip)
_names = st.from_regex(r"[A-Za-z0-9.@:-]{1,40}", fullmatch=True)
_times = st.integers(0, 40_000 * 86_400_000).map(lambda ms: NOW + timedelta(milliseconds=ms))
_zones = st.sampled_from(
    ["UTC", "Europe/London", "Europe/Moscow", "Asia/Kathmandu", "Pacific/Apia"]
)


@st.composite
def _areas(draw: st.DrawFn) -> Area:
    south, west = draw(st.integers(-90, 89)), draw(st.integers(-180, 179))
    box = f"{south},{west} {south + 1},{west} {south + 1},{west + 1} {south},{west}"
    circle = f"{south},{west} {draw(st.integers(1, 50_000)) / 10}"
    line = _texts.map(lambda text: " ".join(text.split())).filter(
        lambda text: text and text.isprintable()
    )
    return Area(
        description=draw(line),
        polygons=(box,) * draw(st.integers(0, 2)),
        circles=(circle,),
        geocodes=draw(st.dictionaries(line, line, max_size=2)),
    )


@st.composite
def publications(draw: st.DrawFn) -> Publication:
    sent, kind = draw(_times), draw(st.sampled_from(WarningKind))
    zone, days = draw(_zones), draw(st.integers(1, 30))
    window = Window(opens=sent, closes=sent + days * DAY, zone=zone)
    spoken: tuple[WarningWords, ...] = tuple(
        words(what=draw(_texts), do=draw(_texts), call=draw(_texts), window=window, language=tag)
        for tag in draw(
            st.lists(st.sampled_from(["en", "fr-CA", "ar", "uk"]), min_size=1, unique=True)
        )
    )
    earlier = Reference(sender=draw(_names), identifier=draw(_names), sent=sent - DAY)
    return Publication(
        sender=draw(_names),
        identifier=f"{draw(_names)}-new",
        sent=sent,
        status=draw(st.sampled_from(Status)),
        message=kind,
        words=spoken,
        notice=a_notice(
            severity=draw(st.sampled_from(Severity)),
            response=draw(st.sampled_from(Response)),
            areas=tuple(draw(st.lists(_areas(), min_size=1, max_size=2))),
            web=draw(st.sampled_from(["", "https://warnings.example/w"])),
        ),
        references=() if kind is WarningKind.ALERT else (earlier,),
        sender_name=draw(st.sampled_from(["", "Example Warning Office"])),
    )
