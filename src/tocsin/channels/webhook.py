"""Webhooks to partners' systems, signed, and the signed receipts that they send back.

Source: Standard Webhooks 1.0.0 (standardwebhooks.com).
"""

import hashlib
import hmac
import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from standardwebhooks import Webhook

from tocsin.channels.addresses import address_for
from tocsin.channels.base import (
    LONGEST_REPLY,
    FailureReason,
    HandedOver,
    Message,
    Permanent,
    Report,
    Reported,
)
from tocsin.channels.posting import Reply, Unreached, refused, talk, unreached
from tocsin.channels.smtp_settings import authorities
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, refuse

MOST_ANSWER_BYTES = MOST_CALLBACK_BYTES = 64 * 1024
TOLERANCE_S = 300
"""How far a receipt's time may be from ours."""
MOST_SIGNATURES = 10
_NAME = re.compile("[!-~]{1,200}")
_SECONDS = re.compile("[0-9]{1,11}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Raises `Refusal` (settings-invalid).

    From `secret` comes that of every target. `timeout_s` bounds the wait for a target and
    `deadline_s` a message, whichever ends first. Hosts in `allow_private`, spelled as in
    addresses, may lead inside: to addresses that are not public. `ca_file` has the authorities
    of all targets, instead of the system's.
    """

    secret: bytes = field(repr=False)
    timeout_s: float = 20
    deadline_s: float = 30
    allow_private: tuple[str, ...] = ()
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        checks = {
            "secret has at least 16 bytes": len(self.secret) >= 16,
            "times are positive": min(self.timeout_s, self.deadline_s) > 0,
            "allow_private names hosts in small letters": all(
                re.fullmatch("[a-z0-9.:-]+", host) for host in self.allow_private
            ),
        }
        for rule, is_kept in checks.items():
            if not is_kept:
                refuse(Code.SETTINGS_INVALID, f"Webhooks were not set up: {rule}.")


class WebhookChannel:
    """Posts each message, signed with its target's secret; threads may share it."""

    name = "webhook"

    def __init__(
        self,
        settings: WebhookSettings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings, self._clock = settings, clock
        self._tls = authorities(settings.ca_file, "Webhooks") if settings.ca_file else None

    def secret_for(self, url: str) -> str:
        """What a target needs to check our signatures and to sign its receipts ("whsec_...").

        Raises `Refusal` (address-invalid).
        """
        target = address_for(Method.WEBHOOK, url).encode()
        key = hmac.digest(self._settings.secret, target, hashlib.sha256)
        return f"whsec_{b64encode(key).decode()}"

    def send(self, message: Message) -> HandedOver:
        """Hand the message over; its key is the webhook-id.

        Raises `Passing`, `Permanent` or `OutcomeUnknown`. `provider_id` is the answer's `id`,
        or else its X-Request-Id.
        """
        if message.method is not Method.WEBHOOK:
            raise Permanent(FailureReason.ADDRESS_UNSUPPORTED)
        if message.encrypt_to:
            raise Permanent(FailureReason.KEY_UNUSABLE)
        url, now = message.to_address, self._clock().astimezone(UTC)
        body = _payload(message, now)
        try:
            reply = talk(
                "POST",
                url,
                body.encode(),
                headers={
                    "Content-Type": "application/json",
                    "webhook-id": message.key,
                    "webhook-timestamp": str(int(now.timestamp())),
                    "webhook-signature": Webhook(self.secret_for(url)).sign(message.key, now, body),
                },
                timeout_s=min(self._settings.timeout_s, self._settings.deadline_s),
                most_bytes=MOST_ANSWER_BYTES,
                tls=self._tls,
                may_be_inside=set(self._settings.allow_private),
            )
        except Unreached as error:
            raise unreached(error) from None
        if not 200 <= reply.status < 300:
            raise refused(reply)
        return HandedOver(provider_id=_provider_id(reply), detail=str(reply.status))


def _payload(message: Message, now: datetime) -> str:
    data = {
        "key": message.key,
        "language": message.language,
        "exercise": message.exercise,
        "subject": message.subject,
        "body": message.body,
        "short": message.short,
        "link": message.link,
        "expires_at": _iso(message.expires_at) if message.expires_at else None,
        "imminent": message.imminent,
    }
    return json.dumps(
        {"type": "warning.delivery", "timestamp": _iso(now), "data": data},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _provider_id(reply: Reply) -> str:
    named = _object(reply.body).get("id")
    if not isinstance(named, str | int) or isinstance(named, bool):
        named = reply.headers.get("x-request-id", "")
    return str(named) if _NAME.fullmatch(str(named)) else ""


def _object(text: bytes | str) -> dict[str, Any]:
    """{} for what is no JSON object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def verify_callback(
    headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime
) -> Report:
    """The receipt that a partner posts back, signed with the secret of its target.

    `body` is {"type": "warning.receipt", "data": {"key": ..., "receipt": ...}}, the receipt
    delivered, displayed, undeliverable, or replied with `words`. Raises `Refusal`:
    signature-invalid for what is altered, or whose time is 5 minutes off; bad-value for what is
    signed and yet no receipt. The same one may come twice.
    """
    given = {name.lower(): value for name, value in headers.items()}
    id_, at, signatures = (given.get(f"webhook-{part}", "") for part in _HEADERS)
    if len(body) > MOST_CALLBACK_BYTES or not _NAME.fullmatch(id_) or not _SECONDS.fullmatch(at):
        _refuse_signature()
    if abs(now.timestamp() - int(at)) > TOLERANCE_S:
        _refuse_signature()
    try:
        text = body.decode()
    except UnicodeDecodeError:
        _refuse_signature()
    expected = Webhook(secret).sign(id_, datetime.fromtimestamp(int(at), UTC), text).encode()
    some = signatures.split()[:MOST_SIGNATURES]
    if not any(hmac.compare_digest(expected, one.encode("utf-8", "replace")) for one in some):
        _refuse_signature()
    return _receipt(_object(text))


_HEADERS = ("id", "timestamp", "signature")


def _refuse_signature() -> NoReturn:
    refuse(
        Code.SIGNATURE_INVALID,
        "The receipt was not taken: it is not signed with this target's secret, or is too old.",
        "Sign it as Standard Webhooks says, at the time it is sent.",
    )


def _receipt(given: dict[str, Any]) -> Report:
    data = given.get("data")
    data = data if given.get("type") == "warning.receipt" and isinstance(data, dict) else {}
    key, receipt, words = data.get("key"), data.get("receipt"), data.get("words", "")
    if (
        not (isinstance(key, str) and _NAME.fullmatch(key))
        or receipt not in list(Reported)
        or not isinstance(words, str)
        or bool(words.strip()) != (receipt == Reported.REPLIED)
    ):
        refuse(
            Code.BAD_VALUE,
            "The receipt was not taken: it names no key and receipt, or a reply without words.",
            "Send the key of the delivery, and words with a reply only.",
        )
    kept = words[:LONGEST_REPLY].encode("utf-8", "replace").decode().replace("\0", "")
    return Report(kind=Reported(receipt), key=key, words=kept)
