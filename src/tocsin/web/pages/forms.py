"""A form as typed: strict, bounded, and shown again just as typed when something is wrong.

A page reads every field it knows, then calls `done`. Mistakes gather by field, so
that one answer names them all; a field that nobody read is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from tocsin.domain.refusal import Code, Refusal, refuse

E = TypeVar("E", bound=StrEnum)

LONGEST = 8_000
MOST_FIELDS = 400
MOST_FIELD_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as sent; its name and media type are the sender's claims."""

    name: str
    media_type: str
    content: bytes


@dataclass(slots=True)
class Form:
    """Fields by name. `errors` holds at most one sentence a field, in the order read."""

    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    @classmethod
    def showing(cls, **values: str | Sequence[str]) -> "Form":
        """A form not yet sent, with these values in it."""
        return cls({k: (v,) if isinstance(v, str) else v for k, v in values.items()})

    def value(self, name: str) -> str:
        """What stands in a field, for showing it again."""
        return next(iter(self.typed.get(name, ())), "")

    def many(self, name: str) -> tuple[str, ...]:
        """All values of a field that may be sent several times."""
        self.known.add(name)
        return tuple(self.typed.get(name, ()))

    def wrong(self, name: str, why: str) -> None:
        """Note a mistake; the first one of a field stands."""
        self.errors.setdefault(name, why)

    def text(self, name: str, ask: str = "", *, longest: int = LONGEST, strip: bool = True) -> str:
        """A field's words, line ends as line feeds. `ask` says what to enter where it is needed."""
        values = self.many(name)
        if len(values) > 1:
            self.wrong(name, "Give this once")
        words = values[0].replace("\r\n", "\n") if values else ""
        words = words.strip() if strip else words
        if ask and not words.strip():
            self.wrong(name, ask)
        if len(words) > longest:
            self.wrong(name, f"Shorten this to {longest:,} characters; it has {len(words):,}")
        return words

    def lines(self, name: str, *, most: int = 50, longest: int = 500) -> tuple[str, ...]:
        """A field's lines, blank ones dropped."""
        found = tuple(filter(None, map(str.strip, self.text(name).split("\n"))))
        if len(found) > most or any(len(line) > longest for line in found):
            self.wrong(name, f"Give at most {most} lines of at most {longest} characters")
        return found

    def choice(self, name: str, kind: type[E], ask: str = "Choose one") -> E:
        """One of a closed list; the list's first where a mistake was noted."""
        words = self.text(name, ask, longest=100)
        try:
            return kind(words)
        except ValueError:
            self.wrong(name, ask)
            return next(iter(kind))

    def yes_no(self, name: str, ask: str = "Choose yes or no") -> bool:
        words = self.text(name, ask, longest=100)
        if words not in ("yes", "no"):
            self.wrong(name, ask)
        return words == "yes"

    def ticked(self, name: str, ask: str = "") -> bool:
        """A box; `ask` says what to do where it must be ticked."""
        words = self.text(name, ask, longest=100)
        if words not in ("", "yes"):
            self.wrong(name, "Tick this or leave it")
        return words == "yes"

    def zone(self, name: str) -> ZoneInfo:
        """A named IANA zone; UTC where a mistake was noted."""
        words = self.text(name, "Enter a time zone, such as Europe/Paris", longest=100)
        try:
            return ZoneInfo(words) if words else ZoneInfo("UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.wrong(name, "There is no such time zone; use a name such as Europe/Paris")
            return ZoneInfo("UTC")

    def instant(
        self, name: str, zone: ZoneInfo, ask: str = "Enter a time", *, latest: bool = False
    ) -> datetime:
        """A date and time typed without a zone, read in `zone`.

        An hour that clocks repeat is the first one, or with `latest` the second; one
        that they skip is a mistake.
        """
        words = self.text(name, ask, longest=100)
        epoch = datetime.fromtimestamp(0, UTC)
        if not words:
            return epoch
        try:
            local = datetime.fromisoformat(words)
            if local.utcoffset() is None:
                local = local.replace(tzinfo=zone, fold=int(latest))
            at = local.astimezone(UTC)
        except (ValueError, OverflowError):
            self.wrong(name, "Enter a date and a time, such as 2024-03-07T18:00")
            return epoch
        if at.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
            self.wrong(name, "Clocks skip this hour on that day; enter a time that exists")
        return at

    def file(self, name: str) -> Upload | None:
        """A file, where one was chosen."""
        self.known.add(name)
        return self.files.get(name)

    def done(self) -> None:
        """Refuse BAD_VALUE for mistakes, and UNKNOWN_FIELD for fields that nobody read."""
        if (self.typed.keys() | self.files.keys()) - self.known:
            refuse(
                Code.UNKNOWN_FIELD,
                "Nothing was done: the form holds a field that this page does not know.",
                "Reload the page and fill it in again.",
            )
        if self.errors:
            refuse(
                Code.BAD_VALUE,
                f"Nothing was done: {len(self.errors)} of the fields need another look.",
                "Correct what is marked and send again.",
            )

    def problems(self, refusal: Refusal | None = None) -> list[dict[str, Any]]:
        """What the error summary lists: each field's mistake, else the refusal itself."""
        if self.errors:
            return [{"text": why, "href": f"#{name}"} for name, why in self.errors.items()]
        return [{"text": str(refusal)}] if refusal else []


async def typed(request: Request) -> Form:
    """The form of a request. Fields beyond the limits are answered with 400."""
    fields: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    async with request.form(
        max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_FIELD_BYTES
    ) as sent:
        for name, value in sent.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    files[name] = Upload(
                        name=value.filename,
                        media_type=value.content_type or "",
                        content=await value.read(),
                    )
            else:
                fields.setdefault(name, []).append(value)
    return Form(fields, files)


Typed = Annotated[Form, Depends(typed)]
