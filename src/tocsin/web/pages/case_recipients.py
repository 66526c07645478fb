"""Whom to tell for a victim: chosen from the directory, or typed by hand."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from tocsin.casework import directory
from tocsin.casework.access import allows
from tocsin.casework.naming import from_directory, passes_on_usually
from tocsin.channels import address_for
from tocsin.domain import commands as c
from tocsin.domain.case import Victim
from tocsin.domain.directory import Contact, Trouble, Way, troubles
from tocsin.domain.kinds import Method, Relation
from tocsin.domain.phrases import checked_language
from tocsin.domain.refusal import Refusal
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.forms import Form

FURTHER = (2, 3)
"""Ways after the first one that may be typed by hand."""
MOST_OFFERED = 20
LONGEST_ADDRESS = 2_000


class PassesOn(StrEnum):
    """Whether a recipient is asked to say to whom they passed the words."""

    USUAL = "usual"
    YES = "yes"
    NO = "no"


def _wanted(at: At) -> str:
    only = next(iter(at.case.victims), "") if len(at.case.victims) == 1 else ""
    return at.query.get("victim", only)


def _offered(at: At) -> Mapping[str, Any]:
    """Who may be chosen from the directory: those who protect a victim first, or those sought."""
    sought, victim = at.query.get("q", "")[:200], at.case.victims.get(_wanted(at))
    reads = allows(at.app, at.officer, directory.READ)
    victims = [victim] if victim else list(at.case.victims.values())
    protectors = [] if sought or not reads else list(_protectors(at, victims))
    found = (
        directory.contacts(at.app, at.officer, sought, limit=MOST_OFFERED)
        if sought and reads
        else []
    )
    return {
        "victims": list(at.case.victims.values()),
        "wanted": victim.victim_id if victim else "",
        "answering": _answering(at),
        "sought": sought,
        "offered": [(one, _worst(at, one)) for one in (found or protectors)],
        "reads": reads,
        "methods": list(Method),
        "channels": at.app.channels,
        "further": FURTHER,
    }


def _protectors(at: At, victims: list[Victim]) -> Iterator[Contact]:
    seen: set[str] = set()
    for one in victims:
        names = (*one.known_as, one.protector) if one.protector else one.known_as
        for found in directory.protectors_of(at.app, one.name, names, one.place, at.officer):
            if found.contact_id not in seen and len(seen) < MOST_OFFERED:
                seen.add(found.contact_id)
                yield found


def _worst(at: At, one: Contact) -> list[tuple[Way, tuple[Trouble, ...]]]:
    return [(way, troubles(way, at.app.clock())) for way in one.ways]


def _for_victim(at: At) -> Form:
    return Form.showing(
        victim=_wanted(at),
        language="en",
        passes_on=PassesOn.USUAL.value,
        answers=_answering(at),
    )


def _answering(at: At) -> str:
    """Whom the duty requires to be told, where the link here says that it is about them."""
    asked = at.query.get("answers", "")
    return asked if asked in {one.name for one in at.case.must_tell} else ""


def _victim(form: Form, at: At) -> str:
    victim_id = form.text("victim", "Choose for whom", longest=100)
    if victim_id not in at.case.victims:
        form.wrong("victim", "Choose for whom")
    return victim_id


def _answers(form: Form, at: At) -> tuple[str, ...]:
    """Whom of those they are whom the duty requires to be told."""
    answers = form.many("answers")
    if set(answers) - {one.name for one in at.case.must_tell}:
        form.wrong("answers", "Choose from those that the duty requires")
    return answers


def _asked(form: Form, at: At, victim_id: str, relation: Relation) -> bool:
    """What is not said is as usual."""
    said = form.choice("passes_on", PassesOn) if form.value("passes_on") else PassesOn.USUAL
    victim = at.case.victims.get(victim_id)
    if said is PassesOn.USUAL:
        return victim is not None and passes_on_usually(victim, relation)
    return said is PassesOn.YES


@step(
    "/recipients/new",
    c.NameRecipient,
    title="Who is to be told, and how",
    button="Name the recipient",
    show=_for_victim,
    more=_offered,
)
def name_recipient(form: Form, at: At) -> c.NameRecipient:
    victim_id = _victim(form, at)
    name = form.text("name", "Enter a name", longest=500)
    relation = form.choice("relation", Relation, "Choose who this is")
    ways = tuple(_ways(form))
    language = _language(form)
    inside = form.ticked("inside")
    passes_on = _asked(form, at, victim_id, relation)
    answers = _answers(form, at)
    form.done()
    return c.NameRecipient(
        case_id=at.case_id,
        victim_id=victim_id,
        name=name,
        relation=relation,
        method=ways[0].method,
        address=ways[0].address,
        language=language,
        ways=ways,
        inside=inside,
        passes_on=passes_on,
        answers=answers,
    )


def _ways(form: Form) -> Iterator[Way]:
    """The first way, which is needed, and what is typed of the others."""
    yield _way(form, "method", "address")
    for number in FURTHER:
        method, address = f"method_{number}", f"address_{number}"
        if form.value(method).strip() or form.value(address).strip():
            yield _way(form, method, address)
        else:
            form.known |= {method, address}


def _way(form: Form, method: str, address: str) -> Way:
    how = form.choice(method, Method, "Choose how the warning is brought")
    where = form.text(address, "Enter an address, or where to meet", longest=LONGEST_ADDRESS)
    if where and method not in form.errors:
        try:
            where = address_for(how, where)
        except Refusal as refusal:
            form.wrong(address, f"{refusal.what} {refusal.remedy}")
    return Way(method=how, address=where)


def _language(form: Form) -> str:
    language = form.text("language", "Enter the language, such as en", longest=35)
    try:
        return checked_language(language) if language else ""
    except Refusal as refusal:
        form.wrong("language", refusal.remedy)
        return language


def _contact(at: At) -> Contact:
    return directory.open_one(at.app, at.ids["contact_id"], at.officer).contact


def _chosen(at: At) -> Mapping[str, Any]:
    one = _contact(at)
    return {
        "victims": list(at.case.victims.values()),
        "contact": one,
        "ways": [(way, troubles(way, at.app.clock())) for way in one.ways],
        "channels": at.app.channels,
    }


def _show_chosen(at: At) -> Form:
    one, now = _contact(at), at.app.clock()
    usable = [n for n, way in enumerate(one.ways) if not (way.key and way.key.is_expired(now))]
    return Form.showing(
        victim=_wanted(at),
        relation=Relation.PROTECTOR.value,
        way=tuple(map(str, usable)),
        language=one.languages[0],
        passes_on=PassesOn.USUAL.value,
        answers=_answering(at),
    )


@step(
    "/recipients/from/{contact_id}",
    c.NameRecipient,
    title="Tell somebody in the directory",
    button="Name this recipient",
    show=_show_chosen,
    more=_chosen,
)
def name_from_directory(form: Form, at: At) -> c.NameRecipient:
    """What is copied is the contact as it stands now, not as the page showed it."""
    victim_id = _victim(form, at)
    relation = form.choice("relation", Relation, "Choose who this is")
    ways, used = _contact(at).ways, form.many("way")
    if not used:
        form.wrong("way", "Choose at least one way")
    language = form.text("language", longest=35)
    inside = form.ticked("inside")
    passes_on = _asked(form, at, victim_id, relation)
    answers = _answers(form, at)
    form.done()
    return from_directory(
        at.app,
        at.case,
        victim_id,
        at.ids["contact_id"],
        relation,
        inside,
        passes_on,
        at.officer,
        language=language,
        leave_out={number for number in range(len(ways)) if str(number) not in used},
        answers=answers,
    )
