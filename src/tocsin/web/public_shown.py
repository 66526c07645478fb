"""From messages that went out to what their pages and feeds show."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from tocsin.casework.publications import Public
from tocsin.domain.phrases import CATALOGUES, nearest
from tocsin.domain.public import Publication, Status
from tocsin.domain.warning import Draft, WarningKind, compose_all
from tocsin.web import maps
from tocsin.web.public_look import (
    Block,
    Chained,
    Links,
    PublicEntry,
    PublicView,
    State,
    state_at,
)

HOME, SHAM_HOME = "/public", "/public/exercises"
FEED, SHAM_FEED = "/public/feed.atom", "/public/exercises.atom"
_MOST_TAGS = 10


def home_of(status: Status) -> str:
    return HOME if status is Status.ACTUAL else SHAM_HOME


def feed_of(status: Status) -> str:
    return FEED if status is Status.ACTUAL else SHAM_FEED


def view_of(
    messages: Sequence[Publication], at: int, *, now: datetime, house: str, accepted: str = ""
) -> PublicView:
    """The page of message `at` of a chain, the oldest first; what the reader's browser asks for
    in `accepted` comes first."""
    one, last = messages[at], messages[-1]
    follower = last if at < len(messages) - 1 else None
    window = one.words[0].window
    cancels = one.message is WarningKind.CANCEL
    drawn, told = _map(one)
    here = f"{HOME}/{one.identifier}"
    return PublicView(
        status=one.status,
        message=one.message,
        house=house,
        sent=one.sent,
        blocks=_ordered(_blocks(one), accepted),
        opens=window.opens,
        closes=window.closes,
        zone=window.zone,
        state=state_of(one, follower, now),
        links=Links(
            cap=f"{here}/cap",
            calendar=f"{here}/calendar",
            feed=feed_of(one.status),
            all_warnings=home_of(one.status),
        ),
        map_svg="" if cancels else drawn,
        map_words=() if cancels else told,
        chain=tuple(map(_chained, messages)),
        follower=_chained(follower) if follower else None,
    )


def state_of(one: Publication, follower: Publication | None, now: datetime) -> State:
    """A cancellation itself never stands: whoever reads it must not go by a warning."""
    if one.message is WarningKind.CANCEL:
        return State.CANCELLED
    window = one.words[0].window
    return state_at(now, window.opens, window.closes, follower.message if follower else None)


def entries(messages: Sequence[Public], now: datetime) -> Iterator[PublicEntry]:
    """A line for each chain, from its newest message; `messages` have the newest first."""
    chains = set[str]()
    for one in messages:
        if one.chain not in chains:
            chains.add(one.chain)
            yield _entry(publication(one.said), now)


@lru_cache(maxsize=256)
def publication(said: str) -> Publication:
    """What was said; the same text always says the same."""
    return Public(said=said, message=WarningKind.ALERT, chain="").publication


def _entry(one: Publication, now: datetime) -> PublicEntry:
    first = _blocks(one)[0]
    return PublicEntry(
        status=one.status,
        message=one.message,
        state=state_of(one, None, now),
        headline=first.headline,
        language=first.language,
        direction=first.direction,
        where="; ".join(area.description for area in one.notice.areas),
        window=one.words[0].window.told(),
        link=f"{HOME}/{one.identifier}",
    )


def _blocks(one: Publication) -> tuple[Block, ...]:
    """The words as they were released, laid out; the bar above says exercise or test."""
    from tocsin.feeds.cap.write import headline

    texts = compose_all(one.words[0], one.words[1:], one.message, None)
    draft = Draft(
        version=1,
        words=one.words[0],
        translations=one.words[1:],
        text="\n".join(texts),
        texts=texts,
        author="",
        drafted_at=datetime.fromtimestamp(0, UTC),
    )
    plain = replace(one, status=Status.ACTUAL)
    return tuple(
        Block(
            language=block.language,
            direction=block.direction,
            headline=headline(plain, words),
            rows=tuple((label.rstrip(":\uff1a \u00a0"), said) for label, said in block.parts),
            name=_name(block.language),
        )
        for block, words in zip(draft.blocks, one.words, strict=True)
    )


def _name(language: str) -> str:
    known = nearest(language, CATALOGUES)
    return CATALOGUES[known].name if known else language


def _ordered(blocks: tuple[Block, ...], accepted: str) -> tuple[Block, ...]:
    """The reader's language first, if the warning has it."""
    tags = (part.partition(";")[0].strip() for part in accepted.split(",")[:_MOST_TAGS])
    offered = [one.language for one in blocks]
    wanted = next((found for tag in tags if tag and (found := nearest(tag, offered))), None)
    return tuple(sorted(blocks, key=lambda one: one.language != wanted))


def _map(one: Publication) -> tuple[str, tuple[str, ...]]:
    areas = one.notice.areas
    # Geocodes are not drawn; without them areas can be looked up again.
    return _drawn(tuple((area.description, area.polygons, area.circles) for area in areas))


@lru_cache(maxsize=128)
def _drawn(
    shapes: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...],
) -> tuple[str, tuple[str, ...]]:
    from tocsin.domain.areas import Area

    areas = [
        Area(description=description, polygons=polygons, circles=circles)
        for description, polygons, circles in shapes
        if polygons or circles
    ]
    described = "; ".join(area.description for area in areas)
    drawn = maps.svg(
        areas, width=maps.WIDTH, height=maps.HEIGHT, title="Map of the areas", desc=described
    )
    return drawn, maps.words(areas)


def _chained(one: Publication) -> Chained:
    return Chained(message=one.message, sent=one.sent, link=f"{HOME}/{one.identifier}")
