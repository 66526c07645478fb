"""What every command and every event carries."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    by: str
    at: datetime
