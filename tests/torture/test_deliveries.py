"""Workers are killed, and the mail server dies around the hand-over: no delivery lies."""

import os
import random
import secrets
import time
from pathlib import Path

from tests.torture.conftest import Tell
from tests.torture.delivering import Torn, all_fates, honest, mail_at, torn, until, waiting
from tests.torture.processes import Sink

KILLS = int(os.environ.get("TOCSIN_DELIVERY_KILLS", "4"))
DELIVERIES = int(os.environ.get("TOCSIN_DELIVERIES", "200"))
WORKERS, SINK_DIES_EVERY = 2, 3
PACE = 120 if DELIVERIES <= 1_000 else 40
"""A receipt is waited for eight hours; at the full count some come to be overdue all the same."""
PATIENCE_S = 60 + DELIVERIES / 10


def test_workers_and_mail_servers_killed_at_random_lose_nothing_and_repeat_the_same_key(
    database_url: str, tmp_path: Path, tell: Tell
) -> None:
    seed = secrets.randbelow(2**32)
    with (
        Sink(file=tmp_path / "came", database=database_url, every=10) as sink,
        torn(tmp_path, database_url, mail_at(sink.port), deliveries=DELIVERIES, pace=PACE) as house,
    ):
        began = time.monotonic()
        unrest(house, sink, random.Random(seed), tell)  # noqa: S311 - to be replayed
        took = time.monotonic() - began
        kinds = honest(house, sink)
        all_fates(sink)
    again = kinds["AttemptStarted"] - kinds["DeliveryPlanned"]
    tell(
        f"{house.app.store.url.get_backend_name()}: {DELIVERIES} deliveries, {KILLS} kills, "
        f"{took:.0f} s, {kinds['mails']} mails, {again} attempts repeated, "
        f"{kinds['AttemptOutcomeUnknown']} outcomes unknown, {kinds['AttemptFailed']} failures, "
        f"{kinds['DeadlineLapsed']} lapses, none lost, seed {seed}"
    )


def unrest(house: Torn, sink: Sink, chance: random.Random, tell: Tell) -> None:
    """Kill one worker after another, spread over the mails that come, until nothing waits."""
    alive = [house.start() for _ in range(WORKERS)]
    for number in range(1, KILLS + 1):
        wanted = number * DELIVERIES // (KILLS + 1)
        until(lambda n=wanted: sink.count() >= n, PATIENCE_S, "too few mails came")
        time.sleep(chance.uniform(0, 0.05))
        house.kill(alive.pop(chance.randrange(WORKERS)))
        both = number % SINK_DIES_EVERY == 0
        if both:
            sink.kill()
        alive.append(house.start())
        if both:
            sink.start()
        tell(f"{number} of {KILLS} kills, {sink.count()} mails and fates")
    until(lambda: not waiting(house.app), PATIENCE_S, "deliveries still wait")
    for one in alive:
        house.kill(one)
