"""Pages from templates: always escaped, never silent about a missing name.

The clock is the caller's: `now` is a context variable, never read here.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import jinja2
from markupsafe import Markup, escape

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTE, HOUR, DAY = 60, 3_600, 86_400


class Cue(Protocol):
    """Characters start to end of a text that speak for a finding, and the rule that saw them."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def finding(self) -> str: ...
    @property
    def rule(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of text that the same cues cover; no cues where nothing was seen."""

    text: str
    cues: tuple[Cue, ...]


class _Environment(jinja2.Environment):
    """Strict for our own templates; GOV.UK's macros ask for keys that may be absent."""

    govuk: jinja2.Environment

    def get_template(self, name: Any, *args: Any, **kwargs: Any) -> jinja2.Template:
        if isinstance(name, str) and name.startswith("govuk_frontend_jinja/"):
            return self.govuk.get_template(name, *args, **kwargs)
        return super().get_template(name, *args, **kwargs)


@cache
def environment(static_dir: Path | None = None) -> jinja2.Environment:
    """The environment of every page; `static_dir` holds the built assets and their manifest.

    Raises OSError or ValueError when the manifest is missing or unreadable.
    """
    manifest = _manifest(static_dir or Path(__file__).parent / "static")
    found = _Environment(
        loader=jinja2.PackageLoader("tocsin.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    components = jinja2.PackageLoader("govuk_frontend_jinja")
    found.govuk = jinja2.Environment(
        loader=jinja2.PrefixLoader({"govuk_frontend_jinja": components}), autoescape=True
    )
    found.globals.update(asset=lambda name: f"/static/{manifest[name]}", segments=segments)
    found.filters.update(
        instant=instant, left=left, plain_lines=plain_lines, urgency=urgency, spaced=spaced
    )
    return found


def asset_file(name: str) -> Path:
    """Where a built asset lies, for one that has an address of its own. Raises KeyError."""
    folder = Path(__file__).parent / "static"
    return folder / _manifest(folder)[name]


def _manifest(static_dir: Path) -> Mapping[str, str]:
    entries = json.loads((static_dir / "manifest.json").read_bytes())
    return {name: entry["file"] for name, entry in entries.items()}


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    return at.astimezone(UTC)


def spaced(at: datetime) -> str:
    """An instant as people read it: "7 Mar 2024, 14:05 UTC"."""
    utc = _utc(at)
    return f"{utc.day} {MONTHS[utc.month - 1]} {utc.year}, {utc:%H:%M} UTC"


def instant(at: datetime) -> Markup:
    """An instant as `<time>`; the exact value stands in `datetime`."""
    return Markup('<time datetime="{}">{}</time>').format(_utc(at).isoformat(), spaced(at))


def _span(seconds: float) -> str:
    hours, minutes = int(seconds // HOUR), int(seconds % HOUR // MINUTE)
    if seconds >= 2 * DAY:
        return f"{int(seconds // DAY)} days"
    if not hours:
        return f"{minutes} min" if minutes else "less than 1 min"
    return f"{hours} h {minutes} min" if hours < 6 and minutes else f"{hours} h"


def left(deadline: datetime, now: datetime) -> str:
    """Time left in words: "in 42 min", "overdue by 3 h". The page's script says the same."""
    seconds = (_utc(deadline) - _utc(now)).total_seconds()
    return f"overdue by {_span(-seconds)}" if seconds < 0 else f"in {_span(seconds)}"


def urgency(deadline: datetime, now: datetime) -> str:
    """How pressing: overdue, urgent (under an hour), soon (under four) or later."""
    seconds = (_utc(deadline) - _utc(now)).total_seconds()
    bounds = ((0, "overdue"), (HOUR, "urgent"), (4 * HOUR, "soon"))
    return next((word for bound, word in bounds if seconds < bound), "later")


def plain_lines(text: str) -> Markup:
    """Plain text as escaped paragraphs; a blank line parts two, a line end stays one."""
    lines = "\n".join(text.splitlines())
    blocks = [block.strip("\n") for block in lines.split("\n\n")]
    paragraphs = (escape(block).replace("\n", Markup("<br>")) for block in blocks if block.strip())
    return Markup("\n").join(
        Markup('<p class="govuk-body">{}</p>').format(paragraph) for paragraph in paragraphs
    )


def segments(text: str, cues: Iterable[Cue]) -> Sequence[Segment]:
    """Cut `text` at the ends of every cue, so that overlapping cues nest nowhere.

    Joined, the segments are `text` again. Raises ValueError for a cue outside it.
    """
    ordered = sorted(cues, key=lambda cue: (cue.start, cue.end))
    if any(not 0 <= cue.start < cue.end <= len(text) for cue in ordered):
        raise ValueError("a cue lies outside its text")
    cuts = sorted({0, len(text), *(at for cue in ordered for at in (cue.start, cue.end))})
    found, active, coming = [], list[Cue](), iter(ordered)
    following = next(coming, None)
    for start, end in pairwise(cuts):
        active = [cue for cue in active if cue.end > start]
        while following and following.start == start:
            active.append(following)
            following = next(coming, None)
        found.append(Segment(text=text[start:end], cues=tuple(active)))
    return found
