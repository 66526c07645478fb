"""The power goes while events are appended on SQLite: nothing acknowledged is lost.

SQLite is apsw's; schema, statements and settings are the store's own.
"""

import os
from collections import Counter

import pytest

from tests.torture.conftest import Tell
from tests.torture.power import Furnished, over_apsw, survived, verdict, weaken

SEEDS = int(os.environ.get("TOCSIN_POWER_SEEDS", "40"))
CONTROLS = min(200, max(15, SEEDS // 10))


@pytest.fixture(scope="module")
def furnished(tmp_path_factory) -> Furnished:
    return Furnished.at(tmp_path_factory.mktemp("furnished"))


@pytest.fixture(autouse=True)
def _over_apsw(monkeypatch):
    over_apsw(monkeypatch)


def test_no_power_loss_takes_what_was_acknowledged(furnished, tell: Tell):
    commits = 0
    for seed in range(SEEDS):
        try:
            commits += survived(furnished, seed)
        except BaseException as error:
            error.add_note(f"power loss of seed {seed}")
            raise
        tell(f"power loss: {seed + 1} of {SEEDS} seeds, {commits} commits, none lost")


@pytest.mark.parametrize(
    ("setting", "value", "most_often"),
    [
        ("synchronous", "NORMAL", "lost"),
        ("synchronous", "OFF", "damaged"),
        ("fullfsync", "OFF", "damaged"),
    ],
)
def test_weaker_settings_do_not_survive_it(
    furnished, monkeypatch, setting, value, most_often, tell: Tell
):
    weaken(monkeypatch, setting, value)
    found = Counter(verdict(furnished, seed) for seed in range(CONTROLS))
    tell(f"{setting} = {value}: {CONTROLS} seeds, {dict(found)}")
    assert found[""] < CONTROLS / 2
    assert found[most_often]
