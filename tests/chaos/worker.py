"""A nursery of workers: forks one at a word, kills one at a word, and all when nobody speaks.

A worker that starts by itself would spend its short life loading; a fork works at once.
The nursery kills its own children, whose ids nobody else can have been given meanwhile.
"""

import contextlib
import os
import signal
import sys
import time
import traceback
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from tocsin.app import App, build
from tocsin.casework.worker import work_once
from tocsin.domain.refusal import Code, Refusal
from tocsin.settings import Settings
from tocsin.store import engine

IDLE_S = 0.05
LANES = ("deadline", "delivery", "delivery:email")
"""Those that have work in this chaos; a poller of each other one would only take its time."""


def trust_the_kernel() -> None:
    """Let SQLite not wait for the disk: what a killed process wrote, the kernel still holds.

    Only a power cut could lose it. The tests' PostgreSQL runs so too.
    """
    engine._WRITER_PRAGMAS += ("synchronous = OFF",)  # type: ignore[assignment]


def main() -> None:
    """`start` answers with a worker's id, `kill ID` with the status it ended with."""
    trust_the_kernel()
    app, children = build(Settings.model_validate_json(sys.argv[1])), set[int]()
    app.close()  # connections are not shared: every worker opens its own
    try:
        for line in sys.stdin:
            word, *given = line.split()
            if word == "start":
                child = os.fork()
                if not child:
                    _live(app)
                children.add(child)
                print(child, flush=True)  # noqa: T201  # this is the answer
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


def _live(app: App) -> None:
    """Work the lanes until killed; ends by itself only on a fault."""
    try:
        with ThreadPoolExecutor(len(LANES)) as pool:
            lanes = [pool.submit(_work, app, lane) for lane in LANES]
            for ended in wait(lanes, return_when=FIRST_EXCEPTION).done:
                ended.result()
    except BaseException:  # noqa: BLE001  # a fork must never return into the nursery's loop
        traceback.print_exc()
    finally:
        os._exit(1)


def _work(app: App, lane: str) -> None:
    name = f"{os.getpid()}-{lane}"
    while True:
        try:
            if work_once(app, lane, name):
                continue
        except Refusal as refusal:
            if refusal.code is not Code.STORE_UNAVAILABLE:
                os._exit(_told(refusal))
        except BaseException as fault:  # noqa: BLE001  # told, and it ends the worker at once
            os._exit(_told(fault))
        time.sleep(IDLE_S)


def _told(fault: BaseException) -> int:
    traceback.print_exception(fault)
    sys.stderr.flush()
    return 1


if __name__ == "__main__":
    main()
