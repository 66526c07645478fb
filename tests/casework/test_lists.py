"""Lists: imported whole or not at all, joined and left by those on them, sealed at rest."""

import pytest

from tests.builders import ANNA, FINN
from tests.casework.listing import a_list, some
from tocsin.casework import lists
from tocsin.casework.list_file import Entry
from tocsin.casework.records import event_of, of_case
from tocsin.domain.kinds import Method
from tocsin.domain.ledger import HOUSE, ListChanged
from tocsin.domain.refusal import Code, Refusal
from tocsin.identity import subscriptions
from tocsin.store import lists as stored

WHY = "as they signed at the door"


def refused(call, *given, **named) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*given, **named)
    return caught.value


def test_a_file_is_put_on_a_list_and_counted_by_language_and_method(app):
    made = lists.create(app, "Visitors of the hall", FINN, WHY)
    file = "address,method,language\na@x.example,,\nb@x.example,email,de\n+447700900123,sms,en\n"
    assert lists.add_file(app, made.list_id, file.encode(), FINN, WHY).added == 3
    again = lists.add_file(app, made.list_id, file.encode(), FINN, WHY)
    assert (again.added, again.known) == (0, 3)
    shown = lists.one(app, made.list_id, FINN)
    assert shown.subscribers == {("email", "en"): 1, ("email", "de"): 1, ("sms", "en"): 1}
    assert [one.total for one in lists.all_of(app, FINN)] == [3]


def test_addresses_are_sealed_and_only_name_and_number_are_on_the_record(app):
    list_id = a_list(app, 3)
    with app.store.read() as db:
        row = stored.subscriber(db, list_id, 2)
        assert b"person2" not in row.sealed + row.address_mac
        assert lists.key_of(app, db, list_id).address(row.sealed, 2) == "person2@list.example"
        with pytest.raises(ValueError, match="another subscriber"):
            lists.key_of(app, db, list_id).address(row.sealed, 3)
        said = [event_of(one) for one in of_case(app, db, HOUSE)]
    told = [one for one in said if isinstance(one, ListChanged)]
    assert [(one.name, one.subscribers) for one in told] == [
        ("Visitors of the hall", 0),
        ("Visitors of the hall", 3),
    ]
    assert "person" not in repr(told)


HOSTILE = (
    ("a@x.example\nb@x.example\r\nBcc: c@x.example", "line 4"),
    ('"a@x.example\nBcc: c@x.example"', "line 3"),
    ("a@x.example\nA@X.example", "line 3: the same stands in line 2"),
    ("a@x.example,b", "line 2: it has 2 fields"),
    ("\N{CYRILLIC SMALL LETTER A}pple@\N{CYRILLIC SMALL LETTER A}pple.example", "imitates"),
    ("nobody", "line 2"),
    ('"a@x.example', "no CSV"),
    ("a@x.example\0", "line 2"),
)


def test_a_hostile_row_is_named_by_its_line_and_nobody_is_put_on_the_list(app):
    list_id = a_list(app, 1)
    for rows, fault in HOSTILE:
        refusal = refused(lists.add_file, app, list_id, f"address\n{rows}\n".encode(), FINN, WHY)
        assert refusal.code is Code.BAD_VALUE
        assert fault in refusal.what
        assert "x.example" not in refusal.what
    assert lists.one(app, list_id, FINN).total == 1


def test_what_is_no_list_of_addresses_is_refused(app):
    list_id = a_list(app, 1)
    for data in (b"\xff\xfe", b"name\nAna\n", b"address,address\na@x.example,b@x.example\n"):
        assert refused(lists.add_file, app, list_id, data, FINN, WHY).code is Code.BAD_VALUE
    for odd in (Entry(line=1, address="a@x.example", method=Method.WEBHOOK),):
        assert refused(lists.add_many, app, list_id, [odd], FINN, WHY).code is Code.BAD_VALUE
    unknown = [Entry(line=7, address="a@x.example", language="q!")]
    assert "line 7" in refused(lists.add_many, app, list_id, unknown, FINN, WHY).what


def test_only_whoever_keeps_the_directory_changes_a_list_and_only_their_own_units(app):
    assert refused(lists.create, app, "A list", ANNA, WHY).code is Code.NOT_ALLOWED
    list_id = a_list(app, 1)
    assert refused(lists.add_many, app, list_id, some(2), ANNA, WHY).code is Code.NOT_ALLOWED
    for name in ("", "a\0b", "x" * 300):
        assert refused(lists.create, app, name, FINN, WHY).code is Code.BAD_VALUE
    assert refused(lists.one, app, "L-0000-0000", FINN).code is Code.LIST_UNKNOWN
    assert refused(lists.one, app, "'; --\0", FINN).code is Code.LIST_UNKNOWN


def test_one_leaves_with_the_token_of_a_message_and_no_import_brings_them_back(app):
    list_id = a_list(app, 2)
    token = subscriptions.leaving_token(app.keys.links, list_id, 2)
    forged = token[:-4] + ("aaaa" if token[-4:] != "aaaa" else "bbbb")
    for other in (forged, token.replace(".2.", ".1."), "", "x.y.z"):
        assert refused(lists.unsubscribe, app, other).code is Code.LINK_UNKNOWN
    assert lists.one(app, list_id, FINN).total == 2
    lists.unsubscribe(app, token)
    lists.unsubscribe(app, token)
    assert lists.one(app, list_id, FINN).total == 1
    with app.store.read() as db:
        assert stored.subscriber(db, list_id, 2).sealed == b""
    again = [Entry(line=1, address="person2@list.example")]
    assert lists.add_many(app, list_id, again, FINN, WHY).known == 1
    assert lists.one(app, list_id, FINN).total == 1


def test_who_writes_stop_is_off_every_list(app):
    first, second = a_list(app, 2), a_list(app, 2)
    assert lists.stop(app, Method.EMAIL, "person1@list.example") == 2
    assert lists.stop(app, Method.EMAIL, "person1@list.example") == 0
    assert [lists.one(app, one, FINN).total for one in (first, second)] == [1, 1]
