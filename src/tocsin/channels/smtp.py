"""E-mail by SMTP: plain text, certificates always checked, one deadline for the whole talk."""

import contextlib
import hashlib
import io
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from tocsin.channels.addresses import checked_address
from tocsin.channels.base import (
    FailureReason,
    HandedOver,
    Message,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
)
from tocsin.domain.refusal import Code, refuse

MOST_ANSWER_BYTES = 256 * 1024
"""All answers of a server together; an honest talk takes a few hundred bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """The mail server and the sender. Raises `Refusal` (settings-invalid).

    `timeout_s` bounds every wait for the server, `deadline_s` the whole talk.
    `hello_name` defaults to the sender's domain, never to this machine's name.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"] = "tls"
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str
    sender_name: str = ""
    ca_file: Path | None = None
    timeout_s: float = 20
    deadline_s: float = 60
    hello_name: str = ""

    def __post_init__(self) -> None:
        checks = {
            "security is tls, starttls or none": self.security in ("tls", "starttls", "none"),
            "mail leaves in clear only to this machine": self.security != "none"
            or _is_loopback(self.host),
            "a host is named": _is_plain(self.host) and self.host.strip() == self.host != "",
            "a port is 1 to 65535": 0 < self.port < 65_536,
            "username, password and hello_name are plain ASCII": all(
                map(_is_plain, (self.username, self.password, self.hello_name))
            )
            and " " not in self.hello_name,
            "sender_name is one line": self.sender_name.isprintable(),
            "times are positive": self.timeout_s > 0 and self.deadline_s > 0,
            "the sender's address is a checked one": checked_address(self.sender) == self.sender,
        }
        for rule, is_kept in checks.items():
            if not is_kept:
                refuse(Code.SETTINGS_INVALID, f"E-mail was not set up: {rule}.")

    @property
    def sender_domain(self) -> str:
        return self.sender.rpartition("@")[2]


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


