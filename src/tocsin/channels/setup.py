"""Channels made from what an operator wrote in the settings; what is not set up is not imported."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast, get_type_hints

from pydantic import TypeAdapter, ValidationError

from tocsin.channels.base import Channel
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, refuse

T = TypeVar("T")
Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a house gives its channels: time, a secret of theirs, a folder, how long a job may take.

    `deadline_s` bounds one message: well within the lease of its job.
    """

    clock: Callable[[], datetime]
    secret: bytes = field(repr=False)
    folder: Path
    deadline_s: float

    def secret_of(self, purpose: str) -> bytes:
        return hmac.new(self.secret, purpose.encode(), hashlib.sha256).digest()


def open_channels(tables: Mapping[Method, Table], ground: Ground) -> dict[Method, Channel]:
    """A channel for each table. Raises `Refusal` (settings-invalid) naming the setting."""
    return {method: _OPENERS[method](table, ground) for method, table in tables.items()}


def read(kind: type[T], table: Table, name: str) -> T:
    """The settings `kind` from a table; nothing unknown is accepted, also not further in."""
    known = {one.name for one in fields(cast("Any", kind))}
    if unknown := sorted(set(table) - known):
        _refuse(name, f"there is no setting {name}.{unknown[0]}")
    given = dict(table)
    for inner, hint in get_type_hints(kind).items():
        nested = next((one for one in getattr(hint, "__args__", ()) if is_dataclass(one)), None)
        if nested and isinstance(given.get(inner), Mapping):
            given[inner] = read(cast("type", nested), given[inner], f"{name}.{inner}")
    try:
        return TypeAdapter(kind).validate_python(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join([name, *map(str, first["loc"])])
        return cast("T", _refuse(name, f"setting {where}: {first['msg']}"))


def _refuse(name: str, why: str) -> Any:
    refuse(
        Code.SETTINGS_INVALID,
        f"Tocsin did not start: {why}.",
        f"Mend it in the table {name} of the settings file, or in the environment.",
    )


def _timed(table: Table, ground: Ground) -> dict[str, Any]:
    return {"deadline_s": ground.deadline_s, **table}


def _email(table: Table, ground: Ground) -> Channel:
    from tocsin.channels.smtp import SmtpChannel, SmtpSettings

    given = {"secret": ground.secret_of("mail")} | _timed(table, ground)
    settings = read(SmtpSettings, given, "mail")
    return SmtpChannel(settings, clock=ground.clock)


def _sms(table: Table, ground: Ground) -> Channel:
    from tocsin.channels.sms import SmsChannel, SmsSettings

    return SmsChannel(read(SmsSettings, _timed(table, ground), "sms"), clock=ground.clock)


def _xmpp(table: Table, ground: Ground) -> Channel:
    from tocsin.channels.xmpp import XmppChannel, XmppSettings

    return XmppChannel(read(XmppSettings, _timed(table, ground), "xmpp"))


def _matrix(table: Table, ground: Ground) -> Channel:
    from tocsin.channels.matrix import MatrixChannel, MatrixSettings

    given = _timed(table, ground) | {"room_secret": ground.secret_of("matrix")}
    place = ground.folder / "matrix.since"
    return MatrixChannel(
        read(MatrixSettings, given, "matrix"),
        load=lambda: place.read_text("utf-8") if place.exists() else "",
        save=lambda since: _kept(place, since),
    )


def _webhook(table: Table, ground: Ground) -> Channel:
    from tocsin.channels.webhook import WebhookChannel, WebhookSettings

    given = {"secret": ground.secret_of("webhook")} | _timed(table, ground)
    return WebhookChannel(read(WebhookSettings, given, "webhook"), clock=ground.clock)


def _web_push(table: Table, ground: Ground) -> Channel:
    from tocsin.channels.web_push import WebPushChannel, WebPushSettings, key_from

    given = {"private_key": key_from(ground.secret_of("web_push"))} | _timed(table, ground)
    return WebPushChannel(read(WebPushSettings, given, "web_push"), clock=ground.clock)


def _apprise(table: Table, ground: Ground) -> Channel:
    from tocsin.channels.apprise_channel import AppriseChannel, AppriseSettings

    return AppriseChannel(read(AppriseSettings, _timed(table, ground), "apprise"))


def _kept(place: Path, text: str) -> None:
    """Replace the file at once: a torn one would lose the place."""
    fresh = place.with_suffix(".new")
    fresh.write_text(text, "utf-8")
    fresh.replace(place)


_OPENERS: Mapping[Method, Callable[[Table, Ground], Channel]] = {
    Method.EMAIL: _email,
    Method.SMS: _sms,
    Method.XMPP: _xmpp,
    Method.MATRIX: _matrix,
    Method.WEBHOOK: _webhook,
    Method.WEB_PUSH: _web_push,
    Method.APPRISE: _apprise,
}
