"""What may be handed to a channel at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.channels.addresses import checked_address
from tocsin.channels.base import Message
from tocsin.domain.refusal import Code, Refusal


def a_message(**changes: object) -> Message:
    values = {
        "key": "w1",
        "to_name": "Ana Pop",
        "to_address": "ana@example.org",
        "subject": "Warning",
        "body": "Stay at home.\n",
    }
    return Message(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_as", "used_as"),
    [
        ("ana.pop+alerts@Example.ORG", "ana.pop+alerts@example.org"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@пример.example", "ana@xn--e1afmkfd.example"),
        ("ana@東京タワー.example", "ana@xn--5ck2eqb538s34z.example"),
        ("анна@example.org", "анна@example.org"),
    ],
)
def test_an_address_is_used_with_its_domain_in_small_ascii(given_as: str, used_as: str) -> None:
    assert checked_address(given_as) == used_as
    assert checked_address(used_as) == used_as


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "a b@example.org",
        "ana@example.org\r\nBcc: eve@example.net",
        "ana@example.org\n",
        "ana\x00@example.org",
        "ana@example.org, eve@example.net",
        "Ana <ana@example.org>",
        '"ana"@example.org',
        "ana@[127.0.0.1]",
        "ana@localhost",
        "ana@example..org",
        "a" * 65 + "@example.org",
        "ana@" + "a." * 130 + "org",
        "ana\u202e@example.org",
        "ana@ex\u0430mple.org",
        "ana@xn--exmple-4nf.org",
        "ana@\u0430\u0440\u0440\u0435.org",
        "ana@\u03bf\u03bf\u03bf.org",
    ],
)
def test_an_address_that_is_none_or_imitates_another_is_refused_without_being_repeated(
    address: str,
) -> None:
    with pytest.raises(Refusal) as refused:
        checked_address(address)
    assert refused.value.code is Code.ADDRESS_INVALID
    assert len(address) < 4 or address not in str(refused.value)


@given(st.text(max_size=40) | st.emails())
def test_any_text_is_either_refused_or_becomes_one_stable_address(text: str) -> None:
    try:
        address = checked_address(text)
    except Refusal:
        return
    assert checked_address(address) == address
    assert address.count("@") == 1
    assert address.isprintable()
    assert address.rpartition("@")[2].isascii()


@pytest.mark.parametrize(
    "changes",
    [
        {"key": ""},
        {"key": "a b"},
        {"key": "w1\n"},
        {"key": "k" * 201},
        {"to_name": "Ana\r\nBcc: eve@example.net"},
        {"to_name": "Ana\u202e"},
        {"subject": "a\nb"},
        {"subject": "a\u2028b"},
        {"subject": "a" * 301},
        {"body": "a\x00b"},
        {"body": "a\udc80b"},
        {"language": "en\r\nX: y"},
        {"to_address": "ana@EXAMPLE.org"},
    ],
)
def test_a_message_cannot_carry_a_header_of_its_own(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=" "):
        a_message(**changes)


def test_a_message_is_never_addressed_to_what_is_no_address() -> None:
    with pytest.raises(Refusal):
        a_message(to_address="ana@example.org\nBcc: eve@example.net")
