"""Which passages of a report are not its own words: datelines, boilerplate, links, quoted mail.

Nothing is removed: whoever reads on is told what a passage is. The words are in ten languages;
the layout of datelines is that of English.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tocsin.reading import blocks_words
from tocsin.reading.normal_matching import matching

_LONGEST_LIST, _LONGEST_HEADLINE = 1200, 110


class BlockKind(StrEnum):
    """What a passage is instead of the report's own words."""

    DATELINE = "dateline"
    BOILERPLATE = "boilerplate"
    RELATED = "related"
    QUOTED = "quoted"


# Quoted mail is somebody's words all the same: the wire story that was forwarded.
NOT_OWN = frozenset({BlockKind.DATELINE, BlockKind.BOILERPLATE, BlockKind.RELATED})


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Block:
    """Characters `start` to `end` of a text are of this `kind`."""

    start: int
    end: int
    kind: BlockKind


_DATELINE = re.compile(
    r"\s*(?:\[[A-Z][A-Za-z ]{2,30}\]\s*)*"
    r"(?=[A-Z]{3}|[^\n]{0,80}?(?:\d|\([A-Z]))"  # a place in capitals, a date, or an agency
    r"(?:[A-Z][\w.'’-]*[ ,/]+){1,6}"
    r"(?:\(?[A-Z]?[a-z]{0,8}\.?\s?\d{1,2}(?:st|nd|rd|th)?\s?[A-Z]?[a-z]{0,8}\.?,?"
    r"(?:\s(?:19|20)?\d\d)?\)?[,:]?\s*)?"
    r"(?:\([A-Z][^)\n]{1,40}\)\s*)?(?:--?|—|–)\s"
)
# A line, or a sentence among others where the layout is lost, in small letters; each by the words
# without which it cannot match, for looking for those costs next to nothing.
_BOILERPLATE = {
    key: re.compile(pattern, re.M)
    for key, pattern in {
        "this story is from": r"this story is from (?:\w+ \d{1,2}, \d{4})",
        "photo": r"\b(?:(?:in )?this (?:file |undated |handout )*|(?:file|handout|ap|reuters|afp) )"
        r"photo(?:graph)?\b[^.\n]{0,200}(?:\.|$)",
        "©": r"©\s[^\n]{0,200}?(?:all rights reserved\.?|$)",
        "copyright": r"(?:\(c\) )?copyright\s[^\n]{0,200}?(?:all rights reserved\.?|$)",
        "rights reserved": r"all rights reserved\.?",
        "this material": r"this material may not be published, broadcast,[^\n.]{0,80}\.?",
        "ing by ": r"\((?:additional )?(?:reporting|writing|editing) by [^)\n]{1,300}\)",
        "newsletter": r"(?:subscribe|sign up) (?:to|for) [^.\n]{0,80}newsletters?"
        r"[^.\n]{0,120}(?:\.|$)",
        " us on ": r"(?:follow|like|find) us on (?:facebook|twitter|x|instagram|telegram)"
        r"[^.\n]{0,80}(?:\.|$)",
        "story in": r"read th(?:is|e) (?:full )?story in\W{0,20}(?:hindi|english)?",
        "facebook": r"facebook\b[\s|,]+(?:(?:twitter|linkedin|mail|email|e-mail|whatsapp|telegram|"
        r"print|share|x)\b[\s|,]*){2,8}",
        "click here": r"click here (?:to|for) [^.\n]{0,120}(?:\.|$)",
        "sent from my": r"sent from my [^\n]{1,30}",
        "confidential": r"this (?:e-?mail|message)(?: and any attachments?)? "
        r"(?:is|are|may be|contains) [^\n]{0,40}confidential[^\n]{0,600}",
        **blocks_words.BOILERPLATE,
    }.items()
}
_LINKS = tuple(
    (key, re.compile(f"(?:{words})" + r"(?=\s*(?:[:：|»>】â]|\n|\s{2,}|- ))"))
    for key, words in {
        "related ": "related (?:stories|story|articles?|news|coverage|reading|links)",
        " stor": "(?:more|other|top|recommended) stor(?:y|ies)",
        **{one: one for one in ("also read", "must read", "read also", "read more", "see also")},
        **{one: one for one in ("full coverage", "latest news", "you may also like")},
        "more on this ": "more on this (?:story|topic)",
        "more from ": "more from (?:the web|this author)",
        **blocks_words.LINKS,
    }.items()
)
_QUOTED = re.compile(
    r"^(?:[ \t]*>[^\n]*(?:\n|\Z))+"
    r"|^-{2,}\s?(?:original|forwarded) message\s?-{2,}[^\n]*\n"
    r"(?:[ \t]*[A-Z][\w-]{1,20}:[^\n]*\n){0,12}"
    r"|^on [^\n]{6,120}\bwrote:[ \t]*$",
    re.I | re.M,
)
# The words without which none of the patterns above can match: looking for them costs little.
_TELLING = (
    "photo", "photograph", "copyright", "©", "(c)", "reserved", "reserved.", "published,",
    "newsletter", "newsletters", "newsletter.", "facebook", "facebook,", "twitter", "twitter.",
    "linkedin", "whatsapp", "instagram", "telegram", "telegram.", "click", "confidential",
    "confidential,", "stories", "stories:", "story", "story:", "articles", "articles:",
    "coverage", "coverage:", "related", "reading", "links", "sent", "read:", "more:", "also:",
    "also", "like", "like:", "read", "(reporting", "(additional", "(writing", "(editing",
    "topic", "topic:", "web", "web:", "author", "author:", "article", "article:",
    *blocks_words.TELLING,
)  # fmt: skip
TELLING_WORDS = frozenset(
    form for word in _TELLING for form in (word, word.capitalize(), word.upper())
)
"""Without any of these between blanks, or `has_telling_within`, no boilerplate or links are in a
text."""


