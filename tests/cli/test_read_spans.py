"""Where what `tocsin read` tells stands: in characters of the text, and in bytes of the file."""

from pathlib import Path

import pytest

from tests.cli.conftest import Tocsin
from tocsin.reading import encoder_windows

TEXT = "Überfall!\r\nWe will “kill” Ilda Norr, the mayor of Lindau, on Friday.\r\n"


def passages(read):
    yield from read["marks"]
    for one in read["proposals"]:
        yield one["named"]
        for finding in one["findings"].values():
            yield from finding["evidence"]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_bytes_of_a_passage_are_those_of_the_file(tocsin: Tocsin, tmp_path: Path, charset):
    content = TEXT.encode(charset)
    (tmp_path / "note.txt").write_bytes(content)
    (read,) = tocsin("read", str(tmp_path / "note.txt"), "--json").json["read"]
    found = [*passages(read)]
    assert "Ilda Norr" in {one["words"] for one in found}
    plain = charset.replace("utf-8-sig", "utf-8").replace("utf-16", "utf-16-le")
    for one in found:
        assert content[slice(*one["bytes"])].decode(plain) == one["words"]


def test_where_a_file_is_more_than_text_no_bytes_are_told(tocsin: Tocsin, tmp_path: Path):
    (tmp_path / "note.html").write_text(f"<html><p>{TEXT}</p></html>", "utf-8")
    (read,) = tocsin("read", str(tmp_path / "note.html"), "--json").json["read"]
    found = [*passages(read)]
    assert found
    assert {one["bytes"] for one in found} == {None}


def test_a_language_without_rules_is_refused(tocsin: Tocsin, tmp_path: Path):
    (tmp_path / "note.txt").write_text(TEXT, "utf-8")
    told = tocsin("read", str(tmp_path / "note.txt"), "--language", "xx")
    assert "no language there are rules for" in told.err
    assert told.status


def test_what_no_model_read_is_said(tocsin: Tocsin, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(encoder_windows, "MOST", 1)
    (tmp_path / "long.txt").write_text(TEXT + "The gate was open. " * 200, "utf-8")
    told = tocsin("read", str(tmp_path / "long.txt"))
    assert "Read by rules alone:" in told.out
    assert "characters before the end." in told.out
