"""A witness killed at any moment, and two that share a folder, never roll back."""

import json
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support.small_log import AT_S, SmallLog
from tests.witness.conftest import FORK, LOG, Clock, ask
from tocsin.witness.folder import open_witness

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60

DIES = f"""
import os, signal, sys
from pathlib import Path
from tests.witness.conftest import LOG
from tocsin.witness import cosigning, keep
from tocsin.witness.folder import open_witness
folder, moment = Path(sys.argv[1]), sys.argv[2]
put, fsync = keep.Keep.put, os.fsync

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def kept_then_die(*given):
    put(*given)
    die()

witness = open_witness(folder)
if moment == "before it is kept":
    keep.Keep.put = die
elif moment == "while it is kept":
    os.fsync = die
else:
    keep.Keep.put = kept_then_die
cosigning.add_checkpoint(witness, LOG.body(5, 9), lambda: {AT_S})
"""

RACES = """
import json, sys, time
from pathlib import Path
from tests.support.small_log import SmallLog
from tocsin.witness.cosigning import add_checkpoint
from tocsin.witness.folder import open_witness
folder, turn, step = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
log = SmallLog(rewritten_at=turn)
witness, old, new = open_witness(folder), 0, step
print("ready", flush=True)
sys.stdin.readline()
while new <= 60:
    answer = add_checkpoint(witness, log.body(old, new), lambda: int(time.time()))
    if answer.status == 200:
        print(json.dumps([old, new, log.checkpoint(new).root.hex()]))
        old = new
    elif answer.status == 409 and answer.body != f"{old}\\n":
        old = int(answer.body)
    else:
        break
    new = old + step
"""


def start(script: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("moment", "size"),
    [("before it is kept", 5), ("while it is kept", 5), ("before it is answered", 9)],
)
def test_a_kill_loses_nothing_that_was_answered_and_asking_again_is_enough(
    folder: Path, moment: str, size: int
) -> None:
    assert ask(open_witness(folder), LOG.body(0, 5)).status == 200
    killed = start(DIES, folder, moment)
    killed.communicate(timeout=TIMEOUT_S)
    assert killed.returncode == -signal.SIGKILL
    witness = open_witness(folder)
    kept = witness.keep.latest(LOG.origin)
    assert kept
    assert kept.checkpoint.size == size
    assert ask(witness, FORK.body(size, 9)).status in {409, 422}
    assert ask(witness, LOG.body(size, 9), Clock(AT_S + 1)).status == 200


@pytest.mark.parametrize("turns", [(64, 64), (3, 64)], ids=["one history", "two histories"])
def test_two_processes_that_race_cosign_one_history_in_one_line(
    folder: Path, turns: tuple[int, int]
) -> None:
    racers = [start(RACES, folder, turn, step) for turn, step in zip(turns, (1, 2), strict=True)]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("\n")
        racer.stdin.flush()
    told = [racer.communicate(timeout=TIMEOUT_S)[0] for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0]
    steps: list[Any] = sorted(json.loads(line) for out in told for line in out.splitlines())
    assert steps[0][0] == 0
    assert all(before[1] == after[0] for before, after in pairwise(steps))
    assert any(
        all(log.checkpoint(size).root.hex() == root for _, size, root in steps)
        for log in (SmallLog(rewritten_at=turn) for turn in turns)
    )
    kept = open_witness(folder).keep.latest(LOG.origin)
    assert kept
    assert kept.checkpoint.size == steps[-1][1] >= 59
