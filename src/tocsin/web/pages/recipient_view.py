"""What stands on a recipient's page: in which language, which words first, which numbers to tap."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from tocsin.casework.acknowledge import Portal
from tocsin.casework.sheet import is_printable
from tocsin.domain.kinds import ReactionKind, Relation
from tocsin.domain.phrases import (
    CATALOGUES,
    ENGLISH,
    Direction,
    Phrases,
    direction_of,
    nearest,
    phrases_for,
    primary,
)
from tocsin.domain.warning import Block
from tocsin.domain.window import told
from tocsin.web.templating import plain_lines

# What a recipient may choose; passing on has a form of its own where it is asked for.
CHOICES = (
    ReactionKind.WILL_ACT,
    ReactionKind.ACTION_TAKEN,
    ReactionKind.QUESTION,
    ReactionKind.DISBELIEVED,
    ReactionKind.TOO_GENERAL,
    ReactionKind.PROPAGANDA,
    ReactionKind.REJECTED,
)
CALL = 4
"""Of the parts of a block, the one that says whom to call."""
_MISTAKES = ("ask_code", "ask_tick", "ask_kind", "ask_words", "code_wrong", "too_many")
_MOST_TAGS = 10

# Grouped digits as people write a telephone number, or one that calls for help.
_NUMBER = re.compile(r"(?<![\w+])(?:[+(]{0,2}\d(?:[ ()./\u00a0-]{0,3}\d){5,18}|112|911|999)(?!\w)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A block as it is laid out; `plain` where its text has no parts."""

    language: str
    direction: Direction
    headline: str
    above: str
    parts: tuple[tuple[str, Markup], ...]
    plain: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Another language in which the page can be read."""

    tag: str
    name: str
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The page for one reader: `say` its sentences, `block` the words that come first."""

    portal: Portal
    tag: str
    say: Phrases
    block: Block
    others: tuple[Block, ...]
    languages: tuple[Offered, ...]

    def told(self, what: Any) -> str:
        """An instant in the reader's language and zone; nothing for None."""
        zone = self.portal.recipient.zone
        return told(what, zone, self.say.language) if what else ""

    def own(self, sentence: str) -> str:
        """An English sentence about a mistake, in the reader's language where it has one."""
        known = {getattr(ENGLISH, name): getattr(self.say, name) for name in _MISTAKES}
        found: str = known.get(sentence, sentence)
        return found

    def context(self, house: str) -> dict[str, Any]:
        """What the template shows of it."""
        delivery, released = self.portal.delivery, self.portal.released
        addressed = self.say.addressed_from if house else self.say.addressed
        return {
            "say": self.say,
            "cancels": self.block.headline in {one.headline_cancel for one in CATALOGUES.values()},
            "own": [getattr(self.say, name) for name in _MISTAKES],
            "shown": shown(self.block),
            "others": tuple(map(shown, self.others)),
            "languages": self.languages,
            "printable": is_printable(self.block),
            "addressed": addressed.format(name=released.recipient_name, house=house),
            "kinds": [(kind.value, getattr(self.say, kind.value)) for kind in CHOICES],
            "passes_on": _passes_on(self.portal),
            "confirmed_at": self.told(delivery.acknowledged_at),
            "answered_at": self.told(delivery.reactions[-1].at if delivery.reactions else None),
        }


def reading(portal: Portal, wanted: str) -> Reading:
    """The page in the `wanted` language where it is offered, else in the recipient's."""
    blocks = portal.released.blocks
    own = portal.recipient.language or portal.released.language
    tags = {primary(tag): tag for tag in ("en", *(one.language for one in blocks), own)}
    chosen = tags.get(primary(wanted), own)
    fitting = nearest(chosen, [one.language for one in blocks])
    first = next((one for one in blocks if one.language == fitting), blocks[0])
    say = phrases_for(chosen)
    return Reading(
        portal=portal,
        tag=chosen,
        say=say,
        block=first,
        others=tuple(one for one in blocks if one is not first),
        languages=tuple(_offered(tag) for tag in tags.values() if tag != chosen),
    )


def say_to_stranger(accepted: str) -> Phrases:
    """For a page that belongs to nobody: the first language of the browser's that we speak."""
    tags = (part.partition(";")[0].strip() for part in accepted.split(",")[:_MOST_TAGS])
    return next((phrases_for(tag) for tag in tags if nearest(tag, CATALOGUES)), ENGLISH)


def shown(block: Block) -> Shown:
    head, _, words = block.text.partition("\n\n")
    return Shown(
        language=block.language,
        direction=block.direction,
        headline=block.headline,
        above=head.removeprefix(block.headline).strip(),
        parts=tuple(
            (label, _lined(said, tapped=number == CALL))
            for number, (label, said) in enumerate(block.parts)
        ),
        plain=plain_lines(words),
    )


def _offered(tag: str) -> Offered:
    words = phrases_for(tag)
    named = nearest(tag, CATALOGUES) is not None
    return Offered(tag=tag, name=words.name if named else tag, direction=direction_of(tag))


def _passes_on(portal: Portal) -> bool:
    recipient = portal.recipient
    return recipient.relation is Relation.PROTECTOR or recipient.passes_on


def _lined(words: str, *, tapped: bool) -> Markup:
    told = Markup().join(_tapped(words)) if tapped else escape(words)
    return Markup("<br>").join(told.split("\n"))


def _tapped(words: str) -> Iterator[Markup]:
    """The words with each telephone number as something to tap."""
    at = 0
    for found in _NUMBER.finditer(words):
        if not _DATE.match(found[0]):
            # Abroad, the nought in brackets that some write after the country is not dialled.
            whole = found[0].replace("(0)", "") if "+" in found[0] else found[0]
            dialled = re.sub(r"[^\d+]", "", whole)
            yield escape(words[at : found.start()])
            yield Markup('<a href="tel:{}" dir="ltr">{}</a>').format(dialled, found[0])
            at = found.end()
    yield escape(words[at:])
