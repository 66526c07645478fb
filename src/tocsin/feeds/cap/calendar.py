"""A warning's validity window as a calendar entry (RFC 5545) that follows its updates."""

from datetime import UTC, datetime

from icalendar import Calendar, Event

from tocsin.domain.public import Publication
from tocsin.domain.warning import WarningKind
from tocsin.feeds.cap.write import alert_of


def calendar(publication: Publication, language: str | None = None) -> bytes:
    """The .ics of a publication in `language`, or in its first one.

    All times are UTC. The UID is the identifier of the first message, so that an update replaces
    the entry in the reader's calendar and a cancellation strikes it out. Raises KeyError for a
    language that it does not have.
    """
    infos = {info.language: info for info in alert_of(publication).infos}
    info = infos[language] if language else next(iter(infos.values()))
    window = next(one.window for one in publication.words if one.language == info.language)
    earlier = sorted(publication.references, key=lambda one: (one.sent, one.identifier))
    first = earlier[0].identifier if earlier else publication.identifier
    cancelled = publication.message is WarningKind.CANCEL
    event = Event()
    event.add("uid", first)
    event.add("sequence", len(earlier))
    event.add("dtstamp", _utc(publication.sent))
    event.add("dtstart", _utc(window.opens))
    event.add("dtend", _utc(window.closes))
    event.add("summary", info.headline, parameters={"LANGUAGE": info.language})
    event.add("description", f"{info.description}\n\n{info.instruction}\n\n{info.contact}")
    event.add("location", "; ".join(area.description for area in info.areas))
    event.add("categories", [publication.status.value])
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if info.web:
        event.add("url", info.web)
    whole = Calendar()
    whole.add("prodid", "-//Tocsin//Public warnings//EN")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add_component(event)
    return bytes(whole.to_ical())


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
