"""How mail leaves and comes back: the server, the sender, the signature, the mailbox."""

import contextlib
import re
import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from tocsin.channels.addresses import checked_address
from tocsin.domain.refusal import Code, refuse

_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxSettings:
    """Where answers and bounces arrive, read by IMAP. Raises `Refusal` (settings-invalid).

    `timeout_s` bounds every wait for the server, `deadline_s` the whole talk beyond the time
    it is asked to wait for news; `poll_s` lies between two looks.
    """

    host: str
    port: int = 993
    security: Literal["tls", "none"] = "tls"
    username: str
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    ca_file: Path | None = None
    timeout_s: float = 20
    deadline_s: float = 120
    poll_s: float = 5

    def __post_init__(self) -> None:
        _must(
            "The mailbox",
            {
                "security is tls or none": self.security in ("tls", "none"),
                **_server_rules(self.host, self.port, self.security),
                "username and password are plain ASCII": _is_plain(self.username + self.password)
                and bool(self.username),
                "a folder is plain ASCII": _is_plain(self.folder) and bool(self.folder),
                "times are positive": min(self.timeout_s, self.deadline_s, self.poll_s) > 0,
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """The mail server and the sender. Raises `Refusal` (settings-invalid).

    `timeout_s` bounds every wait for the server, `deadline_s` all that is done for one message.
    `hello_name` defaults to the sender's domain, never to this machine's name.
    At most `connections` are open at once; each is kept for `idle_s` and for `per_connection`
    messages. `dkim_key_file` holds an RSA or Ed25519 private key as PEM, whose public half the
    sender's domain publishes under `dkim_selector`. With `secret` nobody guesses a Message-ID, and
    so reports of mail they were not sent.
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
    connections: int = 4
    idle_s: float = 10
    per_connection: int = 500
    dkim_selector: str = ""
    dkim_key_file: Path | None = None
    mailbox: MailboxSettings | None = None
    secret: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        signs = bool(self.dkim_selector)
        rules = {
            "security is tls, starttls or none": self.security in ("tls", "starttls", "none"),
            **_server_rules(self.host, self.port, self.security),
            "username, password and hello_name are plain ASCII": all(
                map(_is_plain, (self.username, self.password, self.hello_name))
            )
            and " " not in self.hello_name,
            "sender_name is one line": self.sender_name.isprintable(),
            "times are positive": min(self.timeout_s, self.deadline_s, self.idle_s) > 0,
            "connections are 1 to 64": 0 < self.connections <= 64,
            "a connection carries a message or more": self.per_connection > 0,
            "the sender's address is a checked one": checked_address(self.sender) == self.sender,
            "dkim_selector and dkim_key_file come together": signs == bool(self.dkim_key_file),
            "dkim_selector is a label in small letters": not signs
            or bool(_SELECTOR.fullmatch(self.dkim_selector)),
        }
        _must("E-mail", rules)

    @property
    def sender_domain(self) -> str:
        return self.sender.rpartition("@")[2]


def authorities(ca_file: Path | None, what: str = "E-mail") -> ssl.SSLContext:
    """Checks certificates by `ca_file`, or by the system's authorities.

    Raises `Refusal` (settings-invalid) for a file that cannot be read.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        refuse(
            Code.SETTINGS_INVALID,
            f"{what} was not set up: {type(error).__name__} reading ca_file.",
            "Name a readable file of PEM certificates in ca_file.",
        )


def _server_rules(host: str, port: int, security: str) -> dict[str, bool]:
    return {
        "mail travels in clear only on this machine": security != "none" or _is_loopback(host),
        "a host is named": _is_plain(host) and host.strip() == host != "",
        "a port is 1 to 65535": 0 < port < 65_536,
    }


def _must(what: str, rules: dict[str, bool]) -> None:
    for rule, is_kept in rules.items():
        if not is_kept:
            refuse(Code.SETTINGS_INVALID, f"{what} was not set up: {rule}.")


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
