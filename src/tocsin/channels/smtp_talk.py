"""One connection to a mail server: every wait, and all waits for a message, are bounded."""

import contextlib
import io
import re
import select
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator

from tocsin.channels.base import (
    FailureReason,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
)
from tocsin.channels.smtp_settings import SmtpSettings

MOST_ANSWER_BYTES = 256 * 1024
"""All answers of a server for one message; an honest talk takes a few hundred bytes."""
STALE_S = 1
"""A connection that was silent this long is asked whether it still lives."""


class _Answers(io.RawIOBase):
    """The server's answers, bounded in time and size; nothing at all while none is due."""

    is_due = True

    def __init__(self, talk: "SmtpTalk") -> None:
        self._talk = talk

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int | None:  # type: ignore[override]
        if not self.is_due:
            return None
        self._talk.bound_wait()
        assert self._talk.sock  # noqa: S101 - smtplib reads only while connected
        count = self._talk.sock.recv_into(buffer)
        self._talk.count(count)
        return count


class SmtpTalk(smtplib.SMTP):
    """A connection that carries one message after the other, each begun with `begin`.

    smtplib bounds each wait only, so that a server which sends a byte a second
    could hold a worker for ever; here every wait also ends at the message's own deadline.
    """

    def __init__(self, settings: SmtpSettings, tls: ssl.SSLContext, ends_at: float) -> None:
        # With its own name given, smtplib does not ask the resolver for this machine's.
        super().__init__(local_hostname=settings.hello_name or settings.sender_domain)
        self._settings, self._tls, self._ends_at = settings, tls, ends_at
        self._left, self._answers = MOST_ANSWER_BYTES, _Answers(self)
        self.carried, self.used_at, self._is_clean, self._is_ahead = 0, 0.0, True, False

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

    def begin(self, ends_at: float) -> None:
        """Make a kept connection ready for the next message.

        Raises OSError for one that ended, or said what nobody had asked.
        """
        self._ends_at, self._left = ends_at, MOST_ANSWER_BYTES
        if self._has_spoken():
            raise ConnectionResetError("an answer to nothing")
        if not self._is_clean or time.monotonic() - self.used_at > STALE_S:
            self._expect(250, *self.docmd("RSET"), FailureReason.SERVER_REFUSED)
        self._is_clean = True

    def _has_spoken(self) -> bool:
        """A late answer would be taken for that to the next command; so would the end."""
        if self.sock is None or self.file is None:
            return True
        self._answers.is_due = False
        is_left = bool(self.file.peek(1))
        self._answers.is_due = True
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return True
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return is_left or bool(poll.poll(0))

    def sender(self, recipient: str) -> None:
        """Begin a message to `recipient`."""
        self._is_clean = False
        is_ascii = recipient.isascii() and self._settings.sender.isascii()
        if not is_ascii and not self.has_extn("smtputf8"):
            raise Permanent(FailureReason.ADDRESS_UNSUPPORTED, "no SMTPUTF8 offered")
        self.command_encoding = "ascii" if is_ascii else "utf-8"
        options = "" if is_ascii else " SMTPUTF8 BODY=8BITMIME"
        mail = f"MAIL FROM:<{self._settings.sender}>{options}"
        self._is_ahead = self.has_extn("pipelining")
        if not self._is_ahead:
            self._expect(250, *self.docmd(mail), FailureReason.SENDER_REFUSED)
            return
        # All three in one go, and one wait for the answers (RFC 2920).
        self.send(f"{mail}\r\nRCPT TO:<{recipient}>\r\nDATA\r\n")
        with self._undone(answers=2):
            self._expect(250, *self.getreply(), FailureReason.SENDER_REFUSED)

    def recipient(self, recipient: str) -> None:
        """Name the recipient, and get leave to send the content."""
        if self._is_ahead:
            with self._undone(answers=1):
                self._expect(250, *self.getreply(), FailureReason.RECIPIENT_REFUSED)
            self._expect(354, *self.getreply(), FailureReason.CONTENT_REFUSED)
            return
        # Not smtplib's rcpt, which parses an address that has been checked long ago.
        rcpt = self.docmd("RCPT", f"TO:<{recipient}>")
        self._expect(250, *rcpt, FailureReason.RECIPIENT_REFUSED)
        self._expect(354, *self.docmd("DATA"), FailureReason.CONTENT_REFUSED)

    @contextlib.contextmanager
    def _undone(self, *, answers: int) -> Iterator[None]:
        """After a refusal, hear the answers to what was sent ahead; to leave given all the same,
        a dot is all that is said (RFC 2920, 3.1)."""
        try:
            yield
        except NotHandedOver:
            try:
                last = [self.getreply() for _ in range(answers)][-1]
                if last[0] == 354:
                    self.docmd(".")
            except (OSError, smtplib.SMTPException):
                self.close()
            raise

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
        self.carried, self._is_clean = self.carried + 1, True
        return answer

    def leave(self) -> None:
        """Say goodbye if the server still listens; what it took, it has taken."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if self.sock:
                self._ends_at = min(self._ends_at, time.monotonic() + 2)
                self.quit()
        self.close()

    def bound_wait(self) -> None:
        if self.sock and self.sock.gettimeout() != (wait_s := self._wait_s()):
            self.sock.settimeout(wait_s)

    def count(self, received: int) -> None:
        self._left -= received
        if self._left < 0:
            raise OSError("the server talks without end")

    def _wait_s(self) -> float:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return min(left, self._settings.timeout_s)

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
            self._answers = _Answers(self)
            self.file = io.BufferedReader(self._answers)
        return super().getreply()

    def send(self, s: "bytes | str") -> None:  # type: ignore[override]
        self.bound_wait()
        super().send(s)

    def _expect(self, wanted: int, code: int, answer: bytes, otherwise: FailureReason) -> None:
        if code == wanted or (wanted == 250 and code == 251):
            return
        detail = codes_of(code, answer)
        if 400 <= code < 500:
            raise Passing(FailureReason.SERVER_BUSY, detail)
        if code == 530:  # RFC 4954: sign in first; an operator can mend that
            raise Passing(FailureReason.SIGN_IN_REFUSED, detail)
        if not 500 <= code < 600:
            raise Passing(FailureReason.BAD_ANSWER, detail)
        kind = Permanent if otherwise in _ABOUT_THE_MESSAGE else Passing
        raise kind(otherwise, detail)


_ABOUT_THE_MESSAGE = {
    FailureReason.SENDER_REFUSED,
    FailureReason.RECIPIENT_REFUSED,
    FailureReason.CONTENT_REFUSED,
}


@contextlib.contextmanager
def named_failures() -> Iterator[None]:
    """Name every failure before the content; a fault an operator can mend is a passing one."""
    try:
        yield
    except NotHandedOver:
        raise
    except ssl.SSLError as error:
        raise Passing(FailureReason.TLS_FAILED, type(error).__name__) from None
    except smtplib.SMTPAuthenticationError as error:
        detail = codes_of(error.smtp_code, _bytes(error.smtp_error))
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


def codes_of(code: int, answer: bytes) -> str:
    """Code and enhanced code (RFC 3463) only: the rest of an answer may quote the address."""
    enhanced = re.match(rb"[245]\.\d{1,3}\.\d{1,3}\b", answer)
    return f"{code} {enhanced[0].decode()}" if enhanced else str(code)
