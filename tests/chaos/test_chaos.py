import os
import random
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import ANNA, BEN, CARLA, EVA, FINN, GRETA, a_report, words
from tests.chaos.worker import LANES, trust_the_kernel
from tests.support.house import log_keys
from tests.support.mail import MailServer
from tocsin.app import build
from tocsin.casework.doctor import examine, rebuild
from tocsin.casework.export import export_case
from tocsin.casework.handle import apply
from tocsin.casework.reads import case_of
from tocsin.casework.records import of_case
from tocsin.domain import commands as c
from tocsin.domain.case import DeliveryState
from tocsin.domain.kinds import Matter, Method, Relation, VictimKind
from tocsin.domain.parity import NOBODY_INSIDE
from tocsin.domain.window import Window
from tocsin.identity import officers
from tocsin.record.verify import verify
from tocsin.settings import MailSettings, Settings
from tocsin.store import engine, events, jobs, replay

CASES = int(os.environ.get("TOCSIN_CHAOS_CASES", "20"))
WORKERS, LEASE_S, AT_ONCE = 3, 5, 50
LONG_AGO = timedelta(hours=13)
"""So that the case's review is overdue, and the first attempt unless it comes before its lapse."""


@pytest.mark.chaos
@pytest.mark.long
def test_workers_killed_at_random_lose_nothing(database_url, tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(engine, "_WRITER_PRAGMAS", engine._WRITER_PRAGMAS)
    trust_the_kernel()
    seed = secrets.randbelow(2**32)
    with MailServer() as server:
        mail = MailSettings(
            host="127.0.0.1", port=server.port, security="none", sender="duty@tocsin.example"
        )
        settings = Settings(
            data_dir=tmp_path / "house", database_url=database_url, lease_s=LEASE_S, mail=mail
        )
        case_ids, began = prepare(settings), time.monotonic()
        with closing(build(settings)) as app:
            with nursery(settings) as workers:
                chance = random.Random(seed)  # noqa: S311  # so that it can be replayed
                kills = unrest(app, workers, chance)
            took = time.monotonic() - began
            arrived = Counter(_key(message.mail["Message-ID"]) for message in server.messages)
            kinds = settled(app, case_ids)
            whole(app, kinds, chance.sample(case_ids, min(10, CASES)))
    lost = [one for one in case_ids if f"{one}-d1" not in arrived]
    assert (lost, kills > 0) == ([], True), f"seed {seed}"
    unknown = sum(one["AttemptOutcomeUnknown"] for one in kinds.values())
    with capfd.disabled():
        print(  # noqa: T201  # to see that it was chaos, and to replay it
            f"\n{app.store.url.get_backend_name()}: {CASES} cases, {took:.0f} s, {kills} kills, "
            f"{unknown} outcomes unknown, {arrived.total()} mails, seed {seed} "
        )


def prepare(settings: Settings) -> list[str]:
    """Cases whose deliveries are planned and due, with deadlines that have passed."""
    now = datetime.now(UTC)
    with closing(build(settings, clock=lambda: now - LONG_AGO)) as app:
        return _prepare(app, now)


def _prepare(app, now):
    for by in (ANNA, BEN, CARLA, EVA, FINN, GRETA):
        officers.enrol(
            app.store,
            officer_id=by.actor_id,
            name=by.actor_id,
            unit=by.unit,
            roles=by.roles,
            email=None,
        )
    case_ids = [f"C-{number:05}" for number in range(CASES)]
    said = words(window=Window(opens=now - LONG_AGO, closes=now + timedelta(days=2), zone="UTC"))
    for first in range(0, CASES, AT_ONCE):
        with app.store.write() as db:
            for case_id in case_ids[first : first + AT_ONCE]:
                _plan_delivery(app, db, case_id, said, now - LONG_AGO)
    return case_ids


def _plan_delivery(app, db, case_id, said, at):
    number = int(case_id[2:])
    report = a_report(f"R-{number:05}", sha256=f"{number:064}", acquired_at=at, received_at=at)
    warn = {"victim_id": "v1", "matter": Matter.WARN, "reason": "it is soon"}
    steps = [
        (ANNA, c.OpenCase(case_id=case_id, report=report, title=f"EXAMPLE {number}")),
        (ANNA, c.NameVictim(case_id=case_id, name="Visitors", kind=VictimKind.GROUP)),
        (BEN, c.ProposeDetermination(case_id=case_id, **warn)),
        (CARLA, c.ConfirmDetermination(case_id=case_id, proposal_id="p1")),
        (ANNA, c.DraftWarning(case_id=case_id, words=said, victim_ids=("v1",))),
        (EVA, None),
        (BEN, c.NameFollowUpOwner(case_id=case_id, officer_id=GRETA.actor_id)),
        (
            FINN,
            c.NameRecipient(
                case_id=case_id,
                victim_id="v1",
                name="The manager",
                relation=Relation.PROTECTOR,
                method=Method.EMAIL,
                address=f"manager{number}@hall.example",
            ),
        ),
        (FINN, c.PlanDelivery(case_id=case_id, warning_id="w1", recipient_id="r1")),
    ]
    case = None
    for by, command in steps:
        case = apply(app, db, command or _release(case), by)
        app.cache.put(case)


def _release(case):
    sha256 = case.warnings["w1"].draft.text_sha256
    return c.ReleaseWarning(
        case_id=case.case_id,
        warning_id="w1",
        text_sha256=sha256,
        residual_risk="small",
        parity=NOBODY_INSIDE,
    )


def _key(message_id):
    return message_id.removeprefix("<").partition("@")[0]


class Nursery:
    """The process that forks the workers, spoken to a line at a time."""

    def __init__(self, process):
        self._process = process

    def ask(self, line):
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def nursery(settings: Settings) -> Iterator[Nursery]:
    """Workers that live until they are killed; all of them end with the block."""
    strangers = {name for name in os.environ if name.startswith("TOCSIN_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.worker", settings.model_dump_json()],
        env={name: value for name, value in os.environ.items() if name not in strangers},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Nursery(process)
        process.stdin.close()
        assert process.wait(30) == 0


def unrest(app, workers, chance):
    """Kill one worker after another, each replaced at once, until no job is due."""
    alive = [workers.ask("start") for _ in range(WORKERS)]
    kills, patience = 0, time.monotonic() + 60 + CASES / 5
    while due := _due(app):
        assert time.monotonic() < patience, f"{due} jobs are still due"
        time.sleep(chance.uniform(0.2, 0.8))
        victim = alive.pop(chance.randrange(WORKERS))
        assert workers.ask(f"kill {victim}") == -9, "a worker ended by itself; its fault is above"
        alive.append(workers.ask("start"))
        kills += 1
    for one in alive:
        assert workers.ask(f"kill {one}") == -9
    return kills


def _due(app):
    with app.store.read() as db:
        return sum(jobs.overdue(db, lane, app.clock())[0] for lane in LANES)


def settled(app, case_ids):
    """How many events of each kind a case has; every case whole, every delivery definite."""
    kinds = {}
    for case_id in case_ids:
        with app.store.read() as db:
            rows = of_case(app, db, case_id)
        assert [row.case_seq for row in rows] == list(range(1, len(rows) + 1))
        kinds[case_id] = Counter(row.kind for row in rows)
        assert kinds[case_id]["AttemptHandedOver"] == 1
        assert kinds[case_id]["DeadlineLapsed"] >= 1
        case = case_of(app, case_id)
        assert [(one.state, one.attempt_open) for one in case.deliveries.values()] == [
            (DeliveryState.HANDED_OVER, False)
        ]
    with app.store.read() as db:
        assert events.last_position(db) == sum(one.total() for one in kinds.values())
    return kinds


def whole(app, kinds, sample):
    """Nothing to complain of, exports that verify, and views that rebuild to the same bytes."""
    assert examine(app).complaints == ()
    for case_id in sample:
        report = verify(export_case(app, case_id, BEN), keys=log_keys(app))
        assert (report.faults, report.events) == ((), kinds[case_id].total())
    before = dumped(app)
    rebuild(app)
    assert dumped(app) == before


def dumped(app):
    with app.store.read() as db:
        return b"".join(replay.dump(db))
