"""When a threat is expected, with both ends and the zone it was told in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin.domain.phrases import phrases_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Both ends in UTC; `zone` is the IANA zone in which people read it."""

    opens: datetime
    closes: datetime
    zone: str

    def __post_init__(self) -> None:
        for end in (self.opens, self.closes):
            if end.utcoffset() is None:
                raise ValueError("a window's ends need a zone")
            if not 1900 < end.year < 3000:
                raise ValueError("a window lies in this age")
        if self.closes <= self.opens:
            raise ValueError("a window closes after it opens")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise ValueError("a window's zone is an IANA name such as Europe/Paris") from unknown

    def told(self, language: str = "en") -> str:
        """Both ends in local time and UTC, for people."""
        opens, closes = (told(end, self.zone, language) for end in (self.opens, self.closes))
        return phrases_for(language).span.format(opens=opens, closes=closes)


def told(at: datetime, zone: str, language: str = "en") -> str:
    """One instant in local time and in UTC: "7 March 2024, 18:00 (MSK; 15:00 UTC)".

    Months are those of the language's catalogue; digits are Western in every language.
    """
    words = phrases_for(language)
    local, utc = at.astimezone(ZoneInfo(zone)), at.astimezone(UTC)
    day = words.date.format(day=local.day, month=words.months[local.month - 1], year=local.year)
    if zone == "UTC":
        return f"{day}{words.comma}{utc:%H:%M} UTC"
    elsewhere = f"{utc:%H:%M} UTC"
    if utc.date() != local.date():
        month = (words.short_months or words.months)[utc.month - 1]
        elsewhere = f"{words.short_date.format(day=utc.day, month=month)} {elsewhere}"
    return f"{day}{words.comma}{local:%H:%M} ({local:%Z}; {elsewhere})"
