"""The network is cut between worker and channel, and between worker and database: no delivery lies.

A cable in this process is cut everywhere; where the system lets us, so is a real one, between two
network namespaces.
"""

import os
import secrets
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import trustme

from tests.support.missing import missing
from tests.support.postgres import PostgresServer
from tests.torture.cable import Cable
from tests.torture.conftest import Tell
from tests.torture.delivering import Torn, honest, mail_at, torn, until, waiting
from tests.torture.processes import Sink

CUTS = int(os.environ.get("TOCSIN_DELIVERY_CUTS", "2"))
DELIVERIES = int(os.environ.get("TOCSIN_CUT_DELIVERIES", "50"))
PACE, WORKERS, PATIENCE_S = 120, 2, 90 + DELIVERIES / 10
SHORTEST_S, LONGEST_S = 0.2, 1.2
HERE, THERE = "198.51.100.1", "198.51.100.2"
"""Of a block reserved for documentation (RFC 5737)."""

Cut = Callable[[], Callable[[], None]]
"""Cuts, and gives what mends."""


def unrest(house: Torn, sink: Sink, cut: Cut, chance: Random) -> None:
    """Cut and mend again and again while deliveries are under way, until nothing waits."""
    alive = [house.start() for _ in range(WORKERS)]
    for number in range(CUTS):
        wanted = number * DELIVERIES // CUTS + 5
        until(lambda n=wanted: sink.count() >= n, PATIENCE_S, "too few mails came")
        mend = cut()
        time.sleep(chance.uniform(SHORTEST_S, LONGEST_S))
        mend()
    until(lambda: not waiting(house.app), PATIENCE_S, "deliveries still wait")
    for one in alive:
        house.kill(one)


def told(house: Torn, sink: Sink, what: str, seed: int) -> str:
    """That everything holds, in a line."""
    kinds = honest(house, sink)
    again = kinds["AttemptStarted"] - kinds["DeliveryPlanned"]
    return (
        f"{what} cut {CUTS} times, {DELIVERIES} deliveries, {kinds['mails']} mails, "
        f"{again} attempts repeated, {kinds['AttemptOutcomeUnknown']} outcomes unknown, "
        f"none lost, seed {seed}"
    )


def by_turns(cable: Cable, chance: Random) -> Cut:
    """Reset, silence, and silence that ends in a reset: what was said into it is gone."""

    def cut() -> Callable[[], None]:
        how = chance.choice(("reset", "silence", "both"))
        if how == "reset":
            cable.cut()
            return cable.mend
        cable.falls_silent()
        return cable.mend if how == "silence" else lambda: (cable.cut(), cable.mend())[1]

    return cut


def test_a_network_cut_between_worker_and_channel_loses_nothing(tmp_path: Path, tell: Tell) -> None:
    database_url = f"sqlite:///{tmp_path / 'tocsin.db'}"
    chance = Random(seed := secrets.randbelow(2**32))  # noqa: S311 - to be replayed
    with (
        Sink(file=tmp_path / "came", database=database_url, every=0) as sink,
        Cable(sink.port) as cable,
        torn(
            tmp_path,
            database_url,
            mail_at(cable.port, timeout_s=1),
            deliveries=DELIVERIES,
            pace=PACE,
        ) as house,
    ):
        unrest(house, sink, by_turns(cable, chance), chance)
        tell(told(house, sink, "worker and channel", seed))


def socket_of(server: PostgresServer) -> str:
    return str(server.directory / ".s.PGSQL.5432")


def over(host: str, port: int, url: str) -> str:
    """The same database, reached by TCP."""
    name = url.partition("@/")[2].partition("?")[0]
    return f"postgresql+psycopg://postgres@{host}:{port}/{name}?sslmode=disable"


def test_a_network_cut_between_worker_and_database_loses_nothing(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path, tell: Tell
) -> None:
    chance = Random(seed := secrets.randbelow(2**32))  # noqa: S311 - to be replayed
    with (
        Sink(file=tmp_path / "came", database=postgres_url, every=0) as sink,
        Cable(socket_of(postgres_server)) as cable,
        torn(
            tmp_path,
            postgres_url,
            mail_at(sink.port),
            deliveries=DELIVERIES,
            pace=PACE,
            theirs=over("127.0.0.1", cable.port, postgres_url),
        ) as house,
    ):
        unrest(house, sink, by_turns(cable, chance), chance)
        tell(told(house, sink, "worker and database", seed))


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


@contextmanager
def namespace() -> Iterator[tuple[str, str]]:
    """A network of its own for workers, and the name of our end of the only wire to it."""
    name, here, there = (f"{kind}{os.getpid()}"[:15] for kind in ("tocsin", "th", "tt"))
    try:
        ip("netns", "add", name)
    except (OSError, subprocess.CalledProcessError) as error:
        missing(f"network namespaces: `ip netns add` is not allowed here ({type(error).__name__})")
    try:
        _lay(name, here, there)
        yield name, here
    finally:
        ip("netns", "delete", name)  # the wire goes with it


def _lay(name: str, here: str, there: str) -> None:
    try:
        ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
        ip("address", "add", f"{HERE}/30", "dev", here)
        ip("link", "set", here, "up")
        ip("-n", name, "address", "add", f"{THERE}/30", "dev", there)
        ip("-n", name, "link", "set", there, "up")
    except subprocess.CalledProcessError as error:
        missing(f"network namespaces: no wire can be laid ({error.stderr.strip()})")


def test_a_wire_pulled_between_worker_and_everything_else_loses_nothing(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path, tell: Tell
) -> None:
    chance = Random(seed := secrets.randbelow(2**32))  # noqa: S311 - to be replayed
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HERE).configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    secure = {"security": "tls", "host": HERE, "ca_file": tmp_path / "authority.pem"}
    with (
        namespace() as (name, wire),
        Sink(file=tmp_path / "came", database=postgres_url, every=0) as sink,
        Cable(sink.port, HERE, tls) as mail,
        Cable(socket_of(postgres_server), HERE) as database,
        torn(
            tmp_path,
            postgres_url,
            mail_at(mail.port, timeout_s=2, **secure),
            deliveries=DELIVERIES,
            pace=PACE,
            theirs=over(HERE, database.port, postgres_url),
            before=("ip", "netns", "exec", name),
        ) as house,
    ):

        def pull() -> Callable[[], None]:
            ip("link", "set", wire, "down")
            return lambda: ip("link", "set", wire, "up")

        unrest(house, sink, pull, chance)
        tell(told(house, sink, "the wire to all of it", seed))
