"""SMPP 3.4 as we speak it: its packets, and one bound session over TCP or TLS.

Not a library's client: the one that is kept (smpplib 2.2.4) takes a packet of any announced
length, loses a receipt with a tag it does not expect, and checks no server's name.
"""

import asyncio
import contextlib
import ssl
import struct
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

MOST_BYTES = 80_000
"""One packet: a payload has at most 65,535 octets, the rest takes some hundred."""

MOST_UNTAKEN = 1_000
"""Deliveries held unacknowledged; the centre keeps what comes beyond them."""

_RESPONSE = 0x8000_0000


class Command(IntEnum):
    """command_id (SMPP 3.4, 5.1.2.1) of what is said here."""

    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15
    GENERIC_NACK = _RESPONSE


class Status(IntEnum):
    """command_status (SMPP 3.4, 5.1.3) of what is decided on here."""

    OK = 0x00
    INVALID_LENGTH = 0x01
    INVALID_COMMAND = 0x03
    ALREADY_BOUND = 0x05
    SYSTEM_ERROR = 0x08
    INVALID_SOURCE = 0x0A
    INVALID_DESTINATION = 0x0B
    BIND_FAILED = 0x0D
    INVALID_PASSWORD = 0x0E
    INVALID_SYSTEM_ID = 0x0F
    QUEUE_FULL = 0x14
    INVALID_SOURCE_TON = 0x48
    INVALID_SOURCE_NPI = 0x49
    INVALID_DESTINATION_TON = 0x50
    INVALID_DESTINATION_NPI = 0x51
    THROTTLED = 0x58
    INVALID_EXPIRY = 0x62
    TRY_LATER = 0x64
    NEVER = 0x65


class Tag(IntEnum):
    """Optional parameters (SMPP 3.4, 5.3.2) that are read or written here."""

    RECEIPTED_MESSAGE_ID = 0x001E
    USER_MESSAGE_REFERENCE = 0x0204
    SAR_REFERENCE = 0x020C
    SAR_TOTAL = 0x020E
    SAR_NUMBER = 0x020F
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


class Lost(Exception):
    """The session ended. What was asked and not answered may have been done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One PDU."""

    command: int
    status: int = 0
    sequence: int
    body: bytes = field(default=b"", repr=False)

    def __bytes__(self) -> bytes:
        head = (16 + len(self.body), self.command, self.status, self.sequence)
        return struct.pack(">4I", *head) + self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortMessage:
    """The body of a submit_sm or a deliver_sm. Numbers are international and without a plus."""

    source: str
    source_ton: int = 1
    destination: str
    destination_ton: int = 1
    esm_class: int = 0
    is_urgent: bool = False
    validity: str = ""
    data_coding: int = 0
    text: bytes = field(repr=False)
    tags: Mapping[int, bytes] = field(default_factory=dict, repr=False)

    def __bytes__(self) -> bytes:
        return b"".join(
            (
                b"\0",
                bytes((self.source_ton, self.source_ton == 1)),
                c_string(self.source),
                bytes((self.destination_ton, self.destination_ton == 1)),
                c_string(self.destination),
                bytes((self.esm_class, 0, 3 if self.is_urgent else 0)),
                b"\0" + c_string(self.validity),
                bytes((1, 0, self.data_coding, 0, len(self.text))),
                self.text,
                *(struct.pack(">2H", tag, len(of)) + of for tag, of in self.tags.items()),
            )
        )

    @classmethod
    def read(cls, body: bytes) -> "ShortMessage":
        """Raises ValueError for what is none."""
        given = _Reader(body)
        given.c_string(6)
        source_ton, _ = given.take(2)
        source = given.c_string(21)
        destination_ton, _ = given.take(2)
        destination = given.c_string(21)
        esm_class, _, priority = given.take(3)
        given.c_string(17)
        validity = given.c_string(17)
        _, _, data_coding, _, length = given.take(5)
        text, tags = given.take(length), given.tags()
        return cls(
            source=source,
            source_ton=source_ton,
            destination=destination,
            destination_ton=destination_ton,
            esm_class=esm_class,
            is_urgent=priority > 1,
            validity=validity,
            data_coding=data_coding,
            text=text or tags.get(Tag.MESSAGE_PAYLOAD, b""),
            tags=tags,
        )


def c_string(text: str) -> bytes:
    """Text with its closing NUL."""
    return text.encode("ascii") + b"\0"


def c_text(octets: bytes) -> str:
    """Text up to its NUL, where there is one: some centres leave it out of a tag."""
    return octets.partition(b"\0")[0].decode("latin-1")


class _Reader:
    def __init__(self, body: bytes) -> None:
        self._left = body

    def take(self, count: int) -> bytes:
        if len(self._left) < count:
            raise ValueError("a packet that ends too soon")
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    def c_string(self, most: int) -> str:
        end = self._left.find(b"\0", 0, most)
        if end < 0:
            raise ValueError("a text without an end")
        return self.take(end + 1)[:-1].decode("latin-1")

    def tags(self) -> dict[int, bytes]:
        found = {}
        while self._left:
            tag, length = struct.unpack(">2H", self.take(4))
            found[tag] = self.take(length)
        return found


