"""Whom an English sentence of threat is aimed at, by its grammar: whatever stands after the act,
or before it where the act is suffered.

For sentences in which nothing else named a victim. It takes words as they stand and knows no one.
"""

import re
from collections.abc import Iterator

from tocsin.reading.understood import Mention, Role

SOURCE = "grammar"
_ACTS = (
    "kill murder assassinat shoot shot attack bomb target kidnap abduct behead poison stab hang "
    "execut slaughter massacr ambush storm strangl lynch maim hurt harm seize grab burn"
)
_ACT = rf"\b(?:{'|'.join(_ACTS.split())})(?:[pbnt]?(?:ed|ing)|es?|s)?\b"
_NOBODY = (
    "it this that these those them him her us me you himself herself themselves someone somebody "
    "anyone anybody everyone everybody people there then again soon back down up out plan plans "
    "threat threats"
)
_ENDS = (
    "in on at over with by for from before after during if unless when while who whom whose which "
    "that and or but to will would is are was were be been has have had can could may might shall "
    "should must next tomorrow tonight today because so as outside inside near within until till "
    "once unless monday tuesday wednesday thursday friday saturday sunday not never since into "
    "said says again soon there up off"
)
_WORD = r"[^\W\d_][\w'’.-]*"
_OWN = rf"(?!(?i:{'|'.join(_ENDS.split())})\b){_WORD}"
_DEED = (
    r"(?:attacks?|bombings?|shootings?|assassinations?|killings?|plots?|threats?|violence|massacre)"
)
_SOME = r"(?i:the|a|an|any|all|every|some|several|many|his|her|their|our|your|my|two|three)"
_PHRASE = rf"(?:{_SOME}\s)?{_OWN}(?:\s{_OWN}){{0,6}}"
_AFTER = re.compile(rf"(?i:{_ACT})\s(?P<whom>{_PHRASE})")
_AGAINST = re.compile(rf"(?i:\b{_DEED}\s(?:against|on))\s(?P<whom>{_PHRASE})")
_COMING = r"(?:will|would|shall|must|is|are)\s(?:(?:going|about)\sto\s|to\s|soon\s)?(?:be|get)"
_TITLED = r"(?:[Tt]he|[Oo]ur|[Tt]heir|[Hh]is|[Hh]er)\s(?:[a-z]+\s){0,3}[a-z]+"
_NAMED = r"[A-Z][\w'’-]*(?:\s(?:(?:de|al|van|of)\s)?[A-Z][\w'’-]*){0,4}"
_BEFORE = re.compile(
    rf"(?P<whom>{_TITLED}|{_NAMED})(?:,[^,.;]{{1,60}},)?\s{_COMING}\s(?:\w+ly\s)?(?i:{_ACT})"
)
_EMPTY = re.compile(rf"(?i:{_SOME}\s)?(?i:{'|'.join(_NOBODY.split())})")


def aimed_at(text: str, start: int, end: int) -> Iterator[Mention]:
    """Victims of the acts in `text[start:end]`, in order; time is linear in it."""
    for pattern in (_BEFORE, _AFTER, _AGAINST):
        for match in pattern.finditer(text, start, end):
            words = match["whom"].rstrip(".'’-")
            if not _EMPTY.fullmatch(words):
                begins = match.start("whom")
                yield Mention(
                    start=begins,
                    end=begins + len(words),
                    words=words,
                    role=Role.VICTIM,
                    probability=1.0,
                    source=SOURCE,
                )
