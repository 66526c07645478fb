"""The only outbound calls."""

from tocsin.channels.addresses import address_for, checked_address
from tocsin.channels.base import (
    Attachment,
    Channel,
    FailureReason,
    HandedOver,
    Message,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
    Report,
    Reported,
    Reporting,
)
from tocsin.channels.outbox import Outbox
from tocsin.channels.smtp import SmtpChannel, SmtpSettings

__all__ = [
    "Attachment",
    "Channel",
    "FailureReason",
    "HandedOver",
    "Message",
    "NotHandedOver",
    "Outbox",
    "OutcomeUnknown",
    "Passing",
    "Permanent",
    "Report",
    "Reported",
    "Reporting",
    "SmtpChannel",
    "SmtpSettings",
    "address_for",
    "checked_address",
]