class Session:
    """A bound transceiver, used from the event loop that opened it."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, quiet_s: float
    ) -> None:
        self._reader, self._writer, self._quiet_s = reader, writer, quiet_s
        self._sequence = 0
        self._asked: dict[int, asyncio.Future[Packet]] = {}
        self._heard_at = time.monotonic()
        self.is_open = True
        self.untaken: list[tuple[float, Packet]] = []
        self.news = asyncio.Event()
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._keep())]

    @classmethod
    @contextlib.asynccontextmanager
    async def connecting(
        cls, host: str, port: int, tls: ssl.SSLContext | None, *, quiet_s: float
    ) -> AsyncIterator["Session"]:
        """A session to bind; closed again where that fails. Raises OSError."""
        reader, writer = await asyncio.open_connection(
            host, port, ssl=tls, server_hostname=host if tls else None
        )
        session = cls(reader, writer, quiet_s=quiet_s)
        try:
            yield session
        except BaseException:
            session.end()
            raise

    async def ask(self, command: Command, body: bytes = b"") -> Packet:
        """The answer, whatever its status. Raises `Lost`; the caller bounds the wait."""
        self._sequence = self._sequence % 0x7FFF_FFFF + 1
        sequence = self._sequence
        answer: asyncio.Future[Packet] = asyncio.get_running_loop().create_future()
        self._asked[sequence] = answer
        try:
            await self._say(Packet(command=command, sequence=sequence, body=body))
            return await answer
        finally:
            self._asked.pop(sequence, None)

    async def answer(self, asked: Packet, status: int = 0) -> None:
        """Raises `Lost`."""
        self.untaken = [one for one in self.untaken if one[1] is not asked]
        body = b"\0" if asked.command == Command.DELIVER_SM and not status else b""
        await self._say(
            Packet(
                command=asked.command | _RESPONSE,
                status=status,
                sequence=asked.sequence,
                body=body,
            )
        )

    async def _say(self, packet: Packet) -> None:
        if not self.is_open:
            raise Lost
        try:
            self._writer.write(bytes(packet))
            await self._writer.drain()
        except OSError:
            self.end()
            raise Lost from None

    async def _listen(self) -> None:
        try:
            while True:
                await self._hear(await self._next())
        except (OSError, EOFError, ValueError, Lost):
            self.end()

    async def _next(self) -> Packet:
        head = await self._reader.readexactly(16)
        length, command, status, sequence = struct.unpack(">4I", head)
        if not 16 <= length <= MOST_BYTES:
            raise ValueError("a packet of no sensible length")
        body = await self._reader.readexactly(length - 16)
        self._heard_at = time.monotonic()
        return Packet(command=command, status=status, sequence=sequence, body=body)

    async def _hear(self, packet: Packet) -> None:
        match packet.command:
            case command if command & _RESPONSE:
                answer = self._asked.pop(packet.sequence, None)
                if answer and not answer.done():
                    answer.set_result(packet)
            case Command.DELIVER_SM if len(self.untaken) < MOST_UNTAKEN:
                self.untaken.append((time.monotonic(), packet))
                self.news.set()
            case Command.DELIVER_SM:
                await self.answer(packet, Status.QUEUE_FULL)
            case Command.ENQUIRE_LINK:
                await self.answer(packet)
            case Command.UNBIND:
                await self.answer(packet)
                raise Lost
            case _:
                nack = Packet(
                    command=Command.GENERIC_NACK,
                    status=Status.INVALID_COMMAND,
                    sequence=packet.sequence,
                )
                await self._say(nack)

    async def _keep(self) -> None:
        """Ask a silent centre whether it is there; end the session where it does not say."""
        while self.is_open:
            silent_s = time.monotonic() - self._heard_at
            await asyncio.sleep(max(self._quiet_s - silent_s, 0.01))
            if time.monotonic() - self._heard_at < self._quiet_s:
                continue
            try:
                async with asyncio.timeout(self._quiet_s):
                    await self.ask(Command.ENQUIRE_LINK)
            except (TimeoutError, Lost):
                self.end()

    def end(self) -> None:
        """Drop the connection. What is unacknowledged, the centre gives again."""
        if not self.is_open:
            return
        self.is_open = False
        self._writer.transport.abort()
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(Lost())
                answer.exception()  # nobody may wait for it any more
        self.news.set()
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()

    async def leave(self, within_s: float) -> None:
        """Say goodbye where the centre still listens."""
        with contextlib.suppress(TimeoutError, Lost):
            async with asyncio.timeout(within_s):
                await self.ask(Command.UNBIND)
        self.end()
