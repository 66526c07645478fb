"""HTML: its text, and a list of what it would have done."""

import pytest

from tocsin.feeds import DefectCode, Limits
from tocsin.feeds.extract import Reading
from tocsin.feeds.model import Extract


def read(page: str | bytes, charset: str | None = None) -> Extract:
    data = page.encode() if isinstance(page, str) else page
    return Reading(Limits()).read(data, "text/html", charset)


def test_blocks_are_lines_and_white_space_folds():
    page = read(
        "<html lang=ru><title> A\n b </title><p>One\n two<br>3<ul><li>a<li>b</ul><pre>x\n y</pre>"
    )
    assert page.text == "One two\n3\n\na\n\nb\n\nx\ny"
    assert (page.title, page.language, page.defects) == ("A b", "ru", [])


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("x<script>alert('no')</script>", DefectCode.HTML_SCRIPT),
        ("<p onmouseover=alert(1)>x", DefectCode.HTML_EVENT_HANDLER),
        ("<a href=' jAvascript:alert(1)'>x</a>", DefectCode.HTML_ACTIVE_LINK),
        ("x<iframe></iframe>", DefectCode.HTML_EMBEDDED),
        ("<form>x</form>", DefectCode.HTML_FORM),
        ("x<meta http-equiv=Refresh content='0;url=a'>", DefectCode.HTML_REDIRECT),
        ("x<img src=//tracker.example/a>", DefectCode.HTML_EXTERNAL),
        ("<p style='display: none'>x", DefectCode.HTML_HIDDEN_TEXT),
        ("x\0", DefectCode.NUL_CHARACTERS),
    ],
)
def test_what_a_page_would_do_is_listed_and_not_done(page, code):
    found = read(page)
    assert found.text.rstrip("\ufffd") == "x"
    assert [defect.code for defect in found.defects] == [code]


def test_deep_and_broken_markup_loses_no_text():
    assert read("<div>" * 100_000 + "deep").text == "deep"
    assert read("<b><i><p>a</b><table><td>b</i>").text.split() == ["a", "b"]
    assert read("<!DOCTYPE x [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><p>&c;").text.endswith("&c;")


def test_an_unclosed_title_hides_nothing():
    assert read("<title>" + "word " * 500).text.count("word") == 500


@pytest.mark.parametrize("page", ["", "<!-- only a comment", "<style>p{}</style>"])
def test_a_page_without_text_says_so(page):
    assert DefectCode.NO_TEXT in {defect.code for defect in read(page).defects}


def test_the_character_set_a_page_declares_is_honoured():
    page = "<meta charset=windows-1251><p>Концерт"
    assert read(page.encode("cp1251")).text == "Концерт"
    assert read(page.encode("koi8-r"), "koi8-r").text == "Концерт"
