"""How many messages one partner may have under way, so that a slow one holds up nobody else."""

from collections import defaultdict
from datetime import datetime, timedelta

QUICK, SLOW = 16, 2
"""At once to one partner: while it answers, and while it does not."""
SLOW_AFTER, REMEMBERED = timedelta(seconds=2), timedelta(minutes=1)


class Turns:
    """Who has what under way since when, and who was slow lately. A partner "" is not counted."""

    def __init__(self) -> None:
        self._out: defaultdict[str, list[datetime]] = defaultdict(list)
        self._slow_until: dict[str, datetime] = {}

    def begins(self, partner: str, now: datetime) -> None:
        self._out[partner].append(now)

    def ends(self, partner: str, since: datetime, now: datetime) -> None:
        """One that began at `since` was answered, or given up."""
        self._out[partner].remove(since)
        if not self._out[partner]:
            del self._out[partner]
        self._slow_until.pop(partner, None)
        if now - since >= SLOW_AFTER:
            self._slow_until[partner] = now + REMEMBERED

    def has_room(self, partner: str, more: int, now: datetime) -> bool:
        """Whether one may begin besides `more` that are about to."""
        if not partner:
            return True
        out = self._out.get(partner, [])
        waits = any(now - since >= SLOW_AFTER for since in out)
        is_slow = waits or self._slow_until.get(partner, now) > now
        return len(out) + more < (SLOW if is_slow else QUICK)
