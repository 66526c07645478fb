"""What the house says of itself."""

from tests.builders import ANNA
from tests.support.house import a_client
from tocsin.domain.refusal import Code, Refusal


def test_i_am_told_who_i_am(house):
    assert a_client(house, ANNA).get("/api/me").json() == {
        "officer_id": "anna.lind",
        "unit": "east",
        "roles": ["analyst"],
    }


def test_the_policy_in_force_names_every_ground_and_what_it_takes(house, client):
    told = client.get("/api/policy").json()
    assert told["pack_hash"] == house.policy.pack_hash
    assert told["grounds"].keys() == house.policy.grounds.keys()
    assert all(ground["needs"] for ground in told["grounds"].values())
    assert told["minimum_content"] == list(house.policy.minimum_content)


def test_anybody_may_ask_whether_the_house_can_answer_and_learns_nothing_else(house):
    answer = a_client(house).get("/api/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_without_its_database_the_house_says_when_to_ask_again(house, monkeypatch):
    def away():
        raise Refusal(Code.STORE_UNAVAILABLE, "It did not answer.", "See that it runs.")

    monkeypatch.setattr(house.store, "read", away)
    answer = a_client(house).get("/api/health")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_the_description_is_openapi_3_1_of_the_api_alone_and_loads_nothing_from_elsewhere(house):
    stranger = a_client(house)
    description = stranger.get("/api/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    assert all(path.startswith("/api/") for path in description["paths"])
    assert stranger.get("/docs").status_code == stranger.get("/redoc").status_code == 404


def test_every_answer_that_refuses_is_described(house):
    paths = a_client(house).get("/api/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for described in methods.values():
            wanted = {"503"} if path == "/api/health" else {"401", "403", "422", "503"}
            assert wanted <= described["responses"].keys(), path
