"""A crew of workers, every lane of each at work as under `tocsin run`, forked one at a word.

A worker that starts by itself would spend its short life loading; a fork works at once.
"""

import contextlib
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event

from tocsin.app import App, build
from tocsin.cli.workers import working
from tocsin.settings import Settings


def paced(began: datetime, pace: int) -> Callable[[], datetime]:
    """A clock that runs so many times as fast since `began`: retries are not waited for."""
    return lambda: quickened(datetime.now(UTC), began, pace)


def quickened(real: datetime, began: datetime, pace: int) -> datetime:
    return began + (real - began) * pace


def main() -> None:
    """`start` answers with a worker's id, `kill ID` with the status it ended with.

    Takes settings, how fast the clock runs and the file where faults are told; the first line
    says when the clock began.
    """
    settings, pace, faults = sys.argv[1:]
    clock = paced(datetime.fromisoformat(sys.stdin.readline().strip()), int(pace))
    app, children = build(Settings.model_validate_json(settings), clock=clock), set[int]()
    app.close()  # connections are not shared: every worker opens its own
    try:
        for line in sys.stdin:
            word, *given = line.split()
            if word == "start":
                child = os.fork()
                if not child:
                    _live(app, faults)
                children.add(child)
                print(child, flush=True)  # noqa: T201 - this is the answer
            else:
                children.remove(int(given[0]))
                print(_killed(int(given[0])), flush=True)  # noqa: T201
    finally:
        for child in children:
            _killed(child)


def _killed(child: int) -> int:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _live(app: App, faults: str) -> None:
    """Work until killed; what a worker outlives but should not meet is told in a file."""
    logging.basicConfig(level=logging.ERROR, filename=faults, format="%(message)s")
    try:
        with working(app, Event()):
            signal.pause()
    except BaseException:  # noqa: BLE001 - a fork must never return into the crew's loop
        traceback.print_exc()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
