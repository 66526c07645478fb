"""Witnesses of a house on this machine: real servers, each with a clock of its own."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from tests.support.house import Hands
from tests.support.serving import serving
from tocsin.app import App
from tocsin.record import trust
from tocsin.record.note import KeyType, VerifierKey
from tocsin.record.signing import Signer
from tocsin.record.trust import TrustPolicy
from tocsin.store import log
from tocsin.witness.cosigning import Witness
from tocsin.witness.folder import LOGS, found, open_witness
from tocsin.witness.server import create


@dataclass
class Seat:
    """A witness at an address; it may be told of other keys while its server runs."""

    name: str
    folder: Path
    clock: Hands
    late_s: int = 0
    url: str = ""
    _app: ASGIApp | None = field(default=None, repr=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._app
        await self._app(scope, receive, send)

    @property
    def witness(self) -> Witness:
        return open_witness(self.folder)

    def knows(self, keys: Collection[VerifierKey]) -> None:
        """Its operator has written these keys into its folder and started it again."""
        (self.folder / LOGS).write_text("".join(f"log {key.text}\n" for key in keys))
        self._app = create(self.witness, lambda: int(self.clock().timestamp()) - self.late_s)


@contextmanager
def a_witness(
    folder: Path, name: str, app: App, clock: Hands, *, late_s: int = 0
) -> Iterator[Seat]:
    """A witness that knows this house's keys. `late_s` is how far its clock is behind."""
    found(folder, name, sha256(name.encode()).digest())
    seat = Seat(name=name, folder=folder, clock=clock, late_s=late_s)
    seat.knows(keys_of(app))
    with serving(seat) as url:
        seat.url = url
        yield seat


def keys_of(app: App, generation: int = 0) -> tuple[VerifierKey, ...]:
    """The house's log keys: the newest, or those of a generation."""
    with app.store.read() as db:
        row = log.keys(db)[generation - 1]
    return tuple(map(VerifierKey.from_text, row.keys.splitlines()))


def trusting(organisations: Mapping[str, Sequence[Seat]], most: int) -> TrustPolicy:
    """The policy that `most` of these organisations cosign; each counts once."""
    lines = []
    for organisation, seats in organisations.items():
        names = []
        for seat in seats:
            for number, key in enumerate(seat.witness.keys):
                names.append(f"{seat.name}/{number}")
                lines.append(f"witness {names[-1]} {key.text} {seat.url}")
        lines.append(f"group {organisation} any {' '.join(names)}")
    lines += [f"group all {most} {' '.join(organisations)}", "quorum all"]
    return trust.parse("\n".join(lines).encode())


def unreached(url: str) -> TrustPolicy:
    """A policy whose only witness is said to be at `url`."""
    signer = Signer(name="w.example/w", type=KeyType.ED25519_COSIGNATURE, secret=bytes(32))
    return trust.parse(f"witness w {signer.verifier_key.text} {url}\nquorum w".encode())
