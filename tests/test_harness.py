"""The tests' own ground: fresh databases, a real browser, and no way out of this machine."""

import socket
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.postgres import PostgresServer


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_gets_an_empty_database(database_url: str, turn: int) -> None:
    engine = sa.create_engine(database_url)
    with engine.begin() as db:
        db.execute(sa.text("CREATE TABLE left_behind (turn integer)"))
    engine.dispose()


def test_a_prepared_template_is_made_once_and_copied(postgres_server: "PostgresServer") -> None:
    prepared = []

    def prepare(url: str) -> None:
        prepared.append(url)
        engine = sa.create_engine(url)
        with engine.begin() as db:
            db.execute(sa.text("CREATE TABLE kept (n integer)"))
        engine.dispose()

    for _ in range(2):
        database = postgres_server.create(postgres_server.prepared_template(prepare))
        engine = sa.create_engine(postgres_server.url(database))
        assert sa.inspect(engine).get_table_names() == ["kept"]
        engine.dispose()
        postgres_server.drop(database)
    assert len(prepared) == 1


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "::ffff:192.0.2.1"])
def test_no_test_reaches_beyond_this_machine(host: str) -> None:
    with pytest.raises(RuntimeError, match="beyond this machine"):
        socket.create_connection((host, 9), timeout=1)


def test_a_page_that_fetches_from_elsewhere_is_found_out(browser: "Browser") -> None:
    from tests.support.browser import watched_page

    with (
        pytest.raises(AssertionError, match="asked for https://example"),
        watched_page(browser) as page,
    ):
        page.set_content("<img src='https://example.org/a.png'>", wait_until="load")


def test_a_page_shows_what_it_is_given(page: "Page") -> None:
    page.set_content("<h1>Tocsin</h1>")
    assert page.get_by_role("heading").text_content() == "Tocsin"
