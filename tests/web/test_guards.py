"""What surrounds every request: headers, host, site of origin, size, logs without secrets."""

import logging

import pytest
from starlette.testclient import TestClient

from tests.builders import ANNA
from tests.support.house import JO, a_client, a_house, api_token, sign_in
from tocsin.web.doors import public, router
from tocsin.web.guards import CONTENT_POLICY
from tocsin.web.server import FORM_BYTES, create_app
from tocsin.web.templating import environment

SECRET = "the name that must not be told"


@pytest.fixture
def breaking(house):
    """A house in which a page and a call of the API break with a secret on their lips."""
    web, broken = create_app(house), router()

    for path in ("/breaks", "/api/breaks", "/api/breaks/{token}"):

        @broken.get(path, dependencies=[public("a test")])
        def breaks(token: str = ""):
            raise KeyError(SECRET)

    web.include_router(broken)
    return TestClient(web, base_url=house.settings.base_url)


@pytest.mark.parametrize(
    "path", ["/api/health", "/api/me", "/api/nothing", "/nothing", "/breaks", "/static/nothing"]
)
def test_every_answer_carries_the_headers_and_is_kept_by_nobody(breaking, path):
    headers = breaking.get(path).headers
    assert headers["content-security-policy"] == CONTENT_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


def test_assets_named_by_their_hash_are_kept_for_good_and_others_are_not(client):
    path = environment().globals["asset"]("tocsin.css")
    assert "immutable" in client.get(path).headers["cache-control"]
    assert client.get("/static/LICENSES.txt").headers["cache-control"] == "no-store"


def test_behind_https_browsers_are_told_to_stay_there(tmp_path):
    url = f"sqlite:///{tmp_path / 'tocsin.db'}"
    house = a_house(url, tmp_path, public_url="https://tocsin.example")
    answer = a_client(house).get("/api/health")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    house.close()


@pytest.mark.parametrize(
    ("headers", "comes_in"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8000"}, False),
        ({"Origin": "http://localhost:8000"}, True),
        ({"Origin": "http://localhost:8001"}, False),
        ({"Origin": "https://attacker.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_what_changes_anything_comes_from_our_own_pages(house, headers, comes_in):
    client = TestClient(create_app(house), base_url=house.settings.base_url)
    sign_in(client, house, JO)
    answer = client.post("/api/cases/C-0/record_remark", json={"words": "x"}, headers=headers)
    code = answer.json()["error"]["code"]
    assert (answer.status_code, code) == (
        (404, "case-unknown") if comes_in else (403, "cross-site")
    )


def test_a_program_with_a_key_needs_no_page(house):
    client = TestClient(create_app(house), base_url=house.settings.base_url)
    key = {"Authorization": f"Bearer {api_token(house, ANNA)}", "Sec-Fetch-Site": "cross-site"}
    answer = client.post("/api/cases/C-0/record_remark", json={"words": "x"}, headers=key)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:8000", 200), ("localhost", 200), ("attacker.example", 400), ("", 400)],
)
def test_the_house_answers_to_its_own_name_only(client, host, status):
    assert client.get("/api/health", headers={"Host": host}).status_code == status


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_over_the_limit_is_refused_whether_or_not_its_length_is_told(tmp_path, declared):
    house = a_house(f"sqlite:///{tmp_path / 'tocsin.db'}", tmp_path, report_bytes=1_000)
    piece = b"x" * 1_000
    pieces = [piece] * (FORM_BYTES // 1_000 + 2)
    answer = a_client(house, JO).post(
        "/api/reports/text",
        content=b"".join(pieces) if declared else iter(pieces),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "report-too-large"
    house.close()


@pytest.mark.parametrize("path", ["/breaks", "/api/breaks"])
def test_a_bug_is_told_by_a_reference_alone_and_logged_without_its_words(breaking, caplog, path):
    answer = breaking.get(path)
    log = next(one.getMessage() for one in caplog.records if one.name == "tocsin.bugs")
    reference = log.split()[1].rstrip(":")
    assert answer.status_code == 500
    assert reference in answer.text
    assert SECRET not in answer.text + log
    assert "KeyError" in log


def test_the_log_holds_no_address_no_search_and_no_link(breaking, caplog):
    caplog.set_level(logging.INFO, "tocsin.access")
    breaking.get("/api/breaks/link-of-a-recipient?text=a-name")
    breaking.get("/nothing/a-name")
    lines = [one.getMessage() for one in caplog.records if one.name == "tocsin.access"]
    assert [line.rsplit(" ", 2)[0] for line in lines] == [
        "GET /api/breaks/{token} 500",
        "GET - 404",
    ]
