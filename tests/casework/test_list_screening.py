"""Lists screened against everybody on watch: who learns of a hit, and where it waits."""

from tests.builders import ADAM, ANNA, BEN, DMITRI, refused
from tests.casework.test_sighting import watching
from tocsin.casework import list_screening as screening
from tocsin.casework import records
from tocsin.casework.handle import handle
from tocsin.casework.reads import case_of
from tocsin.domain import commands as c
from tocsin.domain.refusal import Code
from tocsin.feeds.people import ListRow
from tocsin.store import events

SHA256 = "ab" * 32
ROWS = [
    ListRow(row=2, state="person", names=("Timur Karelin", "Тимур Карелин"), births="1980"),
    ListRow(row=3, state="broken", why="it has no name"),
    ListRow(row=4, state="person", names=("Ilda Norr",)),
    ListRow(row=5, state="person", identifiers=("AB 123456",)),
]


def watch_of(app, case):
    (watch,) = case_of(app, case.case_id).watches.values()
    return watch


def begun(app, by, *, records=True, **more):
    said = {"name": "EXAMPLE 12", "purpose": "the arrivals of tonight", **more}
    return screening.begin(app, by, sha256=SHA256, records=records, **said)


def test_a_hit_waits_on_its_case_once_however_often_the_list_is_screened(app):
    case = watching(app, "Тимур Карелин")
    for _ in range(2):
        found = screening.screen(app, ANNA, begun(app, ANNA), ROWS)
    (hit,) = found.pop(2)
    assert found == {}
    assert (hit.case_id, hit.watch_id) == (case.case_id, watch_of(app, case).watch_id)
    assert "Тимур Карелин" in {pair.found for pair in hit.found}
    sightings = watch_of(app, case).sightings
    assert [one.row for one in sightings.values()] == [2]


def test_whoever_travels_again_is_asked_about_again_though_the_rows_read_the_same(app):
    case = watching(app, "Timur Karelin")
    for name in ("EXAMPLE 12", "EXAMPLE 12", "EXAMPLE 21"):
        screening.screen(app, ANNA, begun(app, ANNA, name=name), ROWS)
    assert len(watch_of(app, case).waiting) == 2


def test_hits_beyond_those_of_one_transaction_all_wait(app, monkeypatch):
    monkeypatch.setattr(screening, "AT_ONCE", 2)
    case = watching(app, "Timur Karelin")
    rows = [ListRow(row=row, state="person", names=("Timur Karelin",)) for row in range(2, 7)]
    assert len(screening.screen(app, ANNA, begun(app, ANNA), rows)) == 5
    assert [one.row for one in watch_of(app, case).sightings.values()] == [2, 3, 4, 5, 6]


def test_whoever_may_not_see_a_case_learns_nothing_and_its_owner_learns_of_the_hit(app):
    case = watching(app, "Timur Karelin")
    assert screening.screen(app, DMITRI, begun(app, DMITRI), ROWS) == {}
    assert watch_of(app, case).waiting


def test_a_number_on_watch_is_found_in_a_row_without_a_name(app):
    case = watching(app, "Timur Karelin")
    widened = c.WidenWatch(
        case_id=case.case_id,
        watch_id=watch_of(app, case).watch_id,
        identifiers=("AB-123456",),
        reason="his passport",
    )
    handle(app, widened, ANNA)
    found = screening.screen(app, ANNA, begun(app, ANNA), ROWS)
    assert [(row, hit.identifiers) for row, (hit,) in found.items()] == [
        (2, ()), (5, ("AB-123456",))
    ]  # fmt: skip


def test_nothing_goes_on_a_case_unless_that_was_asked_for(app):
    case = watching(app, "Timur Karelin")
    assert screening.screen(app, ANNA, begun(app, ANNA, records=False), ROWS)
    assert not watch_of(app, case).sightings


def test_every_screening_is_on_the_record_and_who_stood_in_the_list_is_not(app):
    begun(app, BEN)
    with app.store.read() as db:
        said = records.opened(app, events.event_at(db, events.last_position(db))).fields
    assert (said["kind"], said["sha256"]) == ("ListScreened", SHA256)
    assert (said["name"], said["reason"]) == ("EXAMPLE 12", "the arrivals of tonight")
    assert "Karelin" not in str(said)


def test_a_list_without_a_purpose_or_from_somebody_without_a_role_is_not_screened(app):
    with refused(Code.BAD_VALUE):
        begun(app, ANNA, purpose=" ")
    with refused(Code.NOT_ALLOWED):
        begun(app, ADAM)
