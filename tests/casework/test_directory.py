"""The directory is what its records say; each unit keeps its own."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from tests.builders import ADAM, ANNA, DAY, DMITRI, FINN, GRETA, INES, NOW
from tocsin.casework import completeness, directory, records
from tocsin.casework.auditing import audit
from tocsin.casework.doctor import examine, rebuild
from tocsin.casework.searching import search
from tocsin.domain.directory import Contact, ContactKind, EncryptionKey, KeyKind, QuietHours, Way
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal
from tocsin.store import replay

AGE = "age1dj3v47zpzlrv4trmjplccr276shp96julcqpmf2h399z59umhvjsc47um8"
EMAIL = Way(method=Method.EMAIL, address="desk@hall.example", label="Duty desk")
PHONE = Way(method=Method.VOICE, address="+44 20 7946 0000")
HALL = Contact(
    contact_id="",
    contact_kind=ContactKind.PROTECTOR,
    name="EXAMPLE  Élodie Vasseur",
    unit="",
    ways=(EMAIL, PHONE),
    languages=("fr", "en"),
    zone="Europe/Paris",
    quiet=QuietHours(begins="22:00", ends="07:00"),
    protects=("Krokus City Hall",),
    remark="EXAMPLE",
)


@pytest.fixture
def app(opens):
    return opens()


def refused(call, *arguments, **more):
    with pytest.raises(Refusal) as why:
        call(*arguments, **more)
    return why.value.code


def dumped(app):
    with app.store.read() as db:
        return b"".join(replay.dump(db))


def put(app, by=FINN, **changes):
    return directory.put(app, replace(HALL, **changes), by, "EXAMPLE reason").contact


def test_a_contact_is_kept_with_checked_addresses_in_the_unit_of_the_officer(app):
    kept = put(app, ways=(replace(EMAIL, address="desk@Hall.Example", verified_at=NOW), PHONE))
    assert kept.contact_id.startswith("K-")
    assert (kept.unit, kept.name) == ("east", "EXAMPLE Élodie Vasseur")
    assert [way.address for way in kept.ways] == ["desk@hall.example", "+442079460000"]
    assert kept.ways[0].verified_at is None  # nobody verifies by saying so
    assert (
        directory.contact(app, kept.contact_id, ANNA)
        == kept
        == directory.known(app, kept.contact_id)
    )


def test_who_may_read_and_who_may_change(app):
    kept = put(app)
    assert directory.contact(app, kept.contact_id, INES) == kept
    assert directory.contacts(app, INES) == [kept]
    assert refused(directory.contact, app, kept.contact_id, DMITRI) is Code.RECIPIENT_UNKNOWN
    assert directory.contacts(app, DMITRI) == []
    assert directory.count(app, DMITRI) == 0
    assert refused(directory.contacts, app, ADAM) is Code.NOT_ALLOWED
    for one in (ANNA, INES, ADAM):
        assert refused(put, app, one) is Code.NOT_ALLOWED
    assert refused(put, app, DMITRI, contact_id=kept.contact_id) is Code.RECIPIENT_UNKNOWN
    assert refused(directory.contact, app, "K-\u00e9", FINN) is Code.RECIPIENT_UNKNOWN


def test_a_change_tells_who_when_and_why_and_what_was_seen_before_must_stand(app, clock):
    kept = put(app)
    clock.advance(DAY)
    again = directory.put(
        app, replace(kept, zone="UTC", unit="west"), GRETA, "EXAMPLE moved", version=1
    )
    assert (again.version, again.contact.unit) == (2, "east")  # nobody moves it elsewhere
    newest, first = directory.history(app, kept.contact_id, FINN)
    assert (newest.by, newest.at, newest.reason, newest.changed) == (
        GRETA.actor_id, NOW + DAY, "EXAMPLE moved", ("zone",)
    )  # fmt: skip
    assert (first.by, first.changed, first.version) == (FINN.actor_id, (), 1)
    late = replace(kept, remark="late")
    assert refused(directory.put, app, late, FINN, "late", version=1) is Code.CHANGED_MEANWHILE
    for reason in (" ", "a" * 401, "a\x00b"):
        assert refused(directory.put, app, late, FINN, reason) is Code.BAD_VALUE


def test_a_removed_contact_is_kept_and_never_offered(app):
    kept = put(app)
    directory.remove(app, kept.contact_id, FINN, "EXAMPLE left")
    assert directory.contacts(app, FINN) == []
    assert directory.protectors_of(app, "Krokus City Hall", (), "", FINN) == []
    assert directory.expiring(app, FINN, NOW) == []
    assert directory.contact(app, kept.contact_id, FINN).removed
    assert refused(put, app, contact_id=kept.contact_id) is Code.RECIPIENT_UNKNOWN
    assert refused(directory.remove, app, kept.contact_id, FINN, "x") is Code.RECIPIENT_UNKNOWN


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ways": (replace(EMAIL, address="a@b.example\r\nBcc: c@d.example"),)},
         Code.ADDRESS_INVALID),
        ({"ways": (replace(EMAIL, address="a@ex\u0430mple.org"),)}, Code.ADDRESS_INVALID),
        ({"ways": (EMAIL, replace(EMAIL, address="desk@HALL.example"))}, Code.BAD_VALUE),
        ({"ways": (replace(EMAIL, key=EncryptionKey(key_kind=KeyKind.AGE, text="rubbish")),)},
         None),
        ({"languages": ("xx-nonsense",)}, None),
        ({"zone": "localtime"}, Code.BAD_VALUE),
        ({"name": "A\nB: c"}, Code.BAD_VALUE),
        ({"responsible": "K-0000-0000"}, Code.RECIPIENT_UNKNOWN),
        ({"responsible": "\u00e9"}, Code.RECIPIENT_UNKNOWN),
    ],
)  # fmt: skip
def test_what_is_hostile_or_wrong_is_refused_and_changes_nothing(app, changes, code):
    try:
        wrong = replace(HALL, **changes)
    except ValueError:
        return  # a zone that this machine has not is refused sooner
    found = refused(directory.put, app, wrong, FINN, "EXAMPLE")
    assert code in (None, found)
    assert directory.count(app, FINN) == 0


def test_whoever_is_responsible_is_another_contact_of_the_unit(app):
    first = put(app)
    second = put(app, responsible=first.contact_id, name="EXAMPLE Second")
    assert second.responsible == first.contact_id
    itself = replace(first, responsible=first.contact_id)
    assert refused(directory.put, app, itself, FINN, "x") is Code.RECIPIENT_UNKNOWN
    assert refused(put, app, DMITRI, responsible=first.contact_id) is Code.RECIPIENT_UNKNOWN


def test_contacts_are_found_without_accents_and_paged_by_name(app):
    kept = [put(app, name=f"EXAMPLE {name}") for name in ("Élan", "adam", "Zoë")]
    by_name = [kept[1], kept[0], kept[2]]
    assert directory.contacts(app, FINN) == by_name
    assert directory.contacts(app, FINN, "ELAN") == [kept[0]]
    assert directory.contacts(app, FINN, kept[2].contact_id) == [kept[2]]
    assert directory.contacts(app, FINN, "hall zoe") == [kept[2]]
    assert directory.contacts(app, FINN, "100%_") == []
    first = directory.contacts(app, FINN, limit=1)
    assert first == by_name[:1]
    assert directory.contacts(app, FINN, after=first[0].contact_id, limit=5) == by_name[1:]


def test_a_place_resolves_to_its_protectors_the_likeliest_first(app):
    near = put(app, name="EXAMPLE A", protects=("Krokus City Hall, Moscow",))
    exact = put(app, name="EXAMPLE B")
    put(app, name="EXAMPLE C", protects=("Another hall",))
    put(app, name="EXAMPLE D", protects=())
    found = directory.protectors_of(app, "A concert", ("krokus city hall",), "Moscow", FINN)
    assert found == [exact, near]
    assert directory.contacts(app, FINN, protecting="KROKUS CITY HALL") == [near, exact]
    assert directory.protectors_of(app, "A concert", ("krokus city hall",), "", DMITRI) == []


def test_keys_and_ways_that_may_fail_are_told_ahead(app, clock):
    key = EncryptionKey(key_kind=KeyKind.AGE, text=AGE, expires_at=NOW + 40 * DAY)
    kept = put(app, ways=(replace(EMAIL, key=key),))
    assert directory.expiring(app, FINN, NOW) == [(kept, kept.ways[0])]  # never verified
    assert directory.due_notices(app, NOW) == []
    assert directory.due_notices(app, NOW + 10 * DAY) != []
    (notice,) = directory.due_notices(app, NOW + 41 * DAY)
    assert notice.text == (
        f"Contact {kept.contact_id}: a key expired on 2024-04-16. Ask for a new one."
    )
    clock.advance(41 * DAY)  # an expired key stops no other change
    changed = directory.put(app, replace(kept, remark="EXAMPLE on"), FINN, "EXAMPLE").contact
    assert changed.ways[0].key == key


def test_the_directory_is_searched_audited_and_rebuilt_with_the_record(app):
    kept = put(app)
    directory.put(app, replace(kept, zone="UTC"), FINN, "EXAMPLE")
    with app.store.write() as db:
        assert completeness.root_now(app, db).pairs == 6  # two name keys and a stream, twice
    answer = search(app, INES, kind="subject", texts=["vasseur elodie EXAMPLE"], reason="EXAMPLE")
    assert [one.case_id for one in answer.cases] == [f"~directory.{kept.contact_id}"]
    assert len(answer.cases[0].all) == 2
    report = audit(app, INES, texts=["Vasseur"], reason="EXAMPLE")
    assert (report.fault_count, report.hit_count) == (0, 2)
    assert examine(app).complaints == ()
    before = dumped(app)
    with app.store.write() as db:
        db.execute(text("UPDATE contact_view SET name = 'another'"))
    assert any("is not shown as its record" in one for one in examine(app).complaints)
    rebuild(app)
    assert dumped(app) == before
    assert examine(app).complaints == ()


def test_addresses_stand_nowhere_in_the_clear(app):
    put(app)
    assert b"hall.example" not in dumped(app)
    with app.store.read() as db:
        (record,) = [one for one in records.everything(app, db, 0, 9) if not one.is_of_a_case]
    assert "hall.example" in record.body


def test_many_are_kept_together_or_not_at_all(app):
    good, bad = replace(HALL, name="EXAMPLE A"), replace(HALL, responsible="K-0000-0000")
    with pytest.raises(Refusal):
        directory.put_all(app, [good, bad], FINN, "EXAMPLE list")
    assert directory.count(app, FINN) == 0
    kept = directory.put_all(app, [good, replace(good, name="EXAMPLE B")], FINN, "EXAMPLE list")
    assert len({one.contact.contact_id for one in kept}) == directory.count(app, FINN) == 2
