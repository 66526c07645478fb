"""A house with many deliveries planned, its workers and its mail server; what must be true after.

Nothing is lost, nothing is in an unknown state without an owner, every repeat carries the same
key, and whatever arrived was on the record before it left.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256 as sha256_of
from pathlib import Path
from typing import Any

from tests.builders import ANNA, BEN, CARLA, EVA, FINN, GRETA, a_report, words
from tests.support.house import EVERYONE, log_keys
from tests.torture.crew import paced, quickened
from tests.torture.processes import Came, Sink, Told
from tests.torture.sink import FATES
from tocsin.app import App, build
from tocsin.casework.doctor import examine, rebuild
from tocsin.casework.export import export_case
from tocsin.casework.handle import apply, handle
from tocsin.casework.reads import case_of
from tocsin.casework.records import event_of, of_case
from tocsin.domain import commands as c
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case, Delivery, DeliveryState, deadline_key
from tocsin.domain.directory import Way
from tocsin.domain.duty import Clock
from tocsin.domain.events import AttemptStarted, DeadlineLapsed
from tocsin.domain.findings import Urgency
from tocsin.domain.kinds import Matter, Method, Relation, VictimKind
from tocsin.domain.parity import NOBODY_INSIDE
from tocsin.domain.plans import DEADLINE, LANES
from tocsin.domain.window import Window
from tocsin.identity import officers
from tocsin.record.verify import verify
from tocsin.settings import MailSettings, Settings
from tocsin.store import jobs, replay, views

DOMAIN = "tocsin.example"
TO_EACH_CASE, FAULTY = 50, 10
LEASE_REAL_S = 2
SOON = timedelta(days=90)


def mail_at(port: int, **changes: Any) -> MailSettings:
    given: dict[str, Any] = {
        "host": "127.0.0.1",
        "security": "none",
        "sender": f"duty@{DOMAIN}",
        "timeout_s": 5,
    }
    return MailSettings(**(given | {"port": port} | changes))


@dataclass(kw_only=True)
class Torn:
    """A house with deliveries planned and due, seen by the test, and those who shall work it."""

    settings: Settings
    case_ids: list[str]
    pace: int
    began: datetime
    app: App
    crew: Told

    @property
    def faults(self) -> Path:
        return _faults(self.settings)

    def start(self) -> int:
        return self.crew.ask("start")

    def kill(self, worker: int) -> None:
        assert self.crew.ask(f"kill {worker}") == -9, "it ended by itself; its fault is above"


@contextmanager
def torn(
    folder: Path,
    database_url: str,
    mail: MailSettings,
    *,
    deliveries: int,
    pace: int,
    theirs: str = "",
    before: Sequence[str] = (),
) -> Iterator[Torn]:
    """Cases of fifty recipients each; workers reach the database by `theirs` where that is given.

    Every worker ends with the block. `before` goes before the command that starts them.
    """
    settings = Settings(
        data_dir=folder / "house",
        database_url=database_url,
        lease_s=max(5, LEASE_REAL_S * pace),
        cover_every_s=86_400,
        mail=mail,
    )
    for_crew = settings.model_copy(update={"database_url": theirs or database_url})
    crew = Told(
        "tests.torture.crew",
        for_crew.model_dump_json(),
        str(pace),
        str(_faults(settings)),
        before=before,
    )
    try:
        case_ids = _prepared(settings, deliveries // TO_EACH_CASE)
        began = datetime.now(UTC)
        crew.say(began.isoformat())
        with closing(build(settings, clock=paced(began, pace))) as app:
            yield Torn(
                settings=settings, case_ids=case_ids, pace=pace, began=began, app=app, crew=crew
            )
    finally:
        crew.end()


def _faults(settings: Settings) -> Path:
    return settings.data_dir / "faults"


def enrolled(app: App) -> None:
    """Everyone, without an address: bells are not what is tortured."""
    for one in EVERYONE:
        officers.enrol(
            app.store,
            officer_id=one.actor_id,
            name=one.actor_id,
            unit=one.unit,
            roles=one.roles,
            email=None,
        )


def _prepared(settings: Settings, cases: int) -> list[str]:
    case_ids = [f"C-{number:05}" for number in range(cases)]
    with closing(build(settings)) as app:
        enrolled(app)
        for case_id in case_ids:
            planned(app, case_id, [ways_of(case_id, place) for place in range(TO_EACH_CASE)])
    return case_ids


def planned(app: App, case_id: str, ways: Sequence[tuple[Way, ...]]) -> None:
    """A case whose warning is to be brought to so many recipients; it is due."""
    named(app, case_id, ways)
    plan(app, case_id, len(ways))


def named(
    app: App, case_id: str, ways: Sequence[tuple[Way, ...]], urgency: Urgency = Urgency.LATER
) -> None:
    """A case whose warning is released, and so many recipients are named for it."""
    with app.store.write() as db:
        case: Case | None = None
        for by, command in _steps(app, case_id, ways, urgency):
            case = apply(app, db, command if isinstance(command, c.Command) else command(case), by)
            app.cache.put(case)


def plan(app: App, case_id: str, count: int) -> None:
    everybody = tuple(f"r{number + 1}" for number in range(count))
    planning: dict[str, Any] = {"case_id": case_id, "warning_id": "w1", "recipient_ids": everybody}
    handle(app, c.PlanDeliveries(**planning), FINN)


def _steps(
    app: App, case_id: str, ways: Sequence[tuple[Way, ...]], urgency: Urgency
) -> Iterator[tuple[Actor, Any]]:
    named: dict[str, Any] = {"case_id": case_id}
    now, sha256 = app.clock(), sha256_of(case_id.encode()).hexdigest()
    report = a_report(f"R-{case_id}", sha256=sha256, acquired_at=now, received_at=now)
    opening = c.OpenCase(**named, report=report, title="EXAMPLE", urgency=urgency)
    window = Window(opens=now + SOON, closes=now + 2 * SOON, zone="UTC")
    warn: dict[str, Any] = {"victim_id": "v1", "matter": Matter.WARN, "reason": "it is soon"}
    yield ANNA, opening
    yield ANNA, c.NameVictim(**named, name="Visitors", kind=VictimKind.GROUP)
    yield BEN, c.ProposeDetermination(**named, **warn)
    yield CARLA, c.ConfirmDetermination(**named, proposal_id="p1")
    yield ANNA, c.DraftWarning(**named, words=words(window=window), victim_ids=("v1",))
    yield EVA, released
    yield BEN, c.NameFollowUpOwner(**named, officer_id=GRETA.actor_id)
    for number, theirs in enumerate(ways, 1):
        recipient = c.NameRecipient(
            **named,
            victim_id="v1",
            name=f"Recipient {number}",
            relation=Relation.PROTECTOR,
            method=theirs[0].method,
            address=theirs[0].address,
            ways=theirs,
        )
        yield FINN, recipient


def released(case: Case) -> c.ReleaseWarning:
    return c.ReleaseWarning(
        case_id=case.case_id,
        warning_id="w1",
        text_sha256=case.warnings["w1"].draft.text_sha256,
        residual_risk="small",
        parity=NOBODY_INSIDE,
    )


def ways_of(case_id: str, place: int) -> tuple[Way, ...]:
    """One in ten is unknown to the mail server; half of those can be reached in another way."""
    good = f"r{place}.{case_id.lower()}@hall.example"
    gone = f"nobody.{good}"
    addresses = {0: (gone, good), FAULTY // 2: (gone,)}.get(place % FAULTY, (good,))
    return tuple(Way(method=Method.EMAIL, address=one) for one in addresses)


def with_deadlines(app: App, count: int, spread_s: float) -> list[str]:
    """Cases nobody looks at, each of which becomes overdue within the next seconds."""
    case_ids, now = [f"D-{number}" for number in range(count)], app.clock()
    runs = app.policy.interval(Clock.TRIAGE, Urgency.LATER)
    for number, case_id in enumerate(case_ids):
        due = now + timedelta(seconds=1 + spread_s * number / count)
        report = a_report(
            f"R-{case_id}",
            sha256=sha256_of(case_id.encode()).hexdigest(),
            acquired_at=due - runs,
            received_at=now,
        )
        given: dict[str, Any] = {"case_id": case_id, "title": "EXAMPLE", "urgency": Urgency.LATER}
        handle(app, c.OpenCase(**given, report=report), ANNA)
    return case_ids


def lateness(app: App, case_ids: list[str]) -> list[float]:
    """Seconds, of every lapse."""
    found = []
    for case_id in case_ids:
        with app.store.read() as db:
            rows = of_case(app, db, case_id)
        lapses = [event for event in map(event_of, rows) if isinstance(event, DeadlineLapsed)]
        found += [(one.at - one.due_at).total_seconds() for one in lapses]
    return found


def waiting(app: App) -> int:
    """Deliveries whose next attempt must still be made, now or later."""
    with app.store.read() as db:
        return sum(len(jobs.live_keys(db, lane)) for lane in LANES if lane != DEADLINE)


def until(done: Callable[[], bool], patience_s: float, what: str) -> None:
    ends_at = time.monotonic() + patience_s
    while not done():
        assert time.monotonic() < ends_at, f"{what} after {patience_s:.0f} s"
        time.sleep(0.02)


def honest(torn: Torn, sink: Sink) -> Counter[str]:
    """Everything that must be true when the torn house has come to rest; what happened in it."""
    app = torn.app
    assert not torn.faults.exists() or not torn.faults.read_text(), torn.faults.read_text()
    arrived: dict[str, list[Came]] = defaultdict(list)
    for one in sink.came():
        arrived[one.key].append(one)
    kinds: Counter[str] = Counter(mails=sum(map(len, arrived.values())))
    with app.store.read() as db:
        calls = views.notices_for(
            db, officer_id=GRETA.actor_id, unit=GRETA.unit, roles=[], limit=len(arrived) * 9
        )
    called = {notice.topic for notice in calls}
    for case_id in torn.case_ids:
        kinds += _honest_case(torn, case_id, arrived, called)
    assert not arrived, "mails came of which the record knows nothing"
    assert examine(app).complaints == ()
    for case_id in torn.case_ids[:: max(1, len(torn.case_ids) // 5)]:
        report = verify(export_case(app, case_id, BEN), keys=log_keys(app))
        assert report.faults == ()
    before = _dumped(app)
    rebuild(app)
    assert _dumped(app) == before
    return kinds


def _honest_case(
    torn: Torn, case_id: str, arrived: dict[str, list[Came]], called: set[str]
) -> Counter[str]:
    app = torn.app
    with app.store.read() as db:
        rows = of_case(app, db, case_id)
    assert [row.case_seq for row in rows] == list(range(1, len(rows) + 1))
    started: dict[str, list[datetime]] = defaultdict(list)
    case = case_of(app, case_id)
    for event in map(event_of, rows):
        if isinstance(event, AttemptStarted):
            assert event.key == case.deliveries[event.delivery_id].key
            started[event.delivery_id].append(event.at)
    assert case.follow_up_owner
    for delivery in case.deliveries.values():
        came = arrived.pop(delivery.key, [])
        _intent_came_first(torn, case, delivery, started[delivery.delivery_id], came)
        _has_an_owner(case, delivery, came, called)
    return Counter(row.kind for row in rows)


def _intent_came_first(
    torn: Torn, case: Case, delivery: Delivery, started: Sequence[datetime], came: Sequence[Came]
) -> None:
    """The n-th mail with a key left after its n-th attempt had begun, and says to whom it went."""
    address = case.recipients[delivery.recipient_id].ways[delivery.way].address
    assert {one.to for one in came} <= {address}
    assert len(started) == delivery.attempts >= len(came)
    for one, at in zip(came, started, strict=False):
        assert quickened(one.at, torn.began, torn.pace) >= at, "it left before the intent was known"
    assert not {one.state for one in came} & {"", "planned"}, "the table did not know of an attempt"


def _has_an_owner(case: Case, delivery: Delivery, came: Sequence[Came], called: set[str]) -> None:
    """Handed over and under a clock; or failed, with people called and the next way begun."""
    assert not delivery.attempt_open
    after = [one for one in case.deliveries.values() if one.after == delivery.delivery_id]
    if delivery.state is DeliveryState.FAILED:
        ways = case.recipients[delivery.recipient_id].ways
        assert f"failed:{delivery.delivery_id}" in called
        assert len(after) == 1 if delivery.way + 1 < len(ways) else delivery.exhausted
        return
    assert delivery.state is DeliveryState.HANDED_OVER, delivery.state
    assert came, "handed over, and yet it never came"
    clock = deadline_key(Clock.RECEIPT, delivery.delivery_id)
    assert after or clock in case.deadlines, "nobody waits for the answer"


def _dumped(app: App) -> bytes:
    with app.store.read() as db:
        return b"".join(replay.dump(db))


def all_fates(sink: Sink) -> None:
    assert set(sink.fates()) == set(FATES), "some fate was never met: nothing is shown"