class SmtpChannel:
    """Hands each message over on a connection of its own; may be shared by threads."""

    name = "email"

    def __init__(
        self, settings: SmtpSettings, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._settings, self._clock = settings, clock
        try:
            self._tls = ssl.create_default_context(cafile=settings.ca_file)
        except OSError as error:
            remedy = "Name a readable file of PEM certificates in ca_file."
            refuse(
                Code.SETTINGS_INVALID,
                f"E-mail was not set up: {type(error).__name__} reading ca_file.",
                remedy,
            )

    def send(self, message: Message) -> HandedOver:
        """Hand the message over. Raises `Passing`, `Permanent` or `OutcomeUnknown`."""
        mail = compose(message, self._settings, self._clock())
        content = re.sub(rb"(?m)^\.", b"..", mail.as_bytes())
        client = _Client(self._settings, self._tls)
        try:
            with _sorted_out():
                client.open()
                client.envelope(message.to_address)
            answer = client.content(content)
        finally:
            client.leave()
        return HandedOver(provider_id=_provider_id(answer), detail=_code(250, answer))


def compose(message: Message, settings: SmtpSettings, at: datetime) -> EmailMessage:
    """The mail as it leaves: one plain text part, nothing that reports who opened it.

    No Auto-Submitted: people wrote and released these words (RFC 3834: absent means "no"),
    and an out-of-office answer, which that header would suppress, tells that nobody reads.
    """
    mail = EmailMessage(policy=_AsWritten(cte_type="7bit"))
    prefix = "EXERCISE " if message.exercise and "EXERCISE" not in message.subject else ""
    mail["From"] = _mailbox(settings.sender_name, settings.sender)
    mail["To"] = _mailbox(message.to_name, message.to_address)
    mail["Subject"] = _encoded(prefix + message.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{_left_part(message.key)}@{settings.sender_domain}>"
    mail.set_content(message.body, cte=None if message.body.isascii() else "base64")
    mail["Content-Language"] = message.language
    return mail


class _AsWritten(EmailPolicy):
    """Headers leave exactly as `compose` wrote them.

    The policies of the standard library fold a long name such as 'Ana, eve@example.net; ...'
    into one that shows another address (seen in Python 3.11.7).
    """

    linesep = "\r\n"

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        return name, value

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}\r\n".encode()


def _left_part(key: str) -> str:
    """The key where it fits a Message-ID, else its hash: either way the same on every retry."""
    fits = re.fullmatch(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*", key) and len(key) <= 64
    return key if fits else hashlib.sha256(key.encode()).hexdigest()[:40]


def _mailbox(name: str, address: str) -> str:
    return f"{_encoded(name)}\r\n <{address}>" if name.strip() else address


def _encoded(text: str) -> str:
    """Letters and blanks as they are, anything else as encoded words (RFC 2047)."""
    if re.fullmatch(r"[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*", text) and len(text) <= 60:
        return text
    return Header(text, "utf-8", header_name="Subject").encode(linesep="\r\n")


class _Patient(io.RawIOBase):
    """The server's answers: each wait, all waits and all bytes together are bounded."""

    def __init__(self, client: "_Client") -> None:
        self._client, self._left = client, MOST_ANSWER_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        self._client.bound_wait()
        assert self._client.sock  # noqa: S101 - smtplib reads only while connected
        count = self._client.sock.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise OSError("the server talks without end")
        return count


class _Client(smtplib.SMTP):
    """One talk with a server.

    smtplib bounds each wait only, so that a server which sends a byte a second
    could hold a worker for ever; here every wait also ends at the deadline.
    """

    def __init__(self, settings: SmtpSettings, tls: ssl.SSLContext) -> None:
        # With its own name given, smtplib does not ask the resolver for this machine's.
        super().__init__(local_hostname=settings.hello_name or settings.sender_domain)
        self._settings, self._tls = settings, tls
        self._ends_at = time.monotonic() + settings.deadline_s

    def _wait_s(self) -> float:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return min(left, self._settings.timeout_s)

    def bound_wait(self) -> None:
        if self.sock:
            self.sock.settimeout(self._wait_s())

    def open(self) -> None:
        """Connect, secure the connection and sign in."""
        self.sock = self._connected()
        if self._settings.security == "tls":
            self._secure()
        self._expect(220, *self.getreply(), FailureReason.SERVER_REFUSED)
        self._hello()
        if self._settings.security == "starttls":
            if not self.has_extn("starttls"):
                raise Passing(FailureReason.TLS_MISSING, "no STARTTLS offered")
            self._expect(220, *self.docmd("STARTTLS"), FailureReason.TLS_MISSING)
            self._secure()
            self._hello()  # what was said in clear counts for nothing (RFC 3207, 4.2)
        if self._settings.username:
            self.login(self._settings.username, self._settings.password)

    def _connected(self) -> socket.socket:
        host, port = self._settings.host, self._settings.port
        failure: OSError = OSError("no address")
        for family, kind, protocol, _, place in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        ):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self._wait_s())
                sock.connect(place)
                return sock
            except OSError as error:
                sock.close()
                failure = error
        raise failure

    def _secure(self) -> None:
        self.bound_wait()
        assert self.sock  # noqa: S101 - called on an open connection
        self.sock = self._tls.wrap_socket(self.sock, server_hostname=self._settings.host)
        self.file = None  # an answer injected before TLS must not be read after it

    def _hello(self) -> None:
        self.helo_resp = self.ehlo_resp = None
        self._expect(250, *self.ehlo(), FailureReason.SERVER_REFUSED)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = io.BufferedReader(_Patient(self))
        return super().getreply()

    def send(self, s: "bytes | str") -> None:  # type: ignore[override]
        self.bound_wait()
        super().send(s)

    def envelope(self, recipient: str) -> None:
        """Sender, recipient, and leave to send the content."""
        is_ascii = recipient.isascii()
        if not is_ascii and not self.has_extn("smtputf8"):
            raise Permanent(FailureReason.ADDRESS_UNSUPPORTED, "no SMTPUTF8 offered")
        options = [] if is_ascii else ["SMTPUTF8", "BODY=8BITMIME"]
        mail = self.mail(self._settings.sender, options)
        self._expect(250, *mail, FailureReason.SENDER_REFUSED)
        self._expect(250, *self.rcpt(recipient), FailureReason.RECIPIENT_REFUSED)
        self._expect(354, *self.docmd("DATA"), FailureReason.CONTENT_REFUSED)

    def content(self, content: bytes) -> bytes:
        """Send the content; from its first byte on, silence means that nobody knows."""
        try:
            self.send(content + b".\r\n")
            code, answer = self.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise OutcomeUnknown(FailureReason.NO_ANSWER, type(error).__name__) from None
        if not 200 <= code < 600:
            raise OutcomeUnknown(FailureReason.BAD_ANSWER, "after the content")
        self._expect(250, code, answer, FailureReason.CONTENT_REFUSED)
        return answer

    def _expect(self, wanted: int, code: int, answer: bytes, otherwise: FailureReason) -> None:
        if code == wanted or (wanted == 250 and code == 251):
            return
        detail = _code(code, answer)
        if 400 <= code < 500:
            raise Passing(FailureReason.SERVER_BUSY, detail)
        if code == 530:  # RFC 4954: sign in first; an operator can mend that
            raise Passing(FailureReason.SIGN_IN_REFUSED, detail)
        if not 500 <= code < 600:
            raise Passing(FailureReason.BAD_ANSWER, detail)
        kind = Permanent if otherwise in _ABOUT_THE_MESSAGE else Passing
        raise kind(otherwise, detail)

    def leave(self) -> None:
        """Say goodbye if the server still listens; what it took, it has taken."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if self.sock:
                self._ends_at = min(self._ends_at, time.monotonic() + 2)
                self.quit()
        self.close()


_ABOUT_THE_MESSAGE = {
    FailureReason.SENDER_REFUSED,
    FailureReason.RECIPIENT_REFUSED,
    FailureReason.CONTENT_REFUSED,
}


@contextlib.contextmanager
def _sorted_out() -> Iterator[None]:
    """Name every failure before the content; a fault an operator can mend is a passing one."""
    try:
        yield
    except NotHandedOver:
        raise
    except ssl.SSLError as error:
        raise Passing(FailureReason.TLS_FAILED, type(error).__name__) from None
    except smtplib.SMTPAuthenticationError as error:
        detail = _code(error.smtp_code, _bytes(error.smtp_error))
        raise Passing(FailureReason.SIGN_IN_REFUSED, detail) from None
    except smtplib.SMTPServerDisconnected as error:
        # smtplib turns every failed read into this; what failed is kept as its context.
        timed_out = isinstance(error.__context__, TimeoutError)
        reason = FailureReason.TIMED_OUT if timed_out else FailureReason.DISCONNECTED
        raise Passing(reason) from None
    except smtplib.SMTPNotSupportedError:
        raise Passing(FailureReason.SIGN_IN_REFUSED, "no AUTH offered") from None
    except smtplib.SMTPException as error:
        raise Passing(FailureReason.BAD_ANSWER, type(error).__name__) from None
    except TimeoutError:
        raise Passing(FailureReason.TIMED_OUT) from None
    except socket.gaierror:
        raise Passing(FailureReason.HOST_NOT_FOUND) from None
    except ConnectionResetError:
        raise Passing(FailureReason.DISCONNECTED) from None
    except OSError as error:
        raise Passing(FailureReason.UNREACHABLE, type(error).__name__) from None


def _bytes(answer: bytes | str) -> bytes:
    return answer if isinstance(answer, bytes) else answer.encode()


def _code(code: int, answer: bytes) -> str:
    """Code and enhanced code (RFC 3463) only: the rest of an answer may quote the address."""
    enhanced = re.match(rb"[245]\.\d{1,3}\.\d{1,3}\b", answer)
    return f"{code} {enhanced[0].decode()}" if enhanced else str(code)


def _provider_id(answer: bytes) -> str:
    """The server's own name for the mail ("queued as 4F2A", "id=1sXy-0"), where it gives one."""
    found = re.search(rb"(?:queued as|\bid[=: ])\s*([A-Za-z0-9._-]{3,64})", answer)
    return found[1].decode() if found else ""
