"""Where an exercise's mail is kept when no mail server is set up. Nothing is sent."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tocsin.channels.base import FailureReason, HandedOver, Message, Passing
from tocsin.channels.mail_message import compose
from tocsin.channels.smtp_settings import SmtpSettings

UNNAMED = re.compile(r"[^A-Za-z0-9-]")


class Outbox:
    """Writes each message of an exercise to a file that a mail program can open."""

    name = "outbox"

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self.folder, self.clock = folder, clock
        self._as = SmtpSettings(
            host="localhost", port=25, security="none", sender="exercise@tocsin.example"
        )

    def send(self, message: Message) -> HandedOver:
        """Keep the message. Raises ValueError for one that is no exercise: it must be sent."""
        if not message.exercise:
            raise ValueError("only an exercise's mail is kept instead of sent")
        file = self.folder / f"{UNNAMED.sub('_', message.key)}.eml"
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            file.write_bytes(bytes(compose(message, self._as, self.clock())))
        except OSError as error:
            raise Passing(FailureReason.UNREACHABLE, type(error).__name__) from error
        return HandedOver(
            provider_id=file.name,
            detail="exercise: kept in the folder outbox, no mail server is set up",
        )