def has_telling_within(text: str) -> bool:
    """As `TELLING_WORDS`, in languages whose words no blanks divide."""
    return not text.isascii() and any(one in text for one in blocks_words.TELLING_WITHIN)


def blocks(text: str) -> tuple[Block, ...]:
    """The passages of `text` that are not its own words, in order, none overlapping."""
    found = [*_dateline(text), *_quoted(text)]
    if not TELLING_WORDS.isdisjoint(text.split()) or has_telling_within(text):
        small = low if len(low := text.lower()) == len(text) else matching(text)
        found += _related(small)
        for key, pattern in _BOILERPLATE.items():
            if key in small:
                found += _matched(pattern, BlockKind.BOILERPLATE, small)
    return tuple(_apart(sorted(found)))


def without(text: str, spans: Iterable[Block]) -> str:
    """`text` with blanks in place of `spans`, so that positions stay."""
    pieces: list[str] = []
    done = 0
    for block in spans:
        pieces += text[done : block.start], " " * (block.end - block.start)
        done = block.end
    return "".join((*pieces, text[done:]))


def _matched(pattern: re.Pattern[str], kind: BlockKind, text: str) -> Iterator[Block]:
    return (
        Block(start=m.start(), end=m.end(), kind=kind)
        for m in pattern.finditer(text)
        if m.end() > m.start()
    )


def _dateline(text: str) -> Iterator[Block]:
    if match := _DATELINE.match(text[:200]):
        yield Block(start=0, end=match.end(), kind=BlockKind.DATELINE)


def _quoted(text: str) -> Iterator[Block]:
    if ">" in text or "wrote:" in text or "essage-" in text or "essage -" in text:
        yield from _matched(_QUOTED, BlockKind.QUOTED, text)


def _related(text: str) -> Iterator[Block]:
    """A heading and the headlines after it: to the first line that is prose, or the empty line."""
    done, found = 0, (match for key, one in _LINKS if key in text for match in one.finditer(text))
    for start, end in sorted(match.span() for match in found):
        if start >= done and not text[max(0, start - 1) : start].isalnum():
            done = _end_of_list(text, end)
            yield Block(start=start, end=done, kind=BlockKind.RELATED)


def _end_of_list(text: str, start: int) -> int:
    """Flattened links stand on the heading's line; else on short lines without a full stop."""
    limit, line_end = start + _LONGEST_LIST, text.find("\n", start)
    end = len(text) if line_end < 0 else line_end
    if text[start:end].strip(" \t:|»>-"):
        return min(end, limit)
    while 0 <= end < min(limit, len(text)):
        line_end = text.find("\n", end + 1)
        line = text[end + 1 : line_end if line_end >= 0 else len(text)].strip()
        if not line or len(line) > _LONGEST_HEADLINE or line.endswith((".", "!", "”", '."')):
            break
        end = line_end if line_end >= 0 else len(text)
    return end


def _apart(found: list[Block]) -> Iterator[Block]:
    done = 0
    for block in found:
        if block.start >= done:
            done = block.end
            yield block
