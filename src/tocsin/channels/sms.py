"""Text messages by SMPP 3.4: one session for sending and for what comes back."""

import asyncio
import contextlib
import hashlib
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, NoReturn

from tocsin.channels.background import Background
from tocsin.channels.base import (
    FailureReason,
    HandedOver,
    Message,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
    Report,
)
from tocsin.channels.smpp import (
    Command,
    Lost,
    Packet,
    Session,
    ShortMessage,
    Status,
    Tag,
    c_string,
    c_text,
)
from tocsin.channels.sms_reports import Heard, next_heard
from tocsin.channels.sms_text import parts
from tocsin.domain.refusal import Code, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSettings:
    """The message centre and the sender. Raises `Refusal` (settings-invalid).

    `sender` is a number with its plus, a short code, or a name of at most 11 letters.
    `timeout_s` bounds every wait for an answer, `deadline_s` the whole of a message;
    a centre that has been silent for `quiet_s` is asked whether it is there. `window` is how
    many messages may be under way at once. `system_type` is what the provider asks for.
    """

    host: str
    port: int
    security: Literal["tls", "none"] = "tls"
    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    sender: str
    ca_file: Path | None = None
    timeout_s: float = 20
    deadline_s: float = 60
    quiet_s: float = 30
    most_parts: int = 6
    window: int = 10

    def __post_init__(self) -> None:
        checks = {
            "security is tls or none": self.security in ("tls", "none"),
            "text messages leave in clear only to this machine": self.security != "none"
            or _is_loopback(self.host),
            "a host is named": bool(re.fullmatch("[!-~]+", self.host)),
            "a port is 1 to 65535": 0 < self.port < 65_536,
            "system_id has 1 to 15 letters, password at most 8, system_type at most 12": all(
                re.fullmatch("[ -~]*", text) and least <= len(text) <= most
                for text, least, most in (
                    (self.system_id, 1, 15),
                    (self.password, 0, 8),
                    (self.system_type, 0, 12),
                )
            ),
            "the sender is a number, a short code or a name of 11 letters": bool(
                re.fullmatch(
                    r"\+[1-9]\d{4,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", self.sender
                )
            ),
            "times are positive": min(self.timeout_s, self.deadline_s, self.quiet_s) > 0,
            "most_parts is 1 to 12": 1 <= self.most_parts <= 12,
            "window is 1 to 100": 1 <= self.window <= 100,
        }
        for rule, is_kept in checks.items():
            if not is_kept:
                refuse(Code.SETTINGS_INVALID, f"Text messages were not set up: {rule}.")

    @property
    def source(self) -> tuple[str, int]:
        """The sender as it is sent, and its type of number (SMPP 3.4, 5.2.5)."""
        if self.sender.startswith("+"):
            return self.sender[1:], 1
        return self.sender, 3 if self.sender.isdigit() else 5


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


