"""The only outbound calls."""

from tocsin.channels.base import (
    Channel,
    FailureReason,
    HandedOver,
    Message,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
    checked_address,
)
from tocsin.channels.outbox import Outbox
from tocsin.channels.smtp import SmtpChannel, SmtpSettings

__all__ = [
    "Channel",
    "FailureReason",
    "HandedOver",
    "Message",
    "NotHandedOver",
    "Outbox",
    "OutcomeUnknown",
    "Passing",
    "Permanent",
    "SmtpChannel",
    "SmtpSettings",
    "checked_address",
]
