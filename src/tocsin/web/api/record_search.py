"""Searching the record with proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Bound

from tocsin.casework.searching import LONGEST_TEXT, MOST_TEXTS, FoundCase
from tocsin.casework.searching import search as ask
from tocsin.web.api.common import closed
from tocsin.web.api.fields import PRINTABLE, Instant
from tocsin.web.doors import House, Officer, officer

router = closed()

Text = Annotated[str, Bound(min_length=1, max_length=LONGEST_TEXT, pattern=PRINTABLE)]


class Question(BaseModel):
    """A name and every other spelling of it; `before` asks what was there by then."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["subject", "place", "case"] = "subject"
    texts: Annotated[tuple[Text, ...], Bound(min_length=1, max_length=MOST_TEXTS)]
    before: Instant | None = None
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`file` is the whole text of the answer, to be saved just as it is and verified by anybody.

    `index` is the leaf of the search itself; the answer covers the first `covered` leaves,
    of which the first `before` are shown to be from before the time asked for.
    """

    index: int
    variants: Sequence[str]
    cases: Sequence[FoundCase]
    covered: int
    size: int
    before: int | None
    witnessed: bool
    file: str


@router.post(
    "/record/search",
    operation_id="search_record",
    tags=["record"],
    dependencies=[officer("search_record")],
)
def search(body: Question, app: House, by: Officer) -> Found:
    """Everything about somebody, with proof; the search goes on the record"""
    answer = ask(app, by, kind=body.kind, texts=body.texts, before=body.before, reason=body.reason)
    return Found(
        index=answer.index,
        variants=answer.variants,
        cases=answer.cases,
        covered=answer.covered,
        size=answer.size,
        before=answer.before,
        witnessed=answer.witnessed,
        file=answer.file.decode(),
    )
