"""Answering a CAP alert that came in as a report: received and accepted, or not, and why.

The answer is a file for the sender's system; making one is put on the record of the case.
"""

from tocsin.casework.cap_keys import signing
from tocsin.casework.handle import handle
from tocsin.casework.house import App
from tocsin.casework.reads import read_case, report_bytes
from tocsin.casework.release import leaks_back
from tocsin.domain.actor import Actor
from tocsin.domain.commands import RecordRemark
from tocsin.domain.refusal import Code, refuse

CAP = "application/cap+xml"


def answer(
    app: App, case_id: str, report_id: str, by: Actor, *, accepted: bool, note: str
) -> bytes:
    """A signed CAP Ack or Error for the alert in a report, with `note` as its words.

    Refuses SETTINGS_INVALID without a sender in the settings, REPORT_UNREADABLE for a report
    that is no CAP alert, BAD_VALUE where the alert cannot be referred to, and PROTECTED_WORDS
    for a note that says what stands in another report alone.
    """
    from tocsin.feeds.cap.read import read
    from tocsin.feeds.cap.sign import sign
    from tocsin.feeds.cap.write import write_ack, write_error

    public = app.settings.public
    if public is None:
        refuse(
            Code.SETTINGS_INVALID,
            "No answer was made: the house has no name among the senders of CAP messages.",
            "Set public.sender in the settings.",
        )
    alert = read(report_bytes(app, case_id, report_id, by))
    if leaks_back(app, read_case(app, case_id, by), report_id, note):
        refuse(
            Code.PROTECTED_WORDS,
            "No answer was made: its note says what stands only in another report.",
            "Say why without it.",
        )
    key, certificate = signing(app)
    kind, write = ("Ack", write_ack) if accepted else ("Error", write_error)
    made = write(
        alert,
        sender=public.sender,
        identifier=f"{public.prefix}-{kind.upper()}-{app.randomness(8).hex().upper()}",
        sent=app.clock(),
        note=note,
    )
    signed = sign(made, key=key, certificate=certificate)
    words = f"A CAP {kind} for report {report_id} was made for its sender. {note}".strip()
    handle(app, RecordRemark(case_id=case_id, words=words), by)
    return signed
