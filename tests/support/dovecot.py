"""A real IMAP server on this machine: Dovecot, in a folder and with settings of its own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import trustme

from tests.support.missing import missing

STARTS_WITHIN_S = 20
PASSWORD = "tick-tock"
SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
{users}
"""


@dataclass
class Dovecot:
    """Everybody's password is `PASSWORD`; a name nobody used before has an empty mailbox."""

    folder: Path
    port: int
    tls_port: int
    ca_file: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def deliver(self, user: str, mail: bytes) -> None:
        """Put a mail into the inbox of `user`, as a delivery agent does."""
        inbox = self.folder / "mail" / user
        for name in ("cur", "new", "tmp"):
            (inbox / name).mkdir(parents=True, exist_ok=True)
        name = f"{next(self._numbers):06}.example"
        (inbox / "tmp" / name).write_bytes(mail)
        (inbox / "tmp" / name).rename(inbox / "new" / name)
        if os.geteuid() == 0:
            for one in (inbox, *inbox.rglob("*")):
                os.chown(one, *_owner())

    def seen(self, user: str) -> int:
        r"""How many mails of `user` carry \Seen."""
        inbox = self.folder / "mail" / user / "cur"
        return sum("S" in one.name.rpartition("2,")[2] for one in inbox.iterdir())


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """A server that answers; it ends with the block."""
    program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if not program:
        missing("dovecot (dovecot-imapd)")
    with tempfile.TemporaryDirectory(prefix="dovecot-") as name:
        server = _settled(Path(name))
        command = [program, "-F", "-c", str(server.folder / "dovecot.conf")]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            try:
                _await(server, process)
                yield server
            finally:
                process.terminate()
                process.wait(10)


def _owner() -> tuple[int, int]:
    """Dovecot hands no mailbox to root."""
    entry = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    return entry.pw_uid, entry.pw_gid


def _settled(folder: Path) -> Dovecot:
    folder.chmod(0o755)
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    (folder / "mail").mkdir()
    (uid, gid), me = _owner(), pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        os.chown(folder / "mail", uid, gid)
        users = ""  # those of the package; root in their place hangs
    else:
        users = f"default_login_user = {me}\ndefault_internal_user = {me}"
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        port, tls_port = one.getsockname()[1], other.getsockname()[1]
    (folder / "dovecot.conf").write_text(
        SETTINGS.format(
            folder=folder,
            port=port,
            tls_port=tls_port,
            uid=uid,
            gid=gid,
            users=users,
            password=PASSWORD,
        )
    )
    ca_file = folder / "authority.pem"
    return Dovecot(folder=folder, port=port, tls_port=tls_port, ca_file=ca_file)


def _await(server: Dovecot, process: "subprocess.Popen[bytes]") -> None:
    ends_at = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < ends_at:
        if process.poll() is not None:
            raise RuntimeError(f"dovecot ended: {process.stderr and process.stderr.read()!r}")
        try:
            with socket.create_connection(("127.0.0.1", server.port), 1) as talk:
                if talk.recv(100).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.05)
    log = server.folder / "log"
    raise RuntimeError(f"dovecot did not start: {log.read_text() if log.exists() else ''}")
