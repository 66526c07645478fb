"""The one text everybody gets, and the window it speaks of."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.builders import HOUR, NOW, a_window, words
from tocsin.domain.warning import WarningKind, compose, text_sha256
from tocsin.domain.window import told

GOLDEN = """\
WARNING

What: An armed attack on a concert is being prepared.
Where: Large halls in the city
When: from 7 March 2024, 12:00 (MSK; 09:00 UTC) until 9 March 2024, 12:00 (MSK; 09:00 UTC)
What to do: Stay away from large gatherings.
Whom to call: The duty desk, +1 555 0100, day and night
Basis: Reporting that we believe.
"""


def test_a_warning_reads_exactly_so() -> None:
    assert compose(words(), WarningKind.ALERT, None) == GOLDEN


def test_what_follows_a_warning_says_so_in_utc() -> None:
    released = datetime(2024, 3, 8, 1, 30, tzinfo=timezone(timedelta(hours=3)))
    for kind, headline in (
        (WarningKind.UPDATE, "UPDATED WARNING, replaces the earlier one"),
        (WarningKind.CANCEL, "WARNING CANCELLED"),
    ):
        lines = compose(words(), kind, released).splitlines()
        assert lines[:3] == [headline, "It follows the warning of 2024-03-07 22:30 UTC.", ""]
        assert lines[3:] == GOLDEN.splitlines()[2:]


def test_a_local_day_that_is_another_day_in_utc_says_both() -> None:
    at = datetime(2024, 3, 7, 22, 30, tzinfo=UTC)
    assert told(at, "Europe/Moscow") == "8 March 2024, 01:30 (MSK; 7 Mar 22:30 UTC)"


def test_the_hash_is_of_the_exact_words() -> None:
    assert text_sha256("a") != text_sha256("a ")
    assert text_sha256("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


@pytest.mark.parametrize("name", ["what", "where", "do", "call", "basis"])
def test_a_warning_leaves_nothing_out(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        words(**{name: " \n"})


@pytest.mark.parametrize("name", ["what", "where", "do", "call", "basis"])
def test_a_warning_is_not_boundless(name: str) -> None:
    with pytest.raises(ValueError, match="8,000"):
        words(**{name: "x" * 8_001})


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"opens": NOW.replace(tzinfo=None)}, "zone"),
        ({"closes": NOW.replace(tzinfo=None)}, "zone"),
        ({"closes": NOW}, "closes after"),
        ({"closes": NOW - HOUR}, "closes after"),
        ({"zone": "Mars/Olympus"}, "IANA"),
        ({"zone": "../../etc/passwd"}, "IANA"),
        ({"zone": ""}, "IANA"),
        ({"opens": datetime(1, 1, 1, tzinfo=UTC)}, "age"),
        ({"closes": datetime(9999, 12, 31, tzinfo=UTC)}, "age"),
    ],
)
def test_a_window_that_cannot_be_told_does_not_exist(changes: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        a_window(**changes)
