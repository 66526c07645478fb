"""What the public's page of a warning shows: plain values, so that the page decides nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tocsin.domain.public import Status
from tocsin.domain.warning import WarningKind
from tocsin.domain.window import Window, told


class State(StrEnum):
    """Whether people must go by the words now."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    OVER = "over"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


def state_at(
    now: datetime, opens: datetime, closes: datetime, followed: WarningKind | None = None
) -> State:
    """The state of words that `followed` came after: an update, a cancellation, or nothing."""
    if followed is not None:
        return State.CANCELLED if followed is WarningKind.CANCEL else State.REPLACED
    return State.NOT_YET if now < opens else State.IN_FORCE if now < closes else State.OVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The warning in one language. `direction` is ltr or rtl; `rows` are (label, text), what,
    where, when, what to do and whom to call, labelled in the same language; `name` is what the
    language calls itself."""

    language: str
    direction: str
    headline: str
    rows: tuple[tuple[str, str], ...]
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Addresses on this house; "" leaves one out."""

    cap: str
    calendar: str
    feed: str
    genuine: str = "/genuine"
    geojson: str = ""
    all_warnings: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chained:
    """Another message of the same chain."""

    message: WarningKind
    sent: datetime
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicView:
    """One message to the public. `chain` is every message of its chain, itself among them, oldest
    first; `follower` the newest one after it. `map_svg` is trusted: it is ours (`web.maps`)."""

    status: Status
    message: WarningKind
    house: str
    sent: datetime
    blocks: tuple[Block, ...]
    opens: datetime
    closes: datetime
    zone: str
    state: State
    links: Links
    map_svg: str = ""
    map_words: tuple[str, ...] = ()
    chain: tuple[Chained, ...] = ()
    follower: Chained | None = None

    @property
    def bar(self) -> tuple[str, bool]:
        """The words of the bar over an actual one, and whether it stands."""
        if self.message is WarningKind.CANCEL:
            return "WARNING CANCELLED", False
        kind = "UPDATED WARNING" if self.message is WarningKind.UPDATE else "WARNING"
        past = {State.OVER: "OVER", State.REPLACED: "REPLACED", State.CANCELLED: "CANCELLED"}
        gone = past.get(self.state)
        return (f"{kind}: {gone}", False) if gone else (kind, True)

    @property
    def window(self) -> str:
        return Window(opens=self.opens, closes=self.closes, zone=self.zone).told()

    def told(self, at: datetime) -> str:
        """An instant in the warning's zone and in UTC."""
        return told(at, self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicEntry:
    """One line of the list of warnings."""

    status: Status
    message: WarningKind
    state: State
    headline: str
    language: str
    direction: str
    where: str
    window: str
    link: str
