"""A few kept connections to the mail server, so that a thousand mails are not a thousand talks."""

import contextlib
import smtplib
import ssl
import threading
import time
import weakref

from tocsin.channels.base import FailureReason, NotHandedOver, Passing, Permanent
from tocsin.channels.smtp_settings import SmtpSettings
from tocsin.channels.smtp_talk import SmtpTalk, named_failures


class SmtpPool:
    """Bounded, shared by threads: each message has a connection to itself while it is sent."""

    def __init__(self, settings: SmtpSettings, tls: ssl.SSLContext) -> None:
        self._settings, self._tls = settings, tls
        self._turns = threading.BoundedSemaphore(settings.connections)
        self._lock = threading.Lock()
        self._kept: list[SmtpTalk] = []
        self._is_watched = False
        weakref.finalize(self, _end, self._kept)

    def deliver(self, recipient: str, content: bytes) -> bytes:
        """The server's answer to `content`. Raises `Passing`, `Permanent` or `OutcomeUnknown`.

        A kept connection that has died is replaced, as long as no content was sent.
        """
        ends_at = time.monotonic() + self._settings.deadline_s
        if not self._turns.acquire(timeout=self._settings.deadline_s):
            raise Passing(FailureReason.TIMED_OUT, "no connection was free")
        talk: SmtpTalk | None = None
        try:
            with named_failures():
                if not (talk := self._kept_for(recipient, ends_at)):
                    talk = SmtpTalk(self._settings, self._tls, ends_at)
                    talk.open()
                    talk.sender(recipient)
                    talk.recipient(recipient)
            answer = talk.content(content)
        except Permanent:
            talk = self._keep(talk)  # it answered in order, about this message alone
            raise
        else:
            talk = self._keep(talk)
        finally:
            if talk:
                talk.leave()
            self._turns.release()
        return answer

    def close(self) -> None:
        """End the connections that no message is using."""
        with self._lock:
            ended, self._kept[:] = list(self._kept), []
        for talk in ended:
            talk.leave()

    def _kept_for(self, recipient: str, ends_at: float) -> SmtpTalk | None:
        """A kept connection with leave to send content to `recipient`, if one still works."""
        with self._lock:
            talk = self._kept.pop() if self._kept else None
        if talk is None:
            return None
        is_begun = False
        try:
            talk.begin(ends_at)
            talk.sender(recipient)
            is_begun = True
            talk.recipient(recipient)
        except (OSError, smtplib.SMTPException, NotHandedOver) as error:
            if is_begun and isinstance(error, Permanent):
                talk = self._keep(talk)
            if talk:
                talk.leave()
            # A refused sender or a 421 may mean that this connection has carried enough.
            if is_begun and isinstance(error, NotHandedOver) and error.detail[:3] != "421":
                raise
            self.close()  # what ended this one has likely ended the others
            return None
        return talk

    def _keep(self, talk: SmtpTalk | None) -> SmtpTalk | None:
        """Keep a connection for the next message; what comes back has carried its share."""
        if talk is None or talk.carried >= self._settings.per_connection:
            return talk
        talk.used_at = time.monotonic()
        with self._lock:
            self._kept.append(talk)
            if not self._is_watched:
                self._watch()
        return None

    def _watch(self) -> None:
        self._is_watched = True
        timer = threading.Timer(self._settings.idle_s, _end_idle, [weakref.ref(self)])
        timer.daemon = True
        timer.start()

    def end_idle(self) -> None:
        """End what nobody has used for `idle_s`; look again while anything is kept."""
        before = time.monotonic() - self._settings.idle_s
        with self._lock:
            ended = [talk for talk in self._kept if talk.used_at <= before]
            self._kept[:] = [talk for talk in self._kept if talk.used_at > before]
            self._is_watched = False
            if self._kept:
                self._watch()
        for talk in ended:
            talk.leave()


def _end_idle(pool: "weakref.ref[SmtpPool]") -> None:
    if (alive := pool()) is not None:
        alive.end_idle()


def _end(kept: list[SmtpTalk]) -> None:
    """Without a wait: nobody is left who could."""
    for talk in kept:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            talk.send("QUIT\r\n")
        talk.close()
