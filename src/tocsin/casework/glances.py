"""What reading makes of cases that nobody has looked at yet: a word beside each in the queue.

Worked out behind the pages, one report at a time, and kept in memory alone like every reading.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from queue import Full, Queue
from threading import Lock

from tocsin.casework.understanding import understood
from tocsin.domain.findings import Urgency
from tocsin.domain.report import Report

MOST_KEPT, MOST_WAITING = 10_000, 1_000

TextOf = Callable[[], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """Whether a report threatens, how surely (0 to 1), and how near its words put it."""

    threat: bool
    confidence: float
    urgency: Urgency | None


class Glances:
    """Glances by report. Nothing is read until a thread `work`s; many may ask at once."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Glance] = OrderedDict()
        self._waiting: Queue[tuple[Report, TextOf] | None] = Queue(MOST_WAITING)
        self._asked: set[str] = set()
        self._lock = Lock()
        self.at_work = False

    def of(self, report: Report, text_of: TextOf) -> Glance | None:
        """None while it is not read. It then will be soon; `text_of` gives None if it is gone."""
        with self._lock:
            found = self._known.get(report.report_id)
            if found is None and self.at_work and report.report_id not in self._asked:
                try:
                    self._waiting.put_nowait((report, text_of))
                except Full:
                    return None  # whoever looks again asks again
                self._asked.add(report.report_id)
        return found

    def work(self) -> None:
        """Read what is asked for until `end`; for one thread of its own."""
        self.at_work = True
        while (asked := self._waiting.get()) is not None:
            report, text_of = asked
            try:
                text = text_of()
                glance = None if text is None else _glance(report, text)
            except Exception:
                # It surfaces in the log, and the queue goes on without this one word.
                logging.getLogger(__name__).exception("A report could not be read ahead.")
                continue
            with self._lock:
                self._asked.discard(report.report_id)
                if glance is not None:
                    self._known[report.report_id] = glance
                    if len(self._known) > MOST_KEPT:
                        self._known.popitem(last=False)

    def end(self) -> None:
        """Let `work` return once it has read what was asked for before."""
        self._waiting.put(None)


def _glance(report: Report, text: str) -> Glance:
    proposals = understood(report, text).proposals
    if not proposals:
        return Glance(threat=False, confidence=0.0, urgency=None)
    near = (one.urgency for one in proposals if one.urgency)
    order = list(Urgency)
    return Glance(
        threat=True,
        confidence=max(one.confidence for one in proposals),
        urgency=min(near, key=order.index, default=None),
    )
