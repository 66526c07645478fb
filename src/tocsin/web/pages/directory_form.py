"""A contact as a form: six ways in order, and back again.

A way's row is empty where it has neither method nor address. Moving one up changes only what
is shown: nothing is kept until the form is saved.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from tocsin.channels.addresses import address_for
from tocsin.domain.directory import (
    LONGEST_KEY,
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_REMARK,
    MOST_LANGUAGES,
    MOST_PROTECTED,
    MOST_WAYS,
    Contact,
    ContactKind,
    EncryptionKey,
    KeyKind,
    QuietHours,
    Way,
)
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Refusal
from tocsin.web.pages.forms import Form

ROWS = range(1, MOST_WAYS + 1)
OF_A_WAY = ("method", "address", "label", "key_kind", "key", "key_expires")
LONGEST_ADDRESS = 2_000


def filled(contact: Contact, version: int) -> Form:
    """The form that shows a contact as it stands."""
    values: dict[str, str | tuple[str, ...]] = {
        "contact_kind": contact.contact_kind.value,
        "name": contact.name,
        "languages": ", ".join(contact.languages),
        "zone": contact.zone,
        "quiet_begins": contact.quiet.begins if contact.quiet else "",
        "quiet_ends": contact.quiet.ends if contact.quiet else "",
        "protects": "\n".join(contact.protects),
        "responsible": contact.responsible,
        "remark": contact.remark,
        "version": str(version),
    }
    for row, way in zip(ROWS, contact.ways, strict=False):
        for name, value in zip(OF_A_WAY, _of(way), strict=True):
            values[f"way{row}_{name}"] = value
    return Form.showing(**values)


def _of(way: Way) -> tuple[str, ...]:
    key = way.key
    ends = f"{key.expires_at:%Y-%m-%d}" if key and key.expires_at else ""
    kind, text = (key.key_kind.value, key.text) if key else ("", "")
    return way.method.value, way.address, way.label, kind, text, ends


def moved(form: Form) -> Form | None:
    """The form with the row that `move` names one up; None where nothing is to be moved."""
    asked = form.value("move")
    if asked not in map(str, ROWS[1:]):
        return None
    here = int(asked)
    typed = dict(form.typed)
    for name in OF_A_WAY:
        ours, theirs = f"way{here}_{name}", f"way{here - 1}_{name}"
        typed[ours], typed[theirs] = form.typed.get(theirs, ()), form.typed.get(ours, ())
    del typed["move"]
    return Form(typed)


def read(form: Form, *, contact_id: str = "", before: Contact | None = None) -> Contact:
    """The contact that the form describes. Mistakes stand in the form; see `Form.done`."""
    quiet = _quiet(form)
    languages = form.text("languages", "Enter a language, such as en or fr", longest=LONGEST_LINE)
    tags = tuple(languages.replace(",", " ").split())
    if len(tags) > MOST_LANGUAGES:
        form.wrong("languages", f"Name at most {MOST_LANGUAGES}")
    return Contact(
        contact_id=contact_id,
        contact_kind=form.choice("contact_kind", ContactKind, "Choose what this contact is"),
        name=form.text("name", "Enter a name", longest=LONGEST_NAME),
        unit=before.unit if before else "",
        ways=tuple(_ways(form, before)),
        languages=tags or ("en",),
        zone=form.zone("zone").key,
        quiet=quiet,
        protects=form.lines("protects", most=MOST_PROTECTED, longest=LONGEST_LINE),
        responsible=form.text("responsible", longest=32).upper(),
        remark=form.text("remark", longest=LONGEST_REMARK),
    )


def _quiet(form: Form) -> QuietHours | None:
    begins = form.text("quiet_begins", longest=5)
    ends = form.text("quiet_ends", longest=5)
    if not (begins or ends):
        return None
    try:
        return QuietHours(begins=begins, ends=ends)
    except ValueError:
        form.wrong("quiet_begins", "Enter two different times, such as 22:00 and 07:00, or none")
        return None


def _ways(form: Form, before: Contact | None) -> Iterator[Way]:
    for row in ROWS:
        name = f"way{row}"
        said, address = (
            form.text(f"{name}_method", longest=20),
            form.text(f"{name}_address", longest=LONGEST_ADDRESS),
        )
        label = form.text(f"{name}_label", longest=LONGEST_LINE)
        key = _key(form, name, before)
        if not (said or address or label or key):
            continue
        if said not in set(Method):
            form.wrong(f"{name}_method", f"Way {row}: choose a method, or empty the row")
            continue
        try:
            address = address_for(Method(said), address)
        except Refusal as refusal:
            form.wrong(f"{name}_address", f"Way {row}: {refusal.what} {refusal.remedy}")
        yield Way(method=Method(said), address=address, label=label, key=key)


def _key(form: Form, name: str, before: Contact | None) -> EncryptionKey | None:
    kind, text = (
        form.text(f"{name}_key_kind", longest=20),
        form.text(f"{name}_key", longest=LONGEST_KEY),
    )
    ends = form.text(f"{name}_key_expires", longest=10)
    if not (kind or text or ends):
        return None
    if kind not in set(KeyKind) or not text:
        form.wrong(f"{name}_key_kind", "Choose the kind of key and paste the key, or empty all")
        return None
    given = EncryptionKey(key_kind=KeyKind(kind), text=text, expires_at=_day(form, name, ends))
    # A day in the form has lost the hour; a key that was not touched is the key that was kept.
    kept = (way.key for way in (before.ways if before else ()) if way.key)
    same = (one for one in kept if _shown(one) == _shown(given))
    return next(same, given)


def _shown(key: EncryptionKey) -> tuple[str, str, str]:
    ends = f"{key.expires_at:%Y-%m-%d}" if key.expires_at else ""
    return key.key_kind.value, key.text.replace("\r\n", "\n").strip(), ends


def _day(form: Form, name: str, text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) if text else None
    except ValueError:
        form.wrong(f"{name}_key_expires", "Enter a day, such as 2027-03-31")
        return None
