"""The newest checkpoint goes by paper or mail where no network goes, and comes back whole."""

from base64 import b64encode

import pytest
import segno
import zxingcpp

from tests.builders import DAY
from tests.casework.counted import WITNESSES, cosigned
from tests.support.house import log_keys, one_more_leaf
from tocsin.casework import logbook
from tocsin.casework.printing import mail, page
from tocsin.record.checkpoint import read, verified
from tocsin.record.printed import MOST_SHORT_BYTES, note_in, spoken

PIXELS, QUIET = 4, 4


def scanned(note: bytes) -> bytes:
    """What a reader of codes makes of this one, drawn square by square."""
    code = segno.make(note, error="m", micro=False)
    rows = [
        bytes(255 * (not dark) for dark in row for _ in range(PIXELS))
        for row in code.matrix_iter(border=QUIET)
        for _ in range(PIXELS)
    ]
    image = memoryview(b"".join(rows)).cast("B", (len(rows), len(rows[0])))
    (found,) = zxingcpp.read_barcodes(image)
    return bytes(found.bytes)


def test_the_page_speaks_of_the_newest_checkpoint_and_its_note_verifies(road):
    road.handed_over()
    shown = page(road.app)
    size = logbook.state(road.app).size
    signed = verified(shown.note.encode(), log_keys(road.app))
    assert (shown.size, signed.checkpoint.size, shown.at) == (size, size, road.clock())
    assert shown.root == spoken(signed.checkpoint.root)
    assert shown.cosigned == ()
    assert shown.code.startswith("<svg")
    assert "style=" not in shown.code


def test_an_empty_record_is_printed_too(app):
    assert page(app).size == 0


def test_who_cosigned_stands_on_the_page_once_each(road):
    size = cosigned(road.handed_over().app, road.clock())
    one_more_leaf(road.app)
    shown = page(road.app)
    assert shown.size == size
    assert [one.name for one in shown.cosigned] == sorted(one.name for one in WITNESSES)
    assert {one.at for one in shown.cosigned} == {road.clock()}


def test_where_witnesses_no_longer_follow_the_newest_checkpoint_is_printed(road, clock):
    cosigned(road.handed_over().app, clock())
    one_more_leaf(road.app)
    clock.advance(DAY)
    shown = page(road.app)
    assert (shown.size, shown.cosigned) == (logbook.state(road.app).size, ())


def test_the_code_reads_back_as_the_very_note(road):
    cosigned(road.handed_over().app, road.clock())
    shown = page(road.app)
    assert scanned(shown.note.encode()) == shown.note.encode()
    expected = segno.make(shown.note.encode(), error="m", micro=False)
    assert shown.code == expected.svg_inline(omitsize=True)


def test_even_the_longest_note_is_read_from_its_code():
    line = f"\N{EM DASH} tocsin/example {b64encode(bytes(range(76))).decode()}\n"
    longest = (line * 9).encode()[:MOST_SHORT_BYTES]
    assert len(longest) == MOST_SHORT_BYTES
    assert scanned(longest) == longest


@pytest.mark.parametrize("mark", ["", "> "])
def test_the_note_in_the_mail_is_found_again(road, mark):
    cosigned(road.handed_over().app, road.clock())
    shown = page(road.app)
    text = mail(shown)
    assert max(map(len, text.splitlines())) <= 72
    dressed = "\r\n".join(mark + line for line in text.splitlines())
    found = note_in(dressed.encode())
    assert found == shown.note.encode()
    assert read(found)[0] == logbook.sign(road.app)
