"""A witness in a folder of its own, and a clock that obeys."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.small_log import AT_S, SmallLog, policy
from tocsin.witness.cosigning import Answer, Witness, add_checkpoint
from tocsin.witness.folder import LOGS, found, open_witness

NAME = "witness.example/overseer"
SEED = bytes(range(32))
LOG = SmallLog()
FORK = SmallLog(rewritten_at=3)


@dataclass
class Clock:
    now_s: int = AT_S

    def __call__(self) -> int:
        return self.now_s


def a_folder(path: Path, *logs: SmallLog) -> Path:
    """A witness's folder, told to know `logs`."""
    found(path, NAME, SEED)
    (path / LOGS).write_text(policy(*logs or (LOG,)))
    return path


def ask(witness: Witness, body: bytes, clock: Clock | None = None) -> Answer:
    return add_checkpoint(witness, body, clock or Clock())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_folder(tmp_path / "witness")


@pytest.fixture
def witness(folder: Path) -> Witness:
    return open_witness(folder)
