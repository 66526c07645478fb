"""The words of a warning: structured, composed in each language, released by hash."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from tocsin.domain.parity import ParityAnswer
from tocsin.domain.phrases import ENGLISH, Direction, Phrases, direction_of, nearest, phrases_for
from tocsin.domain.window import Window


class WarningKind(StrEnum):
    """An Update or a Cancel names the warning it follows."""

    ALERT = "alert"
    UPDATE = "update"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningWords:
    """What the recipient is told; `basis` is the basis as it may be told.

    A warning without any of these leaves people unable to act (DOMAIN (g): no
    detail, no help), so all are required and none may be blank.
    """

    what: str
    where: str
    window: Window
    do: str
    call: str
    basis: str
    language: str = "en"

    def __post_init__(self) -> None:
        for name in ("what", "where", "do", "call", "basis"):
            if not getattr(self, name).strip():
                raise ValueError(f"a warning says {name!r}")
        if sum(map(len, (self.what, self.where, self.do, self.call, self.basis))) > 8_000:
            raise ValueError("a warning holds at most 8,000 characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A warning in one language. `text` is exactly what was released in it.

    `parts` are the labels, with their colons, and the words in it, to be laid out; empty where
    the text of an older record does not part so.
    """

    language: str
    direction: Direction
    headline: str
    text: str
    parts: tuple[tuple[str, str], ...] = ()


def block_among(blocks: Sequence[Block], language: str) -> Block:
    """The block that a reader of `language` understands best; else the first."""
    fitting = nearest(language, [one.language for one in blocks])
    return next((one for one in blocks if one.language == fitting), blocks[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One version of a warning's words, not yet released.

    `text` is the whole: `texts` joined by a line feed, those of `words` and `translations`.
    Records made before there were translations have no `texts`.
    """

    version: int
    words: WarningWords
    text: str
    author: str
    drafted_at: datetime
    returned: str = ""
    translations: tuple[WarningWords, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def text_sha256(self) -> str:
        return text_sha256(self.text)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The warning in each of its languages, the first one first."""
        spoken = (self.words, *self.translations)
        return tuple(map(_block, spoken, self.texts or (self.text,)))

    def block_for(self, language: str) -> Block:
        """The block that a reader of `language` understands best; else the first."""
        return block_among(self.blocks, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedLeak:
    """Words that stand in a report and leave all the same, and why."""

    words: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The decision to let exact words go, with who accepted what risk remains."""

    text_sha256: str
    version: int
    released_by: str
    released_at: datetime
    residual_risk: str
    accepted: tuple[AcceptedLeak, ...] = ()
    parity: ParityAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatWarning:
    """A warning and its place in the chain alert, updates, cancel."""

    warning_id: str
    kind: WarningKind
    victim_ids: tuple[str, ...]
    draft: Draft
    references: str = ""
    release: Release | None = None

    @property
    def is_released(self) -> bool:
        return self.release is not None


def text_sha256(text: str) -> str:
    """SHA-256 of the exact words in UTF-8, hex: what a release authority approves."""
    return hashlib.sha256(text.encode()).hexdigest()


def headline(kind: WarningKind, words: Phrases = ENGLISH) -> str:
    """The first line of a warning."""
    return {
        WarningKind.ALERT: words.headline_alert,
        WarningKind.UPDATE: words.headline_update,
        WarningKind.CANCEL: words.headline_cancel,
    }[kind]


HEADLINE = {kind: headline(kind) for kind in WarningKind}
LABELS = ENGLISH.labels

_LEFT_TO_RIGHT_MARK = "\u200e"
_NUMBER = re.compile(r"(?<![\w+(])[+(]{0,2}\d[\d ()./:+\u00a0-]{4,200}\d")


def compose(words: WarningWords, kind: WarningKind, follows: datetime | None) -> str:
    """The text in one language. `follows`: when the warning before it was released."""
    spoken = phrases_for(words.language)
    lines = [headline(kind, spoken)]
    if follows is not None:
        before = f"{follows.astimezone(UTC):%Y-%m-%d %H:%M}"
        lines.append(_steered(spoken.follows.format(at=before), spoken.language))
    said = zip(spoken.labels, _said(words), strict=True)
    lines += ["", *(f"{label}{spoken.separator}{one}" for label, one in said)]
    return "\n".join(lines) + "\n"


def compose_all(
    words: WarningWords,
    translations: tuple[WarningWords, ...],
    kind: WarningKind,
    follows: datetime | None,
) -> tuple[str, ...]:
    """The text in each language, in order. Raises ValueError for a language given twice."""
    spoken = (words, *translations)
    if len({one.language.lower() for one in spoken}) < len(spoken):
        raise ValueError("a warning has one text in each language")
    return tuple(compose(one, kind, follows) for one in spoken)


def _said(words: WarningWords) -> tuple[str, ...]:
    """What stands after the labels, in their order."""
    when = words.window.told(words.language)
    told = (words.what, words.where, when, words.do, words.call, words.basis)
    return tuple(_steered(one.strip(), words.language) for one in told)


def _steered(text: str, language: str) -> str:
    """A telephone number or a date keeps its order between letters that run to the left.

    Without the mark the groups of "+1 555 0100" change places on the reader's screen.
    Source: Unicode Standard Annex 9, rules W2 and W7.
    """
    if direction_of(language) == "ltr":
        return text
    return _NUMBER.sub(lambda found: f"{_LEFT_TO_RIGHT_MARK}{found[0]}", text)


def _block(words: WarningWords, text: str) -> Block:
    return Block(
        language=words.language,
        direction=direction_of(words.language),
        headline=text.partition("\n")[0],
        text=text,
        parts=_parts(text, _said(words)),
    )


def _parts(text: str, said: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Labels as they stand in the text itself, so that what is laid out is what was released."""
    rest, found = text.partition("\n\n")[2], []
    for one in said:
        place = re.match(rf"([^\n]{{1,80}}?[:\uff1a]) ?{re.escape(one)}\n", rest)
        if place is None:
            return ()
        found.append((place[1], one))
        rest = rest[place.end() :]
    return () if rest else tuple(found)
