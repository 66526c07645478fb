"""A warning checked on a telephone without scripts, and a checkpoint printed on one sheet."""

from io import BytesIO

from pypdf import PdfReader

from tests.builders import INES
from tests.casework.counted import cosigned
from tests.support.axe import faults
from tests.support.house import log_keys
from tests.web.pages.road import warned
from tocsin.casework.release import message_for
from tocsin.domain.warning import WarningKind
from tocsin.record.checkpoint import verified
from tocsin.record.printed import note_in
from tocsin.record.verify_proof import verify_proof


def test_a_warning_is_checked_and_its_proof_kept(site, room):
    sent = warned(site.app)
    pasted = message_for(site.app, sent.case, sent.delivery).body.replace("\n", "\n> ")
    page = room(True).page("recipient")
    page.goto(f"{site.url}/genuine")
    assert faults(page) == []
    page.get_by_role("button", name="Check").click()
    page.get_by_role("alert").get_by_role("link", name="Paste the words").click()
    assert faults(page) == []
    page.get_by_label("The warning").fill("Send us money")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("heading", name="has no such warning").wait_for()
    assert faults(page) == []
    sent.follows(WarningKind.CANCEL)
    page.get_by_label("The warning").fill(pasted)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("heading", name="Genuine, but no longer valid").wait_for()
    assert faults(page) == []


def test_a_recipient_without_scripts_goes_from_the_warning_to_its_proof(site, room):
    sent = warned(site.app)
    page = room(False).page("recipient")
    page.goto(site.url + sent.path)
    page.get_by_role("link", name="How to check").click()
    page.get_by_label("The warning").fill(sent.case.warnings["w1"].draft.text)
    page.get_by_role("button", name="Check").click()
    with page.expect_download() as kept:
        page.get_by_role("button", name="Keep the proof").click()
    data = kept.value.path().read_bytes()
    report = verify_proof(data, keys=log_keys(site.app))
    assert (report.faults, report.shown["text_sha256"]) == ((), sent.delivery.text_sha256)


def test_a_checkpoint_fits_one_sheet_and_its_note_is_read_off_it_again(site, room):
    warned(site.app)
    cosigned(site.app, site.hands())
    page = room(True).page(INES)
    page.goto(f"{site.url}/record/checkpoint")
    assert faults(page) == []
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == 1
    assert [round(float(side)) for side in printed.pages[0].mediabox[2:]] == [595, 842]
    note = page.locator("pre").inner_text()
    signed = verified(note_in(note.encode()), log_keys(site.app))
    assert note_in(printed.pages[0].extract_text().encode()) == note_in(note.encode())
    assert f"{signed.checkpoint.size:,}" in page.locator("dl.facts").inner_text()
