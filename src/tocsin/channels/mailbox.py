"""The mailbox to which bounces and answers come, read by IMAP and left otherwise untouched."""

import contextlib
import imaplib
import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

from tocsin.channels.base import FailureReason, Passing, Report
from tocsin.channels.bounces import MOST_BYTES, read_report
from tocsin.channels.smtp_settings import MailboxSettings, authorities

MOST_AT_ONCE = 500
"""So many mails are read in one look; the rest waits for the next."""
_MOST_LINE = 1_000_000
_MOST_TALK = 64 * 1024 * 1024


class Mailbox:
    r"""Reports what unseen mail tells of ours, and flags it \Seen once that was taken.

    Mail that tells nothing stays unseen, for people. One thread at a time.
    """

    def __init__(self, settings: MailboxSettings, domain: str, secret: bytes = b"") -> None:
        self._settings, self._domain, self._secret = settings, domain, secret
        self._tls = authorities(settings.ca_file, "The mailbox")
        self._passed: set[tuple[str, bytes]] = set()

    def reports(self, take: Callable[[Report], None], wait_s: float) -> None:
        """As `Reporting.reports`. Raises `Passing` where the mailbox is away."""
        until = time.monotonic() + wait_s
        with self._opened(until + self._settings.deadline_s) as talk:
            while not self._look(talk, take):
                left = until - time.monotonic()
                if left <= 0:
                    return
                time.sleep(min(left, self._settings.poll_s))

    def _look(self, talk: "_ImapTalk", take: Callable[[Report], None]) -> int:
        """The number of reports given."""
        with _named():
            era = talk.select_folder(self._settings.folder)
            unseen = {(era, uid) for uid in talk.unseen()}
        self._passed &= unseen
        taken = 0
        for at in sorted(unseen - self._passed, key=lambda at: int(at[1]))[:MOST_AT_ONCE]:
            with _named():
                data = talk.peeked(at[1])
            report = read_report(data, self._domain, self._secret)
            if report is None:
                self._passed.add(at)
                continue
            take(report)
            taken += 1
            with _named():
                talk.flag_seen(at[1])
        return taken

    @contextlib.contextmanager
    def _opened(self, ends_at: float) -> Iterator["_ImapTalk"]:
        with _named():
            talk = _ImapTalk(self._settings, self._tls, ends_at)
        try:
            with _named():
                talk.sign_in()
            yield talk
        finally:
            talk.leave()


class _ImapTalk(imaplib.IMAP4):
    """imaplib, with bounds: it reads whatever size a server announces, and waits for ever."""

    def __init__(self, settings: MailboxSettings, tls: ssl.SSLContext, ends_at: float) -> None:
        self._settings, self._tls_context, self._ends_at = settings, tls, ends_at
        self._left = _MOST_TALK
        super().__init__(settings.host, settings.port)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:  # noqa: ARG002 - imaplib's signature
        sock = socket.create_connection((host, port), self._wait_s())
        try:
            if self._settings.security == "tls":
                sock = self._tls_context.wrap_socket(sock, server_hostname=host)
        except OSError:
            sock.close()
            raise
        self.host, self.port, self.sock = host, port, sock
        self._stream = io.BufferedReader(_Bounded(self))

    def leave(self) -> None:
        """Say goodbye if the server still listens."""
        self._ends_at = min(self._ends_at, time.monotonic() + 2)
        with contextlib.suppress(OSError, ValueError, imaplib.IMAP4.error):
            self.logout()
        self.shutdown()

    def sign_in(self) -> None:
        try:
            self.login(self._settings.username, self._settings.password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            raise Passing(FailureReason.SIGN_IN_REFUSED) from None

    def select_folder(self, folder: str) -> str:
        """The era within which a uid means one mail (UIDVALIDITY)."""
        quoted = folder.replace("\\", "\\\\").replace('"', '\\"')
        self._ok(self.select(f'"{quoted}"'))
        era = self.untagged_responses.get("UIDVALIDITY") or self.response("UIDVALIDITY")[1]
        return str(era[0]) if era else ""

    def unseen(self) -> list[bytes]:
        found = self._ok(self.uid("SEARCH", "UNSEEN"))
        return [uid for uid in (found[0] or b"").split() if uid.isdigit() and len(uid) < 11]

    def peeked(self, uid: bytes) -> bytes:
        """The beginning of a mail; nothing where it has gone meanwhile."""
        found = self._ok(self.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
        return next((bytes(one[1]) for one in found if isinstance(one, tuple)), b"")

    def flag_seen(self, uid: bytes) -> None:
        self._ok(self.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)"))

    @staticmethod
    def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
        if answer[0] != "OK":
            raise imaplib.IMAP4.abort("refused")
        return answer[1]

    def _wait_s(self) -> float:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return min(left, self._settings.timeout_s)

    def receive(self, buffer: "bytearray | memoryview") -> int:
        self.sock.settimeout(self._wait_s())
        count = self.sock.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise OSError("the server talks without end")
        return count

    def read(self, size: int) -> bytes:
        if size > MOST_BYTES + 1024:
            raise OSError("the server announces more than was asked for")
        return self._stream.read(size)

    def readline(self) -> bytes:
        return self._stream.readline(_MOST_LINE)

    def send(self, data: Any) -> None:
        self.sock.settimeout(self._wait_s())
        self.sock.sendall(data)

    def shutdown(self) -> None:
        self._stream.close()
        self.sock.close()


class _Bounded(io.RawIOBase):
    def __init__(self, talk: _ImapTalk) -> None:
        self._talk = talk

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        return self._talk.receive(buffer)


@contextlib.contextmanager
def _named() -> Iterator[None]:
    """Every failure of the server is one in passing; mail waits there."""
    try:
        yield
    except ssl.SSLError as error:
        raise Passing(FailureReason.TLS_FAILED, type(error).__name__) from None
    except TimeoutError:
        raise Passing(FailureReason.TIMED_OUT) from None
    except socket.gaierror:
        raise Passing(FailureReason.HOST_NOT_FOUND) from None
    except ConnectionResetError:
        raise Passing(FailureReason.DISCONNECTED) from None
    except OSError as error:
        raise Passing(FailureReason.UNREACHABLE, type(error).__name__) from None
    except (imaplib.IMAP4.error, ValueError) as error:  # ValueError: absurd numbers
        raise Passing(FailureReason.BAD_ANSWER, type(error).__name__) from None
