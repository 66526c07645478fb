"""Whether released words will fit into text messages: asked before they are released."""

from collections.abc import Iterator

from tocsin.casework.house import App
from tocsin.casework.spoken import short_text
from tocsin.channels.sms_text import checked_short, parts_needed
from tocsin.domain.case import Case, Recipient
from tocsin.domain.kinds import Method
from tocsin.domain.warning import ThreatWarning
from tocsin.identity import links

MOST_PARTS = 6
"""Where the settings of the channel say nothing else; the channel's own."""


def most_parts(app: App) -> int:
    """How many text messages one warning may take."""
    return int((app.settings.sms or {}).get("most_parts", MOST_PARTS))


def text_parts(app: App, case: Case, warning: ThreatWarning) -> list[tuple[Recipient, int]]:
    """How many text messages the words take for each who is named to be reached by them."""
    return [(one, parts_needed(text)) for one, text in _texts(app, case, warning)]


def check_texts(app: App, case: Case, warning: ThreatWarning) -> None:
    """Refuse TEXT_TOO_LONG where anybody named could not be sent these words."""
    for _, text in _texts(app, case, warning):
        checked_short(text, most_parts(app))


def _texts(app: App, case: Case, warning: ThreatWarning) -> Iterator[tuple[Recipient, str]]:
    """What goes as a text message to whom, with a link as long as any will be."""
    draft, last = warning.draft, f"{case.case_id}-d{len(case.deliveries) + 1_000}"
    link = f"{app.settings.base_url}/w/{links.link_token(app.keys.links, last)}"
    code = links.code(app.keys.links, last, draft.text_sha256)
    for one in case.recipients.values():
        by_text = any(way.method is Method.SMS for way in one.ways)
        if by_text and one.victim_id in warning.victim_ids:
            block = draft.block_for(one.language)
            yield one, short_text(block, link, code, exercise=case.exercise)
