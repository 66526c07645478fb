"""The directory for programs."""

import pytest

from tests.builders import ANNA, DMITRI, FINN
from tests.support.house import a_client

NEW = {
    "contact_kind": "office", "name": "EXAMPLE Night office", "languages": ["fr", "en"],
    "ways": [{"method": "email", "address": "night@Office.example"}],
    "zone": "Europe/Paris", "quiet": {"begins": "22:00", "ends": "07:00"},
    "protects": ["Krokus City Hall"], "reason": "EXAMPLE",
}  # fmt: skip


@pytest.fixture
def desk(house):
    return a_client(house, FINN)


@pytest.fixture
def there(desk):
    return f"/api/directory/{desk.post('/api/directory', json=NEW).json()['contact']['contact_id']}"


def test_a_contact_is_entered_read_changed_and_removed(house, desk, there):
    kept = desk.get(there).json()
    assert kept["version"] == 1
    assert kept["contact"]["ways"][0]["address"] == "night@office.example"
    assert kept["contact"]["unit"] == "east"
    changed = desk.put(there, json=NEW | {"zone": "UTC", "version": 1})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    late = desk.put(there, json=NEW | {"version": 1})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "changed-meanwhile")
    assert [one["changed"] for one in desk.get(there + "/history").json()] == [["zone"], []]
    assert desk.post(there + "/removal", json={"reason": "EXAMPLE"}).json()["contact"]["removed"]
    assert desk.get("/api/directory").json() == {"contacts": [], "following": ""}


def test_it_is_searched_by_words_and_by_what_is_protected(house, desk, there):
    for query, count in (({"text": "office NIGHT"}, 1), ({"text": "day"}, 0),
                         ({"protecting": "KROKUS city hall, Moscow"}, 1),
                         ({"after": there[-11:]}, 0)):  # fmt: skip
        assert len(desk.get("/api/directory", params=query).json()["contacts"]) == count
    (troubled,) = desk.get("/api/directory/expiring").json()
    assert (troubled["way"], troubled["troubles"]) == (1, ["never_verified"])


def test_a_way_is_verified_by_word_and_not_by_saying_so(house, desk, there):
    claimed = NEW["ways"][0] | {"verified_at": "2024-03-07T09:00:00Z"}
    assert desk.post("/api/directory", json=NEW | {"ways": [claimed]}).status_code == 422
    assert desk.post(there + "/ways/1/check").json()["error"]["code"] == "delivery-not-made"
    assert desk.post(there + "/ways/1/code", json={"code": "x"}).status_code == 422
    done = desk.post(there + "/ways/1/attestation", json={"how": "called back"}).json()
    assert done["contact"]["ways"][0]["verified_how"] == "called back"
    assert desk.get("/api/directory/expiring").json() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"zone": "Mars/Olympus"},
        {"quiet": {"begins": "22:00", "ends": "22:00"}},
        {"ways": [{"method": "email", "address": "a@ex\u0430mple.org"}]},
        {"ways": [{"method": "pigeon", "address": "loft"}]},
        {"name": "A" * 201},
        {"reason": ""},
        {"unit": "west"},
    ],
)
def test_what_is_wrong_is_refused_with_a_reason(house, desk, changes):
    answer = desk.post("/api/directory", json=NEW | changes)
    assert (answer.status_code, bool(answer.json()["error"]["what"])) == (422, True)


def test_another_unit_s_contact_is_not_there_and_readers_change_nothing(house, there):
    assert a_client(house, DMITRI).get(there).status_code == 404
    assert a_client(house, ANNA).get(there).status_code == 200
    assert a_client(house, ANNA).post("/api/directory", json=NEW).status_code == 403
