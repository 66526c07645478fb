"""E-mail by SMTP: plain text, certificates always checked, one deadline for each message."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from tocsin.channels.base import HandedOver, Message, Report
from tocsin.channels.mail_message import COVER, compose, key_of
from tocsin.channels.smtp_pool import SmtpPool
from tocsin.channels.smtp_settings import MailboxSettings, SmtpSettings, authorities
from tocsin.channels.smtp_talk import codes_of

__all__ = ["MailboxSettings", "SmtpChannel", "SmtpSettings"]


class SmtpChannel:
    """Hands each message over, on connections that it keeps; may be shared by threads.

    With a mailbox in `settings` it is `Reporting`, otherwise it is not. `cover` is all that can
    be read of a mail whose words travel as an age-encrypted file.
    """

    name = "email"
    reports: Callable[[Callable[[Report], None], float], None]

    def __init__(
        self,
        settings: SmtpSettings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        cover: str = COVER,
    ) -> None:
        self._settings, self._clock, self._cover = settings, clock, cover
        self._pool = SmtpPool(settings, authorities(settings.ca_file))
        self._signer = None
        if settings.dkim_key_file:
            from tocsin.channels.dkim_signing import DkimSigner

            self._signer = DkimSigner(
                settings.dkim_key_file, settings.dkim_selector, settings.sender_domain
            )
        if settings.mailbox:
            from tocsin.channels.mailbox import Mailbox

            self.reports = Mailbox(
                settings.mailbox, settings.sender_domain, settings.secret
            ).reports

    def send(self, message: Message) -> HandedOver:
        """Hand the message over. Raises `Passing`, `Permanent` or `OutcomeUnknown`.

        `provider_id` is the server's name for it, or, where the key fits no Message-ID, that.
        """
        now = self._clock()
        mail = compose(message, self._settings, now, cover=self._cover)
        if self._signer:
            mail = self._signer.signed(mail, now)
        # No mail begins with a dot: a header comes first.
        content = bytes(mail).replace(b"\n.", b"\n..")
        answer = self._pool.deliver(message.to_address, content)
        name = dict(mail.headers)["Message-ID"]
        is_named = key_of(name, self._settings.sender_domain, self._settings.secret)
        return HandedOver(
            provider_id=_provider_id(answer) if is_named else name, detail=codes_of(250, answer)
        )

    def close(self) -> None:
        """End the kept connections; sending again opens new ones."""
        self._pool.close()


def _provider_id(answer: bytes) -> str:
    """The server's own name for the mail ("queued as 4F2A", "id=1sXy-0"), where it gives one."""
    found = re.search(rb"(?:queued as|\bid[=: ])\s*([A-Za-z0-9._-]{3,64})", answer)
    return found[1].decode() if found else ""
