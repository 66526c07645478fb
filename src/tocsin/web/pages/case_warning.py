"""The words of a warning: written, checked against the reports, released by hash or returned."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tocsin.casework import release as one_door
from tocsin.casework.text_parts import most_parts, text_parts
from tocsin.domain import commands as c
from tocsin.domain.deciding.release import the_warning
from tocsin.domain.leak import Leak, LeakKind
from tocsin.domain.parity import Parity, ParityAnswer
from tocsin.domain.phrases import checked_language
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.warning import AcceptedLeak, Block, ThreatWarning, WarningKind, WarningWords
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.case_triage import local, told_in, window, zones
from tocsin.web.pages.forms import Form

FURTHER = (2, 3, 4, 5)
"""Languages after the first one that the form has room for."""


def _writing(at: At) -> Mapping[str, Any]:
    """What a draft is chosen from: victims, warnings it may follow, tearlines that may be told."""
    draft = at.warning if "warning_id" in at.ids else None
    return {
        "warning": draft,
        "victims": list(at.case.victims.values()),
        "current": at.case.current_warnings(),
        "tearlines": [one for one in at.case.reports.values() if one.tearline],
        "further": FURTHER,
        "wanted": _languages(at),
        **zones(at),
    }


def _languages(at: At) -> list[str]:
    """What those who are to be told read, as far as they are named."""
    return sorted({one.language for one in at.case.recipients.values()})


def _new(at: At) -> Form:
    """Empty, or following the warning that the address names."""
    if "follows" in at.query:
        followed = the_warning(at.case, at.query["follows"])
        kind = at.query.get("kind", WarningKind.UPDATE.value)
        return _filled(followed, kind, followed.warning_id)
    victims = list(at.case.victims)
    wanted = at.query.get("victim", victims[0] if len(victims) == 1 else "")
    expected = at.case.expected
    victim = at.case.victims.get(wanted)
    return Form.showing(
        kind=WarningKind.ALERT.value,
        victim=wanted,
        where=victim.place if victim else "",
        opens=local(expected.opens, told_in(at)) if expected else "",
        closes=local(expected.closes, told_in(at)) if expected else "",
        zone=told_in(at),
        language="en",
    )


def _again(at: At) -> Form:
    one = at.warning
    return _filled(one, one.kind.value, one.references)


def _filled(one: ThreatWarning, kind: str, references: str) -> Form:
    words = one.draft.words
    zone = words.window.zone
    return Form.showing(
        kind=kind,
        references=references,
        victim=one.victim_ids,
        what=words.what,
        where=words.where,
        opens=local(words.window.opens, zone),
        closes=local(words.window.closes, zone),
        zone=zone,
        do=words.do,
        call=words.call,
        basis=words.basis,
        language=words.language,
        **_others(one.draft.translations),
    )


def _others(translations: Sequence[WarningWords]) -> dict[str, str]:
    return {
        f"{name}_{number}": str(getattr(words, name))
        for number, words in zip(FURTHER, translations, strict=False)
        for name in ("language", *ASKED)
    }


@step(
    "/warnings/new",
    c.DraftWarning,
    title="Write a warning",
    button="Save the draft",
    fields="warning",
    show=_new,
    more=_writing,
)
def new_warning(form: Form, at: At) -> c.DraftWarning:
    return _draft(form, at, "")


@step(
    "/warnings/{warning_id}/edit",
    c.DraftWarning,
    title="Write a new version",
    button="Save the new version",
    fields="warning",
    show=_again,
    more=_writing,
)
def edit_warning(form: Form, at: At) -> c.DraftWarning:
    """A page that is out of date may not write over a version it never showed."""
    if form.text("version", longest=10) != str(at.warning.draft.version):
        refuse(
            Code.CHANGED_MEANWHILE,
            "The version was not saved: somebody has written another since you opened this.",
            "The newest version is shown below; compare, then send yours again if it still holds.",
        )
    return _draft(form, at, at.warning.warning_id)


def _draft(form: Form, at: At, warning_id: str) -> c.DraftWarning:
    victim_ids = form.many("victim")
    if not victim_ids or not set(victim_ids) <= at.case.victims.keys():
        form.wrong("victim", "Choose whom it is for")
    kind = form.choice("kind", WarningKind, "Choose what it is")
    references = form.text("references", longest=100)
    if kind is WarningKind.ALERT and references:
        form.wrong("references", "A first warning follows no other; choose update or cancel")
    if kind is not WarningKind.ALERT and references not in at.case.warnings:
        form.wrong("references", "Choose the warning that this follows")
    spoken = list(_spoken(form))
    frame = window(form)
    words, *translations = (
        WarningWords(window=frame, language=tag, **told) for tag, told in spoken
    )
    return c.DraftWarning(
        case_id=at.case_id,
        words=words,
        victim_ids=tuple(dict.fromkeys(victim_ids)),
        warning_id=warning_id,
        kind=kind,
        references=references,
        translations=tuple(translations),
    )


def _spoken(form: Form) -> Iterator[tuple[str, dict[str, str]]]:
    """The first language, and each further one of which anything is filled in, with its words."""
    seen: set[str] = set()
    for ending in ("", *(f"_{number}" for number in FURTHER)):
        names = [f"{name}{ending}" for name in ("language", *ASKED)]
        if ending and not any(form.value(name).strip() for name in names):
            form.known |= set(names)
            continue
        told = {name: form.text(name + ending, ask, longest=4_000) for name, ask in ASKED.items()}
        if sum(map(len, told.values())) > 8_000:
            form.wrong(f"what{ending}", "Shorten this: a warning holds at most 8,000 characters")
        tag = _language(form, f"language{ending}")
        if tag.lower() in seen:
            form.wrong(f"language{ending}", "Give each language once")
        seen.add(tag.lower())
        yield tag, told


def _language(form: Form, name: str) -> str:
    tag = form.text(name, "Enter the language, such as en", longest=35)
    try:
        return checked_language(tag) if tag else ""
    except Refusal as refusal:
        form.wrong(name, refusal.remedy)
        return tag


ASKED = {
    "what": "Say what may happen",
    "where": "Say where",
    "do": "Say what people should do",
    "call": "Say whom to call",
    "basis": "Say on what basis, as it may be told",
}


def checked(at: At) -> Mapping[str, Any]:
    """The words with what of them stands only in what may not leave."""
    leaks = one_door.leaks_of(at.app, at.case, at.warning)
    asked = [at.case.queries.get(one.report_id) for one in at.case.reports.values()]
    controlled = [one for one in at.case.reports.values() if one.needs_originator]
    return {
        "warning": at.warning,
        "leaks": leaks,
        "blocks": marked(at.warning, () if at.warning.is_released else leaks),
        "texts": text_parts(at.app, at.case, at.warning),
        "most_parts": most_parts(at.app),
        "to_accept": _to_accept(leaks),
        "exposed": sorted({leak.words for leak in leaks if leak.kind is LeakKind.SOURCE}),
        "controlled": controlled,
        "queries": [one for one in asked if one],
        "victims": [at.case.victims[one] for one in at.warning.victim_ids],
    }


def marked(warning: ThreatWarning, leaks: Sequence[Leak]) -> list[tuple[Block, tuple[Leak, ...]]]:
    """The words in each language with what is marked in them, counted from their own beginning."""
    found, begins = [], 0
    for block in warning.draft.blocks:
        ends = begins + len(block.text)
        within = [one for one in leaks if one.start < ends and one.end > begins]
        found.append((block, tuple(_within(one, begins, ends) for one in within)))
        begins = ends + 1
    return found


def _within(one: Leak, begins: int, ends: int) -> Leak:
    return replace(one, start=max(one.start, begins) - begins, end=min(one.end, ends) - begins)


def _to_accept(leaks: tuple[Leak, ...]) -> list[str]:
    return list(dict.fromkeys(leak.words for leak in leaks))


@step(
    "/warnings/{warning_id}/release",
    c.ReleaseWarning,
    title="Release exact words",
    button="Release these words",
    more=checked,
    danger=True,
)
def release_warning(form: Form, at: At) -> c.ReleaseWarning:
    """What was read is what is released: the hash on the page must be that of the newest words."""
    read = form.text("text_sha256", longest=64)
    accepted: list[AcceptedLeak] = []
    for number, words in enumerate(_to_accept(one_door.leaks_of(at.app, at.case, at.warning))):
        same = form.text(f"leak.{number}", longest=100_000, strip=False) == words
        reason = form.text(f"reason.{number}")
        if reason and same:
            accepted.append(AcceptedLeak(words=words, reason=reason))
        elif read == at.warning.draft.text_sha256:
            form.wrong(f"reason.{number}", "Say why these words may leave, or return the draft")
    risk = form.text("residual_risk", "Say what risk remains, and who accepts it")
    override = form.text("override_originator")
    parity = _parity(form)
    form.ticked("confirmed", "Tick that you have read these exact words")
    if read != at.warning.draft.text_sha256:
        refuse(
            Code.WORDS_CHANGED,
            "Nothing was released: the words have changed since you read them.",
            "The newest words are shown below; read them, then send again.",
        )
    form.done()
    return c.ReleaseWarning(
        case_id=at.case_id,
        warning_id=at.warning.warning_id,
        text_sha256=read,
        residual_risk=risk,
        accepted=tuple(accepted),
        override_originator=override,
        parity=parity,
    )


def _parity(form: Form) -> ParityAnswer | None:
    """Who inside was told what those outside were not: asked before every release."""
    parity = form.choice("parity", Parity, "Say who of your own has been told")
    if "parity" in form.errors:
        return None
    answer = ParityAnswer(
        parity=parity,
        who_inside=form.text("who_inside", longest=2_000),
        who_outside=form.text("who_outside", longest=2_000),
        reason=form.text("parity_reason", longest=2_000),
    )
    if parity is not Parity.NOBODY_INSIDE and not answer.who_inside:
        form.wrong("who_inside", "Say who of your own has been told")
    outside = parity in (Parity.TOLD_ALREADY, Parity.TOLD_TOGETHER)
    if outside and not answer.who_outside:
        form.wrong("who_outside", "Say who outside is told")
    if parity is Parity.NOT_EXPOSED and not answer.reason:
        form.wrong("parity_reason", "Say why nobody outside is in danger")
    return answer


@step(
    "/warnings/{warning_id}/return",
    c.ReturnWarning,
    title="Return a draft to its author",
    button="Return the draft",
    more=checked,
)
def return_warning(form: Form, at: At) -> c.ReturnWarning:
    reason = form.text("reason", "Say what must change")
    form.done()
    return c.ReturnWarning(case_id=at.case_id, warning_id=at.warning.warning_id, reason=reason)
