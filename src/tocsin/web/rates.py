"""How much one officer may ask for in a minute, where an answer costs more than a page."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from tocsin.domain.refusal import Code, refuse

SCREENED = 20_000, timedelta(minutes=1)
"""Rows of lists of people."""


@dataclass(slots=True)
class Rate:
    """At most `most` units within `within`, of each who asks; in this process."""

    most: int
    within: timedelta
    _lock: Lock = field(default_factory=Lock)
    _taken: dict[str, deque[tuple[datetime, int]]] = field(default_factory=dict)

    def take(self, who: str, units: int, clock: Callable[[], datetime]) -> None:
        """Refuses TOO_MANY_TRIES where that would be too many; nothing is taken then."""
        with self._lock:
            now = clock()
            for one in list(self._taken):
                past = self._taken[one]
                while past and past[0][0] <= now - self.within:
                    past.popleft()
                if not past:
                    del self._taken[one]
            theirs = self._taken.setdefault(who, deque())
            if sum(count for _, count in theirs) + units > self.most:
                refuse(
                    Code.TOO_MANY_TRIES,
                    f"Nothing was done: you sent more than {self.most:,} rows within "
                    f"{self.within.total_seconds():.0f} seconds.",
                    "Wait, and send fewer at a time.",
                )
            theirs.append((now, units))
