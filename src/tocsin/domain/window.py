"""When a threat is expected, with both ends and the zone it was told in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


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

    def told(self) -> str:
        """Both ends in local time and UTC, for people."""
        return f"from {told(self.opens, self.zone)} until {told(self.closes, self.zone)}"


def told(at: datetime, zone: str) -> str:
    """One instant in local time and in UTC: "7 March 2024, 18:00 (MSK; 15:00 UTC)"."""
    local, utc = at.astimezone(ZoneInfo(zone)), at.astimezone(UTC)
    if zone == "UTC":
        return f"{utc.day} {utc:%B %Y, %H:%M} UTC"
    elsewhere = (
        f"{utc:%H:%M} UTC" if utc.date() == local.date() else f"{utc.day} {utc:%b %H:%M} UTC"
    )
    return f"{local.day} {local:%B %Y, %H:%M} ({local:%Z}; {elsewhere})"
