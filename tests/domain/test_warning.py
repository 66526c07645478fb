"""The one text everybody gets, and the window it speaks of."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.builders import HOUR, NOW, a_window, words
from tocsin.domain.phrases import CATALOGUES
from tocsin.domain.warning import (
    Draft,
    WarningKind,
    WarningWords,
    compose,
    compose_all,
    text_sha256,
)
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


def drafted(*spoken: WarningWords, kind: WarningKind = WarningKind.ALERT) -> Draft:
    texts = compose_all(spoken[0], spoken[1:], kind, None)
    return Draft(
        version=1,
        words=spoken[0],
        translations=spoken[1:],
        texts=texts,
        text="\n".join(texts),
        author="anna",
        drafted_at=NOW,
    )


def test_a_warning_in_russian_reads_exactly_so() -> None:
    assert compose(words(language="ru", what="Готовится нападение."), WarningKind.CANCEL, NOW) == (
        "ПРЕДУПРЕЖДЕНИЕ ОТМЕНЕНО\n"
        "Оно следует за предупреждением от 2024-03-07 09:00 UTC.\n"
        "\n"
        "Что: Готовится нападение.\n"
        "Где: Large halls in the city\n"
        "Когда: с 7 марта 2024, 12:00 (MSK; 09:00 UTC) до 9 марта 2024, 12:00 (MSK; 09:00 UTC)\n"
        "Что делать: Stay away from large gatherings.\n"
        "Кому звонить: The duty desk, +1 555 0100, day and night\n"
        "Основание: Reporting that we believe.\n"
    )


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_a_block_is_laid_out_from_its_released_text_alone(language: str) -> None:
    block = drafted(words(language=language, what="a", where=": a\n\nb:")).blocks[0]
    said = CATALOGUES[language]
    labels = [f"{label}{said.separator}".strip() for label in said.labels]
    assert [label for label, _ in block.parts] == labels
    assert [told for _, told in block.parts][:2] == ["a", ": a\n\nb:"]
    assert block.headline == said.headline_alert


def test_a_number_keeps_its_order_where_writing_runs_to_the_left() -> None:
    call = "المكتب، +1 555 0100"
    assert "\u200e+1 555 0100" in compose(words(language="ar", call=call), WarningKind.ALERT, None)
    assert "\u200e" not in compose(words(language="ru", call=call), WarningKind.ALERT, None)


def test_several_languages_are_one_text_and_each_reader_finds_their_own() -> None:
    draft = drafted(words(), words(language="ar"), words(language="fr"))
    assert draft.text == "\n".join(block.text for block in draft.blocks)
    assert draft.blocks[0].text == GOLDEN
    assert [(one.language, one.direction) for one in draft.blocks][1:] == [
        ("ar", "rtl"),
        ("fr", "ltr"),
    ]
    asked = ("fr-CA", "ar-SY", "ru", "")
    assert [draft.block_for(tag).language for tag in asked] == ["fr", "ar", "en", "en"]


def test_a_language_given_twice_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="each language"):
        compose_all(words(), (words(language="EN"),), WarningKind.ALERT, None)


def test_a_record_from_before_the_translations_is_one_block() -> None:
    old = Draft(
        version=1, words=words(language="ru"), text=GOLDEN, author="anna", drafted_at=NOW
    )  # its labels were English then
    assert [(one.text, one.parts) for one in old.blocks] == [(GOLDEN, ())]


def test_a_local_day_that_is_another_day_in_utc_says_both() -> None:
    at = datetime(2024, 3, 7, 22, 30, tzinfo=UTC)
    assert told(at, "Europe/Moscow") == "8 March 2024, 01:30 (MSK; 7 Mar 22:30 UTC)"
    assert told(at, "Europe/Moscow", "de") == "8. März 2024, 01:30 (MSK; 7. März 22:30 UTC)"
    assert told(at, "UTC", "zh") == "2024年3月7日 22:30 UTC"


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
