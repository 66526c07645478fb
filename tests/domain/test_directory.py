"""Who protects what, what may fail when it is needed, and what no contact may hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DAY, NOW
from tocsin.domain.directory import (
    MOST_WAYS,
    Contact,
    ContactKind,
    EncryptionKey,
    KeyKind,
    QuietHours,
    Trouble,
    Way,
    closeness,
    flaws,
    protects,
    troubles,
)
from tocsin.domain.kinds import Method

HALL = Contact(
    contact_id="K-1",
    contact_kind=ContactKind.PROTECTOR,
    name="Security desk",
    unit="east",
    protects=("Krokus City Hall", "Salle Élysée", "Zentralmarkt, Odesa"),
)
AGE = EncryptionKey(key_kind=KeyKind.AGE, text="age1example", expires_at=NOW + 10 * DAY)


@pytest.mark.parametrize(
    ("names", "near"),
    [
        (("KROKUS  city-hall",), 4),
        (("salle elysee",), 4),
        (("The concert", "Krokus City Hall, third floor"), 3),
        (("Zentralmarkt", "Odesa"), 2),
        (("Krokus City",), 1),
        (("Krokus",), 0),
        (("Hall of the City",), 0),
        (("Krokus City Hallway",), 0),
        (("", " "), 0),
        ((), 0),
    ],
)
def test_a_place_resolves_to_those_who_protect_it_by_whole_words(names, near):
    assert closeness(HALL.protects, names) == near
    assert protects(HALL, names) is bool(near)


def test_who_protects_nothing_is_nobody_s_protector():
    assert not protects(replace(HALL, protects=()), ("Krokus City Hall",))
    assert not protects(replace(HALL, protects=("!",)), ("!",))


@given(st.lists(st.text(max_size=20), max_size=3), st.lists(st.text(max_size=20), max_size=3))
def test_no_names_break_the_comparison_and_a_name_in_words_is_always_its_own(ours, theirs):
    near = closeness(ours, theirs)
    assert 0 <= near <= 4
    assert closeness(ours, [*theirs, *ours]) >= near


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, (Trouble.NEVER_VERIFIED,)),
        ({"verified_at": NOW - 364 * DAY}, ()),
        ({"verified_at": NOW - 365 * DAY}, (Trouble.VERIFIED_LONG_AGO,)),
        ({"verified_at": NOW, "key": AGE}, (Trouble.KEY_EXPIRES,)),
        ({"verified_at": NOW, "key": replace(AGE, expires_at=NOW)}, (Trouble.KEY_EXPIRED,)),
        ({"verified_at": NOW, "key": replace(AGE, expires_at=NOW + 31 * DAY)}, ()),
        ({"verified_at": NOW, "key": replace(AGE, expires_at=None)}, ()),
    ],
)
def test_a_way_that_may_fail_is_told_ahead(changes, found):
    assert troubles(Way(method=Method.EMAIL, address="a@example.org", **changes), NOW) == found


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "A\nBcc: b@example.org"}, "name"),
        ({"name": "EXAMPLE \u202egpj"}, "name"),
        ({"name": "A" * 201}, "name"),
        ({"remark": "A" * 4_001}, "remark"),
        ({"remark": "\x1b[31m"}, "remark"),
        ({"zone": "localtime"}, "zone"),
        ({"zone": "posix/Europe/Paris"}, "zone"),
        ({"protects": ("Hall", "!")}, "protects"),
        ({"protects": ("Hall",) * 51}, "protects"),
        ({"languages": ("en", "en")}, "languages"),
        ({"ways": (Way(method=Method.PAPER, address="Desk"),) * 2}, "ways"),
        ({"ways": tuple(Way(method=Method.PAPER, address=f"{n}") for n in range(MOST_WAYS + 1))},
         "ways"),
        ({"ways": (Way(method=Method.PAPER, address="Desk", label="a\r\nb"),)}, "ways"),
        ({"ways": (Way(method=Method.EMAIL, address="a@example.org",
                       key=replace(AGE, text="A" * 20_001)),)}, "ways"),
    ],
)  # fmt: skip
def test_what_no_contact_may_hold_is_named_by_its_field(changes, field):
    try:
        wrong = replace(HALL, **changes)
    except ValueError:
        assert field == "zone"  # this machine has no such zone at all
        return
    assert field in dict(flaws(wrong))
    assert dict(flaws(HALL)) == {}


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "", "A" * 5_000, "\0"])
def test_a_zone_that_is_none_cannot_stand_in_a_contact(zone):
    with pytest.raises(ValueError, match="IANA"):
        replace(HALL, zone=zone)


def test_quiet_hours_over_midnight_end_in_the_contact_s_own_morning():
    quiet = QuietHours(begins="22:00", ends="07:00")
    late = datetime(2024, 3, 30, 23, 30, tzinfo=UTC)  # 00:30 in Paris, clocks change that night
    assert quiet.until(late, "Europe/Paris") == datetime(2024, 3, 31, 5, 0, tzinfo=UTC)
    assert quiet.until(late + timedelta(hours=8), "Europe/Paris") is None
