"""A mail server on this machine that does what a test asks, and keeps what it was given."""

import asyncio
import ssl
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

DRIP_S = 0.05


class Does(Enum):
    """What a server may do instead of answering."""

    HANG = "hang"
    DRIP = "drip"
    DROP = "drop"
    KEEP_AND_DROP = "keep and drop"


Stage = Literal["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT"]


@dataclass(frozen=True)
class Received:
    """One mail as the server took it."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    mail: EmailMessage


@dataclass
class MailServer:
    """`with MailServer() as server:` listens on `server.port`; `at` may be changed at any time.

    `at` maps a stage to the line to answer ("550 5.1.1 nobody") or to what to do instead.
    `users` maps names to passwords; empty means that no sign-in is offered.
    """

    security: Literal["tls", "starttls", "none"] = "none"
    certified_for: str = "localhost"
    at: dict[Stage, str | Does] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    smtputf8: bool = True
    pipelining: bool = False
    messages: list[Received] = field(default_factory=list)
    port: int = 0
    said: list[str] = field(default_factory=list)
    """The verbs of every talk, in the order in which they came; "HELLO" begins one."""

    def __post_init__(self) -> None:
        self._authority = trustme.CA()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(self.certified_for).configure_cert(self._tls)

    def ca_file(self, folder: Path) -> Path:
        """The authority's certificate, written to `folder`: with it, this server is trusted."""
        path = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(path))
        return path

    def __enter__(self) -> Self:
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the mail server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def drop_all(self) -> None:
        """End every connection, as a server does that starts again."""
        dropped = threading.Event()

        def drop() -> None:
            for talk in self._talks:
                talk.drop()
            self._loop.call_later(0.02, dropped.set)

        self._loop.call_soon_threadsafe(drop)
        dropped.wait(10)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._talks: list[_Talk] = []
        server = await self._loop.create_server(
            self._talk, "127.0.0.1", 0, ssl=self._tls if self.security == "tls" else None
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        await asyncio.sleep(0.02)  # who was let in just now is among the talks then
        for talk in self._talks:
            talk.drop()
        await asyncio.sleep(0.02)  # dropped transports close on the next turns of the loop

    def _talk(self) -> "_Talk":
        talk = _Talk(
            _Handler(self),
            hostname="mail.example",
            ident="ready",
            enable_SMTPUTF8=self.smtputf8,
            tls_context=self._tls if self.security == "starttls" else None,
            authenticator=self._signs_in if self.users else None,
            auth_require_tls=self.security == "starttls",
            loop=self._loop,
        )
        talk.owner = self
        self._talks.append(talk)
        return talk

    def _signs_in(self, _: Any, __: Any, ___: Any, ____: str, given: Any) -> AuthResult:
        is_known = isinstance(given, LoginPassword) and (
            self.users.get(given.login.decode()) == given.password.decode()
        )
        return AuthResult(success=is_known, handled=False)


class _Talk(SMTP):
    owner: MailServer

    def drop(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def does(self, stage: Stage) -> str | None:
        """The answer asked for at this stage; it never comes when the server is to be silent."""
        wanted = self.owner.at.get(stage)
        if wanted is None or isinstance(wanted, str):
            return wanted
        while wanted is Does.DRIP:
            self._writer.write(b"2")
            await asyncio.sleep(DRIP_S)
        if wanted is Does.HANG:
            await asyncio.Event().wait()
        self.drop()
        await asyncio.Event().wait()
        return None

    async def push(self, status: Any) -> None:
        if str(status).startswith("220 ") and str(status).endswith("ready"):
            status = await self.does("GREETING") or status
        await super().push(status)

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        self.owner.said.append("RSET")
        await super().smtp_RSET(arg)

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        self.owner.said.append("QUIT")
        await super().smtp_QUIT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if answer := await self.does("DATA"):
            await self.push(answer)
        else:
            await super().smtp_DATA(arg)


class _Handler:
    def __init__(self, owner: MailServer) -> None:
        self._owner = owner

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: _Talk, session: Session, _: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self._owner.said.append("HELLO")
        answer = await server.does("EHLO")
        ahead = ["250-PIPELINING"] if self._owner.pipelining else []
        return [answer] if answer else [*ahead, *answers]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: _Talk, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await server.does("MAIL") or "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: _Talk, _: Session, envelope: Envelope, address: str, __: list[str]
    ) -> str:
        answer = await server.does("RCPT") or "250 OK"
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: _Talk, _: Session, envelope: Envelope
    ) -> str:
        wanted = self._owner.at.get("CONTENT")
        if wanted is Does.KEEP_AND_DROP or wanted is None or str(wanted).startswith("2"):
            content = envelope.original_content or b""
            self._owner.messages.append(
                Received(
                    sender=envelope.mail_from or "",
                    recipients=tuple(envelope.rcpt_tos),
                    content=content,
                    mail=BytesParser(_class=EmailMessage, policy=default).parsebytes(content),
                )
            )
        queued = f"250 2.0.0 OK: queued as Q{len(self._owner.messages)}MAIL"
        return await server.does("CONTENT") or queued
