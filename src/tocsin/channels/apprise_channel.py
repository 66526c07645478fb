"""Apprise: one channel for the hundred services that have no channel of their own.

It says no more than that a service took the message; whoever gets it twice cannot know it for a
repeat. It leads wherever an address says, inside this network too: addresses are entered by
officers, never by strangers.
"""

import logging
import queue
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

with warnings.catch_warnings():
    # Its OpenPGP library asks for a module that Python 3.13 has no more.
    warnings.simplefilter("ignore", DeprecationWarning)
    import apprise.utils.pgp
from apprise.attachment.file import AttachFile
from apprise.attachment.http import AttachHTTP
from apprise.common import ContentLocation

from tocsin.channels.base import (
    FailureReason,
    HandedOver,
    Message,
    OutcomeUnknown,
    Passing,
    Permanent,
)
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, refuse

logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it logs addresses, and even words
MOST_TALKS = 32
"""Those left behind included: nothing can end one but itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseSettings:
    """`timeout_s` bounds each wait of a service that lets itself be bounded, `deadline_s` every
    `send`. Raises `Refusal` (settings-invalid)."""

    timeout_s: float = 10
    deadline_s: float = 30

    def __post_init__(self) -> None:
        if self.timeout_s <= 0 or self.deadline_s <= 0:
            refuse(Code.SETTINGS_INVALID, "Apprise was not set up: times are positive.")


class AppriseChannel:
    """Hands each message to the one service its address names; may be shared by threads."""

    name = "apprise"

    def __init__(self, settings: AppriseSettings) -> None:
        self._settings = settings
        self._free = threading.BoundedSemaphore(MOST_TALKS)
        # An address may name a file (a key, a template): it would be read from this machine.
        AttachFile.location = AttachHTTP.location = ContentLocation.INACCESSIBLE

    def send(self, message: Message) -> HandedOver:
        """Hand the message over. Raises `Passing`, `Permanent` or `OutcomeUnknown`."""
        if message.method is not Method.APPRISE:
            raise Permanent(FailureReason.ADDRESS_UNSUPPORTED)
        if message.encrypt_to:
            raise Permanent(FailureReason.KEY_UNUSABLE)
        if not self._free.acquire(blocking=False):
            raise Passing(FailureReason.SERVER_BUSY, "too many talks that do not end")
        began = time.monotonic()
        taken = self._within_deadline(lambda: self._talk(message))
        if taken is None:
            raise Permanent(FailureReason.ADDRESS_UNSUPPORTED)
        if not taken and time.monotonic() - began >= self._settings.timeout_s:
            # It tells no timeout from a refusal; one may come after the message has left.
            raise OutcomeUnknown(FailureReason.NO_ANSWER)
        if not taken:
            raise Passing(FailureReason.SERVER_REFUSED)
        return HandedOver(provider_id="", detail="taken by the service")

    def _within_deadline(self, talk: Callable[[], bool | None]) -> bool | None:
        done: queue.SimpleQueue[bool | BaseException | None] = queue.SimpleQueue()

        def run() -> None:
            try:
                done.put(talk())
            except BaseException as bug:  # noqa: BLE001 - raised again by whoever waits
                done.put(bug)
            finally:
                self._free.release()

        threading.Thread(target=run, daemon=True, name="apprise").start()
        try:
            taken = done.get(timeout=self._settings.deadline_s)
        except queue.Empty:
            raise OutcomeUnknown(FailureReason.NO_ANSWER, "deadline") from None
        if isinstance(taken, BaseException):
            raise taken
        return taken

    def _talk(self, message: Message) -> bool | None:
        """Whether the service took it; None where the address leads to none."""
        service = apprise.Apprise.instantiate(message.to_address, asset=_asset())
        if service is None:
            return None
        # Set here, and not in the address, which may ask for less.
        service.socket_connect_timeout = self._settings.timeout_s
        service.socket_read_timeout = self._settings.timeout_s
        service.verify_certificate, service.redirects, service.retry = True, False, 0
        service.optional = False  # else a refusal counts as a success
        prefix = "EXERCISE " if message.exercise and "EXERCISE" not in message.subject else ""
        told = apprise.Apprise(asset=_asset())
        told.add(service)
        # Its answer is an object that is as false as False, and is not False.
        return bool(
            told.notify(
                title=prefix + message.subject,
                body=message.short or message.body,
                body_format=apprise.NotifyFormat.TEXT,
                notify_type=apprise.NotifyType.WARNING,
                interpret_escapes=False,
            )
        )


def _asset() -> apprise.AppriseAsset:
    """Nothing read from files or the environment, nothing kept, nothing said in logs."""
    return apprise.AppriseAsset(
        app_id="Tocsin",
        app_desc="Tocsin",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        secure_logging=True,
        http_redirects=False,
        interpret_emojis=False,
        interpret_escapes=False,
        pgp_autogen=False,
        pem_autogen=False,
        storage_mode="memory",
        allow_templates=False,
        language="en",
        timezone=UTC,
        service_timeout=0,
    )
