"""The link to add a browser: only the house makes one, and it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.identity.browser_links import browser_token, contact_of

KEY, NOW = b"k" * 32, datetime(2024, 3, 7, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
TOKEN = browser_token(KEY, "K-7F3K-9QWM", NOW + WEEK)
SECOND = timedelta(seconds=1)


def test_a_token_names_its_contact_until_it_ends():
    assert contact_of(KEY, TOKEN, NOW) == ("K-7F3K-9QWM", NOW + WEEK)
    assert contact_of(KEY, TOKEN, NOW + WEEK - SECOND) is not None
    assert contact_of(KEY, TOKEN, NOW + WEEK) is None


def test_another_houses_key_another_contact_or_a_later_end_opens_nothing():
    contact_id, ends, mac = TOKEN.split(".")
    assert contact_of(b"j" * 32, TOKEN, NOW) is None
    assert contact_of(KEY, f"K-7F3K-9QWN.{ends}.{mac}", NOW) is None
    assert contact_of(KEY, f"{contact_id}.{int(ends) + 1}.{mac}", NOW) is None
    assert contact_of(KEY, f"{contact_id}.{ends}.{'A' * 22}", NOW) is None
    assert contact_of(KEY, f"{contact_id}.0{ends}.{mac}", NOW) is None


@given(st.text(max_size=120) | st.from_regex(r"[A-Z-]{1,9}\.[0-9]{1,30}\.[\w-]{22}"))
def test_whatever_else_is_typed_is_no_token(typed):
    assert contact_of(KEY, typed, NOW) is None


@pytest.mark.parametrize("contact_id", ["", "K.1", "K\n", "é", "K" * 65])
def test_an_id_that_could_be_read_as_something_else_gets_no_token(contact_id):
    with pytest.raises(ValueError, match="letters, digits and dashes"):
        browser_token(KEY, contact_id, NOW)
