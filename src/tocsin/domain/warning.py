"""The words of a warning: structured, composed into one text, released by hash."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

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
class Draft:
    """One version of a warning's words, not yet released."""

    version: int
    words: WarningWords
    text: str
    author: str
    drafted_at: datetime
    returned: str = ""

    @property
    def text_sha256(self) -> str:
        return text_sha256(self.text)


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


HEADLINE = {
    WarningKind.ALERT: "WARNING",
    WarningKind.UPDATE: "UPDATED WARNING, replaces the earlier one",
    WarningKind.CANCEL: "WARNING CANCELLED",
}


LABELS = ("What", "Where", "When", "What to do", "Whom to call", "Basis")


def compose(words: WarningWords, kind: WarningKind, follows: datetime | None) -> str:
    """The one text everybody gets. `follows`: when the warning before it was released."""
    lines = [HEADLINE[kind]]
    if follows is not None:
        before = follows.astimezone(UTC)
        lines.append(f"It follows the warning of {before:%Y-%m-%d %H:%M} UTC.")
    told = (words.what, words.where, words.window.told(), words.do, words.call, words.basis)
    lines += ["", *(f"{label}: {one.strip()}" for label, one in zip(LABELS, told, strict=True))]
    return "\n".join(lines) + "\n"