class SmsChannel:
    """Keeps one transceiver bound, and binds it again when it is lost; threads may share it."""

    name = "sms"

    def __init__(
        self, settings: SmsSettings, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._settings, self._clock = settings, clock
        self._background = Background("sms")
        self._reporting = threading.Lock()
        self._begin()
        try:
            tls = ssl.create_default_context(cafile=settings.ca_file)
        except OSError as error:
            refuse(
                Code.SETTINGS_INVALID,
                f"Text messages were not set up: {type(error).__name__} reading ca_file.",
                "Name a readable file of PEM certificates in ca_file.",
            )
        self._tls = tls if settings.security == "tls" else None

    def _begin(self) -> None:
        self._session: Session | None = None
        self._binding = asyncio.Lock()
        self._window = asyncio.Semaphore(self._settings.window)

    def send(self, message: Message) -> HandedOver:
        """Hand the message over, in as many parts as it takes.

        Raises `Passing`, `Permanent` or `OutcomeUnknown`; the last once a part was taken, for
        then a repeat shows parts of the words twice.
        """
        bodies = list(map(bytes, self._composed(message)))
        sent: list[str] = []
        try:
            with _sorted_out():
                self._background.ask(self._submit(bodies, sent), self._settings.deadline_s)
        except (Passing, Permanent) as failure:
            if not sent:
                raise
            reason = failure.reason if sent[-1] else FailureReason.NO_ANSWER
            which = f"part {len(sent)} of {len(bodies)}"
            raise OutcomeUnknown(reason, which) from None
        provider_id = ",".join(sent) if all(map(_ID.fullmatch, sent)) else ""
        return HandedOver(provider_id=provider_id, detail=f"parts: {len(sent)}")

    def reports(self, take: Callable[[Report], None], wait_s: float) -> None:
        """Give what is there to `take`, or else what comes first within `wait_s`.

        The centre has its answer only when `take` has returned, and gives again what had none.
        """
        ends_at = time.monotonic() + wait_s
        if not self._reporting.acquire(timeout=wait_s):
            return
        try:
            while found := self._heard(ends_at):
                session, heard = found
                if heard.report:
                    take(heard.report)
                    ends_at = 0
                self._answer(session, heard)
        finally:
            self._reporting.release()

    def close(self) -> None:
        """Unbind. The channel may be used again."""
        if self._session:
            with contextlib.suppress(TimeoutError):
                self._background.ask(self._session.leave(1), 2)
        self._background.close()
        self._begin()

    def _composed(self, message: Message) -> Iterator[ShortMessage]:
        text, (source, source_ton) = message.short or message.body, self._settings.source
        if message.encrypt_to:
            raise Permanent(FailureReason.KEY_UNUSABLE, "a text message is read by its carriers")
        if not re.fullmatch(r"\+[1-9]\d{4,14}", message.to_address):
            raise Permanent(FailureReason.ADDRESS_UNSUPPORTED, "not a telephone number")
        if message.expires_at and message.expires_at <= self._clock():
            raise Permanent(FailureReason.EXPIRED)
        pieces = parts(text)
        if len(pieces) > self._settings.most_parts:
            raise Permanent(FailureReason.TOO_LONG, f"{len(pieces)} parts")
        reference = int.from_bytes(hashlib.sha256(message.key.encode()).digest()[:2], "big")
        for piece in pieces:
            yield ShortMessage(
                source=source,
                source_ton=source_ton,
                destination=message.to_address[1:],
                esm_class=0x40 if piece.total > 1 else 0,
                is_urgent=message.imminent,
                validity=_validity(message.expires_at),
                data_coding=piece.alphabet,
                text=piece.user_data(reference),
                tags={Tag.USER_MESSAGE_REFERENCE: struct.pack(">H", reference)},
            )

    async def _submit(self, bodies: list[bytes], sent: list[str]) -> None:
        """Submit part by part. `sent` has an id of each that was taken, and "" of one whose
        answer is awaited."""
        session = await self._bound()
        async with self._window:
            for body in bodies:
                if not session.is_open:
                    raise Lost
                sent.append("")
                async with asyncio.timeout(self._settings.timeout_s):
                    answer = await session.ask(Command.SUBMIT_SM, body)
                if _is_refusal(answer):
                    sent.pop()
                    _refuse(answer)
                sent[-1] = c_text(answer.body)

    async def _bound(self) -> Session:
        async with self._binding:
            if self._session and self._session.is_open:
                return self._session
            settings = self._settings
            body = b"".join(
                (
                    *map(c_string, (settings.system_id, settings.password, settings.system_type)),
                    b"\x34\0\0",
                    c_string(""),
                )
            )
            async with (
                asyncio.timeout(settings.timeout_s),
                Session.connecting(
                    settings.host, settings.port, self._tls, quiet_s=settings.quiet_s
                ) as session,
            ):
                answer = await session.ask(Command.BIND_TRANSCEIVER, body)
                if _is_refusal(answer):
                    _refuse(answer)
            self._session = session
            return session

    def _heard(self, ends_at: float) -> tuple[Session, Heard] | None:
        wait_s = max(ends_at - time.monotonic(), 0)
        bound_s = min(self._settings.timeout_s, self._settings.deadline_s)
        with _sorted_out():
            return self._background.ask(self._next_heard(wait_s), wait_s + bound_s)

    async def _next_heard(self, wait_s: float) -> tuple[Session, Heard] | None:
        session, ends_at = await self._bound(), time.monotonic() + wait_s
        while session.is_open:
            session.news.clear()
            if heard := next_heard(session.untaken, now := time.monotonic()):
                return session, heard
            if now >= ends_at:
                return None
            with contextlib.suppress(TimeoutError):
                # Woken at times, for parts that others are waited for in vain.
                async with asyncio.timeout(min(ends_at - now, 0.5)):
                    await session.news.wait()
        raise Lost

    def _answer(self, session: Session, heard: Heard) -> None:
        async def answers() -> None:
            for packet in heard.packets:
                await session.answer(packet, heard.status)

        # Where the answer is lost, the centre gives it again, as it may.
        with contextlib.suppress(Lost, TimeoutError):
            self._background.ask(answers(), self._settings.timeout_s)


_ID = re.compile(r"[!-+\--~]{1,64}")


def _validity(expires_at: datetime | None) -> str:
    """An absolute time (SMPP 3.4, 7.1.1.1), in UTC."""
    return expires_at.astimezone(UTC).strftime("%y%m%d%H%M%S") + "000+" if expires_at else ""


R = FailureReason
_REFUSALS: dict[int, tuple[type[NotHandedOver], FailureReason]] = {
    Status.INVALID_LENGTH: (Permanent, R.CONTENT_REFUSED),
    Status.INVALID_EXPIRY: (Permanent, R.CONTENT_REFUSED),
    Status.INVALID_DESTINATION: (Permanent, R.RECIPIENT_REFUSED),
    Status.INVALID_DESTINATION_TON: (Permanent, R.RECIPIENT_REFUSED),
    Status.INVALID_DESTINATION_NPI: (Permanent, R.RECIPIENT_REFUSED),
    # The sender and the sign-in are the house's: an operator can mend them.
    Status.INVALID_SOURCE: (Passing, R.SENDER_REFUSED),
    Status.INVALID_SOURCE_TON: (Passing, R.SENDER_REFUSED),
    Status.INVALID_SOURCE_NPI: (Passing, R.SENDER_REFUSED),
    Status.BIND_FAILED: (Passing, R.SIGN_IN_REFUSED),
    Status.INVALID_PASSWORD: (Passing, R.SIGN_IN_REFUSED),
    Status.INVALID_SYSTEM_ID: (Passing, R.SIGN_IN_REFUSED),
    Status.ALREADY_BOUND: (Passing, R.SERVER_BUSY),
    Status.SYSTEM_ERROR: (Passing, R.SERVER_BUSY),
    Status.TRY_LATER: (Passing, R.SERVER_BUSY),
    Status.QUEUE_FULL: (Passing, R.RATE_LIMITED),
    Status.THROTTLED: (Passing, R.RATE_LIMITED),
}


def _is_refusal(answer: Packet) -> bool:
    return answer.status != Status.OK or answer.command == Command.GENERIC_NACK


def _refuse(answer: Packet) -> NoReturn:
    kind, reason = _REFUSALS.get(answer.status, (Passing, R.SERVER_REFUSED))
    raise kind(reason, f"0x{answer.status:08X}")


@contextlib.contextmanager
def _sorted_out() -> Iterator[None]:
    """Name every failure; a fault an operator can mend is a passing one."""
    try:
        yield
    except Lost:
        raise Passing(R.DISCONNECTED) from None
    except ssl.SSLError as error:
        raise Passing(R.TLS_FAILED, type(error).__name__) from None
    except TimeoutError:
        raise Passing(R.TIMED_OUT) from None
    except socket.gaierror:
        raise Passing(R.HOST_NOT_FOUND) from None
    except ConnectionResetError:
        raise Passing(R.DISCONNECTED) from None
    except OSError as error:
        raise Passing(R.UNREACHABLE, type(error).__name__) from None
