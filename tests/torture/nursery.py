"""A nursery of houses at work: forks one at a word, and kills it after the time it was given.

A house that starts by itself would spend its short life loading; a fork works at once.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Iterable, Iterator
from itertools import count
from random import Random

from tests.builders import ANNA, NOW, a_report
from tests.torture import work
from tocsin.app import App, build
from tocsin.casework.handle import handle
from tocsin.domain import commands as c
from tocsin.domain.refusal import Code, Refusal
from tocsin.settings import Settings

AGAIN_S = 0.01
WARM_AFTER = 20
HASTY = 4


def main() -> None:
    """To a seed and how many seconds to live once at work: all that was acknowledged, then `dead`.

    One child in `HASTY` is at work before it has opened the database.
    """
    app = build(Settings.model_validate_json(sys.argv[1]), clock=lambda: NOW)
    _work(app, 0, range(WARM_AFTER))  # so that no child has to prepare what all of them need
    app.close()  # connections are not shared: every child opens its own
    _tell("ready")
    for line in sys.stdin:
        seed, lives_s = line.split()
        begins, begun = os.pipe()
        child = os.fork()
        if not child:
            _live(app, int(seed), begun)
        os.close(begun)
        os.read(begins, 1)
        os.close(begins)
        time.sleep(float(lives_s))
        os.kill(child, signal.SIGKILL)
        _tell(f"dead {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}")


def _live(app: App, seed: int, begun: int) -> None:
    """Work on a case of its own until killed; ends by itself only on a fault."""
    try:
        _work(app, seed, _telling(begun, after=bool(seed % HASTY)))
    except BaseException:  # noqa: BLE001 - a fork must never return into the nursery's loop
        traceback.print_exc()
    finally:
        os._exit(1)


def _telling(begun: int, *, after: int) -> Iterator[int]:
    for step in count():
        if step == after:
            os.close(begun)
        yield step


def _work(app: App, seed: int, steps: Iterable[int]) -> None:
    chance, is_open = Random(seed), False  # noqa: S311 - to be replayed
    case_id = f"C-{seed:05}"
    report = a_report(f"R-{seed:05}", sha256=f"{seed:064}")
    opening = c.OpenCase(case_id=case_id, report=report, title="EXAMPLE")
    for _ in steps:
        try:
            if is_open:
                work.step(app, case_id, chance)()
            else:
                handle(app, opening, ANNA)
                is_open = True
            _tell(work.acknowledged(app))
        except Refusal as refusal:
            # Whoever was not told whether it was saved may find that it was.
            is_open = is_open or refusal.code is Code.CHANGED_MEANWHILE
            if refusal.code not in {Code.STORE_UNAVAILABLE, Code.CHANGED_MEANWHILE}:
                raise
            _tell(f"refused {refusal.code}")
            time.sleep(AGAIN_S)


def _tell(what: object) -> None:
    os.write(1, f"{what}\n".encode())


if __name__ == "__main__":
    main()
