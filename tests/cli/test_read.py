"""`tocsin read`: what a file says, with its words marked; nothing is kept and nobody signs in."""

from pathlib import Path

import pytest

from tests.cli.conftest import Tocsin

WARNING = (
    "MOSCOW, 7 March 2024. Security Alert.\n\nThe embassy is monitoring reports that extremists "
    "have imminent plans to kill people at the Aurora Concert Hall over the next 48 hours.\n"
)
ORDINARY = (
    "The municipal library in Lindau opens on Sundays from May. Readers may borrow six books and "
    "two films at a time. The council has paid for new shelves, and a café is to follow in the "
    "autumn, said the head of the library, who thanked the gardeners for the new roses as well. "
    "Children under twelve need no card of their own. Those who bring back a book late pay ten "
    "cents a day, as before. The reading room upstairs keeps its long tables and its view of the "
    "lake, and the music section moves to the ground floor, where there is more room for scores. "
    "Volunteers read aloud on Wednesday afternoons. The catalogue can be searched from home.\n"
)


@pytest.fixture
def file(tmp_path: Path, surroundings: Path):
    def kept(name: str, text: str) -> str:
        (tmp_path / name).write_text(text, "utf-8")
        return str(tmp_path / name)

    return kept


def test_a_threat_is_shown_with_its_words_marked_and_what_is_proposed(tocsin: Tocsin, file):
    told = tocsin("read", file("alert.txt", WARNING), "--known-at", "2024-03-07T12:00+03:00")
    assert told.status == 0
    assert "A threat to life, as reading sees it" in told.out
    assert "Intended victim:" in told.out
    assert "[time: the next 48 hours]" in told.out
    assert "It proposes; you decide." in told.out


def test_every_span_in_the_json_is_of_the_text_as_received(tocsin: Tocsin, file):
    text = WARNING.replace("kill people", "“kill”\u200b   people")
    name = file("alert.txt", text)
    (read,) = tocsin("read", name, "--json").json["read"]
    assert read["threat"]
    spans = [*read["marks"]]
    for one in read["proposals"]:
        spans += [span for finding in one["findings"].values() for span in finding["evidence"]]
    assert spans
    for span in spans:
        assert text[span["start"] : span["end"]] == span["words"]


def test_ordinary_news_costs_no_more_than_the_gate_unless_asked(tocsin: Tocsin, file):
    name = file("news.txt", ORDINARY)
    told = tocsin("read", name)
    assert "not read further" in told.out
    (whole,) = tocsin("read", name, "--whole", "--json").json["read"]
    assert whole["read_further"]


def test_printings_of_one_story_are_counted_as_one_source(tocsin: Tocsin, file):
    copy = WARNING.replace("MOSCOW, 7 March 2024. Security Alert.", "(Agency) --")
    names = [file("a.txt", WARNING), file("b.txt", copy), file("c.txt", ORDINARY)]
    assert "3 files, 2 sources" in tocsin("read", *names).out


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_read(tocsin: Tocsin, file):
    told = tocsin("read", "/nowhere/none.txt", file("alert.txt", WARNING), "--json")
    assert told.status == 1
    refused, read = told.json["read"]
    assert refused["refused"]["code"] == "report-unreadable"
    assert read["threat"]


def test_a_time_without_a_zone_is_refused(tocsin: Tocsin, file):
    told = tocsin("read", file("alert.txt", WARNING), "--known-at", "2024-03-07T12:00")
    assert told.status == 2
    assert "time-without-zone" in told.err


def test_words_that_would_steer_a_terminal_are_spelt_out(tocsin: Tocsin, file):
    told = tocsin("read", file("alert.txt", WARNING + "\x1b]0;owned\x07"), "--whole")
    assert "\x1b" not in told.out
    assert "owned" in told.out
