"""Every scenario that comes with Tocsin, in every telling, against the whole house."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from tocsin.app import build
from tocsin.casework.doctor import examine
from tocsin.casework.house import App
from tocsin.casework.player import Player
from tocsin.casework.scenario import Script, load, names
from tocsin.domain import events as e
from tocsin.domain.case import CaseState
from tocsin.settings import Settings

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MEMORY = Path("/dev/shm")  # noqa: S108 - where there is one, a throwaway house needs no disk
TEN = {
    *("nairobi", "pan_am_103", "chavez", "tsarnaev", "khashoggi", "el_baghdadi", "sri_lanka"),
    *("ukraine", "kerman", "crocus", "vienna"),
}
UNASKED = (
    *(e.CaseOpened, e.ReportReceived, e.InboundRecorded, e.ClaimNoted, e.WatchBegun),
    *(e.SubjectSighted, e.DeadlineSet, e.DeadlineMet, e.DeadlineLapsed),
)
"""What whoever takes reports in records with them, and what the house does by itself."""


@cache
def script(name: str) -> Script:
    return load(name, NOW)


HISTORIC = [name for name in names() if not script(name).scenario.exercise]
TELLINGS = [(name, telling) for name in names() for telling in script(name).tellings]


@pytest.fixture(scope="module")
def furnished() -> Iterator[Path]:
    """An empty house, to be copied."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        path = Path(folder, "house")
        build(Settings(data_dir=path), channels={}).close()
        yield path


@pytest.fixture
def app(furnished: Path) -> Iterator[App]:
    path = furnished.with_name("copy")
    shutil.copytree(furnished, path)
    house = build(Settings(data_dir=path), channels={})
    yield house
    house.close()
    shutil.rmtree(path)


@pytest.mark.parametrize(("name", "telling"), TELLINGS, ids=lambda value: value)
def test_a_scenario_is_true_to_its_last_expectation_and_its_record_holds(
    app: App, name: str, telling: str
) -> None:
    player = Player(app, script(name), telling)
    *_, last = player.play(None)
    if name in HISTORIC:
        assert (last.do, last.found[0]) == ("lesson", "verified")
    if telling == "nobody":
        assert player.case
        assert player.case.state is CaseState.OPEN
        assert player.case.lapses > 0
        assert examine(app).complaints == ()
        assert {type(one) for one in player.scene.happened} <= set(UNASKED)


def test_the_historic_cases_are_all_there_each_heeded_and_each_with_nobody() -> None:
    assert set(HISTORIC) == TEN
    for name in HISTORIC:
        assert {"heeded", "nobody"} <= set(script(name).tellings)


@pytest.mark.parametrize("name", names())
def test_every_document_says_what_it_is_and_whence_and_every_officer_is_invented(name: str) -> None:
    scenario = script(name).scenario
    assert scenario.document
    for document in scenario.document.values():
        assert "EXAMPLE" in document.text or "EXERCISE" in document.text
        assert document.source
    assert all("fictitious" in one.name for one in scenario.officer.values())
    assert scenario.sources


def test_what_accounts_disagree_about_is_told_in_every_version() -> None:
    disputes = [
        dispute
        for name in HISTORIC
        for document in script(name).scenario.document.values()
        for dispute in document.disputed
    ]
    assert {"how many died", "what the call was worth"} <= {one.what for one in disputes}


def test_a_whole_drill_is_counted_as_exercise_and_marked_in_every_message(app: App) -> None:
    drill = script("vienna").ending_at(NOW, "heeded", None)
    player = Player(app, drill, "heeded", exercise=True)
    *_, last = player.play(None)
    assert (last.do, last.at) == ("lesson", NOW)
    assert all("EXERCISE" in one.subject for one in player.scene.mailbox.messages)
