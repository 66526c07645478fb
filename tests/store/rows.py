"""Rows for tests: each function gives a whole one, and takes what the test is about."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.store.engine import Store
from tocsin.store.events import EventRow, append, lock_head
from tocsin.store.jobs import NewJob
from tocsin.store.views import CaseRow

NOON = datetime(2024, 3, 7, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def an_event(case_id: str = "c1", case_seq: int = 1, **changes: Any) -> EventRow:
    fields = {
        "case_id": case_id,
        "case_seq": case_seq,
        "at_us": 1_709_812_800_000_000 + case_seq,
        "sealed": b"EXAMPLE \0 sealed".ljust(48, b"."),
        "wrapped": b"w" * 60,
        "leaf": bytes(384),
        "leaf_hash": bytes([case_seq % 256]) * 32,
    }
    return EventRow(**fields | changes)


def record(store: Store, *rows: EventRow) -> int:
    """Append in one transaction; the head's new position."""
    with store.write() as db:
        return append(db, lock_head(db), rows).position


def a_job(key: str = "j1", **changes: Any) -> NewJob:
    fields = {"lane": "deadline", "kind": "lapse", "case_id": "c1", "subject": "", "due": NOON}
    return NewJob(key=key, **fields | changes)


def a_case(case_id: str = "c1", **changes: Any) -> CaseRow:
    fields = {
        "case_seq": 1,
        "position": 1,
        "unit": "watch",
        "restricted": False,
        "state": "open",
        "title": f"EXAMPLE case {case_id}",
        "urgency": "near",
        "next_due_us": 1_000,
        "next_clock": "triage",
        "duty": "unassessed",
        "stage": "triage",
        "opened_us": 1,
        "updated_us": 1,
    }
    return CaseRow(case_id=case_id, **fields | changes)


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What `work(0)` to `work(count - 1)` return when run in as many threads."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))
