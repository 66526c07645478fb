"""Whom the duty itself requires to be told: who of those named that is, or why nobody is told."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.domain.bases import Command, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequirement(Command):
    """Say which recipient is the one whom the duty requires to tell, or why nobody is told.

    `requirement` is the pack's name for them. Either `recipient_id` or `reason` is given.
    """

    victim_id: str
    requirement: str
    recipient_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementAnswered(Event):
    victim_id: str
    requirement: str
    recipient_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """Why somebody whom the duty requires to be told was not, on whose word."""

    reason: str
    by: str
    at: datetime
