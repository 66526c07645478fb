"""A refusal reads the same to programs and to people, and tells no more than it should."""

import pytest

from tests.builders import ANNA
from tests.support.house import a_client
from tocsin.domain.refusal import Code, Refusal
from tocsin.web.answers import STATUS, status_of
from tocsin.web.doors import public, router
from tocsin.web.server import create_app

AWAY = Refusal(Code.STORE_UNAVAILABLE, "This is not known to be saved.", "See that it runs.")


def refusing(house, refusal):
    web, refuses = create_app(house), router()

    @refuses.get("/refuses", dependencies=[public("a test")])
    @refuses.get("/api/refuses", dependencies=[public("a test")])
    def refuse():
        raise refusal

    web.include_router(refuses)
    return a_client(house, web=web)


@pytest.mark.parametrize("code", Code)
def test_every_refusal_is_a_client_error_or_the_house_being_unable(code):
    assert 400 <= status_of(code) < 500 or status_of(code) in {503, 507}


def test_what_may_not_be_seen_answers_as_what_is_not_there():
    assert {STATUS[code] for code in Code if code.value.endswith("-unknown")} == {404, 422}
    assert STATUS[Code.CASE_UNKNOWN] == 404


def test_programs_get_code_words_and_remedy(house):
    answer = refusing(house, AWAY).get("/api/refuses")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json() == {
        "error": {"code": "store-unavailable", "what": AWAY.what, "remedy": AWAY.remedy}
    }


def test_people_get_a_page_with_the_same_words_even_without_a_database(house, monkeypatch):
    client = refusing(house, AWAY)
    monkeypatch.setattr(house.store, "read", None)
    answer = client.get("/refuses")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert AWAY.what in answer.text
    assert AWAY.remedy in answer.text


def test_a_page_that_needs_a_sign_in_comes_back_after_it(house):
    signed_out = Refusal(Code.NOT_SIGNED_IN, "Nothing was shown.")
    answer = refusing(house, signed_out).get("/refuses?text=a&next=//b")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/refuses%3Ftext%3Da%26next%3D//b"


def test_a_wrong_method_is_told_which_are_right(house):
    answer = a_client(house, ANNA).post("/api/me")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.json()["error"]["code"] == "http-405"
