"""Leaving a list takes a press of a button: a machine that opens links takes nobody off."""

from tests.builders import FINN
from tests.casework.listing import a_list
from tests.support.house import a_client
from tocsin.casework import lists
from tocsin.identity import subscriptions


def test_opening_the_link_leaves_nothing_and_the_button_leaves_the_list(house):
    list_id = a_list(house, 2)
    link = f"/leave/{subscriptions.leaving_token(house.keys.links, list_id, 1)}"
    client = a_client(house)
    asked = client.get(link)
    assert "Leave the list" in asked.text
    assert lists.one(house, list_id, FINN).total == 2
    assert "You have left" in client.post(link).text
    assert lists.one(house, list_id, FINN).total == 1


def test_a_link_that_is_none_of_ours_says_no_more_than_that(house):
    a_list(house, 1)
    client = a_client(house)
    assert client.post("/leave/L-0000-0000.1.aaaaaaaaaaaaaaaaaaaaaa").status_code == 404
